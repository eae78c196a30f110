"""Only what the program wrote is ever removed, and no link is followed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.erasing.own_files import Removed, is_run_folder, remove_run, remove_working_pictures

PHOTOS = ("a.jpg", "day 1/b.heic")


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder of two photos, one of which lay in a folder of its own."""
    folder = tmp_path / "reports" / "run-1"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({"photos": [{"name": name} for name in PHOTOS]}), "utf-8")
    for name in ("report.html", "names.csv", "20_audit_candidates.ipynb", ".report.xlsx.part"):
        (folder / name).write_text("x", "utf-8")
    for name in ("numbered/a.jpg.jpg", "numbered/day 1/b.heic.jpg", "remedied/a.jpg", "to_publish/photo-002.jpg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}


def test_the_working_pictures_go_and_the_rest_stays(run: Path):
    before = files(run)
    assert remove_working_pictures(run) == Removed(2)
    assert before - files(run) == {"numbered/a.jpg.jpg", "numbered/day 1/b.heic.jpg"}
    assert not (run / "numbered").exists()
    assert remove_working_pictures(run) == Removed(0)


def test_a_run_goes_as_a_whole(run: Path):
    assert remove_run(run) == Removed(9)
    assert not run.exists()
    assert remove_run(run) == Removed(0)


def test_a_film_that_was_being_made_when_the_program_was_killed_goes_with_the_run(run: Path):
    for name in ("remedied/.film-x1_y/film.webm", "to_publish/.film-x1_y/film.webm", "remedied/.film-x1_y/mine.webm"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_bytes(b"x")
    assert remove_run(run) == Removed(11, ("run-1/remedied/.film-x1_y/mine.webm",))


FOREIGN = ("notes.txt", "numbered/holiday.jpg", "remedied/a.png", "own folder/report.html", "a.jpg")


def test_what_somebody_else_put_there_stays_and_is_told(run: Path):
    for name in FOREIGN:
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text("mine", "utf-8")
    told = remove_working_pictures(run)
    assert told.foreign == ("run-1/numbered/holiday.jpg",)
    assert set(FOREIGN) <= files(run)
    told = remove_run(run)
    assert files(run) == set(FOREIGN)
    assert set(told.foreign) == {f"run-1/{name}" for name in files(run)}
    assert remove_run(run) == Removed(0, told.foreign)


def test_no_link_is_followed(run: Path, tmp_path: Path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(run, elsewhere)
    (run / "report.html").unlink()
    (run / "report.html").symlink_to(elsewhere / "report.html")
    shutil.rmtree(run / "numbered")
    (run / "numbered").symlink_to(elsewhere / "numbered", target_is_directory=True)
    before = files(elsewhere)
    assert remove_working_pictures(run).foreign == ("run-1/numbered",)
    assert set(remove_run(run).foreign) == {"run-1/numbered", "run-1/report.html"}
    assert files(elsewhere) == before


def test_a_linked_run_folder_is_told_and_left(run: Path):
    link = run.parent / "link"
    link.symlink_to(run, target_is_directory=True)
    before = files(run)
    assert not is_run_folder(link)
    assert remove_run(link) == remove_working_pictures(link) == Removed(0, ("link",))
    assert files(run) == before


@pytest.mark.parametrize("record", ["", "no JSON", "[]", '{"photos": 3}', '{"photos": [{"no": "name"}]}', None])
def test_where_nobody_knows_the_photos_no_picture_counts_as_own(record: str | None, run: Path):
    (run / "run.json").unlink()
    if record is not None:
        (run / "run.json").write_text(record, "utf-8")
    assert remove_working_pictures(run).files == 0
    told = remove_run(run)
    assert set(told.foreign) == {f"run-1/{name}" for name in files(run)}
    assert "run-1/numbered/a.jpg.jpg" in told.foreign and not (run / "report.html").exists()


def test_only_a_folder_that_the_program_made_is_a_run_folder(run: Path, tmp_path: Path):
    assert is_run_folder(run)
    assert not is_run_folder(tmp_path)
    assert not is_run_folder(run / "report.html")
    assert not is_run_folder(tmp_path / "missing")


def test_the_record_goes_last(run: Path, monkeypatch: pytest.MonkeyPatch):
    """Cut off in the middle, the next time still knows which pictures are the program's own."""
    removed = []
    unlink = Path.unlink

    def cut_off(path: Path, *args: object) -> None:
        if len(removed) == 5:
            raise KeyboardInterrupt
        removed.append(path.name)
        unlink(path)

    monkeypatch.setattr(Path, "unlink", cut_off)
    with pytest.raises(KeyboardInterrupt):
        remove_run(run)
    monkeypatch.undo()
    assert "run.json" not in removed and is_run_folder(run)
    assert remove_run(run) == Removed(4)
    assert not run.exists()
