"""A run of candidates, read back from its folder: what it said of each photo, and for which text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from consent.judging import Decision
from consent.messages import UserError, say
from consent.people import Person
from pipeline.candidates import NAMES_FILE
from pipeline.deciding import with_decisions
from pipeline.naming import NamesFile
from pipeline.naming_table import read_names
from pipeline.photos import file_digest
from pipeline.store import RunSource, Store
from pipeline.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RunPhoto:
    """A photo as the run has it. `number`: its place in the run, from 1."""

    number: int
    name: str
    sha256: str
    decision: Decision


@dataclass(frozen=True)
class CandidateRun:
    """A run of candidates that is whole."""

    run_id: str
    folder: Path
    platform_id: str
    on: date
    photos: tuple[RunPhoto, ...]
    source: RunSource
    made_at: datetime

    @property
    def message_sha256(self) -> str:
        """Of the text of the post; empty where there is none."""
        return "" if self.message is None else hashlib.sha256(self.message.encode()).hexdigest()

    @property
    def message(self) -> str | None:
        """The text of the post; None where there is none."""
        return self.source.message


class _Photo(BaseModel):
    model_config = ConfigDict(extra="ignore")
    name: str
    sha256: str
    verdict: Decision


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore")
    run_id: str
    platform: str
    on: date
    started: datetime
    message_sha256: str | None
    photos: list[_Photo]


def read_run(space: Workspace, store: Store, run: str) -> CandidateRun:
    """A run by its id, or by the path of its folder. Raises `UserError` where it cannot be signed for."""
    folder = space.reports / Path(run).name
    try:
        record = _Record.model_validate_json((folder / "run.json").read_bytes())
    except (OSError, ValueError):
        record = None
    if record is None or record.run_id != folder.name or any(_leads_out(photo.name) for photo in record.photos):
        raise UserError(
            say(
                "There is no run of candidates “{run}” in {folder}. Make one with: photo-consent audit candidates",
                run=run,
                folder=str(space.reports),
            )
        )
    source = store.source(record.run_id)
    photos = tuple(RunPhoto(n, p.name, p.sha256, p.verdict) for n, p in enumerate(record.photos, start=1))
    made_from = source or RunSource(Path())
    found = CandidateRun(record.run_id, folder, record.platform, record.on, photos, made_from, record.started)
    if source is None or found.message_sha256 != (record.message_sha256 or ""):
        raise UserError(
            say(
                "The run {run} is of an older version, its run.json was changed, or its text told of somebody who was "
                "forgotten. Audit the photos again.",
                run=run,
            )
        )
    return found


def _leads_out(name: str) -> bool:
    """Whether somebody changed the name of a photo into one of a file outside the folder of the photos."""
    path = Path(name)
    return ".." in path.parts or bool(path.anchor)


def names_of_run(store: Store, run: CandidateRun, people: Mapping[str, Person]) -> NamesFile:
    """What people said of the run's photos: in its names.csv, and at the desk by now. `UserError` as for `table_of`."""
    return with_decisions(table_of(run, people), store.decisions.all())


def table_of(run: CandidateRun, people: Mapping[str, Person]) -> NamesFile:
    """What stands in the names.csv of a run.

    Raises `UserError` for a run of an older version, and where that file was changed since the run: a row that is lost
    may be the very one that held a photo, a name put right, or that it may harm somebody.
    """
    if run.source.decisions < 0:
        raise UserError(
            say(
                "The run {run} was made by an older version of the program, whose names.csv does not tell what was "
                "contradictory. Audit the photos again, and look at the names in the new report.",
                run=run.run_id,
            )
        )
    table = run.folder / NAMES_FILE
    if not table.is_file() or file_digest(table) != run.source.names_sha256:
        raise UserError(
            say(
                "names.csv of the run {run} was changed. Run the audit again with --names and this file: what it says "
                "counts in the new run.",
                run=run.run_id,
            )
        )
    return replace(read_names(table, people), known=run.source.decisions)
