"""References made as poor as event photos: the same each time, and the landmarks stay where the face is."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.matching.degrade import Degradation, degradations, degraded
from pipeline.vision.observation import Box, Face
from tests.pipeline.seen import face

WAYS = {way.name: way for way in degradations(40.0)}
FACE = face(1, 200.0, 150.0, 120.0)


def picture(height: int = 400, width: int = 600) -> np.ndarray:
    """Grey with some detail, so that blur and noise leave a trace."""
    return np.random.default_rng(3).integers(90, 160, (height, width, 3), np.uint8)


@pytest.mark.parametrize("name", WAYS)
def test_the_same_photo_gives_the_same_result_and_is_left_as_it_was(name: str):
    pixels = picture()
    before = pixels.copy()
    once, again = degraded(pixels, FACE, WAYS[name]), degraded(pixels, FACE, WAYS[name])
    assert np.array_equal(once[0], again[0]) and once[1] == again[1]
    assert once[0].dtype == np.uint8 and once[0].ndim == 3
    assert np.array_equal(pixels, before)


@pytest.mark.parametrize("name", [name for name in WAYS if name != "as_it_is"])
def test_a_face_becomes_as_small_as_is_said(name: str):
    _, found = degraded(picture(), FACE, WAYS[name])
    assert WAYS[name].side_px <= found.box.side < WAYS[name].side_px + 1.0, "never smaller than what is compared"


def test_every_way_differs_and_the_smallest_face_is_the_one_that_is_compared():
    results = {degraded(picture(), FACE, way)[0].tobytes() for way in WAYS.values()}
    assert len(results) == len(WAYS)
    assert WAYS["smallest"].side_px == 40.0
    assert {way.side_px for way in degradations(80.0)} == {None, 80.0}, "none is smaller than what is compared"


def test_a_small_face_is_never_enlarged():
    small = face(1, 200.0, 150.0, 30.0)
    _, found = degraded(picture(), small, WAYS["small"])
    assert found.box.side == pytest.approx(30.0)


def brightest(pixels: np.ndarray) -> tuple[float, float]:
    grey = pixels.astype(float).sum(axis=2)
    rows, columns = np.nonzero(grey >= 0.9 * grey.max())
    return float(columns.mean()), float(rows.mean())


@pytest.mark.parametrize("point", range(5))
@pytest.mark.parametrize(
    "how",
    [Degradation("x", WAYS["small"].label, **given) for given in ({}, {"side_px": 60.0}, {"turned": 25.0})],
    ids=["cut out", "shrunk", "turned"],
)
def test_landmarks_stay_on_what_they_mark(point: int, how: Degradation):
    pixels = np.zeros((400, 600, 3), np.uint8)
    x, y = FACE.landmarks[point]
    pixels[round(y) - 4 : round(y) + 5, round(x) - 4 : round(x) + 5] = 255
    poorer, found = degraded(pixels, FACE, how)
    assert brightest(poorer) == pytest.approx(found.landmarks[point], abs=1.5)


def test_what_is_turned_away_gets_narrower():
    _, found = degraded(picture(), FACE, Degradation("x", WAYS["turned"].label, turned=40.0))
    assert found.box.width < 0.9 * FACE.box.width


def test_light_changes_as_a_camera_would_see_it():
    light = {name: degraded(picture(), FACE, WAYS[name])[0].mean() for name in ("small", "dark", "bright")}
    assert light["dark"] < 0.7 * light["small"] < light["small"] < light["bright"]


EDGES = {
    "over the left edge": Box(-40.0, 20.0, 100.0, 100.0),
    "over the lower corner": Box(150.0, 70.0, 100.0, 100.0),
    "larger than the picture": Box(-50.0, -50.0, 400.0, 400.0),
    "a sliver": Box(199.0, 99.0, 5.0, 60.0),
}


@pytest.mark.parametrize("case", EDGES)
@pytest.mark.parametrize("name", WAYS)
def test_a_face_at_the_edge_of_a_small_picture_is_no_trouble(case: str, name: str):
    box = EDGES[case]
    marks = tuple((box.x + box.width * a, box.y + box.height * b) for a, b in ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6)))
    poorer, found = degraded(picture(100, 200), Face(1, box, 0.9, marks), WAYS[name])
    assert min(poorer.shape[:2]) >= 1 and np.isfinite(found.landmarks).all()
