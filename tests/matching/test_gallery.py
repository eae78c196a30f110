"""The gallery: parts of it hold nobody else, and its digest tells any two contents apart."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.matching.gallery import APART, Gallery, LookAlikes, apart, look_alikes

WHOLE = Gallery(("S01", "S02", "S01"), ("a", "b", "c"), np.array([[0.0], [1.0], [2.0]], np.float32))


@pytest.mark.parametrize("shape", [(1, 128), (2,), (2, 2, 2)])
def test_a_gallery_has_a_template_for_every_row(shape: tuple[int, ...]):
    with pytest.raises(ValueError, match="2 persons need as many templates"):
        Gallery(("S01", "S02"), ("a", "b"), np.zeros(shape, np.float32))


def test_a_gallery_has_a_reference_for_every_row():
    with pytest.raises(ValueError, match="1 persons need as many references, not 2"):
        Gallery(("S01",), ("a", "b"), np.zeros((1, 2), np.float32))


PARTS: dict[str, tuple[Callable[[], Gallery], str]] = {
    "one person and somebody unknown": (lambda: WHOLE.only(["S01", "S99"]), "ac"),
    "nobody": (lambda: WHOLE.only([]), ""),
    "without one person": (lambda: WHOLE.without(["S01"]), "b"),
    "without anybody unknown": (lambda: WHOLE.without(iter(["S99"])), "abc"),
    "without one reference": (lambda: WHOLE.without_reference("c"), "ab"),
    "without a reference that is not there": (lambda: WHOLE.without_reference("x"), "abc"),
}


@pytest.mark.parametrize("case", PARTS)
def test_a_part_holds_these_rows_and_no_other(case: str):
    part, references = PARTS[case]
    rows = ["abc".index(reference) for reference in references]
    assert part().references == tuple(references)
    assert part().person_ids == tuple(WHOLE.person_ids[row] for row in rows)
    assert part().templates.tolist() == WHOLE.templates[rows].tolist()


def test_one_photo_enrolled_for_two_persons_leaves_with_both():
    twice = Gallery(("S01", "S02"), ("a", "a"), np.zeros((2, 1), np.float32))
    assert twice.without_reference("a").people == ()


def test_a_person_is_as_near_as_the_nearest_template():
    people, distances = WHOLE.distances(np.array([[1.75], [0.5]], np.float32))
    assert people == ("S01", "S02") and distances.tolist() == [[0.25, 0.75], [0.5, 0.5]]


@pytest.mark.parametrize("probes", [0, 2])
def test_nobody_enrolled_and_no_probes_have_no_distances(probes: int):
    assert WHOLE.only([]).distances(np.zeros((probes, 1), np.float32))[1].shape == (probes, 0)
    assert WHOLE.distances(np.zeros((probes, 1), np.float32))[1].shape == (probes, 2)


def test_look_alikes_are_told_once_the_nearest_pair_first():
    four = Gallery(
        ("S04", "S02", "S01", "S02", "S03"), tuple("abcde"), np.array([[4.0], [9.0], [0.0], [0.5], [3.75]], np.float32)
    )
    pairs = (LookAlikes("S03", "S04", 0.25), LookAlikes("S01", "S02", 0.5))
    assert look_alikes(four, 0.5) == pairs
    assert look_alikes(four, 0.49) == pairs[:1] == look_alikes(four)
    assert look_alikes(four, 0.2) == look_alikes(four.only(["S02"]), 99.0) == look_alikes(four.only([]), 99.0) == ()


def test_whom_nobody_can_compare_may_look_like_anybody():
    odd = Gallery(("S01", "S02"), ("a", "b"), np.array([[0.0], [np.nan]], np.float32))
    assert [(pair.first, pair.second) for pair in look_alikes(odd)] == [("S01", "S02")]


APARTNESS = {
    "one photo alone": ([0.0], ""),
    "two that agree": ([0.0, APART], ""),
    "two that do not: it may be either": ([0.0, 0.75], "ab"),
    "one of three": ([0.0, 0.25, 2.0], "c"),
    "one of three, near to one other": ([0.0, 0.5, 1.0], ""),
    "three that are all apart": ([0.0, 1.0, 2.0], "abc"),
    "two against two": ([0.0, 0.1, 2.0, 2.1], "abcd"),
    "one that cannot be compared": ([0.0, 0.1, np.nan], "c"),
}


@pytest.mark.parametrize("case", APARTNESS)
def test_a_reference_that_is_unlike_most_of_its_persons_others_is_found(case: str):
    places, unlike = APARTNESS[case]
    count = len(places)
    persons, photos = (*["S01"] * count, "S02"), (*"abcd"[:count], "x")  # another's, far from all, is no concern
    templates = np.array([*places, 9.0], np.float32)[:, None]
    assert apart(Gallery(persons, photos, templates)) == {("S01", reference) for reference in unlike}


numbers = st.floats(-2, 2, width=32)
rows = st.lists(
    st.tuples(st.sampled_from(["S01", "S02", "S0"]), st.sampled_from(["1a", "a", "b"]), numbers), max_size=4
)


def made_of(content: list[tuple[str, str, float]]) -> Gallery:
    templates = np.array([[number] for *_, number in content], np.float32).reshape(-1, 1)
    return Gallery(tuple(row[0] for row in content), tuple(row[1] for row in content), templates)


@given(rows, st.randoms())
def test_the_digest_does_not_depend_on_the_order(content: list, random):
    assert made_of(random.sample(content, len(content))).digest == made_of(content).digest


@given(rows, rows)
def test_the_digest_tells_contents_apart(one: list, other: list):
    def as_bytes(content: list) -> list:
        return sorted((who, photo, np.float32(number).tobytes()) for who, photo, number in content)

    assert (made_of(one).digest == made_of(other).digest) == (as_bytes(one) == as_bytes(other))
