"""Making the remedies of a run: photos found again, covered or cropped, and judged by looking at what came out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from consent.judging import Decision, Verdict
from consent.messages import Message, UserError, say
from pipeline.basis import observations_basis
from pipeline.erasing.own_files import GROWING, GROWING_FILM
from pipeline.film.reading import open_film
from pipeline.film.sampling import Times
from pipeline.film.writing import ENDING, write_film
from pipeline.judged import Publication
from pipeline.ledger.chain import Kind
from pipeline.looker import Looked, Looker, Task
from pipeline.models.silence import quiet
from pipeline.models.store import ModelStore, default_store
from pipeline.photos import PhotoFile, decode_photo, is_film, photo_file, read_file
from pipeline.private import private_folder
from pipeline.rejudging import NOT_SEEN, rejudge
from pipeline.remedies.apply import apply, made_of, place_of, write_made, write_table
from pipeline.remedies.cover import DEFAULT
from pipeline.remedies.film import Cover, cover_film, faces_at
from pipeline.remedies.judging import judge_made
from pipeline.remedies.memory import Made, ledger_body
from pipeline.remedies.propose import propose
from pipeline.remedies.remedy import How, Remedy
from pipeline.remedies.remedy import Kind as RemedyKind
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import CandidateRun, names_of_run, read_run
from pipeline.store import Store
from pipeline.vision.observation import Face, Film, Observation
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
    there is no such run, it was approved already, or it has no such photo. A photo that is gone or was changed since
    is told, and nothing is made of it.
    """
    models = default_store()
    with space.open_store() as store, quiet(), Looker(models) as look:
        found = read_run(space, store, run)
        if store.signing.approval(found.run_id) is not None:
            raise UserError(
                say(
                    "The run {run} has been approved already, so new pictures of it cannot go along. To publish more "
                    "of its photos, audit them again.",
                    run=found.run_id,
                )
            )
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
        if photo.observation is None and any(reason.reason == NOT_SEEN for reason in photo.verdict.reasons):
            yield Outcome(photo.name, self._why_not_seen(photo))
            return
        remedy = _chosen(propose(photo, self.publication), how)
        if remedy is None or photo.observation is None:
            of_film = photo.observation is not None and photo.observation.film is not None
            if asked_for or (of_film and photo.verdict.decision is not Decision.PUBLISH):
                yield Outcome(photo.name, _no_way(photo))
            return
        file = self._file(photo)
        if isinstance(file, Message):
            yield Outcome(photo.name, file)
        elif photo.observation.film is not None:
            yield self._made_film(photo, photo.observation, photo.observation.film, remedy, file)
        else:
            pixels = self._pixels(file)
            if isinstance(pixels, Message):
                yield Outcome(photo.name, pixels)
            else:
                yield self._made(photo, photo.observation, remedy, How(how) if how and how != CROP else DEFAULT, pixels)

    def _why_not_seen(self, photo: AuditedPhoto) -> Message:
        """Why nothing is known of a file: it is gone, it can be opened by nobody, or an audit would look at it anew."""
        file = self._file(photo)
        if isinstance(file, Message):
            return file
        if not is_film(file):
            return decode_photo(file, self._long_side_px).problem or NOT_SEEN
        try:
            # As far as an audit decodes it: one that opens may still break half-way.
            for _ in open_film(file, self._long_side_px).frames(Times()):
                pass
        except UserError as error:
            return error.message
        return NOT_SEEN

    def _file(self, photo: AuditedPhoto) -> PhotoFile | Message:
        """The very file that was audited, or what is wrong."""
        file = read_file(self.run.source.photos / photo.name, photo.name)
        if file.problem is not None and file.sha256 == photo.sha256:
            return file.problem
        if file.problem is not None:
            return say("The file is not where it was. Put it back, or audit again.")
        if file.sha256 != photo.sha256:
            return say("The file was changed since the audit. Audit it again.")
        return file

    def _pixels(self, file: PhotoFile) -> NDArray[np.uint8] | Message:
        """The pixels of a photo, or what is wrong."""
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
        self._keep(made, looked.observation)
        return Outcome(photo.name, None, made, file, verdict)

    def _made_film(
        self, photo: AuditedPhoto, seen: Observation, film: Film, remedy: Remedy, file: PhotoFile
    ) -> Outcome:
        """As `_made`, of a film, which is always covered with grey; the file grows in a folder beside its place."""
        place = place_of(self.run.folder, photo.name, ENDING)
        looks: list[Looked] = []

        def look(new: PhotoFile) -> list[tuple[float, Face]]:
            looks.append(self.look(Task(new, self._long_side_px)))
            return faces_at(looks[-1].observation)

        private_folder(place.parent)
        with TemporaryDirectory(prefix=GROWING, dir=place.parent) as folder:
            growing = Path(folder) / GROWING_FILM
            covers: tuple[Cover, ...] = ()
            try:
                if remedy.kind is RemedyKind.SILENCE:
                    write_film(file, self._long_side_px, growing)
                    look(read_file(growing, growing.name))
                else:
                    covers = cover_film(file, film, remedy.faces, self._long_side_px, growing, self.look.glimpse, look)
            except UserError as error:
                return Outcome(photo.name, error.message)
            looked = looks[-1]
            if looked.observation is None:
                return Outcome(photo.name, looked.problem)
            made = Made(
                *(self.run.run_id, photo.name, photo.sha256, looked.observation.sha256, remedy.kind),
                DEFAULT.value if covers else "",
                remedy.faces,
                tuple(cover.box for cover in covers),
                None,
                self.at,
                tuple(cover.span for cover in covers),
            )
            verdict = judge_made(photo, made, looked.observation, self.publication)
            growing.replace(place)
        self._keep(made, looked.observation)
        return Outcome(photo.name, None, made, place, verdict)

    def _keep(self, made: Made, seen: Observation) -> None:
        with self.store.transaction():
            self.store.add_observation(seen, observations_basis(self.models, self.publication.protocol))
            self.store.remedies.add(made)
            self.store.ledger.append(Kind.REMEDY, ledger_body(made), self.at)

    @property
    def _long_side_px(self) -> int:
        return self.publication.protocol.parameters.published_long_side_px


def _no_way(photo: AuditedPhoto) -> Message:
    """That nothing helps, and what stands in the way first."""
    reasons = photo.verdict.reasons
    if not reasons:
        return say("This may be published as it is, so there is nothing to cover.")
    return say("No remedy of this kind would let the rules pass this. First: {why}", why=reasons[0].reason)


def _chosen(remedies: tuple[Remedy, ...], how: str | None) -> Remedy | None:
    """The cheapest remedy of the kind that was asked for."""
    kinds = {RemedyKind.CROP} if how == CROP else {RemedyKind.COVER, RemedyKind.SILENCE}
    return next((remedy for remedy in remedies if how is None or remedy.kind in kinds), None)
