"""Damaged films, and films that lie about what they hold: each is held with a reason, soon, and the others go on."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from consent.messages import Message, say
from pipeline.film import asking
from pipeline.film.container import DAMAGED, ENDLESS, TOO_MUCH_TO_DECODE
from pipeline.looker import Looker, Task
from pipeline.models.silence import quiet
from pipeline.models.store import default_store
from pipeline.photos import read_file

SIZE, FRAMES, FPS = (64, 48), 20, 10
CODECS = {".mp4": "libx264", ".mov": "mpeg4", ".webm": "libvpx"}
BILLIONS = b"\xff\xff\xff\xff"


def noise() -> Iterator[np.ndarray]:
    for seed in range(FRAMES):
        yield np.random.default_rng(seed).integers(0, 255, (*SIZE[::-1], 3), np.uint8)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A whole film of each kind, by its ending."""
    folder = tmp_path_factory.mktemp("whole")
    for ending, codec in CODECS.items():
        with av.open(str(folder / f"a{ending}"), "w") as film:
            video = film.add_stream(codec, rate=FPS)
            video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
            for pixels in noise():
                film.mux(video.encode(av.VideoFrame.from_ndarray(pixels)))
            film.mux(video.encode())
    pictures = [Image.fromarray(pixels) for pixels in noise()]
    for kind in ("GIF", "WEBP", "AVIF", "PNG"):
        name = folder / f"a.{kind.lower()}"
        pictures[0].save(name, kind, save_all=True, append_images=pictures[1:], duration=100)
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


def lie(whole: bytes, box: bytes, at: int = 4, said: bytes = BILLIONS) -> bytes:
    """The file in which four bytes of that box say something else: `at` 4 is how many entries follow."""
    place = whole.index(box) + len(box) + at
    return whole[:place] + said + whole[place + len(said) :]


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) * 2 // 3]


def zeroed(whole: bytes) -> bytes:
    third = len(whole) // 3
    return whole[:third] + bytes(third) + whole[2 * third :]


def flipped(whole: bytes) -> bytes:
    """One bit of every hundredth byte is another."""
    changed = np.frombuffer(whole, np.uint8).copy()
    changed[50::100] ^= 16
    return changed.tobytes()


FILE = say("The file is damaged or incomplete and cannot be shown whole.")
NO_PICTURE = say("The file is not a picture, or it is damaged.")
NO_LENGTH = say("How long the film lasts cannot be made out. Save it anew with a program for films.")


@pytest.fixture(scope="module")
def looker() -> Iterator[Looker]:
    with quiet(), Looker(default_store()) as one:
        yield one


@pytest.mark.parametrize(
    ("ending", "damage", "reason"),
    [
        (".mp4", lambda whole: lie(whole, b"stts"), ENDLESS),  # keeps MediaInfo busy
        (".mp4", lambda whole: lie(whole, b"elst"), ENDLESS),  # fills its memory
        (".mov", lambda whole: lie(whole, b"stts"), ENDLESS),
        (".mp4", cut, DAMAGED),
        (".mp4", zeroed, DAMAGED),
        (".mp4", flipped, DAMAGED),
        (".mov", zeroed, DAMAGED),
        (".mov", flipped, NO_LENGTH),
        (".webm", cut, DAMAGED),
        (".webm", zeroed, DAMAGED),
        (".gif", cut, DAMAGED),
        (".gif", zeroed, DAMAGED),
        (".webp", cut, FILE),
        (".webp", flipped, FILE),
        (".avif", cut, NO_PICTURE),
        (".avif", zeroed, DAMAGED),
        (".png", cut, DAMAGED),
        (".png", zeroed, DAMAGED),
    ],
)
def test_a_damaged_film_is_held_with_a_reason(
    films: dict[str, bytes],
    looker: Looker,
    ending: str,
    damage: Callable[[bytes], bytes],
    reason: Message,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "MOST_S", 2.0)
    path = tmp_path / f"a{ending}"
    path.write_bytes(damage(films[ending]))
    assert looker(Task(read_file(path, path.name), 2048)).problem == reason


def test_a_whole_film_of_each_kind_is_looked_at(films: dict[str, bytes], looker: Looker, tmp_path: Path) -> None:
    """So that it is the damage that is held."""
    for ending, content in films.items():
        path = tmp_path / f"a{ending}"
        path.write_bytes(content)
        assert looker(Task(read_file(path, path.name), 2048)).problem is None, ending


def test_the_name_of_a_film_is_not_among_the_words_that_a_process_is_started_with(
    films: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every user of the computer can read those."""
    started, run = [], subprocess.run

    def seen(words: list[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
        started.append((words, how.get("env")))
        return run(words, **how)

    monkeypatch.setattr(subprocess, "run", seen)
    path = tmp_path / "Noör de Vries.mp4"
    path.write_bytes(films[".mp4"])
    for source in (path, path.read_bytes()):
        assert {track["track_type"] for track in asking.ask_mediainfo(source)} == {"General", "Video"}
    assert len(started) == 2 and not any("Vries" in str(one) for one in started)


def test_a_film_of_more_pictures_than_can_be_decoded_is_held(
    films: dict[str, bytes], looker: Looker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.film.container.MOST_DECODED", FRAMES * SIZE[0] * SIZE[1] - 1)
    monkeypatch.setattr("pipeline.film.reading.MOST_MOVING_PIXELS", FRAMES * SIZE[0] * SIZE[1] - 1)
    for ending in (".mp4", ".gif"):
        path = tmp_path / f"a{ending}"
        path.write_bytes(films[ending])
        assert looker(Task(read_file(path, path.name), 2048)).problem == TOO_MUCH_TO_DECODE
