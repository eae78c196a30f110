"""Calibrating on the school's own gallery: how often it would give a wrong name, and how often none.

`CalibrationJob` is validated before anything is looked at. Its steps are the cells of the notebook
`50_calibrate_matching.ipynb`: try the reference photos, choose the threshold, write and keep it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import ConfigDict, Field

from consent.messages import Message, UserError, say
from pipeline.basis import observations_basis
from pipeline.enrolment import the_face, usable_gallery
from pipeline.language import Translator, translator
from pipeline.ledger.bodies import of_calibration
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import record_run
from pipeline.matching.basis import calibration_basis, matching_basis
from pipeline.matching.calibration import HIGHEST_TARGET, TARGET_FPIR, WIDEST, Calibration, calibrated, not_milder
from pipeline.matching.conditions import how_to_allow
from pipeline.matching.degrade import Degradation, degradations, degraded
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.gallery import Gallery, look_alikes
from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.quality import with_sharpness
from pipeline.matching.trials import Kin, Trial, Tried, kin_of, trials_of
from pipeline.models.store import default_store
from pipeline.parameters import checked, required_path
from pipeline.photos import Photo, find_photos, load_photo
from pipeline.progress import telling_errors, track
from pipeline.reporting.calibration_page import CalibrationReport, write_calibration_folder
from pipeline.vision.faces import CenterFace
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class CalibrationJob:
    """What to calibrate and for which rate: the notebook's parameters, checked. Make one with `from_parameters`.

    `references`: the folder of the enrolled reference photos, since the program keeps none.
    """

    workspace: Path
    references: Path
    on: date
    target_fpir: Annotated[float, Field(gt=0, le=HIGHEST_TARGET, allow_inf_nan=False)]
    run_id: str
    language: str
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> CalibrationJob:
        """Check parameters as a notebook gets them; `UserError` for what would only fail later."""
        now = datetime.now()
        with telling_errors():
            workspace = Workspace.open(required_path(given, "workspace"))
            if (reason := how_to_allow(workspace.school.matching, str(workspace.folder / "school.toml"))) is not None:
                raise UserError(reason)
            defaults = {
                "on": now.date(),
                "target_fpir": TARGET_FPIR,
                "run_id": f"{now:%Y%m%d-%H%M%S}-calibrate",
                "language": workspace.school.language,
            }
            job = checked(cls, given, defaults)
            translator(job.language)
            workspace.run_folder(job.run_id)
            return job

    @cached_property
    def space(self) -> Workspace:
        """The opened workspace."""
        return Workspace.open(self.workspace)

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.space.reports / self.run_id

    @property
    def ways(self) -> tuple[Degradation, ...]:
        """The ways in which each reference is made poorer."""
        return degradations(self.space.school.matching.smallest_face_px)

    def try_out(self) -> Tried:
        """Compare every enrolled reference photo of the folder, degraded, with the gallery.

        Only persons whose consent for matching stands on the day, and was not taken back since.
        Raises `UserError` where no photo of the folder is enrolled.
        """
        today = date.today()
        with telling_errors(), self.space.open_store() as store:
            protocol = self.space.school.load_protocol()
            register = store.register(protocol.parameters.validity)
            models = default_store()
            recogniser = DlibResNet(models.path(DlibResNet.name))
            gallery = usable_gallery(store, register, self.space.school.matching, self.on, today)
            ours = store.gallery(recogniser.name, recogniser.dimensions, version=recogniser.version)
            if store.enrolled() and not ours.person_ids:
                raise UserError(
                    say(
                        "Everybody was enrolled by another version of this program. Enrol the reference photos "
                        "again first: photo-consent gallery enrol"
                    )
                )
            alike = [(pair.first, pair.second) for pair in look_alikes(gallery)]
            kin = kin_of({p: register.people[p] for p in gallery.people}, alike)
            trying = _Trying(
                CenterFace(models.path("centerface")),
                recogniser,
                gallery,
                kin,
                self.ways,
                self.space.school.matching.policy,
            )
            photos = find_photos(self.references.resolve()).photos
            trials: dict[str, list[Trial]] = {}
            others = 0
            for path in track(photos, "calibrate"):
                photo = load_photo(path, path.name, protocol.parameters.published_long_side_px)
                if photo.sha256 not in gallery.references:
                    others += 1
                elif photo.sha256 not in trials:  # the same photo twice in the folder says nothing new
                    trials[photo.sha256] = trying(photo)
            usable = {sha256 for sha256, made in trials.items() if made}
            if not usable:
                raise UserError(
                    say(
                        "No photo in “{folder}” is one that was enrolled for somebody who may be matched, so there is "
                        "nothing to calibrate on. Give the folder that was given to: photo-consent gallery enrol",
                        folder=self.references.name,
                    )
                )
            return Tried(
                tuple(trial for made in trials.values() for trial in made),
                recogniser.name,
                gallery.digest,
                calibration_basis(observations_basis(models, protocol), matching_basis(models, recogniser.name)),
                len(gallery.people),
                kin,
                len(set(gallery.references) - usable),
                others,
            )

    def choose(self, tried: Tried) -> Calibration:
        """The threshold for the target, with the rates that were measured; or a stricter one that stays."""
        now = datetime.now().astimezone()
        found = calibrated(tried, self.target_fpir, self.space.school.matching.policy, now)
        with telling_errors(), self.space.open_store() as store:
            return not_milder(found, store.calibrations(tried.recogniser))

    def write(self, tried: Tried, calibration: Calibration) -> Path:
        """Write the run folder and its entry in the ledger, and keep the calibration for the audits from now on.

        All of it or nothing: no audit goes by figures that nobody can look up. Gives the folder.
        """
        report = CalibrationReport(self.space.school.name, calibration, tried, self.ways)
        unfinished = self.space.reports / f".{self.run_id}.unfinished"
        with telling_errors(), self.space.open_store() as store:

            def files(head: str) -> None:
                write_calibration_folder(replace(report, ledger_head=head), unfinished, self.translator)
                store.add_calibration(calibration)

            try:
                return record_run(
                    store,
                    unfinished,
                    self.folder,
                    kind=Kind.CALIBRATION,
                    body=of_calibration(self.run_id, report),
                    at=calibration.calibrated_at,
                    write=files,
                )
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)

    @property
    def translator(self) -> Translator:
        """The language of the report."""
        return translator(self.language)


@dataclass(frozen=True)
class _Trying:
    """What is needed to try a reference photo."""

    detector: CenterFace
    recogniser: DlibResNet
    gallery: Gallery
    kin: Kin
    ways: tuple[Degradation, ...]
    policy: MatchingPolicy

    def __call__(self, photo: Photo) -> list[Trial]:
        """The trials of an enrolled photo; none where it no longer shows exactly one face to compare."""
        if photo.pixels is None:  # read once, when it was enrolled, but refused by now
            return []
        face = the_face(self.detector(photo.pixels), self.policy.smallest_face_px)
        if isinstance(face, Message):
            return []
        poorer = [degraded(photo.pixels, face, how) for how in self.ways]
        found = [with_sharpness(pixels, (face,)) for pixels, face in poorer]
        probes = np.concatenate(
            [self.recogniser.embed(pixels, faces) for (pixels, _), faces in zip(poorer, found, strict=True)]
        )
        versions = [(how.name, face) for how, (face,) in zip(self.ways, found, strict=True)]
        return trials_of(
            photo.sha256, versions, probes, self.gallery, kin=self.kin, widest=replace(self.policy, threshold=WIDEST)
        )
