"""What every audit has: a workspace, a protocol, and a run folder that appears when everything in it is whole."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from consent.messages import UserError, say
from consent.protocol import Protocol
from pipeline.language import translator
from pipeline.matching.conditions import InForce
from pipeline.matching.quality import LEAST_SHARPNESS, MOST_TURN_DEG
from pipeline.parameters import checked, required_path
from pipeline.private import private_folder
from pipeline.run import AuditedPhoto
from pipeline.vision.observer import SETTINGS
from pipeline.workspace import Workspace

LEFTOVER_S = 24 * 60 * 60
"""Seconds without anything written in it after which an unfinished folder is taken for a leftover."""

LEFTOVER = ".unfinished"
"""How the names of folders end that a run deletes at its end, whatever happens, unless it is killed."""


class RunFolder:
    """The base of an audit's parameters, which name the workspace, the run and what it is judged for."""

    workspace: Path
    platform: str
    on: date
    run_id: str
    language: str

    @classmethod
    def checked(cls, given: Mapping[str, Any], kind: str = "") -> Self:
        """The audit that parameters describe, as a notebook gets them: text, booleans and None; empty is the default.

        `kind` begins the last part of a run's own name. Raises `UserError` for a platform, day, language or run id
        that would only fail later.
        """
        now = datetime.now()
        school = Workspace.open(required_path(given, "workspace")).school
        given = {**given, "platform": str(given.get("platform")).strip().casefold()}
        run_id = f"{now:%Y%m%d-%H%M%S}-{kind}{given['platform']}"
        audit = checked(cls, given, {"on": now.date(), "run_id": run_id, "language": school.language})
        audit.protocol.platform(audit.platform)
        translator(audit.language)
        audit.space.run_folder(audit.run_id)
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
        return self.space.reports / f".{self.run_id}{LEFTOVER}"

    def begin(self) -> None:
        """Make the folder that the run grows in: only one run of a name at a time, and no leftovers of others."""
        yesterday = time.time() - LEFTOVER_S
        for leftover in self.space.reports.glob(f".*{LEFTOVER}"):
            if last_written(leftover) < yesterday:
                shutil.rmtree(leftover)  # of a run that was killed; there are pictures in it, or its notebook
        try:
            private_folder(self.unfinished, may_exist=False)
        except FileExistsError:
            raise UserError(
                say(
                    "A run “{run}” is under way, or was cut off. Give another --run-id, or delete {folder}.",
                    run=self.run_id,
                    folder=self.unfinished.name,
                )
            ) from None

    def discard(self) -> None:
        """Remove what this run had begun: there are pictures of children in it."""
        shutil.rmtree(self.unfinished, ignore_errors=True)

    def going_on(self, photos: Iterable[AuditedPhoto]) -> Iterator[AuditedPhoto]:
        """The same photos; at each of them other runs are shown that this one goes on, also where nothing is drawn."""
        for photo in photos:
            self.unfinished.touch()
            yield photo

    def thresholds(self, in_force: InForce | None) -> dict[str, float]:
        """Every number that decided something, by name, for the record of the run."""
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


def must_be_there(*files: Path | None) -> None:
    """Raise `UserError` for the first file that was asked for and is not there."""
    for file in files:
        if file is not None and not file.is_file():
            raise UserError(say("There is no file “{file}”.", file=str(file)))


def last_written(folder: Path) -> float:
    """When anything in a folder was written last, in seconds since 1970; now, where something in it just vanished."""
    try:
        return max(path.lstat().st_mtime for path in (folder, *folder.rglob("*")))
    except FileNotFoundError:
        return time.time()
