"""Judging again what was seen before, against the register and the protocol of now. No photo is opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from consent.messages import say
from pipeline.basis import Basis, basis_of
from pipeline.deciding import outweighed
from pipeline.film.container import FORMATS as FILM_FORMATS
from pipeline.judged import NOBODY_SAID, Publication, held, judged
from pipeline.matching.conditions import MatchingSettings
from pipeline.matching.identification import Identification
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.photos import FORMATS
from pipeline.run import AuditedPhoto
from pipeline.store import Store
from pipeline.vision.observation import Observation

NOT_SEEN = say("This file was not looked at, or in another way than it would be now. Audit it again.")
NOT_COMPARED = say("Who may be recognised by the program has changed since the faces were compared. Audit it again.")


def rejudge(
    store: Store,
    publication: Publication,
    matching: MatchingSettings,
    photos: Iterable[tuple[str, str]],
    names: NamesFile | None = None,
) -> Iterator[AuditedPhoto]:
    """The verdicts on photos, given by name and SHA-256, from what is remembered of them; without pictures.

    They come in any order, one at a time, so that memory does not grow with their number. A photo that is not
    remembered as it would be seen now is held, and so is a file with an ending that an audit might refuse for these
    bytes. So is one whose faces were compared with another gallery, unless people named them: a name that rests on a
    template that is gone is no name.
    """
    basis = basis_of(store, publication, matching, default_store())
    names = outweighed(names or NamesFile(), store)
    wanted: dict[str, list[str]] = {}
    for name, sha256 in photos:
        wanted.setdefault(sha256, []).append(name)
    for seen, found in store.all_seen_before(basis.observations, basis.identifications):
        for name in wanted.pop(seen.sha256, ()):
            yield judge_again(basis, publication, name, seen, remembered=found, names=names)
    for sha256, not_seen in wanted.items():
        yield from (held(publication, name, sha256, NOT_SEEN) for name in not_seen)


def judge_again(
    basis: Basis,
    publication: Publication,
    name: str,
    seen: Observation,
    *,
    remembered: tuple[Identification, ...] | None,
    names: NamesFile,
) -> AuditedPhoto:
    """The verdict on one photo, from what is remembered of it on that basis. `names`: as `outweighed` gives them."""
    if not _reads_alike(name, seen.ending):
        return held(publication, name, seen.sha256, NOT_SEEN)
    found = None if basis.matching is None else remembered
    otherwise = NOT_COMPARED if basis.matching is not None and found is None else NOBODY_SAID
    return judged(publication, name, seen, found or (), names=names, otherwise=otherwise)


def _reads_alike(name: str, ending: str) -> bool:
    """Whether a file of this name may be of the very formats that one with the ending may. No bytes are at hand."""
    # Mostly the very ending under which it was seen; to take a path apart takes ten times as long as to see that.
    suffix = ending if ending and name.lower().endswith(ending) else PurePath(name).suffix.lower()
    formats = FORMATS.get(suffix) or FILM_FORMATS.get(suffix)
    return formats is not None and formats == (FORMATS.get(ending) or FILM_FORMATS.get(ending))
