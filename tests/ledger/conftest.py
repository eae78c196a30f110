"""A workspace with a run in it that was recorded as an audit records it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.ledger.bodies import of_candidates
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import record_run
from pipeline.reporting.record import write_record
from pipeline.run import AuditRun
from pipeline.workspace import Workspace
from tests.pipeline.conftest import made_workspace
from tests.reporting.made_up_run import audited, made_up_run

RUN = replace(
    made_up_run(Path(), draws=False),
    run_id="sportdag",
    photos=(audited("IMG_01.jpg", ("S01", "S02")), audited("IMG_02.jpg", ("S01", "S03", "S02"))),
    finished=datetime(2030, 1, 1, tzinfo=UTC),
)
"""Of a day on which the ledger was there for sure."""


def recorded(workspace: Workspace, run: AuditRun) -> Path:
    """The run folder of a run, with its record and its entry."""
    unfinished = workspace.reports / f".{run.run_id}.unfinished"
    unfinished.mkdir()
    with workspace.open_store() as store:
        return record_run(
            store,
            unfinished,
            workspace.reports / run.run_id,
            kind=Kind.RUN,
            body=of_candidates(run),
            at=run.finished,
            write=lambda head: write_record(replace(run, ledger_head=head), unfinished / "run.json"),
        )


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with the demo's register and one recorded run."""
    made = made_workspace(tmp_path, monkeypatch)
    recorded(made, RUN)
    return made


@pytest.fixture
def as_the_owner(workspace: Workspace) -> Callable[[str], None]:
    """Does to the ledger what somebody who has the key can do."""

    def does(statement: str) -> None:
        with workspace.open_store() as store:
            for name in ("ledger_is_not_changed", "ledger_is_not_cut", "ledger_is_a_chain"):
                store._db.execute(f"DROP TRIGGER IF EXISTS {name}")
            store._db.execute(statement)
            store._db.commit()

    return does
