"""A crop cuts off whoever has to go, cuts through nobody who stays, and is the largest that does."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.remedies import crop
from pipeline.remedies.crop import LEAST_LONG_SIDE_PX, LEAST_SHARE, MOST_ASPECT, MOST_BOXES, crops, person_of
from pipeline.vision.observation import Box
from tests.pipeline.seen import face

WIDTH, HEIGHT = 1200, 900

boxes = st.builds(
    Box, x=st.integers(-50, 1150), y=st.integers(-50, 850), width=st.integers(10, 400), height=st.integers(10, 500)
)
parts = st.builds(
    Box, x=st.integers(0, 600), y=st.integers(0, 450), width=st.integers(400, 1200), height=st.integers(300, 900)
)


def shown(box: Box) -> Box | None:
    """What of a box is in the picture."""
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, WIDTH), min(box.y + box.height, HEIGHT)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None


def survives(part: Box) -> bool:
    long, short = max(part.width, part.height), min(part.width, part.height)
    area = part.width * part.height
    return area >= LEAST_SHARE * WIDTH * HEIGHT and long >= LEAST_LONG_SIDE_PX and long <= MOST_ASPECT * short


def kept_by(part: Box, away: list[Box], stay: list[Box]) -> int | None:
    """How many boxes stay whole; None where one is cut through, or one that must go is touched."""
    if any(part.overlap(box) > 0 for box in away):
        return None
    inside = [box for box in map(shown, stay) if box is not None and part.overlap(box) > 0]
    return len(inside) if all(part.overlap(box) == box.width * box.height for box in inside) else None


@given(away=st.lists(boxes, min_size=1, max_size=3), stay=st.lists(boxes, max_size=4))
@settings(deadline=None)
def test_every_crop_keeps_its_word(away: list[Box], stay: list[Box]):
    found = crops(WIDTH, HEIGHT, away, stay)
    counts = [kept_by(part, away, stay) for part in found]
    assert None not in counts and 0 not in counts
    assert counts == sorted(set(counts), key=lambda count: -(count or 0))
    for part in found:
        assert shown(part) == part
        assert survives(part)


@given(away=st.lists(boxes, min_size=1, max_size=3), stay=st.lists(boxes, max_size=3), any_part=parts)
@settings(deadline=None)
def test_no_other_part_is_larger(away: list[Box], stay: list[Box], any_part: Box):
    part = shown(any_part)
    count = kept_by(part, away, stay) if part is not None and survives(part) else None
    if part is None or not count:
        return
    found = {kept_by(one, away, stay): one for one in crops(WIDTH, HEIGHT, away, stay)}
    assert found[count].width * found[count].height >= part.width * part.height


def test_somebody_at_the_edge_is_cut_away_with_the_body():
    away, stay = person_of(face(1, 40, 100, 60)), [Box(400, 100, 80, 90), Box(800, 150, 80, 90)]
    (part,) = (one for one in crops(WIDTH, HEIGHT, [away], stay) if kept_by(one, [away], stay) == 2)
    assert part == Box(away.x + away.width, 0, WIDTH - away.x - away.width, HEIGHT)


@pytest.mark.parametrize(
    ("away", "stay"),
    [
        ([], [Box(400, 100, 80, 90)]),
        ([Box(500, 0, 200, 900)], [Box(100, 100, 80, 90)]),
        ([Box(0, 0, 100, 900)], []),
        ([Box(0, 0, 10, 10)] * MOST_BOXES, [Box(400, 100, 80, 90)]),
    ],
    ids=["nobody has to go", "less than half is left", "nobody stays", "a crowd"],
)
def test_no_crop_where(away: list[Box], stay: list[Box]):
    assert crops(WIDTH, HEIGHT, away, stay) == ()


def test_a_small_picture_is_not_made_smaller():
    stay = [Box(300, 100, 80, 90)]
    assert crops(crop.LEAST_LONG_SIDE_PX, 500, [Box(0, 0, 40, 500)], stay) == ()
    assert crops(crop.LEAST_LONG_SIDE_PX + 40, 500, [Box(0, 0, 40, 500)], stay) != ()
