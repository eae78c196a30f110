"""A second look finds heads that lie or hang upside down, and neither loses nor doubles what the first found."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.demo import PHOTOS
from pipeline.photos import load_photo
from pipeline.vision import again
from pipeline.vision.faces import OVERLAP
from pipeline.vision.observation import Box, Face
from pipeline.vision.observer import Observer
from tests.demo.truth import truth

Pixels = NDArray[np.uint8]


def pixels_of(name: str) -> Pixels:
    """A demo photo, upright."""
    pixels = load_photo(PHOTOS / name, name, 2048).pixels
    assert pixels is not None
    return pixels


def whose(name: str, shape: tuple[int, ...]) -> NDArray[np.intp]:
    """A map of a demo photo that says at every pixel whose face it is: 1, 2, ... as the truth lists them."""
    owners = np.zeros(shape[:2], np.intp)
    for number, box in enumerate((p.face for p in truth()[name] if p.face is not None), start=1):
        owners[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)] = number
    return owners


def those_found(faces: tuple[Face, ...], owners: NDArray[np.intp]) -> set[int]:
    """Whose faces were found, by the middle of each box."""
    height, width = owners.shape
    centres = [face.box.centre for face in faces]
    return {int(owners[min(height - 1, int(y)), min(width - 1, int(x))]) for x, y in centres} - {0}


def head_turned(pixels: Pixels, person_id: str, name: str) -> Pixels:
    """The photo with one head upside down in its place."""
    (box,) = (p.face for p in truth()[name] if p.person_id == person_id and p.face is not None)
    (x, y), side = box.centre, max(box.width, box.height)
    part = np.s_[int(y - side) : int(y + side), int(x - side) : int(x + side)]
    changed = pixels.copy()
    changed[part] = changed[part][::-1, ::-1]
    return changed


MISSED = {
    "a group upside down": ("IMG_2011.jpg", 2),
    "a profile upside down": ("IMG_2012.jpg", 2),
    "half a face upside down": ("IMG_2013.jpg", 2),
    "small faces upside down": ("IMG_2014.jpg", 2),
    "a group on its left side": ("IMG_2011.jpg", 1),
    "half a face on its left side": ("IMG_2013.jpg", 1),
    "small faces on their right side": ("IMG_2014.jpg", 3),
}
"""A demo photo, and by how many quarters it is turned to the left."""


@pytest.mark.slow
@pytest.mark.parametrize("case", MISSED)
def test_a_photo_on_its_side_or_upside_down_shows_all_its_faces(case: str, observer: Observer):
    name, quarters = MISSED[case]
    upright = pixels_of(name)
    owners = whose(name, upright.shape)
    photo, owners = np.ascontiguousarray(np.rot90(upright, quarters)), np.rot90(owners, quarters)
    everybody = set(np.unique(owners).tolist()) - {0}
    assert those_found(observer._faces(photo), owners) < everybody, "the first look misses somebody here"
    seen = observer("0" * 64, photo)
    assert those_found(seen.faces, owners) == everybody
    assert [face.number for face in seen.faces] == list(range(1, len(seen.faces) + 1))
    assert [face.box.x for face in seen.faces] == sorted(face.box.x for face in seen.faces)


@pytest.mark.slow
def test_one_child_that_hangs_upside_down_beside_another_is_found(observer: Observer):
    name = "IMG_2012.jpg"
    photo = head_turned(pixels_of(name), "S06", name)
    owners = whose(name, photo.shape)
    assert len(those_found(observer._faces(photo), owners)) == 1
    assert len(those_found(observer("0" * 64, photo).faces, owners)) == 2


@pytest.mark.slow
def test_the_landmarks_of_an_upside_down_face_are_where_they_belong(observer: Observer):
    """The first look finds some of these faces too, but puts their eyes where the mouth is."""
    upright = observer("0" * 64, pixels_of("IMG_2011.jpg"))
    turned = observer("0" * 64, np.ascontiguousarray(pixels_of("IMG_2011.jpg")[::-1, ::-1]))
    end = np.array([upright.width, upright.height])
    compared = 0
    for face in turned.faces:
        x, y = end - face.box.centre
        (was,) = [f for f in upright.faces if f.box.contains(float(x), float(y))]
        if face.landmarks[0][1] > face.landmarks[3][1]:
            compared += 1
            off = np.abs(end - np.array(face.landmarks) - np.array(was.landmarks))
            assert off.mean() < was.box.side / 4
    assert compared >= 6


@pytest.mark.slow
@pytest.mark.parametrize(("name", "person_id"), [("IMG_2002.jpg", "S04"), ("IMG_2003.jpg", "S01")])
def test_a_face_that_fills_the_picture_is_found_whole(name: str, person_id: str, observer: Observer):
    (box,) = (p.face for p in truth()[name] if p.person_id == person_id and p.face is not None)
    edge = 0.05 * box.height
    top, left = int(box.y - edge), int(box.x - edge)
    part = pixels_of(name)[top : int(box.y + box.height + edge), left : int(box.x + box.width + edge)]
    photo = cv2.resize(part, None, fx=1536 / len(part), fy=1536 / len(part), interpolation=cv2.INTER_CUBIC)
    assert not [face for face in observer._faces(photo) if face.score > 0.5]
    (whole,) = [face for face in observer("0" * 64, photo).faces if face.score > 0.5]
    assert whole.box.height > 1000


@pytest.mark.slow
def test_small_faces_on_a_large_picture_are_found_before_nobody_is_said(observer: Observer):
    """Faces of some 14 px, in a corner of a wall: too small for the first look, and no person stands out."""
    face = pixels_of("IMG_2003.jpg")
    (box,) = (p.face for p in truth()["IMG_2003.jpg"] if p.face is not None)
    small = cv2.resize(face, None, fx=9 / box.side, fy=9 / box.side, interpolation=cv2.INTER_AREA)
    wall = np.full((1536, 2048, 3), 150, np.uint8)
    wall[700 : 700 + small.shape[0], 300 : 300 + small.shape[1]] = small
    assert observer._faces(wall) == ()
    assert len(observer("0" * 64, wall).faces) == 1


def face_at(x: float, y: float, score: float, side: float = 20) -> Face:
    """A face with its upper left corner there."""
    return Face(1, Box(x, y, side, side), score, ((x, y),) * 5)


JOINS = {
    "nothing": ([], [], []),
    "only the first": ([(0, 0.3)], [], [(0, 0.3)]),
    "only the second": ([], [(0, 0.9)], [(0, 0.9)]),
    "one each, apart": ([(40, 0.3)], [(0, 0.9)], [(0, 0.9), (40, 0.3)]),
    "the same, doubted at first": ([(0, 0.3)], [(2, 0.9)], [(2, 0.9)]),
    "the same, first beyond doubt": ([(0, 0.75)], [(2, 0.9)], [(0, 0.75)]),
    "the same, better at first": ([(0, 0.6)], [(2, 0.55)], [(0, 0.6)]),
    "twice in the second": ([], [(0, 0.6), (2, 0.9)], [(2, 0.9)]),
    "two in the first stay two": ([(0, 0.9), (11, 0.8)], [(1, 0.99)], [(0, 0.9), (11, 0.8)]),
    "two doubted at first stay, and what is over both": (
        [(0, 0.6), (20, 0.6)],
        [(10, 0.7)],
        [(0, 0.6), (10, 0.7), (20, 0.6)],
    ),
    "over both, and each once more": (
        [(0, 0.6), (20, 0.6)],
        [(10, 0.7), (11, 0.65), (1, 0.9), (21, 0.9)],
        [(1, 0.9), (21, 0.9)],
    ),
}
"""Left edge and score of the faces of the first look, of the second, and of those kept."""


@pytest.mark.parametrize("case", JOINS)
def test_a_face_seen_twice_is_one_face(case: str):
    first, second, kept = JOINS[case]
    result = again.joined(tuple(face_at(x, 0, s) for x, s in first), [face_at(x, 0, s) for x, s in second])
    assert [(face.box.x, face.score) for face in result] == kept
    assert [face.number for face in result] == list(range(1, len(kept) + 1))


@st.composite
def looks(draw: st.DrawFn, lowest: float) -> list[Face]:
    """Up to six faces that may overlap each other."""
    place, score, side = st.integers(0, 60), st.floats(lowest, 1), st.integers(5, 30)
    return [face_at(draw(place), draw(place), draw(score), draw(side)) for _ in range(draw(st.integers(0, 6)))]


@given(looks(0.2), looks(again.TURNED_SCORE))
def test_a_second_look_loses_nobody(first: list[Face], second: list[Face]):
    kept = again.joined(tuple(first), second)
    for face in [*first, *second]:
        assert any(face.box.share(other.box) > OVERLAP for other in kept), "everybody is still there"
    over_several = [o.box for o in kept if sum(o.box.share(f.box) > OVERLAP for f in first) > 1]
    for one, other in combinations(kept, 2):
        assert one.box.share(other.box) <= OVERLAP or {one.box, other.box} & {*over_several}
    assert {replace(face, number=1) for face in kept} <= {*first, *second}


@given(st.integers(2, 40), st.integers(2, 40), st.sampled_from([0, 1, 2, 3]), st.data())
def test_a_box_is_turned_back_to_where_it_was(width: int, height: int, quarters: int, data: st.DataObject):
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    right, bottom = data.draw(st.integers(left + 1, width)), data.draw(st.integers(top + 1, height))
    picture = np.zeros((height, width), np.uint8)
    picture[top:bottom, left:right] = 1
    rows, columns = np.nonzero(np.rot90(picture, quarters))
    box = Box(columns.min(), rows.min(), columns.max() + 1 - columns.min(), rows.max() + 1 - rows.min())
    face = Face(1, box, 0.9, (box.centre,) * 5)
    back = again._turned_back(face, quarters, (width, height), np.array([2.0, 3.0]))
    assert back.box == Box(left * 2, top * 3, (right - left) * 2, (bottom - top) * 3)
    assert set(back.landmarks) == {back.box.centre}


DOUBTS = {
    "sure faces only": ([0.75, 0.9], 0, False),
    "somebody without a face": ([0.75, 0.9], 1, True),
    "a doubtful face": ([0.74, 0.9], 0, True),
    "nobody": ([], 0, True),
}


@pytest.mark.parametrize("case", DOUBTS)
def test_what_is_looked_at_again(case: str):
    scores, persons, expected = DOUBTS[case]
    assert again.is_doubtful(tuple(face_at(0, 0, score) for score in scores), persons) is expected
