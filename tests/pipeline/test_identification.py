"""Open-set identification: a name only where one person is near, nobody else nearly so, and nothing is unknown."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from pipeline.matching.gallery import Gallery, look_alikes
from pipeline.matching.identification import Identification, MatchingPolicy, comparable, identify
from tests.pipeline.seen import face

NAN, INF = float("nan"), float("inf")
TOO_FAR = "The face resembles nobody who is enrolled closely enough."
TWO_PERSONS = "The face resembles two persons almost equally."
TWO_FACES = "Two faces here resemble the same person."
LOOK_ALIKE = "The face resembles S01 and S02, who look alike."
OTHER_NOT_COMPARED = "Another face here could not be compared, and might be the same person."
NOT_COMPARED = "The face could not be compared with everybody who is enrolled."

# In binary these are exact, so that a bound is met exactly.
POLICY = MatchingPolicy(threshold=0.5, margin=0.125, smallest_face_px=40.0, unlike=0.5, look_alike=0.125)


def gallery(**places: float) -> Gallery:
    """Templates on a line, one number each; `S01_b` is a second template of S01."""
    return enrolled([name[:3] for name in places], [[place] for place in places.values()])


def enrolled(person_ids: list[str], templates: list) -> Gallery:
    """A gallery of these rows, each from a reference photo of its own."""
    return Gallery(
        tuple(person_ids), tuple(f"photo {row}" for row in range(len(person_ids))), np.array(templates, np.float32)
    )


def found(compared: Gallery, *probes: float, policy: MatchingPolicy = POLICY) -> list[str | None]:
    """The name, or the reason why there is none, of faces whose templates are those numbers."""
    faces = [face(number, 100.0 * number) for number in range(1, len(probes) + 1)]
    results = identify(faces, np.array([[p] for p in probes], np.float32).reshape(-1, 1), compared, policy)
    assert [r.face for r in results] == [f.number for f in faces]
    assert all((r.person_id is None) == (r.why_unnamed is not None) for r in results)
    return [r.person_id or str(r.why_unnamed) for r in results]


CASES = {
    "at the threshold": (gallery(S01=0.0), [0.5], ["S01"]),
    "beyond the threshold": (gallery(S01=0.0), [math.nextafter(0.5, 1) + 1e-6], [TOO_FAR]),
    "at the margin": (gallery(S01=0.0, S02=0.625), [0.25], ["S01"]),
    "within the margin": (gallery(S01=0.0, S02=0.624), [0.25], [TWO_PERSONS]),
    "as near to two persons": (gallery(S01=0.0, S02=0.5), [0.25], [TWO_PERSONS]),
    "one person enrolled, near": (gallery(S01=0.0), [0.1], ["S01"]),
    "one person enrolled, far": (gallery(S01=0.0), [5.0], [TOO_FAR]),
    "the nearer of two templates of a person": (gallery(S01=0.0, S01_b=2.0, S02=1.0), [1.9], ["S01"]),
    "two templates of a person are no rivals": (gallery(S01=0.0, S01_b=0.01), [0.0], ["S01"]),
    "nobody enrolled": (
        Gallery((), (), np.empty((0, 1), np.float32)), [0.0],
        ["Nobody is enrolled, so nobody can be recognised by the program."],
    ),
    "no faces": (gallery(S01=0.0), [], []),
    "two persons": (gallery(S01=0.0, S02=4.0), [4.0, 0.0], ["S02", "S01"]),
    "two faces alike": (gallery(S01=0.0, S02=4.0), [0.0, 0.0625], [TWO_FACES, TWO_FACES]),
    "two faces, one clearly nearer": (gallery(S01=0.0, S02=4.0), [0.0, 0.125], ["S01", TWO_FACES]),
    "a rival too far for a name": (gallery(S01=0.0, S02=4.0), [0.4375, 0.53125], [TWO_FACES, TOO_FAR]),
    "a rival who resembles two persons": (gallery(S01=0.0, S02=0.5), [0.0, 0.21875], ["S01", TWO_PERSONS]),
    "a rival who is another person": (gallery(S01=0.0, S02=0.25), [0.0, 0.25], ["S01", "S02"]),
    "a rival as near to two persons": (gallery(S01=0.0, S02=1.0), [0.4375, 0.5], [TWO_FACES, TWO_PERSONS]),
    "the same in another order": (gallery(S02=1.0, S01=0.0), [0.4375, 0.5], [TWO_FACES, TWO_PERSONS]),
    "three faces alike": (gallery(S01=0.0), [0.0, 0.25, 0.25], ["S01", TWO_FACES, TWO_FACES]),
    "a probe that is no number": (gallery(S01=0.0), [NAN], [NOT_COMPARED]),
    "a probe without end": (gallery(S01=0.0), [INF], [NOT_COMPARED]),
    "an enrolled template that is no number": (gallery(S01=NAN), [0.0], [NOT_COMPARED]),
    "the template of somebody else is no number": (gallery(S01=0.0, S02=4.0, S03=NAN), [0.0], [NOT_COMPARED]),
    "one of two templates is no number": (gallery(S01=0.0, S01_b=NAN, S02=4.0), [0.0], [NOT_COMPARED]),
    "the template of somebody else is without end": (gallery(S01=0.0, S02=INF), [0.0], [NOT_COMPARED]),
    "a bad probe may be anybody": (gallery(S01=0.0, S02=4.0), [4.0, NAN], [OTHER_NOT_COMPARED, NOT_COMPARED]),
    "look-alikes, near to both": (gallery(S01=0.0, S02=0.125), [-0.375], [LOOK_ALIKE]),
    "the nearer one is the second": (gallery(S02=0.0, S01=0.125), [-0.25], [LOOK_ALIKE]),
    "look-alikes, one of them far": (gallery(S01=0.0, S01_b=0.5, S02=0.625), [-0.125], ["S01"]),
    "look-alikes, near to a third person": (gallery(S01=0.0, S02=0.125, S03=0.5), [0.5], ["S03"]),
    "no look-alikes any more": (gallery(S01=0.0, S02=0.1251), [-0.375], ["S01"]),
    "look-alikes by two of their templates": (gallery(S01=0.0, S01_b=2.0, S02=0.375, S02_b=2.1), [0.0], [LOOK_ALIKE]),
    "a rival whose own nearest is somebody else": (gallery(S01=0.0, S02=0.25), [-0.25, 0.15], [TWO_FACES, TWO_PERSONS]),
    "a rival who has nobody else": (gallery(S01=0.0, S02=0.375), [0.0, -0.125], ["S01", TWO_FACES]),
    "a rival who has nobody else, second near": (gallery(S01=0.0, S02=0.25), [0.0, -0.2], [TWO_FACES, TWO_FACES]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_who_is_named_and_why_not(case: str):
    compared, probes, expected = CASES[case]
    assert found(compared, *probes) == expected


@pytest.mark.parametrize(
    "policy",
    [
        MatchingPolicy(NAN, 0.125),
        MatchingPolicy(0.5, NAN),
        MatchingPolicy(-0.1, 0.125),
        MatchingPolicy(-INF, 0.125),
        MatchingPolicy(0.5, INF),
    ],
)
def test_a_policy_that_makes_no_sense_names_nobody(policy: MatchingPolicy):
    results = found(gallery(S01=0.0, S02=4.0), 0.0, 4.0, policy=policy)
    assert not {"S01", "S02"} & set(results)


def test_distances_are_told_and_templates_are_not():
    two = enrolled(["S01", "S02"], [[1.0, 0.25], [1.0, 1.0]])
    (result,) = identify([face(7, 0)], np.array([[1.0, 0.0]], np.float32), two, POLICY)
    assert result == Identification(7, "S01", None, 0.25, 1.0)
    assert not any(isinstance(getattr(result, name), np.ndarray) for name in Identification.__slots__)


def test_the_real_default_is_strict():
    """dlib's usual 0.6 would accept most pairs of children (docs/measurements.md)."""
    policy = MatchingPolicy()
    assert 0 < policy.threshold < 0.6 and policy.margin > 0


@pytest.mark.parametrize(("probes", "templates"), [((2, 128), (1, 128)), ((0, 128), (1, 128))])
def test_a_probe_too_many_or_too_few_is_a_fault(probes: tuple[int, int], templates: tuple[int, int]):
    one = Gallery(("S01",), ("photo",), np.zeros(templates, np.float32))
    with pytest.raises(ValueError, match="1 faces need as many probes"):
        identify([face(1, 0)], np.zeros(probes, np.float32), one, POLICY)


@pytest.mark.parametrize(("side", "large"), [(39.99, False), (40.0, True), (0.5, False), (400.0, True)])
def test_small_faces_are_not_compared_and_say_so(side: float, large: bool):
    compared, left_out = comparable([face(1, 0, side=side)], POLICY)
    assert [f.number for f in compared] == ([1] if large else [])
    assert [(r.face, r.person_id) for r in left_out] == ([] if large else [(1, None)])


# Laws. Templates on a small grid, so that ties and near misses are common.

steps = st.integers(-4, 4).map(lambda n: n / 8)
places = st.tuples(steps, steps)
galleries = st.lists(st.tuples(st.sampled_from(["S01", "S02", "S03", "S04"]), places), min_size=1, max_size=8)
faces = st.lists(places, max_size=5)
bounds = st.integers(0, 8).map(lambda n: n / 16)


def names(rows: list[tuple[str, tuple[float, float]]], probes: list[tuple[float, float]], policy: MatchingPolicy):
    results = identify(
        [face(n, 100.0 * n) for n in range(len(probes))],
        np.array(probes, np.float32).reshape(-1, 2),
        enrolled([who for who, _ in rows], [place for _, place in rows]),
        policy,
    )
    return [r.person_id for r in results]


law = settings(deadline=None, max_examples=500)


two_bounds = st.tuples(bounds, bounds).map(sorted)


@given(galleries, faces, two_bounds, two_bounds)
@law
def test_a_stricter_policy_never_names_another_face(rows: list, probes: list, thresholds: list, margins: list):
    (lower, threshold), (margin, higher) = thresholds, margins
    mild = names(rows, probes, MatchingPolicy(threshold, margin))
    strict = names(rows, probes, MatchingPolicy(lower, higher))
    assert all(now in (None, before) for now, before in zip(strict, mild, strict=True))


def strict(threshold: float = 0.5, margin: float = 0.1, **bounds: float) -> MatchingPolicy:
    """A policy with look-alikes that are common on the grid."""
    return MatchingPolicy(threshold, margin, unlike=0.5, look_alike=bounds.get("look_alike", 0.2))


@given(galleries, faces, places)
@law
def test_another_person_in_the_gallery_only_takes_names_away_or_claims_a_face(rows: list, probes: list, place):
    """A newcomer never lends certainty to somebody else's name, not even by taking a rival face along."""
    before = names(rows, probes, strict())
    after = names([*rows, ("new", place)], probes, strict())
    assert all(now in (None, then, "new") for now, then in zip(after, before, strict=True))


@given(galleries, faces, st.one_of(places, st.just((NAN, 0.0)), st.just((0.0, INF))), bounds)
@law
def test_another_face_on_the_photo_only_takes_names_away(rows: list, probes: list, place, threshold: float):
    before = names(rows, probes, strict(threshold))
    *after, _ = names(rows, [*probes, place], strict(threshold))
    assert all(now in (None, then) for now, then in zip(after, before, strict=True))


@given(galleries, st.lists(places, min_size=1, max_size=5), st.integers(0, 4))
@law
def test_a_face_that_can_no_longer_be_compared_only_takes_names_away(rows: list, probes: list, number: int):
    lost = [(NAN, NAN) if n == number % len(probes) else place for n, place in enumerate(probes)]
    before, after = names(rows, probes, strict()), names(rows, lost, strict())
    assert all(now in (None, then) for now, then in zip(after, before, strict=True))


@given(galleries, st.lists(places, min_size=1, max_size=7), bounds, st.data())
@law
def test_every_name_is_part_of_the_best_assignment_of_any_part_of_the_photo(rows: list, probes: list, threshold, data):
    """Faces and persons paired for the least sum of distances; a face may stay unknown, at the price of `unlike`."""
    compared = enrolled([who for who, _ in rows], [place for _, place in rows])
    given_names = names(rows, probes, strict(threshold, margin=data.draw(bounds)))
    part = sorted(data.draw(st.sets(st.integers(0, len(probes) - 1), min_size=1)))
    people, distances = compared.distances(np.array([probes[n] for n in part], np.float32))
    costs = np.hstack([distances, np.full((len(part), len(part)), strict().unlike)])
    for row, number in enumerate(part):
        if given_names[number] is not None:
            column = people.index(given_names[number])
            others = np.delete(np.delete(costs, row, axis=0), column, axis=1)
            assert costs[row, column] + least(others) <= least(costs) + 1e-9


def test_the_best_assignment_by_itself_would_give_a_face_a_name_that_knowing_less_denied_it():
    """Why `identify` does not solve it. S01 is at 0; S02 at 0.3 is enrolled later, or has a face near by."""

    def assigned(people: list[float], faces: list[float]) -> list[int | None]:
        costs = np.abs(np.subtract.outer(faces, people))
        costs = np.hstack([costs, np.full((len(faces), len(faces)), POLICY.unlike)])
        return [column if column < len(people) else None for column in linear_sum_assignment(costs)[1].tolist()]

    assert assigned([0.0], [0.2, -0.25]) == [0, None]
    assert assigned([0.0, 0.3], [0.2, -0.25]) == [1, 0], (
        "the second face gets a name because somebody else was enrolled"
    )
    for compared in (gallery(S01=0.0), gallery(S01=0.0, S02=0.3)):
        assert found(compared, 0.2, -0.25)[1] == TWO_FACES
    assert assigned([0.0, 0.3], [0.2]) == [1]
    assert assigned([0.0, 0.3], [0.2, 0.35]) == [0, 1], "the first face gets another name because one more was found"
    assert "S01" not in found(gallery(S01=0.0, S02=0.3), 0.2, 0.35)


def least(costs: np.ndarray) -> float:
    return float(costs[linear_sum_assignment(costs)].sum())


@given(galleries, faces)
@law
def test_nobody_is_named_near_a_look_alike(rows: list, probes: list):
    compared = enrolled([who for who, _ in rows], [place for _, place in rows])
    pairs = [{pair.first, pair.second} for pair in look_alikes(compared, 0.2)]
    named = names(rows, probes, strict())
    people, distances = compared.distances(np.array(probes, np.float32).reshape(-1, 2))
    for who, row in zip(named, distances, strict=True):
        near = {person for person, distance in zip(people, row, strict=True) if distance <= 0.5}
        assert not [pair for pair in pairs if who in pair and pair <= near]
    free = names(rows, probes, strict(look_alike=-1.0))
    assert all(now in (None, then) for now, then in zip(named, free, strict=True))


@given(galleries, faces)
@law
def test_no_name_is_given_twice_and_none_beyond_the_bounds(rows: list, probes: list):
    policy = MatchingPolicy(0.5, 0.1)
    given_names = names(rows, probes, policy)
    taken = [who for who in given_names if who is not None]
    assert len(taken) == len(set(taken))
    for who, probe in zip(given_names, probes, strict=True):
        if who is None:
            continue
        distances = {
            person: min(math.dist(np.float32(probe), np.float32(place)) for owner, place in rows if owner == person)
            for person, _ in rows
        }
        assert distances[who] <= policy.threshold + 1e-9
        others = [distance for person, distance in distances.items() if person != who]
        assert min(others, default=INF) - distances[who] >= policy.margin - 1e-9


@given(galleries, faces, st.randoms())
@law
def test_the_order_of_the_gallery_does_not_matter(rows: list, probes: list, random):
    shuffled = random.sample(rows, len(rows))
    assert names(shuffled, probes, MatchingPolicy(0.5, 0.1)) == names(rows, probes, MatchingPolicy(0.5, 0.1))
