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
        ("a" * 119 + " and more", "a" * 119 + "_"),
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


def dropped(folder: Path, *names: str) -> Import:
    drop = Import(folder, AT)
    for number, name in enumerate(names):
        drop.take(number, name, b"some bytes")
    return drop


def test_what_is_neither_photo_nor_film_is_told_and_not_kept(tmp_path: Path):
    drop = dropped(tmp_path, "a.jpg", "a.jpg.json", "notes.txt", "other.json", "feest.mp4")
    told = str(drop.sift())
    assert "notes.txt" in told and "other.json" in told and "a.jpg" not in told and "archive" not in told
    assert sorted(path.name for path in drop.folder.iterdir()) == ["a.jpg", "a.jpg.json", "feest.mp4"]
    assert drop.sift() is None


@pytest.mark.parametrize(("name", "words"), [("photos.ZIP", "Unpack"), ("list.txt", "neither photo nor film")])
def test_where_nothing_is_left_nothing_is_kept(tmp_path: Path, name: str, words: str):
    drop = dropped(tmp_path, name)
    with pytest.raises(UserError, match=words) as refused:
        drop.sift()
    assert name in str(refused.value)
    assert list((tmp_path / IMPORTS).iterdir()) == []


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
