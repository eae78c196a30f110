"""What people said on which a photo goes out, for whoever signs to look at: nobody else looks at it again.

Of a face or a person that needs no yes, or has one of its own; of a face that the program takes for somebody else; and
of a text that may stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consent.messages import Message, say
from pipeline.naming import FACE, label
from pipeline.naming_words import Permissions, Said, SetAside, Word, is_person_id
from pipeline.run import AuditedPhoto
from pipeline.signing.files import CleanFile
from pipeline.signing.runs import CandidateRun
from pipeline.store import Store

SAID = {Word.NO_FACE: say("No face"), Word.NOT_RECOGNISABLE: say("Not recognisable")}


@dataclass(frozen=True, slots=True)
class LookedPast:
    """A face, a person or a text on a photo that goes along by what people said of it.

    `word`: what they said, `why`: their reason, what shows it, or what speaks against it. `by`: who said so at the
    desk, by id of a signer, empty for whoever is none; nobody where a table alone says it.
    """

    photo: str
    what: str
    number: int
    word: Message
    why: Message | str
    by: tuple[str, ...]

    @property
    def label(self) -> str:
        """What it is called on pictures and at the desk."""
        return label(self.what, self.number)

    def plain(self) -> tuple[str, ...]:
        """All that whoever signs is shown of it, but for who said so: with other words it is another question."""
        told = [one.plain() if isinstance(one, Message) else one for one in (self.word, self.why)]
        return self.photo, self.label, json.dumps(told, sort_keys=True)

    @property
    def said_by(self) -> tuple[Message | str, ...]:
        """Who said it: ids, or where it stands."""
        return tuple(who or say("somebody else") for who in self.by) or (say("in names.csv"),)


def looked_past(store: Store, run: CandidateRun, files: Iterable[CleanFile]) -> Iterator[LookedPast]:
    """All of it on the photos of these files, but for what is covered on them."""
    sha256 = {photo.name: photo.sha256 for photo in run.photos}
    for photo in (file.judged for file in files if file.judged.told):
        standing = store.decisions.standing(sha256[photo.name])
        covered = {face.number for face in photo.facts.faces if face.covered}
        for (what, number), said in photo.told.items():
            told = _told(photo, what, number, said) or _no_longer_told(store, photo, what, number, said)
            if told is not None and not (what == FACE and number in covered):
                by = dict.fromkeys(d.by for d in standing if (d.what, d.number) == (what, number))
                yield LookedPast(photo.name, what, number, *told, tuple(by))


def _no_longer_told(
    store: Store, photo: AuditedPhoto, what: str, number: int, said: Said
) -> tuple[Message, Message] | None:
    """A name where the program took the face for somebody once, and cannot tell any more for whom."""
    seen = photo.observation
    if seen is None or what != FACE or not is_person_id(said) or number in photo.taken_for:
        return None
    place = next((seen.place(face) for face in seen.faces if face.number == number), None)
    if place is None or not store.was_taken_for(seen.sha256, what, number, place):
        return None
    return say("This is {person}", person=said), say("The program took this face for somebody once. Look who it is.")


def _told(photo: AuditedPhoto, what: str, number: int, said: Said) -> tuple[Message, Message | str] | None:
    """What was said and why, where somebody has to look at it again."""
    match said:
        case SetAside():
            return SAID[said.word], said.reason
        case Permissions():
            return say("Adult with permission"), "; ".join(one.evidence for one in said.given if one.evidence)
        case Word.MAY_STAY:
            texts = photo.observation.texts if photo.observation else ()
            return say("May stay"), next((text.text for text in texts if text.number == number), "")
    other = photo.taken_for.get(number) if what == FACE else None
    if is_person_id(said) and other not in (None, said):
        return say("This is {person}", person=said), say("The program takes this face for {person}.", person=str(other))
    return None
