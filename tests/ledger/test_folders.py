"""A run folder and its entry: both or neither, wherever the program is killed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from consent.messages import UserError
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import finish_cut_off
from pipeline.ledger.verifying import verify
from pipeline.workspace import Workspace
from tests.ledger.conftest import RUN, recorded

KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import record_run
from pipeline.workspace import Workspace

space, step = Workspace.open(Path(sys.argv[1])), sys.argv[2]
renames = 0

def at(here):
    if here == step:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))

def told(event, arguments):
    global renames
    if event == "os.rename":
        renames += 1
        at(f"rename {renames}")

def write(head):
    (unfinished / "calibration.json").write_text(f'{{"ledger_head": "{head}", "calibration": {{}}}}')
    at("writing")
    store.add_calibration(CALIBRATION)
    at("written")

from tests.reporting.made_up_run import CALIBRATION
from pipeline.ledger.bodies import contents
unfinished = space.reports / ".killed.unfinished"
unfinished.mkdir()
with space.open_store() as store:
    store._db.set_trace_callback(lambda statement: at(statement.split()[0]))
    sys.addaudithook(told)
    record_run(store, unfinished, space.reports / "killed", kind=Kind.CALIBRATION,
        body={"run": "killed", "contents": contents({"calibration": {}})}, at=datetime.now(), write=write)
at("named")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "is_there"),
    [
        ("writing", False),
        ("written", False),
        ("rename 1", False),  # to the name that says that it is whole
        ("COMMIT", False),
        ("rename 2", True),  # to its own name
        ("named", True),
    ],
)
def test_killed_anywhere_there_is_a_folder_and_an_entry_or_neither(step: str, is_there: bool, workspace: Workspace):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(workspace.folder), step], timeout=120, check=False)
    assert killed.returncode != 0, "it was killed on the way"
    with workspace.open_store() as store:
        calibrations = store.calibrations("dlib_face_resnet")
        recorded_ones = [entry for entry in store.ledger.entries() if entry.kind is Kind.CALIBRATION]
        found = verify(store, workspace)
    assert (bool(recorded_ones), bool(calibrations)) == (is_there, is_there)
    assert (workspace.reports / "killed" / "calibration.json").is_file() is is_there
    assert not list(workspace.reports.glob(".*.whole"))
    assert (found.problems, found.notes) == ((), ())


def test_what_fails_while_it_is_written_leaves_no_entry(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    with workspace.open_store() as store:
        before = store.ledger.head()
    monkeypatch.setattr("tests.ledger.conftest.write_record", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        recorded(workspace, replace(RUN, run_id="again"))
    with workspace.open_store() as store:
        assert store.ledger.head() == before
    assert not (workspace.reports / "again").exists()


def test_a_name_is_used_once(workspace: Workspace):
    with pytest.raises(UserError, match="a run called “sportdag” already"):
        recorded(workspace, RUN)


def test_a_name_that_was_cut_off_is_taken_too(workspace: Workspace):
    (workspace.reports / "sportdag").rename(workspace.reports / f".sportdag.{'0' * 64}.whole")
    with pytest.raises(UserError, match="a run called “sportdag” already"):
        workspace.run_folder("sportdag")
    assert workspace.run_folder("sport") == workspace.reports / "sport"


def test_another_program_may_be_quicker_to_give_a_folder_its_name(workspace: Workspace, monkeypatch):
    """It renamed between our look and our own renaming."""
    folder = workspace.reports / "sportdag"
    with workspace.open_store() as store:
        whole = folder.rename(folder.with_name(f".sportdag.{store.ledger.head()}.whole"))

        def quicker(path: Path, run_id: str) -> bool:
            whole.replace(folder)
            return False

        monkeypatch.setattr("pathlib.Path.exists", lambda path: quicker(path, "sportdag"))
        finish_cut_off(store, workspace.reports)
    assert (folder / "run.json").is_file()


def test_what_only_looks_like_a_cut_off_folder_is_left_alone(workspace: Workspace):
    other = workspace.reports / ".my own.whole"
    other.mkdir()
    with workspace.open_store() as store:
        finish_cut_off(store, workspace.reports)
    assert other.is_dir()
