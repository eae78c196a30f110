"""What hides in a film's file is told as that of a photo is, and never holds a film up or clears one."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from consent.hidden import Hides
from pipeline.film.hidden import hidden_in_film, hidden_in_tracks
from pipeline.photos import read_file

SAID = {
    "title": "Daan op schoolkamp",
    "artist": "Juf Anja",
    "comment": "met Noor",
    "creation_time": "2026-06-01T10:00:00Z",
    "com.apple.quicktime.location.ISO6709": "+52.3702+004.8952/",
    "com.apple.quicktime.make": "Apple",
    "author of Daan Bakker": "Noor",
}


def made(path: Path) -> Path:
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"} if path.suffix == ".mov" else {}) as film:
        film.metadata.update(SAID)
        video = film.add_stream("libvpx" if path.suffix == ".webm" else "mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            film.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        film.mux(video.encode())
    return path


@pytest.mark.parametrize("name", ["a.mov", "a.webm"])
def test_what_a_film_tells_of_itself(tmp_path: Path, name: str) -> None:
    found = hidden_in_film(read_file(made(tmp_path / name), name))
    assert {(one.kind, one.text) for one in found} >= {
        (Hides.TEXT, "Daan op schoolkamp"),
        (Hides.TEXT, "met Noor"),
        (Hides.PERSON, "Juf Anja"),
        (Hides.PERSON, "Noor"),
        (Hides.PLACE, ""),
        (Hides.DEVICE, "Apple"),
        (Hides.MOMENT, ""),
    }
    told = " ".join(f"{one.where} {one.name}" for one in found)
    assert "52.37" not in str(found) and "daan" not in told.casefold()


@pytest.mark.parametrize("part", [0, 1, 60, 300, 900])
def test_a_damaged_film_tells_less_and_stops_nothing(tmp_path: Path, part: int) -> None:
    whole = made(tmp_path / "a.mov").read_bytes()
    (tmp_path / "b.mov").write_bytes(whole[:part] + b"\0" * 20)
    assert isinstance(hidden_in_film(read_file(tmp_path / "b.mov", "b.mov")), tuple)


def test_what_a_moving_picture_hides(tmp_path: Path) -> None:
    pictures = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    pictures[0].save(tmp_path / "a.gif", save_all=True, append_images=pictures[1:], comment="Daan Bakker")
    exif = Image.Exif()
    exif[0x013B] = "Juf Anja"
    pictures[0].save(tmp_path / "a.webp", save_all=True, append_images=pictures[1:], exif=exif)
    (comment,) = hidden_in_film(read_file(tmp_path / "a.gif", "a.gif"))
    assert (comment.kind, comment.text) == (Hides.TEXT, "Daan Bakker")
    assert (Hides.PERSON, "Juf Anja") in {
        (o.kind, o.text) for o in hidden_in_film(read_file(tmp_path / "a.webp", "a.webp"))
    }


def test_tracks_that_nobody_hears_or_sees() -> None:
    kinds = {"General": None, "Video": None, "Text": Hides.TEXT, "Menu": Hides.TEXT, "Other": Hides.UNREADABLE}
    for track, kind in kinds.items():
        found = hidden_in_tracks([{"track_type": "General", "format": "MPEG-4"}, {"track_type": track}])
        assert [one.kind for one in found] == ([kind] if kind else [])
