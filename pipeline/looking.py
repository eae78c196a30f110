"""Looking at a batch: each photo from file to verdict, in order, with the looking done by workers.

Reading, looking and judging overlap. The database, the gallery and the verdict stay in the thread that
opened the store. Whatever fails on the way, the photo is held with the reason and the batch goes on.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from consent.messages import say
from pipeline import remembered
from pipeline.basis import Basis, basis_of
from pipeline.deciding import outweighed
from pipeline.film.identifying import identify_tracks, shown_faces
from pipeline.judged import Publication, held, judged
from pipeline.looker import Looked, Task
from pipeline.matching.conditions import MatchingSettings, why_not
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.identification import Identification, comparable, identify
from pipeline.matching.recogniser import Templates
from pipeline.models.store import ModelStore, default_store
from pipeline.naming import TEXT, NamesFile
from pipeline.naming_table import is_open
from pipeline.photos import PhotoFile, read_file
from pipeline.private import private_folder
from pipeline.reporting.pictures import draw, draw_numbered, shown_size
from pipeline.run import AuditedPhoto, ModelUse
from pipeline.store import SeenBefore, Store, Unavailable
from pipeline.vision.observation import Film, Observation
from pipeline.vision.observer import MODELS
from pipeline.workers import Workers, in_order

PICTURES = "pictures"
NUMBERED = "numbered"
NOT_THIS_PHOTO = say("What came back for this photo is about another one, or is not complete. Audit it again.")

T = TypeVar("T")


@dataclass(frozen=True)
class _Asked:
    """A photo on its way: its task, and who was found there before."""

    task: Task
    found: tuple[Identification, ...] | None


class Looking:
    """Looks at the photos of one batch, used from the thread that opened the store.

    Drawn pictures go below `folder`, which must exist: into `pictures` for the report, pixelated, and
    into `numbered` for naming by hand, as they are.
    """

    def __init__(
        self, store: Store, publication: Publication, matching: MatchingSettings, names: NamesFile, folder: Path
    ) -> None:
        self._store, self._publication, self._folder = store, publication, folder
        self._names = outweighed(names, store)
        self._long_side_px = publication.protocol.parameters.published_long_side_px
        self.seconds: defaultdict[str, float] = defaultdict(float)
        """By step, summed over the workers."""
        private_folder(folder / PICTURES, may_exist=False)
        models = default_store()
        self.basis: Basis = basis_of(store, publication, matching, models)
        """What results of this batch rest on."""
        self.in_force = self.basis.matching.in_force if self.basis.matching else None
        """The policy of matching and what it rests on; None where matching is off."""
        used: tuple[str, ...] = MODELS
        if self.basis.matching is None:
            reason = why_not(matching)
            assert reason is not None
            self.matching = reason
        else:
            used = (*MODELS, DlibResNet.name)
            self.matching = say(
                "Faces were compared with {count} enrolled persons, under the impact assessment “{dpia}”.",
                count=len(set(self.basis.matching.gallery.person_ids)),
                dpia=matching.dpia_reference,
            )
        self.outdated = self.basis.matching.outdated if self.basis.matching else ()
        """Ids of the persons who are enrolled with photos that are all too old by now."""
        self.superseded = self.basis.matching.superseded if self.basis.matching else ()
        """Ids of the persons whose templates another version of the program made."""
        for name in used:
            models.path(name)  # what is missing or altered is told now, not by every photo
        self.models = tuple(_model_use(models, name) for name in used)

    def audit(
        self,
        paths: Iterable[tuple[T, str]],
        workers: Workers,
        read: Callable[[T, str], PhotoFile] = read_file,  # type: ignore[assignment]
    ) -> Generator[AuditedPhoto, None, None]:
        """Each photo, by path and name, from file to verdict and picture. Close this iterator if you break off.

        `read` gives the file for a path and a name, wherever it lies; it is called in one thread.
        """
        with (
            ThreadPoolExecutor(1, "read") as reader,
            closing(in_order(lambda at: reader.submit(read, *at), paths, workers.at_once)) as files,
            closing(
                in_order(
                    lambda asked: workers.submit(asked.task),
                    (self._asked(file) for _, file in files),
                    workers.at_once,
                    self._keep,
                )
            ) as looks,
        ):
            try:
                for number, (asked, looked) in enumerate(looks):
                    for step, seconds in looked.seconds.items():
                        self.seconds[step] += seconds
                    yield self._audited(asked, looked, number)
            except BaseException:  # also where the reader goes away (Ctrl-C), before what was begun is waited for
                workers.break_off()
                raise

    def _asked(self, file: PhotoFile) -> _Asked:
        """What is still to be done for a file: what was seen and found before is not done again."""
        matching = self.basis.matching
        try:
            before = self._store.seen_before(file.sha256, self.basis.observations, self.basis.identifications)
        except Unavailable:
            before = SeenBefore(None, None)  # looked at as if for the first time
        found = None if before.observation is None or matching is None else before.found
        embed = matching.policy if matching is not None and found is None else None
        return _Asked(Task(file, self._long_side_px, before.observation, embed), found)

    def _keep(self, asked: _Asked, looked: Looked) -> None:
        """Remember what was seen at once, so that an interrupted run goes on where it was."""
        if looked.observation is not None and "look" in looked.seconds and _answers(asked.task, looked):
            # What cannot be written now is looked at again by the next audit; this one needs it no more.
            with suppress(Unavailable):
                self._store.add_observation(looked.observation, self.basis.observations)

    def _audited(self, asked: _Asked, looked: Looked, number: int) -> AuditedPhoto:
        """The verdict on one photo and its picture, which `number` names within the batch."""
        file, seen = asked.task.file, looked.observation
        if seen is None:
            assert looked.problem is not None
            return held(self._publication, file.name, file.sha256, looked.problem)
        if not _answers(asked.task, looked):
            return held(self._publication, file.name, file.sha256, NOT_THIS_PHOTO)
        try:
            with self._timed("match"):
                found = self._identified(asked, looked, seen)
            with self._timed("judge"):
                audited = judged(self._publication, file.name, seen, found, names=self._names)
                audited.work_out()  # what fails now is a fault of this photo, and later one of the whole report
        except Exception as error:  # noqa: BLE001 - one bad photo must not end the batch; it is held and listed
            reason = say("The program could not look at this photo ({kind}).", kind=type(error).__name__)
            return held(self._publication, file.name, file.sha256, reason)
        try:
            with self._timed("draw"):
                return self._drawn(looked.pixels, seen, audited, number)
        except Exception:  # noqa: BLE001 - a card without a picture says as much, and the verdict stands
            return audited

    def _identified(self, asked: _Asked, looked: Looked, seen: Observation) -> tuple[Identification, ...]:
        """Who the faces are; nothing where matching is off."""
        matching = self.basis.matching
        if matching is None:
            return ()
        if asked.found is not None:
            return asked.found
        assert looked.probes is not None
        if seen.film is not None:
            return self._identified_film(asked, seen, seen.film, looked.probes)
        faces, unfit = comparable(seen.faces, matching.policy)
        # The probes live no longer than this comparison (AVG art. 9).
        found = (*identify(faces, looked.probes, matching.gallery, matching.policy, matching.unguarded), *unfit)
        with suppress(Unavailable):
            self._store.add_identifications(seen, self.basis.identifications, found, matching.gallery.people)
        return found

    def _identified_film(
        self, asked: _Asked, seen: Observation, film: Film, probes: Templates
    ) -> tuple[Identification, ...]:
        matching = self.basis.matching
        assert matching is not None
        found = identify_tracks(film, probes, matching.gallery, matching.policy, matching.unguarded)
        with suppress(Unavailable):
            self._store.add_identifications(seen, self.basis.identifications, found, matching.gallery.people)
        return found

    def _drawn(
        self, pixels: NDArray[np.uint8] | None, seen: Observation, audited: AuditedPhoto, number: int
    ) -> AuditedPhoto:
        assert pixels is not None
        picture = self._folder / PICTURES / f"{number}.jpg"
        picture.write_bytes(draw(pixels, audited))
        if audited.told or any(map(is_open, audited.name_rows)):
            numbered = self._folder / NUMBERED / f"{audited.name}.jpg"
            private_folder(numbered.parent)
            texts = {int(row[2]) for row in audited.name_rows if row[1] == TEXT}
            numbered.write_bytes(draw_numbered(pixels, seen, texts))
        return replace(audited, picture=picture)

    @contextmanager
    def _timed(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[step] += time.perf_counter() - start


def _answers(task: Task, looked: Looked) -> bool:
    """Whether what came back is about the photo that was asked for, whole, and with the templates asked for.

    A worker may be another computer: the verdict must not rest on its keeping photos apart.
    """
    seen, pixels = looked.observation, looked.pixels
    if seen is None:
        return True
    if seen.sha256 != task.file.sha256:
        return False
    # As text, because a measure that is no number equals nothing, not even itself.
    if task.known is not None and remembered.of_observation(seen) != remembered.of_observation(task.known):
        return False
    size = (seen.width, seen.height) if seen.film is None else (seen.film.width, seen.film.height)
    if max(size) > task.long_side_px:
        return False
    shown = shown_size(seen.width, seen.height) if seen.film is None else (seen.width, seen.height)
    if pixels is not None and (pixels.shape[1], pixels.shape[0]) != shown:
        return False
    if task.embed is None:
        return True
    faces = comparable(seen.faces, task.embed)[0] if seen.film is None else shown_faces(seen.film, task.embed)
    return looked.probes is not None and len(looked.probes) == len(faces)


def _model_use(models: ModelStore, name: str) -> ModelUse:
    model = models.model(name)
    return ModelUse(name, model.origin, model.sha256)
