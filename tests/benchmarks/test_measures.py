"""What is counted as what, on made-up photos: templates are numbers on a line, faces boxes in a row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.curves import draw_curve, histogram
from benchmarks.identification import Naming, Trials, measure_naming
from benchmarks.labelled import Label, LabelledFolder, Stance
from benchmarks.looking import Looked, Measured, pair
from benchmarks.results import Rate
from benchmarks.seeing import measure_seeing, size_band
from consent.facts import Orientation
from consent.protocol import load_protocol
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import MatchingPolicy
from pipeline.vision.observation import Body, Box, Face
from tests.pipeline.seen import body, face, seen

POLICY = MatchingPolicy(threshold=0.5, margin=0.125, smallest_face_px=40.0)
PROTOCOL = load_protocol("ooh-2019")
GALLERY = Gallery(("A", "B"), ("a", "b"), np.array([[0.0], [4.0]], np.float32))


def label(row: int, who: str | None, x: float | None = None, stance: Stance = Stance.FACING, visible: bool = True):
    box = None if x is None else Box(x, 100.0, 60.0, 60.0)
    return Label(row, who, box, stance, visible)


def photo(
    *labels: Label, faces: dict[float, float] | None = None, things: tuple[Body | Face, ...] = (), complete: bool = True
) -> Looked:
    """`faces`: left side of each found face, with its template; `things`: what else was found."""
    found = tuple(face(number, x) for number, x in enumerate(faces or {}, start=1))
    observation = seen(*found, *things)
    boxes = {one.row: one.box for one in labels if one.box is not None}
    visible = {one.row: one.box for one in labels if one.box is not None and one.face_visible}
    templates = np.array([[template] for template in (faces or {}).values()], np.float32).reshape(-1, 1)
    return Looked(labels, boxes, complete, observation, pair(visible, observation.faces), found, {"line": templates})


def measured(*photos: Looked) -> Measured:
    siblings = {"A": frozenset({"B"}), "B": frozenset({"A"})}
    return Measured(LabelledFolder((), (), siblings), photos, {"line": GALLERY}, 0, POLICY)


def naming(*photos: Looked) -> Naming:
    return measure_naming(measured(*photos), "line", POLICY, PROTOCOL)


OUTCOMES = {
    "right": photo(label(2, "A", 0), faces={0: 0.0}),
    "wrong": photo(label(2, "A", 0), faces={0: 4.0}),
    "unnamed": photo(label(2, "A", 0), faces={0: 2.0}),
    "not compared": photo(label(2, "A", 300), things=(face(9, 300, side=60),)),
    "not found": photo(label(2, "A", 0), faces={300: 0.0}),
}


@pytest.mark.parametrize("expected", OUTCOMES)
def test_what_becomes_of_an_enrolled_face(expected: str):
    result = naming(OUTCOMES[expected])
    assert {kind for kind, times in result.outcomes.items() if times} == {expected}
    assert result.fnir == Rate(int(expected != "right"), 1)
    assert result.misidentified == Rate(int(expected == "wrong"), 1)


@pytest.mark.parametrize(
    ("shown", "cleared", "false"),
    [
        (photo(label(2, "A", 0), faces={0: 0.0}), True, False),
        (photo(label(2, "A", 0), faces={0: 2.0}), False, False),
        # a wrong name clears whom it should not
        (photo(label(2, "A", 0), faces={0: 4.0}), True, True),
        # a stranger who gets a name
        (photo(label(2, None, 0), faces={0: 0.1}), True, True),
        (photo(label(2, None), faces={0: 0.1}, complete=False), True, True),
        # somebody was not found, and nothing tells of it
        (photo(label(2, "A", 0), label(3, "B", 300), faces={0: 0.0}), True, True),
        (photo(label(2, None, 300)), True, True),
        # the same, with somebody seen whose face was not found
        (photo(label(2, None, 300), things=(body(1, 300),)), False, False),
        (photo(label(2, "A", 300, Stance.FROM_BEHIND, False), things=(body(1, 300, Orientation.FROM_BEHIND),)), True,
         False),
        # a fist that gets a name, on a photo of which everything is known
        (photo(label(2, "A", 0), faces={0: 0.0, 300: 4.0}), True, True),
        (photo(label(2, "A"), faces={0: 0.0, 300: 4.0}, complete=False), True, True),
        (photo(label(2, "A", 0), faces={0: 0.0, 300: 4.0}, complete=False), True, False),
    ],
)  # fmt: skip
def test_a_photo_that_is_cleared_and_should_not_be(shown: Looked, cleared: bool, false: bool):
    result = naming(shown)
    assert (result.cleared, result.false_clears) == (Rate(int(cleared), 1), Rate(int(false), 1))


def test_strangers_and_those_who_are_made_so():
    near_both = photo(label(2, "A", 0), label(3, None, 300), faces={0: 0.3, 300: 3.7})
    far = photo(label(4, None), faces={0: 2.0}, complete=False)
    result = naming(near_both, far)
    assert result.strangers == Rate(1, 2)
    assert result.left_out == Rate(0, 1), "0.3 lies far from B"
    assert naming(photo(label(2, "A", 0), faces={0: 4.1})).left_out == Rate(1, 1)
    assert naming(photo(label(2, "A", 0), faces={0: 4.1})).left_out_siblings == Rate(0, 1)
    assert naming(photo(label(2, "A", 0), faces={0: 4.1})).false_clears_left_out == Rate(1, 1)


def test_where_nobody_said_which_face_is_whose():
    both = photo(label(2, "A"), label(3, "B"), faces={0: 4.0, 300: 0.0, 600: 9.0}, complete=False)
    result = naming(both)
    assert result.outcomes["right"] == 2 and result.rank_1 == Rate(2, 2)
    assert result.left_out == Rate(0, 3), "with both taken out, each face once"


def test_a_fist_with_a_name_is_told():
    assert naming(photo(label(2, "A", 0), faces={0: 0.0, 300: 4.0, 600: 9.0})).not_faces == Rate(1, 2)


def test_a_stricter_threshold_names_fewer_and_the_curve_is_monotone():
    photos = [photo(label(2, "A", 0), label(3, None, 300), faces={0: d, 300: 3.9 - d}) for d in (0.0, 0.3, 0.7, 1.2)]
    curve = draw_curve(Trials(measured(*photos), "line"))
    named = [point.fpir.times for point in curve.points]
    missed = [point.fnir.times for point in curve.points]
    assert named == sorted(named) and missed == sorted(missed, reverse=True)
    assert named[-1] > named[0] and missed[-1] < missed[0]
    assert sorted(curve.genuine) == pytest.approx([0.0, 0.3, 0.7, 1.2], abs=1e-6)
    best = curve.best_at(0.0)
    assert best is not None and best.fpir.times == 0
    assert all(best.fnir.times <= point.fnir.times for point in curve.points if point.fpir.times == 0)


def test_nothing_to_compare_is_not_perfect():
    curve = draw_curve(Trials(measured(photo(label(2, "A", 0))), "line"))
    assert curve.best_at(0.05) is None
    assert [row.value for row in curve.rows("line")] == ["not reached"] * 2


@pytest.mark.parametrize(
    ("side", "band"),
    [
        (0.5, "0 to 16"),
        (15.99, "0 to 16"),
        (16, "16 to 24"),
        (40, "40 to 60"),
        (99.9, "60 to 100"),
        (500, "100 or more"),
    ],
)
def test_bands_of_size(side: float, band: str):
    assert size_band(side) == band


def test_what_is_seen():
    crowd = photo(
        label(2, "A", 0),
        label(3, "B", 300, Stance.PROFILE),
        label(4, None, 620, Stance.FROM_BEHIND, False),
        label(5, None, 820, Stance.FROM_BEHIND, False),
        faces={0: 0.0, 150: 9.0},
        things=(body(1, 600, Orientation.FROM_BEHIND), body(2, 280, Orientation.FACING)),
    )
    result = measure_seeing([crowd])
    assert result.by_size["60 to 100"] == Rate(1, 2)
    assert result.by_stance == {"facing": Rate(1, 1), "profile": Rate(0, 1)}
    assert (result.false_faces, result.complete_photos) == (1, 1)
    said = {stance: {a for a, n in answers.items() if n} for stance, answers in result.orientation.items()}
    assert said == {"facing": {"face found"}, "profile": {"facing"}, "from behind": {"from behind", "nobody there"}}
    assert "| from behind | | | 1 | | 1 |" in result.orientation_table()


def test_no_face_is_two_persons():
    here = Box(0, 0, 60, 60)
    assert pair({2: here, 3: Box(5, 0, 60, 60)}, [face(1, 0, 0)]) == {2: 1}
    assert pair({2: here}, [face(1, 500, 0)]) == {}


def test_a_histogram_counts_every_distance():
    assert histogram([0.0, 0.1, 0.9, 1.0], [0.0, 0.5, 1.0]) == [2, 2]


def test_the_module_says_how_it_is_used():
    text = (Path(__file__).parents[2] / "benchmarks" / "README.md").read_text("utf-8")
    assert "python -m benchmarks identify" in text
