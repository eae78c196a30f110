"""Films of an export: looked at like other films, judged for film, and gone from the disk afterwards."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from consent.messages import UserError
from pipeline.looker import Looker, Task
from pipeline.models.silence import quiet
from pipeline.models.store import default_store
from pipeline.published.archive import open_archive
from pipeline.published.pictures import alike, file_in, forget_film, kept_posts
from pipeline.published.reading import read_export
from tests.pipeline.test_film import write_film

TABLE = """Video ID,Video Title (Original),Privacy,Video Publish Timestamp
abcdefghij1,Sportdag,Public,2026-09-10T10:00:00+00:00
abcdefghij2,Weg,Public,2026-09-11T10:00:00+00:00
"""


@pytest.fixture
def takeout(tmp_path: Path) -> Path:
    """A download of YouTube: one film that is there, twice, and one that is missing."""
    film = write_film(tmp_path / "film.mp4", "IMG_2001.jpg", frames=3)
    path = tmp_path / "takeout.zip"
    with zipfile.ZipFile(path, "w") as file:
        place = "Takeout/YouTube and YouTube Music"
        file.writestr(f"{place}/video metadata/videos.csv", TABLE)
        file.write(film, f"{place}/videos/Sportdag.mp4")
        file.write(film, f"{place}/videos/Nog een keer.mp4")
        file.writestr(f"{place}/videos/Kapot.mp4", film.read_bytes()[:2000])
    return path


def test_films_of_a_download_are_looked_at_once_and_none_is_left_on_the_disk(takeout: Path, tmp_path: Path):
    films = tmp_path / "run" / "films"
    films.parent.mkdir()
    export = read_export(takeout, "youtube")
    with open_archive(takeout) as archive, quiet(), Looker(default_store()) as look:
        first = alike(archive, export.posts)
        once = sorted(set(first.values()))
        assert [Path(name).name for name in first] != [] and len(first) == 3 and len(once) == 2
        told = {}
        for name in once:
            file = file_in(archive, name, name, films)
            told[Path(name).name] = look(Task(file, 2048))
            assert file.path is not None and file.path.exists() and Path(name).stem not in file.path.name
            forget_film(films, name)
        assert list(films.iterdir()) == []
    assert "damaged or incomplete" in str(told.pop("Kapot.mp4").problem)
    (seen,) = told.values()
    assert seen.observation is not None and seen.observation.film is not None
    missing = [
        post for post in kept_posts(export.posts, {}, "") if post.pictures and "Weg" in post.pictures[0].facts.name
    ]
    assert [str(post.pictures[0].facts.problem) for post in missing] == ["The film of this title is not in the export."]


def test_a_film_that_is_damaged_in_the_archive_is_held_and_not_left(takeout: Path, tmp_path: Path):
    films = tmp_path / "films"
    content = bytearray(takeout.read_bytes())
    with open_archive(takeout) as archive:
        (name,) = [name for name in archive.names if name.endswith("Sportdag.mp4")]
    with zipfile.ZipFile(takeout) as file:
        at = file.getinfo(name).header_offset + 200
    content[at] ^= 0xFF
    takeout.write_bytes(bytes(content))
    with open_archive(takeout) as archive:
        assert "is damaged and cannot be read" in str(file_in(archive, name, "film", films).problem)
        with pytest.raises(UserError):
            archive.digest(name)
    assert list(films.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_film_for_which_there_is_no_room_is_not_called_damaged(takeout: Path, tmp_path: Path):
    full = tmp_path / "full.mp4"
    full.symlink_to("/dev/full")
    with open_archive(takeout) as archive:
        (film,) = archive.based_on(["Sportdag.mp4"])
        with pytest.raises(UserError, match=r"no room.*Make room on the disk"):
            archive.copy(film, full)
    assert not full.is_symlink() and Path("/dev/full").exists()
