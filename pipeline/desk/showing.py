"""What the page shows, as plain values in the reader's language: cards, and an opened photo.

Whatever a file, a register or a person wrote goes out as text that cannot mislead (`visible`); the page never makes
HTML of it. Names are shown: whoever sits at the desk names the children.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from consent.findings import Finding, Outcome
from consent.judging import Decision
from consent.messages import Message, say
from pipeline.desk.entry import Entry, things_of
from pipeline.desk.reopening import AGAIN
from pipeline.language import Translator
from pipeline.naming import FACE, TEXT, HandNames, is_somebody, label
from pipeline.naming_words import (
    DO_NOT_ASK_AGAIN,
    Permissions,
    Said,
    SetAside,
    Word,
    is_person_id,
)
from pipeline.rejudging import NOT_COMPARED, NOT_SEEN
from pipeline.remedies.confirming import Remade
from pipeline.remedies.words import of_film
from pipeline.reporting.words import DECISIONS, SYMBOLS, minutes, owner_words, visible, with_names
from pipeline.signing.files import CHANGED
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Box, Observation

PERSON = "person"
SAID = {
    Word.NO_FACE: say("No face"),
    Word.TAKEN_FOR: say("No face"),
    Word.NOT_RECOGNISABLE: say("Not recognisable"),
    Word.MAY_STAY: say("May stay"),
    Word.DISPUTED: say("Contradictory: say it once more"),
}
WITHOUT_WHY = {
    Word.NO_FACE: say("No face, and not what it is: that does not count"),
    Word.NOT_RECOGNISABLE: say("Not recognisable, and not why: that does not count"),
}
AGAINST_TABLE = say(
    "The names.csv of this check says otherwise. Take back what was said here, or change that file and audit again "
    "with --names."
)
AT_THE_DESK = {
    "{what} It may not be published: change the text and audit again.": say(
        "{what} It may not be published: change the text and press “{button}”.", button=AGAIN
    ),
    NOT_SEEN.text: say(
        "Press “{button}”: this file was not looked at, or in another way than it would be now.", button=AGAIN
    ),
    NOT_COMPARED.text: say(
        "Press “{button}”: who may be recognised by the program has changed since the faces were compared.",
        button=AGAIN,
    ),
    CHANGED.text: say(
        "Press “{button}”: the file is not where it was, or was changed since it was looked at.", button=AGAIN
    ),
}
"""What is said otherwise here than in a terminal. A card shows the beginning, so what helps comes first."""
Plain = dict[str, Any]


def card(place: int, entry: Entry, tr: Translator, names: Mapping[str, str], new: Remade | None = None) -> Plain:
    """A photo in the grid: its name, its verdict, the first reasons, and how much of it is still open.

    `new`: the picture that was made of it, which may go in its place once it is confirmed.
    """
    verdict = entry.audited.verdict
    told = list(dict.fromkeys(sentence(f.reason, tr, names) for f in verdict.reasons))
    goes = Decision.PUBLISH if goes_instead(entry, new) else verdict.decision
    instead = goes_instead(entry, new)
    to_name = {n for f in verdict.reasons if f.outcome is Outcome.HOLD for n in (*f.faces, *(-b for b in f.bodies))}
    return {
        "place": place,
        "name": visible(entry.audited.name),
        **_decided(goes, tr),
        "reasons": [] if instead else told[:2],
        "open": 0 if goes is Decision.PUBLISH else len(to_name),
        "new": "" if new is None or verdict.decision is Decision.PUBLISH else tr.render(_new_on_card(new)),
        "shown": shown(entry, new),
    }


def goes_instead(entry: Entry, new: Remade | None) -> bool:
    """Whether the new picture goes in place of the photo, which may not go itself."""
    may_go = new is not None and new.verdict.decision is Decision.PUBLISH
    return may_go and entry.audited.verdict.decision is not Decision.PUBLISH


def shown(entry: Entry, new: Remade | None) -> str:
    """SHA-256 of what a card shows: of what would go, so that nobody takes an uncovered child for cleared."""
    return new.made.sha256 if new is not None and goes_instead(entry, new) else entry.audited.sha256


def _new_on_card(new: Remade) -> Message:
    if new.verdict.decision is not Decision.PUBLISH:
        return new_words(new)
    if of_film(new.made):
        return say("The new film goes, and not the one that was filmed")
    return say("The new picture goes, and not the photo")


def _decided(decision: Decision, tr: Translator) -> Plain:
    return {"verdict": decision.value, "word": tr.render(DECISIONS[decision]), "sign": SYMBOLS[decision]}


def new_words(new: Remade) -> Message:
    """How far a new picture is, in a few words."""
    if of_film(new.made):
        if new.verdict.decision is Decision.PUBLISH:
            return say("New film in order")
        return say("New film: look at it") if new.waits_for_a_person else say("New film: not in order")
    if new.verdict.decision is Decision.PUBLISH:
        return say("New picture in order")
    return say("New picture: look at it") if new.waits_for_a_person else say("New picture: not in order")


def photo(
    place: int,
    entry: Entry,
    tr: Translator,
    names: Mapping[str, str],
    proposals: Mapping[int, str],
    *,
    new: Remade | None = None,
) -> Plain:
    """An opened photo: its card, every reason with who decides, and each face and person with its place.

    `proposals`: by face number, the id of somebody who may be this person, for a person to say.
    """
    return {
        **card(place, entry, tr, names),
        "goes": {**_decided(Decision.PUBLISH, tr), "state": tr.render(_new_on_card(new))}
        if new is not None and goes_instead(entry, new)
        else None,
        "sha256": entry.audited.sha256,
        "reasons": reasons(entry.audited.verdict.reasons, tr, names),
        "may_harm": entry.audited.said.may_harm,
        "film": entry.seen is not None and entry.seen.film is not None,
        "things": list(_things(entry, tr, names, proposals)) if entry.seen else [],
    }


def reasons(findings: Iterable[Finding], tr: Translator, names: Mapping[str, str]) -> list[Plain]:
    """Each reason once, with who decides."""
    return [
        {"text": sentence(f.reason, tr, names), "owner": owner_words(f.owner, tr) if f.owner else ""}
        for f in _once(findings)
    ]


def _things(entry: Entry, tr: Translator, names: Mapping[str, str], proposals: Mapping[int, str]) -> Iterable[Plain]:
    assert entry.seen is not None
    seen, said = entry.seen, entry.audited.said
    for face in seen.faces:
        findings = [f for f in entry.audited.verdict.findings if face.number in f.faces]
        proposed = {
            "proposal": proposals.get(face.number, ""),
            "proposed": names.get(proposals.get(face.number, ""), ""),
        }
        who = said.faces.get(face.number) or entry.audited.identified.get(face.number)
        yield {
            **_thing(FACE, face.number, str(face.number), face.box, seen),
            **_state(
                findings,
                who,
                by_hand=said.faces.get(face.number),
                entry=entry,
                key=(FACE, face.number),
                tr=tr,
                names=names,
            ),
            **{key: visible(value) for key, value in proposed.items()},
        }
    for body in seen.bodies:
        word = said.bodies.get(body.number)
        as_face = _face_of(body.number, seen, said)
        findings = [f for f in entry.audited.verdict.findings if body.number in f.bodies or as_face in f.faces]
        yield {
            **_thing(PERSON, body.number, f"P{body.number}", body.box, seen),
            **_state(findings, word, by_hand=word, entry=entry, key=(PERSON, body.number), tr=tr, names=names),
            **{"proposal": "", "proposed": ""},
        }
    yield from _texts(entry, tr, names)


def box_of(entry: Entry, what: str, number: int) -> Box | None:
    """Where a face or a person is on what was seen of a photo; None where there is no such."""
    things = () if entry.seen is None else things_of(entry.seen, what)
    return next((thing.box for thing in things if thing.number == number), None)


def _texts(entry: Entry, tr: Translator, names: Mapping[str, str]) -> Iterable[Plain]:
    """Texts that stand in the way, or of which somebody said that they may stay."""
    assert entry.seen is not None
    against = {number for finding in entry.audited.verdict.reasons for number in finding.texts}
    for text in entry.seen.texts:
        word = entry.audited.said.texts.get(text.number)
        if text.number in against or word is not None:
            findings = [f for f in entry.audited.verdict.findings if text.number in f.texts]
            yield {
                **_thing(TEXT, text.number, label(TEXT, text.number), text.box, entry.seen),
                **_state(findings, word, by_hand=word, entry=entry, key=(TEXT, text.number), tr=tr, names=names),
                **{"proposal": "", "proposed": "", "read": visible(text.text)},
            }


def _thing(what: str, number: int, label: str, box: Box, seen: Observation) -> Plain:
    """Where it is, in parts of the picture, so that it fits whatever size the picture is shown at."""
    place = (box.x / seen.width, box.y / seen.height, box.width / seen.width, box.height / seen.height)
    return {"what": what, "number": number, "label": label, "box": [round(part, 5) for part in place]}


def _state(
    findings: Sequence[Finding],
    who: Said | None,
    *,
    by_hand: Said | None,
    entry: Entry,
    key: tuple[str, int],
    tr: Translator,
    names: Mapping[str, str],
) -> Plain:
    against = [f for f in findings if f.outcome in (Outcome.HOLD, Outcome.BLOCK)]
    worst = max((f.outcome for f in findings), key=lambda outcome: outcome.weight, default=Outcome.NOT_APPLICABLE)
    decisions = [d for d in entry.decisions if (d.what, d.number) == key]
    why = [f.reason for f in against]
    if by_hand is Word.DISPUTED and key in entry.against_table:
        why.insert(0, AGAINST_TABLE)
    return {
        "outcome": worst.value,
        "open": any(f.outcome is Outcome.HOLD for f in findings),
        "who": _who(who, tr, names),
        "by_hand": by_hand is not None,
        "why": list(dict.fromkeys(sentence(reason, tr, names) for reason in why)),
        "note": visible(" / ".join((*_seen_when(entry.seen, key), *_reasons_given(decisions)))),
    }


def _reasons_given(decisions: Iterable[HandDecision]) -> Iterable[str]:
    return (d.reason for d in decisions if d.reason not in ("", DO_NOT_ASK_AGAIN))


def _seen_when(seen: Observation | None, key: tuple[str, int]) -> Iterable[str]:
    """From when to when a face or a person of a film is seen, as players show it."""
    film = seen.film if seen else None
    for track in () if film is None else film.faces if key[0] == FACE else film.bodies:
        if track.number == key[1]:
            yield f"{minutes(track.span[0])}–{minutes(track.span[1])}"


def _who(who: Said | None, tr: Translator, names: Mapping[str, str]) -> str:
    if who is None:
        return ""
    if isinstance(who, Permissions) and not who.platforms:
        return tr.text("Adult with permission, and not where that can be read: that does not count")
    if isinstance(who, Permissions):
        return ": ".join((tr.text("Adult with permission"), ", ".join(sorted(who.platforms))))
    if is_person_id(who):
        return visible(names.get(str(who)) or str(who))
    if isinstance(who, SetAside):
        return tr.render(SAID[who.word])
    return tr.render(WITHOUT_WHY.get(Word(who)) or SAID[Word(who)])


def _face_of(body: int, seen: Observation, said: HandNames) -> int:
    """The number of the face that a body became when it was given a name (`with_named_bodies`); 0 for none."""
    named = [b.number for b in seen.bodies if is_somebody(said.bodies.get(b.number))]
    return len(seen.faces) + 1 + named.index(body) if body in named else 0


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of which the reasons differ."""
    return tuple({(f.reason, f.owner): f for f in findings}.values())


def sentence(message: Message, tr: Translator, names: Mapping[str, str]) -> str:
    """A sentence with names beside the person ids in it."""
    return visible(tr.render(with_names(at_the_desk(message), names)))


def at_the_desk(message: Message) -> Message:
    """The same sentence with the button that is there, where it asks for another audit as in a terminal."""
    here = AT_THE_DESK.get(message.text)
    values = tuple((gap, at_the_desk(v) if isinstance(v, Message) else v) for gap, v in message.values)
    return Message(message.text, values) if here is None else Message(here.text, (*here.values, *values))
