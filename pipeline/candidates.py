"""The audit of candidates: photos that somebody wants to publish.

`CandidateAudit` is validated before anything is looked at. Its steps are the cells of the notebook
`20_audit_candidates.ipynb`: find the photos, look and judge, write the run folder.
"""

from __future__ import annotations

import shutil
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.messages import Message, UserError, say
from consent.protocol import Protocol
from pipeline.judged import Publication
from pipeline.language import translator
from pipeline.looking import PICTURES, Looking
from pipeline.matching.conditions import InForce
from pipeline.matching.quality import LEAST_SHARPNESS, MOST_TURN_DEG
from pipeline.models.store import default_store
from pipeline.naming import COLUMNS, NamesFile, read_names
from pipeline.parameters import checked, required_path
from pipeline.photos import Batch, file_digest, find_photos
from pipeline.progress import telling_errors, track
from pipeline.reporting.tables import write_csv
from pipeline.reporting.writing import write_run_folder
from pipeline.run import AuditedPhoto, AuditRun
from pipeline.store import register_digest
from pipeline.vision.observer import SETTINGS
from pipeline.workers import open_workers
from pipeline.workspace import Workspace

NAMES_FILE = "names.csv"

LEFTOVER_S = 24 * 60 * 60
"""Seconds after which an unfinished run folder is taken for a leftover."""


@dataclass(frozen=True)
class CandidateAudit:
    """What to audit and how: the notebook's parameters, checked. Make one with `from_parameters`."""

    workspace: Path
    photos: Path
    platform: str
    on: date
    run_id: str
    language: str
    message_file: Path | None = None
    names_file: Path | None = None
    names_in_report: bool = False
    scheduler: str | None = None
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> CandidateAudit:
        """Check parameters as a notebook gets them: text, booleans and None; empty means the default.

        Raises `UserError` for whatever would only fail later: paths, platform, date, language, run id.
        """
        now = datetime.now()
        with telling_errors():
            school = Workspace.open(required_path(given, "workspace")).school
            given = {**given, "platform": str(given.get("platform")).strip().casefold()}
            run_id = f"{now:%Y%m%d-%H%M%S}-{given['platform']}"
            audit = checked(cls, given, {"on": now.date(), "run_id": run_id, "language": school.language})
            audit.protocol.platform(audit.platform)
            translator(audit.language)
            audit.space.run_folder(audit.run_id)
            for path in (audit.message_file, audit.names_file):
                if path is not None and not path.is_file():
                    raise UserError(say("There is no file “{file}”.", file=str(path)))
            return audit

    @cached_property
    def space(self) -> Workspace:
        """The opened workspace."""
        return Workspace.open(self.workspace)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol with this school's numbers."""
        return self.space.school.load_protocol()

    @property
    def folder(self) -> Path:
        """The run folder, which appears when everything in it is whole."""
        return self.space.reports / self.run_id

    @property
    def unfinished(self) -> Path:
        """Where the run folder grows until it is whole."""
        return self.space.reports / f".{self.run_id}.unfinished"

    def find(self) -> Batch:
        """The photos to audit and the other files beside them."""
        with telling_errors():
            return find_photos(self.photos.resolve())

    def look_and_judge(self, batch: Batch) -> AuditRun:
        """Look at every photo, name whom may be named, judge, and draw. What was seen is remembered at once."""
        started, clock = datetime.now().astimezone(), time.perf_counter()
        with telling_errors():
            self._begin()
        with telling_errors(), self.space.open_store() as store:
            register = store.register(self.protocol.parameters.validity)
            names = read_names(self.names_file, register.people) if self.names_file else NamesFile()
            publication = Publication(self.platform, self.on, self.protocol, register, started.date())
            looking = Looking(store, publication, self.space.school.matching, names, self.unfinished)
            with open_workers(default_store(), self.scheduler) as workers:
                of_batch = ((path, batch.name(path)) for path in batch.photos)
                with closing(looking.audit(of_batch, workers)) as audited:
                    photos = tuple(track(audited, "audit", len(batch.photos)))
        return AuditRun(
            run_id=self.run_id,
            school=self.space.school.name,
            platform_id=self.platform,
            on=self.on,
            started=started,
            finished=datetime.now().astimezone(),
            protocol=self.protocol,
            photos=photos,
            matching=looking.matching,
            in_force=looking.in_force,
            other_files=tuple(batch.name(path) for path in batch.others),
            message=_text(self.message_file) if self.message_file else None,
            register_digest=register_digest(register),
            register_people=len(register.people),
            models=looking.models,
            thresholds=self._thresholds(looking.in_force),
            parameters=self._parameters(),
            times={**looking.seconds, "whole": time.perf_counter() - clock},
            names={p.person_id: p.full_name for p in register.people.values()} if self.names_in_report else {},
            notes=(*_notes(names, photos), *_outdated_note(looking.outdated)),
        )

    def _begin(self) -> None:
        """Make the folder that the run grows in: only one run of a name at a time, and no leftovers of others."""
        yesterday = time.time() - LEFTOVER_S
        for leftover in self.space.reports.glob(".*.unfinished"):
            if leftover.stat().st_mtime < yesterday:
                shutil.rmtree(leftover)  # of a run that was killed; there are pictures in it
        try:
            self.unfinished.mkdir(parents=True)
        except FileExistsError:
            raise UserError(
                say(
                    "A run “{run}” is under way, or was cut off. Give another --run-id, or delete {folder}.",
                    run=self.run_id,
                    folder=self.unfinished.name,
                )
            ) from None

    def write(self, run: AuditRun) -> Path:
        """Write the run folder and give its path. It appears whole or not at all."""
        with telling_errors():
            write_csv(self.unfinished / NAMES_FILE, COLUMNS, (row for photo in run.photos for row in photo.name_rows))
            write_run_folder(run, self.unfinished, translator(self.language))
            shutil.rmtree(self.unfinished / PICTURES)
            self.unfinished.rename(self.folder)
            return self.folder

    def _thresholds(self, in_force: InForce | None) -> dict[str, float]:
        parameters = self.protocol.parameters
        matching = in_force.policy if in_force else self.space.school.matching.policy
        return {
            **SETTINGS,
            "recognisable_face_px": parameters.recognisable_face_px,
            "published_long_side_px": parameters.published_long_side_px,
            "min_pupils": parameters.min_pupils,
            "group_only_min_persons": parameters.group_only_min_persons,
            "matching_threshold": matching.threshold,
            "matching_margin": matching.margin,
            "matching_smallest_face_px": matching.smallest_face_px,
            "matching_least_sharpness": LEAST_SHARPNESS,
            "matching_most_turn_deg": MOST_TURN_DEG,
            "matching_reference_months": self.space.school.matching.reference_months,
        }

    def _parameters(self) -> dict[str, str | bool | None]:
        return {
            "photos": str(self.photos),
            "platform": self.platform,
            "on": self.on.isoformat(),
            "language": self.language,
            "message_file": str(self.message_file) if self.message_file else None,
            "names_file": str(self.names_file) if self.names_file else None,
            "names_file_sha256": file_digest(self.names_file) if self.names_file else None,
            "names_in_report": self.names_in_report,
            "on_a_cluster": self.scheduler is not None,
        }


def _notes(names: NamesFile, photos: tuple[AuditedPhoto, ...]) -> tuple[Message, ...]:
    unused = names.unused({p.sha256 for p in photos}, {p.name for p in photos})
    reason = say(
        "The file with names also speaks of photos that are not in this folder: {photos}.", photos=", ".join(unused)
    )
    return (reason,) if unused else ()


def _outdated_note(person_ids: tuple[str, ...]) -> tuple[Message, ...]:
    if not person_ids:
        return ()
    reason = say(
        "The reference photos of {count} persons have become too old, so the program does not recognise them: "
        "{people}. Enrol new ones.",
        count=len(person_ids),
        people=", ".join(person_ids),
    )
    return (reason,)


def _text(path: Path) -> str:
    """The text of a post; Windows-1252 where it is no UTF-8."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
