"""The runs of a workspace, read back from their folders. What cannot be read is told, and the others go on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from consent.findings import Outcome
from consent.judging import Decision
from consent.messages import Message, say
from consent.published.standing import Standing
from pipeline.enrolment import ENROLMENT_FILE
from pipeline.reporting.calibration_page import FIGURES

RECORD_FILE, FINDINGS_FILE = "run.json", "findings.csv"


class Kind(StrEnum):
    """What a run did."""

    CANDIDATES = "candidates"
    PUBLISHED = "published"
    RECHECK = "recheck"
    ENROLMENT = "enrolment"
    CALIBRATION = "calibration"
    REVIEW = "privacy_review"


@dataclass(frozen=True, slots=True)
class RunPhoto:
    """A photo in the record of a run. `verdict_by_itself`: without what people said; None where they said nothing."""

    name: str
    sha256: str
    verdict: Decision
    verdict_by_itself: Decision | None = None

    @property
    def was_overridden(self) -> bool:
        """Whether what people said changed the verdict."""
        return self.verdict_by_itself is not None and self.verdict_by_itself is not self.verdict


@dataclass(frozen=True)
class Run:
    """What a run folder says. `counts`: photos by decision, posts by standing, or references by what became of them.

    `held_by`: for each rule the number of photos that it held or refused. `platform` is empty where it names none.
    `tells_overrides`: whether the record says what the verdicts were without what people said.
    """

    run_id: str
    kind: Kind
    started: datetime
    platform: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    photos: tuple[RunPhoto, ...] = ()
    held_by: Mapping[str, int] = field(default_factory=dict)
    tells_overrides: bool = True

    @property
    def day(self) -> date:
        """The day on which it was made, by the clock of this computer."""
        return self.started.astimezone().date()


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that could not be read, by its name below the workspace, and why."""

    what: str
    why: Message


@dataclass(frozen=True)
class Runs:
    """The runs of a period, the latest first, and what could not be read of any time."""

    runs: tuple[Run, ...] = ()
    unread: tuple[Unread, ...] = ()


def read_runs(reports: Path, since: date, until: date) -> Runs:
    """The runs whose folders lie in `reports`, made from one day up to and including another."""
    if not reports.is_dir():
        return Runs(unread=(Unread(reports.name, say("This folder is missing: no run can be found.")),))
    runs: list[Run] = []
    unread: list[Unread] = []
    for folder in sorted(path for path in reports.iterdir() if path.is_dir() and not path.name.startswith(".")):
        try:
            run, faults = _read(folder)
        except _UnreadableError as error:
            unread.append(Unread(folder.name, error.why))
            continue
        if since <= run.day <= until:
            runs.append(run)
            unread += [Unread(f"{folder.name}/{FINDINGS_FILE}", fault) for fault in faults]
    return Runs(tuple(sorted(runs, key=lambda run: (run.started, run.run_id), reverse=True)), tuple(unread))


@dataclass(frozen=True)
class _Record:
    """The part of run.json that an audit and a review have in common; the rest of the file is of no matter here."""

    started: datetime
    platform: str = ""
    kind: Kind | None = None
    counts: Mapping[str, int] | None = None
    standings: Mapping[Standing, int] | None = None
    photos: tuple[RunPhoto, ...] | None = None


@dataclass(frozen=True)
class _Figures:
    """The part of calibration.json that tells when it was made and of how many."""

    calibrated_at: datetime
    persons: int
    references: int


_RECORD, _FIGURES = TypeAdapter(_Record), TypeAdapter(_Figures)


class _UnreadableError(Exception):
    def __init__(self, why: Message) -> None:
        super().__init__(why.text)
        self.why = why


def _read(folder: Path) -> tuple[Run, tuple[Message, ...]]:
    if (folder / RECORD_FILE).is_file():
        return _of_record(folder)
    if (folder / FIGURES).is_file():
        table = _json(folder / FIGURES)
        figures = _valid(_FIGURES, table.get("calibration"), FIGURES)
        counts = {"persons": figures.persons, "references": figures.references}
        return Run(folder.name, Kind.CALIBRATION, figures.calibrated_at, counts=counts), ()
    if (folder / ENROLMENT_FILE).is_file():
        return _of_enrolment(folder), ()
    raise _UnreadableError(say("No run.json and no other record of a run lies in this folder."))


def _of_record(folder: Path) -> tuple[Run, tuple[Message, ...]]:
    record = _valid(_RECORD, table := _json(folder / RECORD_FILE), RECORD_FILE)
    if record.kind is Kind.REVIEW:
        return Run(folder.name, Kind.REVIEW, record.started), ()
    if record.standings is not None:
        kind = Kind.RECHECK if record.photos is None else Kind.PUBLISHED
        counts = {standing.value: count for standing, count in record.standings.items()}
    elif record.counts is not None and record.photos is not None:
        kind = Kind.CANDIDATES
        counts = {decision.value: record.counts.get(decision.value, 0) for decision in Decision}
    else:
        raise _UnreadableError(_another_version(RECORD_FILE, "counts"))
    held_by, faults = _held_by(folder / FINDINGS_FILE) if kind is not Kind.RECHECK else ({}, ())
    known = all("verdict_by_itself" in photo for photo in table.get("photos") or ())
    return Run(folder.name, kind, record.started, record.platform, counts, record.photos or (), held_by, known), faults


def _of_enrolment(folder: Path) -> Run:
    """An enrolment leaves a table and no record: its moment is that of the file."""
    path = folder / ENROLMENT_FILE
    try:
        refused = [bool(row["refused_because"]) for row in _rows(path)]
        at = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except (OSError, ValueError, KeyError, csv.Error):
        raise _UnreadableError(say("{file} cannot be read.", file=path.name)) from None
    return Run(folder.name, Kind.ENROLMENT, at, counts={"enrolled": refused.count(False), "refused": sum(refused)})


def _held_by(path: Path) -> tuple[dict[str, int], tuple[Message, ...]]:
    """By rule, on how many photos it stood in the way; or why the table does not say."""
    photos: dict[str, set[str]] = {}
    try:
        for row in _rows(path):
            if row["photo"] and row["outcome"] in (Outcome.HOLD, Outcome.BLOCK):  # without a photo: the text of a post
                photos.setdefault(row["rule"], set()).add(row["photo"])
    except (OSError, ValueError, KeyError, csv.Error):
        return {}, (say("{file} cannot be read.", file=path.name),)
    return {rule: len(of_rule) for rule, of_rule in photos.items()}, ()


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=";", restval="")


def _json(path: Path) -> dict[str, Any]:
    try:
        table = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        raise _UnreadableError(say("{file} is damaged: it is no JSON that can be read.", file=path.name)) from None
    if not isinstance(table, dict):
        raise _UnreadableError(_another_version(path.name, "{}"))
    return table


def _valid(adapter: TypeAdapter[Any], table: Any, file: str) -> Any:
    try:
        return adapter.validate_python(table)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "{}"
        raise _UnreadableError(_another_version(file, where)) from None


def _another_version(file: str, where: str) -> Message:
    return say(
        "{file} was written by another version of the program, or changed: {where} is not as it is written now.",
        file=file,
        where=where,
    )
