"""Covering in films, on films from a real encoder: no picture is left of whoever has to be covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.facts import FaceFact, FilmFact, PhotoFacts, Sound
from consent.messages import UserError
from pipeline.film.reading import open_film
from pipeline.film.writing import leftovers, write_film
from pipeline.photos import PhotoFile, read_file
from pipeline.remedies.film import BEYOND_S, LEFT, Cover, Covers, Kept, along, around, cover_film
from pipeline.remedies.film_judging import facts_of_film, known_of_film
from pipeline.remedies.judging import known_facts
from pipeline.remedies.memory import Made
from pipeline.remedies.remedy import Kind
from pipeline.vision.observation import Box, Face, Film, Observation, Track
from tests.pipeline.test_film import add_silence

NOW = datetime(2026, 11, 22, 12, 0).astimezone()
SIZE, FPS, FRAMES = (320, 180), 20, 40
RED, GREEN, BLUE = (220, 20, 20), (20, 200, 20), (20, 20, 220)
BACKGROUND = (90, 80, 100)


def place(colour: tuple[int, int, int], at_s: float) -> Box | None:
    """Where a coloured "face" is: red runs to and fro, blue stands still, green is there for a moment only."""
    if colour == RED:
        return Box(60 + 50 * np.sin(4 * at_s), 60, 24, 30)
    if colour == GREEN:
        return Box(180, 120, 24, 30) if 1.0 <= at_s < 1.2 else None
    return Box(260, 60, 24, 30)


def write(path: Path, sound: bool = True) -> PhotoFile:
    with av.open(str(path), "w") as film:
        film.metadata.update({"title": "Sanne", "location": "+52.09+005.12/", "artist": "juf"})
        video = film.add_stream("libx264", rate=FPS, options={"crf": "12"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio = film.add_stream("aac", rate=16000) if sound else None
        for number in range(FRAMES):
            pixels = np.full((SIZE[1], SIZE[0], 3), BACKGROUND, np.uint8)
            for colour in (RED, GREEN, BLUE):
                if (box := place(colour, number / FPS)) is not None:
                    x, y = round(box.x), round(box.y)
                    pixels[y : y + 30, x : x + 24] = colour
            film.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        film.mux(video.encode())
        if audio is not None:
            add_silence(film, audio)
    return read_file(path, path.name)


def seen_at(pixels: np.ndarray, times: float = 1.0) -> tuple[Face, ...]:
    """A detector that finds each patch of a strong colour."""
    found = []
    for channel in range(3):
        others = [c for c in range(3) if c != channel]
        strong = (pixels[..., channel] > 150) & (pixels[..., others].max(axis=2) < 100)
        rows, columns = np.nonzero(strong)
        if len(rows) > 20:
            x, y = columns.min(), rows.min()
            box = Box(float(x), float(y), float(columns.max() - x + 1), float(rows.max() - y + 1))
            found.append(Face(len(found) + 1, box.scaled(times, times), 0.9, ()))
    return tuple(found)


def nobody(new: PhotoFile) -> Sequence[tuple[float, Face]]:
    return []


def track(number: int, colour: tuple[int, int, int], times: Sequence[float]) -> Track:
    boxes = [(at_s, place(colour, at_s)) for at_s in times]
    path = tuple((at_s, box.x, box.y, box.width, box.height, 1) for at_s, box in boxes if box is not None)
    return Track(number, (times[0], times[-1]), 24.0, (), path)


QUARTERS = [n / 4 for n in range(8)]
FILM = Film(FRAMES / FPS, Sound.PRESENT, *SIZE, (track(1, RED, QUARTERS), track(2, BLUE, QUARTERS)), ())


def test_on_no_picture_is_anything_left_of_whoever_is_covered(tmp_path: Path):
    source, target = write(tmp_path / "a.mp4"), tmp_path / "new.webm"
    covers = cover_film(source, FILM, {1}, 2048, target, seen_at, nobody)
    frames = list(open_film(read_file(target, "new.webm"), 2048).frames(lambda number, at_s: True))
    assert len(frames) == FRAMES
    for frame in frames:
        # Red runs faster than it was followed, and green was seen by nobody: both are gone, blue stays.
        assert [round(face.box.x / 10) for face in seen_at(frame.pixels)] == [26], frame.at_s
    assert leftovers(target) == () and all(isinstance(cover, Cover) for cover in covers)
    assert b"Sanne" not in target.read_bytes() and b"+52.09" not in target.read_bytes()
    assert open_film(read_file(target, "new.webm"), 2048).sound is Sound.NONE


def test_a_face_that_is_on_one_picture_only_is_covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    usual, only_blue = place, replace(FILM, faces=(FILM.faces[1],))

    def shown(colour: tuple[int, int, int], at_s: float) -> Box | None:
        return usual(colour, at_s) if colour == BLUE or (colour == GREEN and at_s == 21 / FPS) else None

    monkeypatch.setattr("tests.remedies.test_film.place", shown)
    source, target = write(tmp_path / "a.mp4", sound=False), tmp_path / "new.webm"
    monkeypatch.undo()
    assert cover_film(source, only_blue, set(), 2048, target, seen_at, nobody)
    for frame in open_film(read_file(target, "new.webm"), 2048).frames(lambda number, at_s: True):
        assert [round(face.box.x / 10) for face in seen_at(frame.pixels)] == [26], frame.at_s


SQUARE, BITS = 16, (3, 4)
"""A picture of twelve squares, black or white: its number, which no encoder blurs away."""


def numbered(path: Path, times: Sequence[Fraction]) -> PhotoFile:
    """A film with a picture at each of these times, each with its number on it."""
    with av.open(str(path), "w") as film:
        video = film.add_stream("mpeg4", rate=60)
        video.width, video.height, video.pix_fmt = SQUARE * BITS[1], SQUARE * BITS[0], "yuv420p"
        video.codec_context.time_base = Fraction(1, 60000)
        for number, at in enumerate(times):
            bits = np.array([number >> bit & 1 for bit in range(BITS[0] * BITS[1])], np.uint8).reshape(BITS) * 255
            pixels = np.stack([bits.repeat(SQUARE, 0).repeat(SQUARE, 1)] * 3, axis=2)
            picture = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            picture.pts, picture.time_base = round(at * 60000), Fraction(1, 60000)
            film.mux(video.encode(picture))
        film.mux(video.encode())
    return read_file(path, path.name)


def number_on(pixels: np.ndarray) -> int:
    bits = pixels[SQUARE // 2 :: SQUARE, SQUARE // 2 :: SQUARE, 0].reshape(-1) > 127
    return sum(int(bit) << place for place, bit in enumerate(bits))


@pytest.mark.parametrize(
    ("times", "all_written"),
    [
        ([Fraction(n, 25) for n in range(50)], True),
        ([Fraction(n * 1001, 30000) for n in range(1000)], True),  # the times of WebM, in milliseconds, drift
        ([Fraction(n, 30) for n in range(60)], True),
        ([Fraction(n, 50) for n in range(100)], False),
        ([Fraction(n * 1001, 60000) for n in range(120)], False),
        ([Fraction(n, 10) for n in range(20)] + [2 + Fraction(n, 50) for n in range(50)], False),  # a telephone's
    ],
    ids=["25", "29.97", "30", "50", "59.94", "variable"],
)
def test_every_picture_that_is_written_is_searched_before_and_after(
    times: list[Fraction], all_written: bool, tmp_path: Path
):
    source, target = numbered(tmp_path / "a.mp4", times), tmp_path / "new.webm"
    searched: list[int] = []

    def glimpse(pixels: np.ndarray, times: float) -> Sequence[Face]:
        searched.append(number_on(pixels))
        return ()

    film = Film(float(times[-1]), Sound.NONE, SQUARE * BITS[1], SQUARE * BITS[0], (), ())
    cover_film(source, film, set(), 2048, target, glimpse, nobody)
    new = [
        number_on(frame.pixels)
        for frame in open_film(read_file(target, "new.webm"), 2048).frames(lambda number, at_s: True)
    ]
    before, after = searched[: -len(new)], searched[-len(new) :]
    assert after == new
    assert set(new) <= set(before) and before == sorted(set(before))
    assert set(before) - set(new) <= {len(times) - 1}, "no picture that nobody is shown takes time"
    assert (len(times) - len(set(new)) <= 1) is all_written


def test_a_film_in_which_faces_keep_appearing_is_not_kept(tmp_path: Path):
    source, target = write(tmp_path / "a.mp4", sound=False), tmp_path / "new.webm"
    looks: list[PhotoFile] = []

    def appearing(new: PhotoFile) -> Sequence[tuple[float, Face]]:
        looks.append(new)
        return [(0.5, Face(1, Box(20.0 * len(looks), 140, 20, 20), 0.9, ()))]

    with pytest.raises(UserError) as told:
        cover_film(source, FILM, {1}, 2048, target, seen_at, appearing)
    assert told.value.message == LEFT and len(looks) == 3 and not target.exists()


def test_a_film_is_written_as_long_as_it_was_without_what_its_file_says(tmp_path: Path):
    source, target = write(tmp_path / "a.mp4"), tmp_path / "clean.webm"
    write_film(source, 160, target)
    film = open_film(read_file(target, "clean.webm"), 2048)
    (first, *_) = frames = list(film.frames(lambda number, at_s: True))
    assert (len(frames), film.seconds, first.pixels.shape) == (FRAMES, pytest.approx(2.0), (90, 160, 3))
    assert leftovers(target) == ()


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda whole: whole + b"more", "bytes after the end"),
        (lambda whole: b"RIFF" + whole, "no WebM"),
        (lambda whole: whole.replace(b"\x1c\x53\xbb\x6b", b"\x19\x41\xa4\x69"), "part 1941A469"),
    ],
    ids=["behind the end", "another kind", "an attachment"],
)
def test_what_else_lies_in_a_film_s_file_is_left_over(tmp_path: Path, change, left: str):
    target = tmp_path / "clean.webm"
    write_film(write(tmp_path / "a.mp4", sound=False), 160, target)
    target.write_bytes(change(target.read_bytes()))
    assert leftovers(target)[0] == left


steps = st.lists(
    st.tuples(st.floats(0.05, 1.2), st.floats(0, 300), st.floats(0, 150), st.floats(8, 60)), min_size=1, max_size=6
)


@settings(max_examples=60)
@given(steps, st.floats(0, 1), st.lists(st.floats(0, 8), max_size=3))
def test_whoever_moves_straight_from_place_to_place_is_covered_all_the_time(
    moves: list, part: float, cuts: list[float]
):
    at_s, path = 0.0, []
    for wait, x, y, side in moves:
        at_s += wait
        path.append((at_s, x, y, side, side, 1))
    covers = Covers(along(Track(1, (path[0][0], path[-1][0]), 60.0, (), tuple(path)), cuts))
    moment = path[0][0] + part * (path[-1][0] - path[0][0])
    before = max(spot for spot in path if spot[0] <= moment + 1e-9)
    after = min(spot for spot in path if spot[0] >= moment - 1e-9)
    share = (moment - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
    box = Box(*(a + share * (b - a) for a, b in zip(before[1:5], after[1:5], strict=True)))
    assert covers.hide(box, moment, 0.999)
    # And a while longer, but for a cut.
    last = path[-1]
    if not any(last[0] < cut < last[0] + BEYOND_S for cut in cuts):
        assert covers.hide(Box(*last[1:5]), last[0] + BEYOND_S, 0.999)


def test_somebody_who_stays_has_one_face_and_not_the_one_beside():
    kept = Kept(FILM, {1})
    blue, near, red = Box(260, 60, 24, 30), Box(268, 60, 24, 30), Box(60, 60, 24, 30)
    faces = [Face(n, box, 0.9, ()) for n, box in enumerate((near, blue, red), 1)]
    assert kept.strangers(faces, 0.0) == [faces[0], faces[2]]
    assert kept.strangers(faces, 3.0) == faces


def test_after_a_cut_nobody_is_the_one_who_stood_there_before():
    kept = Kept(FILM, {1})
    faces = [Face(1, Box(260, 60, 24, 30), 0.9, ())]
    assert kept.strangers(faces, 1.9) == []
    kept.cuts.append(1.85)
    assert kept.strangers(faces, 1.9) == faces and kept.strangers(faces, 1.8) == []


def made(covers: Sequence[Cover]) -> Made:
    boxes, spans = tuple(c.box for c in covers), tuple(c.span for c in covers)
    return Made("r", "a.mp4", "0" * 64, "1" * 64, Kind.COVER, "solid", (1,), boxes, None, NOW, spans)


SEEN = Observation(
    "0" * 64, 1000, 200, tuple(Face(n, Box(10, 10, 60, 60), 0.9, ()) for n in (1, 2)), (), ".mp4", film=FILM
)
FACTS = PhotoFacts(
    "a.mp4",
    (FaceFact(1, 60, "S01", span=(0.0, 1.75)), FaceFact(2, 60, "S02", span=(0.0, 1.75))),
    film=FilmFact(2.0, Sound.PRESENT),
)


def result(*faces: Track, sound: Sound = Sound.NONE) -> Observation:
    seen = tuple(Face(t.number, Box(10, 10, 60, 60), 0.9, ()) for t in faces)
    return Observation("1" * 64, 1000, 200, seen, (), ".webm", film=Film(2.0, sound, *SIZE, faces, ()))


def test_whoever_is_under_a_cover_all_the_time_is_covered_and_the_sound_is_gone():
    facts = known_facts(FACTS, SEEN, made(list(along(FILM.faces[0], ()))))
    assert [face.covered for face in facts.faces] == [True, False]
    assert facts.film == FilmFact(2.0, Sound.NONE)


def test_whoever_is_covered_for_a_moment_is_still_seen_and_is_no_company():
    moment = [*along(FILM.faces[0], ()), Cover(around(Box(260, 60, 24, 30)), (0.4, 0.6))]
    known = known_of_film(FACTS, SEEN, made(moment))
    assert [face.covered for face in known.faces] == [True, False]
    possible = facts_of_film(FACTS, SEEN, made(moment), result())
    assert [[face.covered for face in facts.faces] for facts in possible[:2]] == [[True, False], [True, True]]


def test_a_new_film_that_was_seen_as_no_film_clears_nobody():
    (facts,) = facts_of_film(FACTS, SEEN, made([]), replace(result(), film=None))
    assert facts.problem is not None


def test_a_face_that_is_new_in_the_new_film_is_held_and_sound_that_is_there_is_told():
    new = Track(1, (0.5, 1.0), 24.0, (), ((0.5, 10.0, 140.0, 24.0, 30.0, 1), (1.0, 10.0, 140.0, 24.0, 30.0, 1)))
    covers = made(list(along(FILM.faces[0], ())))
    *_, whole = facts_of_film(FACTS, SEEN, covers, result(track(1, BLUE, QUARTERS), new))
    assert [(face.number, face.span) for face in whole.faces[2:]] == [(3, (0.5, 1.0))]
    known, *_ = facts_of_film(FACTS, SEEN, covers, result(sound=Sound.UNKNOWN))
    assert known.film == FACTS.film
