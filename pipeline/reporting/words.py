"""The words of a report: decisions, outcomes, owners and roles in a reader's language, and what keeps text harmless."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from consent.facts import Sound
from consent.findings import Finding, Outcome
from consent.judging import Decision
from consent.messages import Message, say
from consent.signing.post import ROLES
from pipeline.language import Translator
from pipeline.metadata.texts import FIRST_NUMBER

DECISIONS = {
    Decision.PUBLISH: say("publish"),
    Decision.COVER: say("cover first"),
    Decision.HOLD: say("hold"),
    Decision.BLOCK: say("do not publish"),
}
"""The verdict in a word or two."""

MEANINGS = {
    Decision.PUBLISH: say("The rules about photos find nothing against it. The open points of the post still count."),
    Decision.COVER: say("Somebody on it has no yes. Without that face it may be published."),
    Decision.HOLD: say("The program cannot decide this. A person looks, asks or fills in what is missing."),
    Decision.BLOCK: say("The protocol does not allow this here."),
}
"""What a verdict means, for the glossary and the list of what to do."""

WHAT_TO_DO = {
    Decision.PUBLISH: say("May go along, once the open points below have been answered."),
    Decision.COVER: say("Cover the faces that the card names, and let a person confirm that nobody knows them."),
    Decision.HOLD: say("Not yet. The card says who looks, asks or decides."),
    Decision.BLOCK: say("Leave these out. The card says why, and what would help."),
}

ACTION_ORDER = (Decision.COVER, Decision.HOLD, Decision.BLOCK, Decision.PUBLISH)
"""The order of a report: first what asks for work, then what stays out, last what is ready."""

SYMBOLS = {Decision.PUBLISH: "✓", Decision.COVER: "▧", Decision.HOLD: "?", Decision.BLOCK: "✕"}
"""One sign for each verdict, so that colour is never the only difference."""

OUTCOMES = {
    Outcome.NOT_APPLICABLE: say("does not apply"),
    Outcome.PASS: say("in order"),
    Outcome.ADVICE: say("advice"),
    Outcome.HOLD: say("hold"),
    Outcome.BLOCK: say("not allowed"),
}

OWNERS = ROLES
"""Who decides. A school's own protocol may name others: those are shown as they are written there."""

NOT_A_PHOTO = "photo"
"""The rule id of a finding about the file itself, which no rule of the protocol covers."""

# Control characters break files apart, halves of surrogate pairs cannot be written, and direction
# marks can make a file name read as another.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def visible(text: str) -> str:
    """The text with every character that cannot be written or that misleads shown as a replacement sign."""
    return _HARMFUL.sub("\ufffd", text)


def owner_words(owner: str, tr: Translator) -> str:
    """Who decides, in words."""
    return tr.render(OWNERS[owner]) if owner in OWNERS else owner


def person_label(person_id: str, names: Mapping[str, str]) -> str:
    """The id, and behind it the name where the reader asked for names."""
    return f"{person_id} ({names[person_id]})" if person_id in names else person_id


def with_names(message: Message, names: Mapping[str, str]) -> Message:
    """The message with names beside the person ids in it. Without names it is the message itself."""
    if not names:
        return message
    return Message(message.text, tuple((gap, _named(gap, value, names)) for gap, value in message.values))


def _named(gap: str, value: str | int | float | Message, names: Mapping[str, str]) -> str | int | float | Message:
    if isinstance(value, Message):
        return with_names(value, names)
    return person_label(value, names) if gap == "person" and isinstance(value, str) else value


def drawn(texts: Iterable[int]) -> tuple[int, ...]:
    """The numbers of those texts that can be read on the photo: not the file's name, nor what hides in the file."""
    return tuple(number for number in texts if 0 < number < FIRST_NUMBER)


def together(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings that say the same of several faces, persons or texts, as one that names them all."""
    alike: dict[Finding, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(finding._replace(faces=(), bodies=(), texts=()), []).append(finding)
    return tuple(
        said._replace(
            faces=tuple(n for f in several for n in f.faces),
            bodies=tuple(n for f in several for n in f.bodies),
            texts=tuple(n for f in several for n in f.texts),
        )
        for said, several in alike.items()
    )


def own_language(texts: Mapping[str, str], tr: Translator, otherwise: str) -> str:
    """A text that a protocol gives by language: the reader's, else any other, else `otherwise`."""
    return texts.get(tr.language) or next(iter(texts.values()), otherwise)


SOUNDS = {
    Sound.NONE: say("without sound"),
    Sound.PRESENT: say("with sound"),
    Sound.UNKNOWN: say("sound unknown"),
}


def minutes(seconds: float) -> str:
    """A time in a film, as players show it: minutes and seconds, begun ones not counted."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
