"""What lies in `approved/` is what was signed for: whatever came, went or was changed since is told by its name."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.ledger import chain
from pipeline.ledger.approved import GONE, approved_notes, approved_problems, record_digest
from pipeline.ledger.chain import Kind, Row

AT = datetime(2030, 1, 2, 12, 0).astimezone()
FILES = {"photo-001.jpg": b"one picture", "photo-002.jpg": b"another picture", "message.txt": b"Wat een dag!"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def rows() -> list[Row]:
    """The ledger, as the fixtures and tests add to it."""
    return [chain.link(None, Kind.DATABASE, {"version": 1}, AT)]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "school"


@pytest.fixture
def approved(workspace: Path, rows: list[Row]) -> Path:
    """The folder of a run that was approved, written as a release writes it."""
    folder = workspace / "approved" / "facebook" / "sportdag"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    photos = {name: sha256(content) for name, content in FILES.items() if name.endswith(".jpg")}
    record = {
        "run_id": "sportdag",
        "platform": "facebook",
        "message_sha256": sha256(FILES["message.txt"]),
        "files": [{"name": name, "sha256": digest} for name, digest in photos.items()],
        "signers": [{"id": "headteacher"}, {"id": "deputy"}],
    }
    body = {
        "run": "sportdag",
        "platform": "facebook",
        "files": list(photos.values()),
        "message": record["message_sha256"],
        "record": record_digest(record),
    }
    rows.append(chain.link(rows[-1], Kind.RELEASE, body, AT))
    (folder / "approved.json").write_text(json.dumps({**record, "ledger_head": rows[-1].digest}), "utf-8")
    return folder


def problems(workspace: Path, rows: list[Row]) -> list[str]:
    return [str(problem.what) for problem in approved_problems(workspace, rows)]


def notes(workspace: Path, rows: list[Row]) -> list[str]:
    return list(map(str, approved_notes(workspace, rows)))


def rewritten(folder: Path, **changes: Any) -> None:
    record = json.loads((folder / "approved.json").read_text("utf-8"))
    (folder / "approved.json").write_text(json.dumps({**record, **changes}), "utf-8")


def swapped(folder: Path) -> None:
    (folder / "photo-001.jpg").write_bytes(FILES["photo-002.jpg"])
    (folder / "photo-002.jpg").write_bytes(FILES["photo-001.jpg"])


def with_an_own_record(folder: Path) -> None:
    """A photo put in, and a record that has it."""
    (folder / "photo-003.jpg").write_bytes(b"somebody who said no")
    files = [{"name": "photo-003.jpg", "sha256": sha256(b"somebody who said no")}]
    rewritten(folder, files=files)


Change = Callable[[Path], object]
CHANGES: dict[str, tuple[Change, list[str]]] = {
    "a picture": (
        lambda folder: (folder / "photo-001.jpg").write_bytes(b"x"),
        ["Changed after it was approved: approved/facebook/sportdag/photo-001.jpg."],
    ),
    "two that changed places": (
        swapped,
        [
            "Changed after it was approved: approved/facebook/sportdag/photo-001.jpg, "
            "approved/facebook/sportdag/photo-002.jpg."
        ],
    ),
    "the text": (
        lambda folder: (folder / "message.txt").write_text("Kom ook, Daantje", "utf-8"),
        ["Changed after it was approved: approved/facebook/sportdag/message.txt."],
    ),
    "a picture less": (
        lambda folder: (folder / "photo-002.jpg").unlink(),
        ["Removed after it was approved: approved/facebook/sportdag/photo-002.jpg."],
    ),
    "a picture more": (
        lambda folder: shutil.copy(folder / "photo-001.jpg", folder / "photo-009.jpg"),
        ["Put in after it was approved: approved/facebook/sportdag/photo-009.jpg."],
    ),
    "a picture in a folder of its own": (
        lambda folder: shutil.copytree(folder, folder / "more", ignore=shutil.ignore_patterns("[am]*", "*2.jpg")),
        ["Put in after it was approved: approved/facebook/sportdag/more/photo-001.jpg."],
    ),
    "who signed": (
        lambda folder: rewritten(folder, signers=[{"id": "headteacher"}]),
        ["Changed or removed after it was approved: approved/facebook/sportdag/approved.json."],
    ),
    "the digest of the entry": (
        lambda folder: rewritten(folder, ledger_head="0" * 64),
        ["Changed or removed after it was approved: approved/facebook/sportdag/approved.json."],
    ),
    "a record that is none": (
        lambda folder: (folder / "approved.json").write_bytes(b"\xff["),
        ["Changed or removed after it was approved: approved/facebook/sportdag/approved.json."],
    ),
    "no record": (
        lambda folder: (folder / "approved.json").unlink(),
        ["Changed or removed after it was approved: approved/facebook/sportdag/approved.json."],
    ),
    "a picture more and a record that has it": (
        with_an_own_record,
        [
            "Changed or removed after it was approved: approved/facebook/sportdag/approved.json.",
            "Not what was approved: approved/facebook/sportdag/photo-003.jpg.",
        ],
    ),
}


def test_what_was_approved_and_lies_there_as_it_was_holds(workspace: Path, rows: list[Row], approved: Path):
    (approved / ".DS_Store").write_bytes(b"left behind by a system")
    assert (problems(workspace, rows), notes(workspace, rows)) == ([], [])


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_after_the_approval_is_told_by_name_and_entry(
    change: str, workspace: Path, rows: list[Row], approved: Path
):
    does, told = CHANGES[change]
    does(approved)
    assert problems(workspace, rows) == told
    assert {problem.number for problem in approved_problems(workspace, rows)} == {2}


@pytest.mark.skipif(os.name == "nt", reason="links are for whoever may make them")
def test_a_link_is_no_file_that_was_approved(workspace: Path, rows: list[Row], approved: Path, tmp_path: Path):
    (approved / "photo-001.jpg").rename(tmp_path / "elsewhere.jpg")
    (approved / "photo-001.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    assert problems(workspace, rows) == ["Changed after it was approved: approved/facebook/sportdag/photo-001.jpg."]


@pytest.mark.parametrize(
    ("put", "told"),
    [
        ("approved/facebook/zomerfeest/photo-001.jpg", "approved/facebook/zomerfeest"),
        ("approved/twitter/sportdag/photo-001.jpg", "approved/twitter/sportdag"),
        ("approved/facebook/photo-001.jpg", "approved/facebook/photo-001.jpg"),
        ("approved/photo-001.jpg", "approved/photo-001.jpg"),
    ],
)
def test_what_lies_there_without_an_entry_is_told(
    put: str, told: str, workspace: Path, rows: list[Row], approved: Path
):
    file = workspace / put
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(approved / "photo-001.jpg", file)
    assert problems(workspace, rows) == [f"No entry says that {told} was approved."]


def test_a_release_whose_entry_was_cut_off_is_told(workspace: Path, rows: list[Row], approved: Path):
    assert problems(workspace, rows[:-1]) == ["No entry says that approved/facebook/sportdag was approved."]


@pytest.mark.parametrize("empty", [True, False])
def test_what_was_removed_as_a_whole_is_noted_unless_its_time_was_over(
    empty: bool, workspace: Path, rows: list[Row], approved: Path
):
    shutil.rmtree(approved)
    if empty:
        approved.mkdir()
    assert problems(workspace, rows) == []
    (note,) = notes(workspace, rows)
    assert "no longer in approved" in note and "sportdag" in note
    rows.append(chain.link(rows[-1], Kind.PURGE, {GONE: ["sportdag"]}, AT))
    assert (problems(workspace, rows), notes(workspace, rows)) == ([], [])


def test_a_release_that_was_cut_off_is_no_problem(workspace: Path, rows: list[Row], approved: Path):
    approved.rename(approved.with_name(".sportdag.unfinished"))
    assert (problems(workspace, rows), notes(workspace, rows)) == ([], [])
