"""The ledger in words: what an entry is about, and what stands in it, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from consent.judging import Decision
from consent.messages import Message, say
from consent.published.standing import Standing
from pipeline.language import Translator
from pipeline.ledger.chain import Entry, Kind
from pipeline.naming_words import Word
from pipeline.reporting.published.words import STANDINGS
from pipeline.reporting.words import DECISIONS, visible
from pipeline.store.decisions import ADULT_WITH_PERMISSION

KINDS: dict[Kind, Message] = {
    Kind.DATABASE: say("database made or brought up to date"),
    Kind.REGISTER: say("register taken in"),
    Kind.ENROLMENT: say("templates made or erased"),
    Kind.CALIBRATION: say("matching calibrated"),
    Kind.RUN: say("photos audited"),
    Kind.RECHECK: say("published posts judged again"),
    Kind.DECISION: say("decision of a person"),
    Kind.REMEDY: say("photo made fit to publish"),
    Kind.CODE: say("code of a signer set"),
    Kind.SIGN_OFF: say("signature"),
    Kind.RELEASE: say("approved for publication"),
    Kind.FORGET: say("person forgotten"),
    Kind.PURGE: say("erased because its time was over"),
}

_PARTS = {
    "version": say("version"),
    "was": say("version before"),
    "files": say("files"),
    "persons": say("persons"),
    "new_lines": say("new consent lines"),
    "enrolled": say("enrolled persons"),
    "erased": say("erased of so many persons"),
    "photos": say("photos"),
    "run": say("run"),
    "on": say("for the day"),
    "audit": say("audit"),
    "platform": say("platform"),
    "judged": say("posts judged"),
    "changed": say("posts changed"),
    "outdated": say("pictures compared otherwise than today"),
    "posts": say("posts"),
    "threshold": say("threshold"),
    "taken_down": say("posts that are gone"),
    "not_looked_at": say("not looked at"),
    "faces": say("faces"),
    "other_files": say("other files"),
    "in_message": say("found in the text"),
    "by": say("by"),
    "signer": say("signer"),
    "first": say("first code"),
    "approved_runs": say("approved folders of"),
    "thrown_away": say("thrown away"),
    "since": say("since"),
    "points": say("points to act on"),
    "recogniser": say("recogniser"),
    "remedy": say("how it was made fit"),
    "signers": say("signers"),
    "decision": say("number of the decision"),
    "what": say("about"),
    "number": say("number on the photo"),
    "who": say("what was said"),
    "stands": say("in force"),
    **{decision.value: DECISIONS[decision] for decision in Decision},
    **{standing.value: STANDINGS[standing] for standing in Standing},
}
"""The parts of entries that have a word; others are shown by the name that they have in the entry."""

_VALUES = {
    "candidates": say("photos to publish"),
    "published": say("published posts"),
    "privacy_review": say("privacy review"),
    "face": say("face"),
    "person": say("person without a found face"),
    "text": say("text"),
    "photo": say("photo"),
    Word.NO_FACE.value: say("no face"),
    Word.NOT_RECOGNISABLE.value: say("not recognisable"),
    Word.MAY_HARM.value: say("may harm somebody"),
    Word.MAY_STAY.value: say("may stay"),
    ADULT_WITH_PERMISSION: say("adult with permission"),
}
"""Values that have a word, in the parts where nothing else than such values and ids stands."""
_WITH_WORDS = ("audit", "what", "who")

_DIGEST = re.compile("[0-9a-f]{32,}")
_AT_MOST = 5
"""Members of a list that are shown; of a longer one only how many there are."""


def details(entry: Entry, tr: Translator) -> str:
    """What stands in an entry, but for digests, which only a program can compare."""
    parts = (
        (name, tr.render(_VALUES[value]) if name in _WITH_WORDS and value in _VALUES else _shown(value))
        for name, value in sorted(entry.body.items())
    )
    return "; ".join(
        f"{tr.render(_PARTS[name]) if name in _PARTS else name}: {value}" for name, value in parts if value
    )


def _shown(value: str | int | Sequence[str | int]) -> str:
    if isinstance(value, str | int):
        return "" if _DIGEST.fullmatch(str(value)) else visible(str(value))
    if len(value) > _AT_MOST or any(_DIGEST.fullmatch(str(one)) for one in value):
        return str(len(value))
    return visible(", ".join(map(str, value)))
