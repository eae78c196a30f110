"""A cover keeps nothing of what is under it but a few means, and lies over the whole head."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import default_store
from pipeline.photos import load_photo
from pipeline.places import DEMO
from pipeline.remedies.clean import as_clean_jpeg
from pipeline.remedies.cover import BLOCKS_ACROSS_A_FACE, CHIN, CROWN, EARS, _means, cover, covered_share, head_of
from pipeline.remedies.remedy import How
from pipeline.vision.observation import Box, Face
from pipeline.vision.observer import Observer
from tests.demo.truth import who

WIDTH, HEIGHT = 200, 150

LOOSEST = 0.5
"""Beyond the loosest threshold that a calibration may give, 0.40."""

every_way = pytest.mark.parametrize("how", list(How))


def face(x: float = 60, y: float = 50, width: float = 40, height: float = 50, turn: float = 0) -> Face:
    """A face whose landmarks are turned by so many degrees to the right, the box as it is."""
    angle = math.radians(turn)
    marks = ((-0.2, -0.1), (0.2, -0.1), (0, 0.1), (-0.15, 0.3), (0.15, 0.3))
    turned = [(a * math.cos(angle) - b * math.sin(angle), a * math.sin(angle) + b * math.cos(angle)) for a, b in marks]
    points = tuple((x + width / 2 + a * width, y + height / 2 + b * height) for a, b in turned)
    return Face(1, Box(x, y, width, height), 0.9, points)


faces = st.builds(
    face,
    x=st.floats(-60, WIDTH),
    y=st.floats(-60, HEIGHT),
    width=st.floats(3, 150),
    height=st.floats(3, 150),
    turn=st.floats(0, 360),
)


def noise(seed: int = 7) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def under(*covered: Face) -> np.ndarray:
    """Whether a pixel lies under a cover, with the pixels that a cover reaches into."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    for one in covered:
        box = head_of(one)
        left, top = max(0, math.floor(box.x)), max(0, math.floor(box.y))
        mask[top : max(0, math.ceil(box.y + box.height)), left : max(0, math.ceil(box.x + box.width))] = True
    return mask


@given(covered=st.lists(faces, max_size=4), how=st.sampled_from(How))
@settings(deadline=None)
def test_nothing_changes_outside_and_no_original_is_touched(covered: list[Face], how: How):
    original = noise()
    before = original.copy()
    result = cover(original, covered, how)
    np.testing.assert_array_equal(original, before)
    np.testing.assert_array_equal(result[~under(*covered)], original[~under(*covered)])


@given(one=faces, how=st.sampled_from([*BLOCKS_ACROSS_A_FACE]), seed=st.integers(0, 99))
@settings(deadline=None)
def test_two_photos_with_equal_means_become_the_same_file(one: Face, how: How, seed: int):
    """Everything under a cover is shuffled within the blocks whose means the cover is made of."""
    first = noise()
    mask = under(one)
    if not mask.any():
        return
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    place = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    means, high, wide = _means(first[place], one.box.side, how)
    second = first.copy()
    part, shuffled = second[place], np.random.default_rng(seed)
    for top, bottom in _stretches(high):
        for left, right in _stretches(wide):
            block = part[top:bottom, left:right]
            block[:] = shuffled.permutation(block.reshape(-1, 3)).reshape(block.shape)
    np.testing.assert_array_equal(_means(second[place], one.box.side, how)[0], means)
    assert as_clean_jpeg(cover(first, [one], how)) == as_clean_jpeg(cover(second, [one], how))


def _stretches(sizes: np.ndarray) -> Iterator[tuple[int, int]]:
    ends = np.cumsum(sizes)
    return zip((ends - sizes).tolist(), ends.tolist(), strict=True)


@given(one=faces, how=st.sampled_from([*BLOCKS_ACROSS_A_FACE]))
def test_the_means_are_few(one: Face, how: How):
    """Never more than these, whatever the size of the face: this is all that can be known of it."""
    box = head_of(one)
    part = np.zeros((max(1, math.ceil(box.height)), max(1, math.ceil(box.width)), 3), np.uint8)
    _, high, wide = _means(part, one.box.side, how)
    longest = max(one.box.width, one.box.height) / one.box.side
    assert len(wide) <= BLOCKS_ACROSS_A_FACE[how] * (1 + 2 * CROWN) * longest + 2
    assert len(high) <= BLOCKS_ACROSS_A_FACE[how] * (1 + 2 * CROWN) * longest + 2


def test_a_solid_cover_tells_nothing_at_all():
    one = face()
    first, second = noise(1), noise(2)
    second[~under(one)] = first[~under(one)]
    np.testing.assert_array_equal(cover(first, [one], How.SOLID), cover(second, [one], How.SOLID))


@pytest.mark.parametrize(
    ("turn", "side"), [(0, "top"), (90, "right"), (180, "bottom"), (270, "left"), (45, "right"), (45, "top")]
)
def test_the_crown_is_covered_whichever_way_a_head_is_turned(turn: float, side: str):
    box, head = face(turn=turn).box, head_of(face(turn=turn))
    reach = {
        "left": (box.x - head.x) / box.width,
        "top": (box.y - head.y) / box.height,
        "right": (head.x + head.width - box.x - box.width) / box.width,
        "bottom": (head.y + head.height - box.y - box.height) / box.height,
    }
    assert reach[side] == pytest.approx(CROWN)
    assert reach["top"] == pytest.approx(CROWN)
    assert min(reach.values()) >= min(EARS, CHIN) - 1e-9


def test_without_landmarks_a_head_is_taken_for_upright():
    bare = Face(1, Box(60, 50, 40, 50), 1.0, ())
    assert head_of(bare) == head_of(face())


def test_the_share_that_is_covered_counts_what_overlaps_once():
    one = face()
    alone = covered_share([head_of(one)], WIDTH, HEIGHT)
    assert alone == pytest.approx(under(one).mean())
    assert covered_share([head_of(one), head_of(one)], WIDTH, HEIGHT) == alone
    assert covered_share([head_of(face(x=10_000))], WIDTH, HEIGHT) == 0


@pytest.fixture(scope="module")
def observer() -> Iterator[Observer]:
    with Observer(default_store()) as loaded:
        yield loaded


@pytest.mark.slow
@every_way
@pytest.mark.parametrize("name", ["IMG_2004.jpg", "IMG_2009.jpg"])
def test_no_covered_face_is_found_and_none_is_compared_with_success(name: str, how: How, observer: Observer):
    photo = load_photo(DEMO / "event" / name, name, 2048)
    assert photo.pixels is not None
    seen = observer(photo.sha256, photo.pixels)
    covered = [one for one in seen.faces if who(name, one.box)]
    assert len(covered) >= 3
    hidden = cover(photo.pixels, covered, how)
    recogniser = DlibResNet(default_store().path(DlibResNet.name))
    before, after = (recogniser.embed(pixels, covered) for pixels in (photo.pixels, hidden))
    # Told where the faces were, the recogniser finds each farther from itself than any two faces it may give one name.
    assert np.linalg.norm(before - after, axis=1).min() > LOOSEST
    again = observer(photo.sha256, hidden)
    assert [one for one in again.faces if any(one.box.share(other.box) > 0.3 for other in covered)] == []
