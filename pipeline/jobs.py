"""The notebooks as the command line runs them: parameters in, results read back from the run folder."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from consent.judging import Decision
from consent.published.standing import Standing
from consent.texts import Found, Kind
from pipeline.calibrating import CalibrationJob
from pipeline.candidates import NAMES_FILE, CandidateAudit
from pipeline.enrolment import ENROLMENT_FILE, LOOK_ALIKES_FILE, EnrolmentJob
from pipeline.language import Translator
from pipeline.matching.calibration import Calibration
from pipeline.naming_table import is_open
from pipeline.notebooks import run_notebook
from pipeline.overseeing.reviewing import PrivacyReview
from pipeline.photos import MOVING, find_photos
from pipeline.private import private_folder
from pipeline.published.auditing import PublishedAudit
from pipeline.published.run import STANDING_ORDER
from pipeline.reporting.calibration_page import read_calibration
from pipeline.reporting.published.words import STANDINGS
from pipeline.reporting.published.writing import TAKEDOWN_FILE
from pipeline.reporting.words import ACTION_ORDER, DECISIONS
from pipeline.run import decision_on_text
from pipeline.run_folders import LEFTOVER, RunFolder

OnStep = Callable[[float, int], None]


@dataclass(frozen=True)
class AuditOutcome:
    """What a run folder says: file names by decision, how many faces and persons want a name, and what the text has."""

    folder: Path
    photos: dict[Decision, list[str]]
    to_name: int
    other_files: list[str]
    in_message: tuple[Found, ...] = ()

    @property
    def has_films(self) -> bool:
        """Whether one of the files is a film, by its name."""
        return any(PurePath(name).suffix.lower() in MOVING for names in self.photos.values() for name in names)

    def rows(self, tr: Translator) -> list[tuple[str, str, str]]:
        """A row a decision, in the order of the report: its word, how many, which."""
        return [(tr.render(DECISIONS[d]), str(len(self.photos[d])), ", ".join(self.photos[d])) for d in ACTION_ORDER]

    def fails(self, on: str) -> bool:
        """Whether a photo, or the text of the post, got this decision or a stricter one."""
        least = Decision(on).severity
        got = (decision_on_text(self.in_message), *(decision for decision, names in self.photos.items() if names))
        return any(decision.severity >= least for decision in got)


def audit_candidates(
    workspace: Path,
    folder: Path,
    on: date | None,
    on_step: OnStep,
    *,
    platform: str,
    message: Path | None = None,
    names: Path | None = None,
    language: str | None = None,
    run_id: str | None = None,
    names_in_report: bool = False,
    scheduler: str | None = None,
) -> AuditOutcome:
    """Run `20_audit_candidates` and read what it wrote. Raises `UserError` before the kernel starts where it can."""
    parameters: dict[str, Any] = {
        "workspace": str(workspace.resolve()),
        "photos": str(folder.resolve()),
        "platform": platform,
        "on": on.isoformat() if on else None,
        "message_file": str(message.resolve()) if message else None,
        "names_file": str(names.resolve()) if names else None,
        "language": language,
        "run_id": run_id,
        "names_in_report": names_in_report,
        "scheduler": scheduler,
    }
    audit = CandidateAudit.from_parameters(**parameters)
    audit.find()  # a folder without photos is told now, and not when a kernel has started
    parameters["run_id"] = audit.run_id
    _run_audit("20_audit_candidates", audit, parameters, on_step)
    return _outcome(audit.folder)


def _outcome(folder: Path) -> AuditOutcome:
    record = json.loads((folder / "run.json").read_text("utf-8"))
    photos = {decision: [p["name"] for p in record["photos"] if p["verdict"] == decision] for decision in Decision}
    return AuditOutcome(
        folder,
        photos,
        _to_name(folder),
        record["other_files"],
        tuple(Found(Kind(f["kind"]), tuple(f["person_ids"]), tuple(f["words"])) for f in record["in_message"]),
    )


def _to_name(folder: Path) -> int:
    """How many faces and persons have no name yet."""
    return sum(is_open(tuple(row.values())) for row in _rows(folder / NAMES_FILE))


@dataclass(frozen=True)
class PublishedOutcome:
    """What a run folder of published posts says: posts by standing, and what wants somebody."""

    folder: Path
    standings: dict[Standing, int]
    to_do: int
    to_name: int
    faults: int

    def rows(self, tr: Translator) -> list[tuple[str, str]]:
        """A row a standing, the most urgent first: its word and how many."""
        return [(tr.render(STANDINGS[standing]), str(self.standings[standing])) for standing in STANDING_ORDER]


def audit_published(
    workspace: Path,
    export: Path,
    on: date | None,
    on_step: OnStep,
    *,
    platform: str,
    since: date | None = None,
    names: Path | None = None,
    language: str | None = None,
    run_id: str | None = None,
    names_in_report: bool = False,
    scheduler: str | None = None,
) -> PublishedOutcome:
    """Run `30_audit_published` and read what it wrote. Raises `UserError` before the kernel starts where it can."""
    parameters: dict[str, Any] = {
        "workspace": str(workspace.resolve()),
        "export": str(export.resolve()),
        "platform": platform,
        "since": since.isoformat() if since else None,
        "on": on.isoformat() if on else None,
        "names_file": str(names.resolve()) if names else None,
        "language": language,
        "run_id": run_id,
        "names_in_report": names_in_report,
        "scheduler": scheduler,
    }
    audit = PublishedAudit.from_parameters(**parameters)
    parameters["run_id"] = audit.run_id
    _run_audit("30_audit_published", audit, parameters, on_step)
    record = json.loads((audit.folder / "run.json").read_text("utf-8"))
    return PublishedOutcome(
        audit.folder,
        {standing: record["standings"][standing] for standing in Standing},
        len(_rows(audit.folder / TAKEDOWN_FILE)),
        _to_name(audit.folder),
        record["faults"],
    )


@dataclass(frozen=True)
class ReviewOutcome:
    """What the run folder of a privacy review says: how many runs it is about, and how many points ask for work."""

    folder: Path
    runs: int
    to_do: int


def _run_audit(name: str, audit: RunFolder, parameters: dict[str, Any], on_step: OnStep) -> None:
    """Run an audit's notebook, and keep it in the run folder; where it is broken off, nothing stays behind."""
    of_another_run = audit.unfinished.exists()
    with tempfile.TemporaryDirectory(
        dir=audit.space.reports, prefix=".", suffix=LEFTOVER, ignore_cleanup_errors=True
    ) as place:
        executed = Path(place) / f"{name}.ipynb"
        try:
            run_notebook(name, parameters, executed, on_step)
        except BaseException:  # Ctrl-C among them: the folder holds pictures of children
            if not of_another_run:
                shutil.rmtree(audit.unfinished, ignore_errors=True)
            raise
        shutil.move(executed, audit.folder / executed.name)


Rows = list[dict[str, str]]


def enrol_gallery(workspace: Path, folder: Path, on: date | None, on_step: OnStep) -> tuple[Rows, Rows]:
    """Run `10_enrol_gallery` and read back its tables, as `EnrolmentJob.write` wrote them.

    A row a reference photo, and a row for each two persons who look alike.
    """
    parameters: dict[str, Any] = {
        "workspace": str(workspace.resolve()),
        "references": str(folder.resolve()),
        "on": on.isoformat() if on else None,
    }
    job = EnrolmentJob.from_parameters(**parameters)
    find_photos(folder)  # a folder without photos is told now
    parameters["run_id"] = job.run_id
    with tempfile.TemporaryDirectory(
        dir=job.folder.parent, prefix=".", suffix=LEFTOVER, ignore_cleanup_errors=True
    ) as place:
        executed = Path(place) / "10_enrol_gallery.ipynb"
        run_notebook(executed.stem, parameters, executed, on_step)
        shutil.move(executed, job.folder / executed.name)
    return _rows(job.folder / ENROLMENT_FILE), _rows(job.folder / LOOK_ALIKES_FILE)


def calibrate_gallery(
    workspace: Path, folder: Path, on: date | None, on_step: OnStep, *, target_fpir: float | None = None
) -> tuple[Path, Calibration]:
    """Run `50_calibrate_matching` and read back what it found, with the folder that it lies in."""
    parameters: dict[str, Any] = {
        "workspace": str(workspace.resolve()),
        "references": str(folder.resolve()),
        "on": on.isoformat() if on else None,
        "target_fpir": target_fpir,
    }
    job = CalibrationJob.from_parameters(**parameters)
    find_photos(folder)  # a folder without photos is told now
    parameters["run_id"] = job.run_id
    with tempfile.TemporaryDirectory(
        dir=job.folder.parent, prefix=".", suffix=LEFTOVER, ignore_cleanup_errors=True
    ) as place:
        executed = Path(place) / "50_calibrate_matching.ipynb"
        run_notebook(executed.stem, parameters, executed, on_step)
        shutil.move(executed, job.folder / executed.name)
    return job.folder, read_calibration(job.folder)


def review_privacy(
    workspace: Path,
    since: date | None,
    until: date | None,
    on_step: OnStep,
    *,
    language: str | None = None,
    run_id: str | None = None,
) -> ReviewOutcome:
    """Run `40_privacy_review` and read what it wrote. Raises `UserError` before the kernel starts where it can."""
    parameters: dict[str, Any] = {
        "workspace": str(workspace.resolve()),
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "language": language,
        "run_id": run_id,
    }
    job = PrivacyReview.from_parameters(**parameters)
    parameters["run_id"] = job.run_id
    private_folder(job.folder.parent)  # a workspace whose reports somebody deleted is reviewed all the same
    with tempfile.TemporaryDirectory(
        dir=job.folder.parent, prefix=".", suffix=LEFTOVER, ignore_cleanup_errors=True
    ) as place:
        executed = Path(place) / "40_privacy_review.ipynb"
        run_notebook(executed.stem, parameters, executed, on_step)
        shutil.move(executed, job.folder / executed.name)
    found = json.loads((job.folder / "run.json").read_text("utf-8"))["review"]
    return ReviewOutcome(job.folder, len(found["runs"]), len(found["to_do"]))


def _rows(path: Path) -> Rows:
    """The rows of a table that the program wrote; none where there was nothing to write."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
