"""Dropped files: safe names in one folder, whatever they were called."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.messages import UserError
from pipeline.desk import importing
from pipeline.desk.importing import IMPORTS, Import, safe_name, written_folder

AT = datetime(2026, 11, 22, 12, 0)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("Groep 4 – schoolreis.jpg", "Groep 4 – schoolreis.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\a.jpg", "a.jpg"),
        ("/etc/a.jpg", "a.jpg"),
        ("<img src=x onerror=alert(1)>.jpg", "_img src=x onerror=alert(1)_.jpg"),
        ('"><script>.jpg', "___script_.jpg"),
        ("\u202egpj.exe.jpg", "_gpj.exe.jpg"),
        (".hidden.jpg", "_hidden.jpg"),
        ("con.jpg", "_con.jpg"),
        ("LPT1", "_LPT1"),
        ("a.jpg.", "a.jpg_"),
        ("..", "_"),
        ("", "_"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str):
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_a_safe_name_is_one_plain_name(name: str):
    safe = safe_name(name)
    assert safe == PurePath(safe).name and safe not in ("", ".", "..")
    assert not safe.startswith(".") and len(safe.encode()) < 255
    assert not set(safe) & set('<>:"|?*\\/\x00\n')
    assert safe_name(safe) == safe


def test_parts_are_put_together_and_no_file_replaces_another(tmp_path: Path):
    drop = Import(tmp_path, AT)
    drop.take(0, "a.jpg", b"one ")
    drop.take(1, "x/A.JPG", b"another")
    drop.take(0, "a.jpg", b"file")
    assert {path.name: path.read_bytes() for path in drop.folder.iterdir()} == {
        "a.jpg": b"one file",
        "A (2).JPG": b"another",
    }
    assert drop.folder.parent == tmp_path / IMPORTS


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importing, "MOST_BYTES", 10)
    drop = Import(tmp_path, AT)
    drop.take(0, "a.jpg", b"0123456789")
    with pytest.raises(UserError, match="too large"):
        drop.take(0, "a.jpg", b"0")


@pytest.mark.parametrize(
    "written",
    [
        "Pictures/School trip",
        "~/Pictures/School trip",
        '"Pictures/School trip"',
        " Pictures/School trip ",
        "{home}/Pictures/School trip",
        '"{home}/Pictures/School trip"',
    ],
)
def test_a_written_folder_is_looked_for_in_the_users_own_folder(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert written_folder(written.format(home=tmp_path)) == (tmp_path / "Pictures" / "School trip").resolve()
