"""Making the remedies of a run: photos found again, covered or cropped, and judged by looking at what came out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from consent.judging import Verdict
from consent.messages import Message, UserError, say
from pipeline.basis import observations_basis
from pipeline.judged import Publication
from pipeline.ledger.chain import Kind
from pipeline.looker import Looker, Task
from pipeline.models.silence import quiet
from pipeline.models.store import ModelStore, default_store
from pipeline.photos import decode_photo, photo_file, read_file
from pipeline.rejudging import rejudge
from pipeline.remedies.apply import apply, made_of, write_made, write_table
from pipeline.remedies.cover import DEFAULT
from pipeline.remedies.judging import judge_made
from pipeline.remedies.memory import Made, ledger_body
from pipeline.remedies.propose import propose
from pipeline.remedies.remedy import How, Remedy
from pipeline.remedies.remedy import Kind as RemedyKind
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun, names_of_run, read_run
from pipeline.store import Store
from pipeline.vision.observation import Observation
from pipeline.workspace import Workspace

CROP = "crop"
"""Beside the ways to cover: crop where that is possible, and make nothing else."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one photo. `told`: why nothing was made of it; else `made`, where it lies and its `verdict`."""

    photo: str
    told: Message | None = None
    made: Made | None = None
    file: Path | None = None
    verdict: Verdict | None = None


def make_remedies(
    space: Workspace,
    run: str,
    at: datetime,
    photos: Collection[str] = (),
    *,
    how: str | None = None,
    on_step: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Outcome, ...]:
    """Make the remedies of a run of candidates: of the photos named, or of every photo that has one.

    `run`: its id or its folder; `how`: a way to cover, or crop; None takes the cheapest. Raises `UserError` where
    there is no such run, or no such photo in it. A photo that is gone or was changed since is told, and nothing is
    made of it.
    """
    models = default_store()
    with space.open_store() as store, quiet(), Looker(models) as look:
        found = read_run(space, store, run)
        wanted = [(p.name, p.sha256) for p in found.photos if not photos or p.name in photos]
        for unknown in sorted({*photos} - {name for name, _ in wanted}):
            raise UserError(
                say("The run {run} has no photo “{photo}”. The report has their names.", run=run, photo=unknown)
            )
        publication = publication_of(space, store, found, at)
        maker = _Maker(store, publication, models, look, found, at)
        outcomes: list[Outcome] = []
        for step, photo in enumerate(judged_today(space, store, publication, found, wanted)):
            on_step(step, len(wanted))
            outcomes += maker.outcome(photo, how, asked_for=bool(photos))
        on_step(len(wanted), len(wanted))
        write_table(found.folder, store.remedies.of_run(found.run_id))
    return tuple(outcomes)


def publication_of(space: Workspace, store: Store, run: CandidateRun, at: datetime) -> Publication:
    """What a run is judged for at this moment: its platform, by the register of now."""
    protocol = space.school.load_protocol()
    register = store.register(protocol.parameters.validity)
    return Publication(run.platform_id, max(run.on, at.date()), protocol, register, at.date())


def judged_today(
    space: Workspace, store: Store, publication: Publication, run: CandidateRun, photos: Iterable[tuple[str, str]]
) -> tuple[AuditedPhoto, ...]:
    """These photos of a run, by name and SHA-256, as they are judged now, by name; none is opened."""
    names = names_of_run(store, run, publication.register.people)
    judged = rejudge(store, publication, space.school.matching, photos, names)
    return tuple(sorted(judged, key=lambda photo: photo.name))


@dataclass(frozen=True)
class _Maker:
    """What it takes to make the new files of one run."""

    store: Store
    publication: Publication
    models: ModelStore
    look: Looker
    run: CandidateRun
    at: datetime

    def outcome(self, photo: AuditedPhoto, how: str | None, asked_for: bool) -> Iterator[Outcome]:
        """What becomes of a photo; nothing where it needs no remedy and nobody asked for one."""
        remedy = _chosen(propose(photo, self.publication), how)
        if remedy is None or photo.observation is None:
            if asked_for:
                yield Outcome(photo.name, say("No remedy of this kind would let the rules pass this photo."))
            return
        pixels = self._pixels(photo)
        if isinstance(pixels, Message):
            yield Outcome(photo.name, pixels)
        else:
            yield self._made(photo, photo.observation, remedy, How(how) if how and how != CROP else DEFAULT, pixels)

    def _pixels(self, photo: AuditedPhoto) -> NDArray[np.uint8] | Message:
        """The pixels of the very photo that was audited, or what is wrong."""
        file = read_file(self.run.source.photos / photo.name, photo.name)
        if file.problem is not None:
            return say("The photo is not where it was. Put it back, or audit again.")
        if file.sha256 != photo.sha256:
            return say("The photo was changed since the audit. Audit it again.")
        decoded = decode_photo(file, self._long_side_px)
        if decoded.pixels is None:
            assert decoded.problem is not None
            return decoded.problem
        return decoded.pixels

    def _made(
        self, photo: AuditedPhoto, seen: Observation, remedy: Remedy, how: How, pixels: NDArray[np.uint8]
    ) -> Outcome:
        """Make, look at what came out, and note both. The file is there before anything speaks of it."""
        content = apply(remedy, seen, pixels, how)
        looked = self.look(Task(photo_file(content, ".jpg", photo.name), self._long_side_px))
        if looked.observation is None:
            return Outcome(photo.name, looked.problem)
        made = made_of(remedy, seen, content, run_id=self.run.run_id, photo=photo.name, how=how, at=self.at)
        verdict = judge_made(photo, made, looked.observation, self.publication)
        file = write_made(self.run.folder, photo.name, content)
        with self.store.transaction():
            self.store.add_observation(looked.observation, observations_basis(self.models, self.publication.protocol))
            self.store.remedies.add(made)
            self.store.ledger.append(Kind.REMEDY, ledger_body(made), self.at)
        return Outcome(photo.name, None, made, file, verdict)

    @property
    def _long_side_px(self) -> int:
        return self.publication.protocol.parameters.published_long_side_px


def _chosen(remedies: tuple[Remedy, ...], how: str | None) -> Remedy | None:
    """The cheapest remedy of the kind that was asked for."""
    kind = None if how is None else RemedyKind.CROP if how == CROP else RemedyKind.COVER
    return next((remedy for remedy in remedies if kind in (None, remedy.kind)), None)
