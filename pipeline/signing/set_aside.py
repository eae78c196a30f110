"""Whom people set aside on what is to be signed for: no face, or nobody who can be recognised, as somebody said.

Nobody is asked for a yes there, so whoever signs looks at each of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consent.messages import Message, say
from pipeline.naming import label
from pipeline.naming_words import SetAside, Word, is_set_aside
from pipeline.signing.files import CleanFile
from pipeline.signing.runs import CandidateRun
from pipeline.store import Store

SAID = {Word.NO_FACE: say("No face"), Word.NOT_RECOGNISABLE: say("Not recognisable")}


@dataclass(frozen=True, slots=True)
class LookedPast:
    """A face or a person on a photo that goes along, of which people said that it needs no yes.

    `by`: who said so at the desk, by id of a signer, empty for whoever is none; nobody where a table alone says it.
    """

    photo: str
    what: str
    number: int
    said: SetAside
    by: tuple[str, ...]

    @property
    def label(self) -> str:
        """What it is called on pictures and at the desk."""
        return label(self.what, self.number)

    @property
    def word(self) -> Message:
        """What was said of it."""
        return SAID[self.said.word]

    @property
    def said_by(self) -> tuple[Message | str, ...]:
        """Who said it: ids, or where it stands."""
        return tuple(who or say("somebody else") for who in self.by) or (say("in names.csv"),)


def looked_past(store: Store, run: CandidateRun, files: Iterable[CleanFile]) -> Iterator[LookedPast]:
    """Everybody who was set aside on the photos of these files."""
    sha256 = {photo.name: photo.sha256 for photo in run.photos}
    for photo in (file.judged for file in files if file.judged.set_aside):
        standing = store.decisions.standing(sha256[photo.name])
        for (what, number), said in photo.set_aside.items():
            alike = [d for d in standing if (d.what, d.number) == (what, number) and is_set_aside(d.told, said.word)]
            yield LookedPast(photo.name, what, number, said, tuple(dict.fromkeys(d.by for d in alike)))
