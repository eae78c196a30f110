"""The statistics of a calibration: known bounds, a threshold that errors can only make stricter, and no guessing."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from pipeline.matching.calibration import (
    HIGHEST_TARGET,
    THRESHOLDS,
    WIDEST,
    Calibration,
    Limits,
    calibrated,
    chosen,
    curve_of,
    not_milder,
    persons_needed,
    rate,
    wrongly_named,
)
from pipeline.matching.conditions import MatchingSettings, in_force
from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.trials import Trial, Tried

POLICY = MatchingPolicy()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
law = settings(max_examples=100, deadline=None)

# Bounds.

KNOWN = {  # Clopper and Pearson's own tables, and the rule of three
    "2 of 88": ((2, 88), (0.0028, 0.0797)),
    "5 of 10": ((5, 10), (0.1871, 0.8129)),
    "1 of 20": ((1, 20), (0.0013, 0.2487)),
    "none of 3000": ((0, 3000), (0.0, 0.0010)),
    "all of 20": ((20, 20), (0.8609, 1.0)),
    "none of 1": ((0, 1), (0.0, 0.95)),
    "nothing tried": ((0, 0), (0.0, 1.0)),
}


@pytest.mark.parametrize("case", KNOWN)
def test_bounds_are_those_of_clopper_and_pearson(case: str):
    counts, (low, high) = KNOWN[case]
    found = rate(*counts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    assert found.share == (counts[0] / counts[1] if counts[1] else None)


@pytest.mark.parametrize("trials", [30, 100, 1000])
def test_no_error_in_n_trials_bounds_the_rate_at_about_three_in_n(trials: int):
    assert rate(0, trials).high == pytest.approx(3 / trials, rel=0.06)


@pytest.mark.parametrize("counts", [(-1, 3), (4, 3), (1, 0), (math.nan, 3)])
def test_impossible_counts_are_refused(counts: tuple):
    with pytest.raises(ValueError, match="cannot be among"):
        rate(*counts)


@given(st.integers(1, 400), st.data())
@law
def test_the_upper_bound_holds_with_95_percent(trials: int, data):
    """With the rate at the bound, so few errors come in at most one case of twenty."""
    errors = data.draw(st.integers(0, trials - 1))
    assert binom.cdf(errors, trials, rate(errors, trials).high) <= 0.05 + 1e-9


@given(st.integers(1, 300), st.integers(0, 48), st.integers(0, 48))
@law
def test_more_errors_never_lower_a_bound(trials: int, one: int, other: int):
    """Parts of a person too: errors are shares of its photos."""
    fewer, more = (rate(part * trials / 48, trials) for part in sorted((one, other)))
    assert fewer.low <= more.low + 1e-9 and fewer.high <= more.high + 1e-9


def test_a_larger_gallery_raises_the_upper_bound_alone_and_never_beyond_certainty():
    counted, raised = rate(1, 10), rate(1, 10, 1.25)
    assert (raised.share, raised.low) == (counted.share, counted.low) == (0.1, counted.low), "4 of 17 stay 4 of 17"
    assert raised.high == pytest.approx(1.25 * counted.high)
    assert rate(10, 10, 2.0).high == 1.0


@pytest.mark.parametrize(("target", "least"), [(0.001, 2996), (0.01, 300)])
def test_how_many_persons_a_target_takes(target: float, least: int):
    needed = persons_needed(target)
    assert needed == least
    assert curve_of(clean(needed), needed)[0].fpir.high <= target < curve_of(clean(needed - 1), needed - 1)[0].fpir.high


# Trials, made up.


def stranger(person: int | str, distance: float, named: str | None = "S00") -> Trial:
    return Trial(f"P{person}", f"photo of {person}", "small", True, named, distance)


def own(person: int | str, distance: float, named: str | None = "", version: str = "small") -> Trial:
    return Trial(f"P{person}", f"photo of {person}", version, False, f"P{person}" if named == "" else named, distance)


def clean(persons: int) -> list[Trial]:
    return [stranger(person, 0.55) for person in range(persons)]


def choice(trials: list[Trial], persons: int, target: float = 0.01, policy: MatchingPolicy = POLICY):
    point, shown = chosen(curve_of(trials, persons), target, policy)
    return point.threshold, shown


CHOICES = {
    "nothing could be tried": ([], 1, (0.40, False)),
    "too few persons and no error": (clean(17), 17, (0.40, False)),
    "too few persons and an error that the standard lets through": (
        [*clean(16), stranger("x", 0.31)],
        17,
        (0.30, False),
    ),
    "too few persons and an error beyond the standard": ([*clean(16), stranger("x", 0.45)], 17, (0.40, False)),
    "too few persons and an error at no distance": ([*clean(16), stranger("x", 0.0)], 17, (0.0, False)),
    "enough persons, all far": (clean(400), 400, (0.40, True)),
    "enough persons, one near": ([*clean(399), stranger("x", 0.456)], 400, (0.40, True)),
    "enough persons, one nearer than the standard": ([*clean(399), stranger("x", 0.356)], 400, (0.35, True)),
    "so many persons that one error may be": ([*clean(599), stranger("x", 0.2)], 600, (0.40, True)),
    "enough persons, errors however strict": ([stranger(n, 0.0) for n in range(400)], 400, (0.0, False)),
}


@pytest.mark.parametrize("case", CHOICES)
def test_the_threshold_that_is_chosen(case: str):
    trials, persons, expected = CHOICES[case]
    assert choice(trials, persons) == expected


def test_a_school_that_is_stricter_is_never_given_more_without_proof():
    assert choice(clean(17), 17, policy=MatchingPolicy(threshold=0.33)) == (0.33, False)


def test_copies_and_photos_of_one_person_count_once():
    """Eight wrong names of one child are one person wrongly named, and eight good copies prove no more than one."""
    trials = [*clean(9), *(replace(stranger("x", 0.3), version=f"{n}") for n in range(8))]
    point = curve_of(trials, 10)[40]
    assert (point.fpir.errors, point.fpir.trials) == (1, 10)
    assert point.fpir.share == pytest.approx(1 / 10)
    assert point.fpir.high == pytest.approx(rate(1, 10).high * 10 / 9), "held against nine, compared with ten"


def test_a_missing_name_counts_for_the_part_of_a_persons_photos():
    trials = [own(1, 0.3), own(1, 0.45, version="dark"), own(2, 0.3), own(3, 0.3, named=None), own(4, 0.2, named="P9")]
    point = curve_of(trials, 5)[40]
    assert (point.fnir.errors, point.fnir.trials) == (2.5, 4)
    assert wrongly_named(trials, 0.4) == {"P4"}, "the name of another is a wrong name, enrolled or not"


def test_what_was_not_compared_is_missed_and_shows_nothing_of_strangers():
    left_out = [replace(t, named=None, distance=math.inf, compared=False) for t in (stranger("1", 0.5), own("1", 0.3))]
    trials = [stranger("0", 0.5, None), own("0", 0.3), *left_out]
    point = curve_of(trials, 2)[40]
    assert (point.fpir.errors, point.fpir.trials) == (0, 1), "one person was held against others, not two"
    assert (point.fnir.errors, point.fnir.trials) == (1, 2)


trial_lists = st.lists(
    st.builds(
        Trial,
        st.sampled_from([f"P{n}" for n in range(6)]),
        st.just("photo"),
        st.sampled_from(["small", "dark"]),
        st.just(True),
        st.sampled_from([None, "S00"]),
        st.sampled_from([step / 200 for step in range(130)] + [math.inf]),
    ),
    max_size=12,
)
targets = st.sampled_from([1e-6, 0.001, 0.004, 0.01, 0.3, 0.6, 0.99])  # wider than a school may ask, to try both ways


@given(trial_lists, targets, st.data())
@law
def test_one_more_wrong_name_never_loosens(trials: list[Trial], target: float, data):
    before, _ = choice(trials, 6, target)
    for number, trial in enumerate(trials):
        nearer = replace(trial, named="S00", distance=min(trial.distance, data.draw(st.floats(0, 0.6))))
        after, _ = choice([*trials[:number], nearer, *trials[number + 1 :]], 6, target)
        assert after <= before


@given(trial_lists, targets, targets)
@law
def test_a_stricter_target_never_gives_a_milder_threshold(trials: list[Trial], one: float, other: float):
    strict, mild = sorted((one, other))
    assert choice(trials, 6, strict)[0] <= choice(trials, 6, mild)[0]


@given(trial_lists, targets)
@law
def test_rates_rise_and_fall_with_the_threshold(trials: list[Trial], target: float):
    curve = curve_of(trials, 6)
    assert [p.threshold for p in curve] == list(THRESHOLDS) and curve[-1].threshold == WIDEST
    assert all(a.fpir.high <= b.fpir.high and a.fnir.errors >= b.fnir.errors for a, b in pairwise(curve))
    threshold, shown = choice(trials, 6, target)
    assert threshold <= POLICY.threshold, "no calibration is milder than none"
    if shown:
        assert curve[round(threshold * 100)].fpir.high <= target


# What holds at an audit.


def calibration(trials: list[Trial], persons: int, **changes: object) -> Calibration:
    tried = Tried(tuple(trials), "dlib_face_resnet", "gallery", "basis", persons, {"P0": frozenset({"S00"})})
    return replace(calibrated(tried, HIGHEST_TARGET, POLICY, NOW), **changes)


STRICT, SHOWN = calibration([*clean(16), stranger("x", 0.31)], 17), calibration(clean(400), 400)
SAME = ("gallery", "basis")

HOLDS = {
    "no calibration": (None, SAME, MatchingSettings(), (0.40, 0.06, False)),
    "no calibration, and a stricter school": (None, SAME, MatchingSettings(threshold=0.35), (0.35, 0.06, False)),
    "a stricter one": (STRICT, SAME, MatchingSettings(), (0.30, 0.06, False)),
    "a stricter one, the gallery changed": (STRICT, ("other", "basis"), MatchingSettings(), (0.30, 0.06, True)),
    "one that showed its target": (SHOWN, SAME, MatchingSettings(), (0.40, 0.06, False)),
    "shown, the gallery changed": (SHOWN, ("other", "basis"), MatchingSettings(), (0.40, 0.06, True)),
    "shown, the program changed": (SHOWN, ("gallery", "other"), MatchingSettings(), (0.40, 0.06, True)),
    "shown, and a stricter school": (SHOWN, SAME, MatchingSettings(threshold=0.35), (0.35, 0.06, False)),
    "shown, and a wider margin": (SHOWN, SAME, MatchingSettings(margin=0.1), (0.40, 0.1, False)),
    "calibrated with a wider margin": (replace(SHOWN, margin=0.2), SAME, MatchingSettings(), (0.40, 0.2, False)),
    "kept from a milder program": (replace(SHOWN, threshold=0.5), SAME, MatchingSettings(), (0.40, 0.06, False)),
}


def test_of_a_calibration_that_cannot_be_read_the_limits_still_count():
    """To take it for none would make a strict school milder by an update of the program."""
    limits = Limits(NOW, "dlib_face_resnet", 0.25, 0.1, 60.0)
    found = in_force(MatchingSettings(), limits, *SAME)
    assert (found.policy, found.calibration, found.changed) == (MatchingPolicy(0.25, 0.1, 60.0), None, True)
    mild = in_force(MatchingSettings(threshold=0.3), replace(limits, threshold=0.5, margin=0.0), *SAME)
    assert mild.policy == MatchingPolicy(0.3, 0.06, 60.0)


@pytest.mark.parametrize("case", HOLDS)
def test_the_policy_in_force(case: str):
    known, digests, school, expected = HOLDS[case]
    found = in_force(school, known, *digests)
    assert (found.policy.threshold, found.policy.margin, found.changed) == expected
    assert found.calibration is known


@given(
    st.sampled_from([STRICT, SHOWN, replace(SHOWN, margin=0.2), replace(STRICT, threshold=0.9, shown=True)]),
    st.tuples(st.sampled_from(["gallery", "other"]), st.sampled_from(["basis", "other"])),
    st.none() | st.floats(0, 0.4),
    st.floats(0.06, 0.5),
)
@law
def test_a_change_or_a_stricter_school_never_makes_matching_milder(
    known: Calibration, digests: tuple[str, str], threshold: float | None, margin: float
):
    own, without = MatchingSettings(threshold=threshold, margin=margin), MatchingSettings()
    found = in_force(own, known, *digests).policy
    for milder in (in_force(own, known, *SAME).policy, in_force(without, known, *digests).policy):
        assert found.threshold <= milder.threshold and found.margin >= milder.margin
    assert threshold is None or found.threshold <= threshold
    assert found.threshold <= POLICY.threshold


def test_larger_faces_only_where_the_calibration_had_only_those():
    assert in_force(MatchingSettings(), replace(SHOWN, smallest_face_px=60.0), *SAME).policy.smallest_face_px == 60.0


def test_a_calibration_carries_what_a_report_tells():
    assert (STRICT.persons, STRICT.references, STRICT.kin_pairs, STRICT.kin_errors) == (17, 17, 1, 0)
    assert (STRICT.threshold, STRICT.shown, STRICT.persons_needed) == (0.30, False, 300)
    near_kin = calibration([*clean(5)[1:], stranger(0, 0.3)], 5)
    assert near_kin.kin_errors == 1
    assert np.isclose(STRICT.at(0.31).fpir.errors, 1) and STRICT.at(0.30).fpir.errors == 0
    between = STRICT.at(0.305)
    assert (between.fpir, between.fnir) == (STRICT.at(0.31).fpir, STRICT.at(0.30).fnir), "the worse of both"


# One calibration after another.

NEAR = [*clean(39), stranger("x", 0.31)]


def later(trials: list[Trial], absent: int, **changes: object) -> Calibration:
    tried = Tried(tuple(trials), "dlib_face_resnet", "gallery", "basis", 40, {}, absent)
    return replace(calibrated(tried, HIGHEST_TARGET, POLICY, NOW), **changes)


FULL = later(NEAR, 0)
ELSEWHERE = later(NEAR, 0, gallery="other", threshold=0.25)
AFTER = {
    "the very first, with one photo": (later(NEAR[:1], 39), [], 0.40),
    "later, with one photo": (later(NEAR[:1], 39), [FULL], 0.30),
    "later, with all but the bad one": (later(NEAR[:39], 1), [FULL], 0.30),
    "later again": (later(NEAR[:1], 39), [later(NEAR[:39], 1, threshold=0.30), FULL], 0.30),
    "once more with all": (FULL, [later(NEAR[:1], 39)], 0.30),
    "with a part, after another program": (later(clean(39), 1), [Limits(NOW, "dlib", 0.2, 0.06, 40.0)], 0.20),
    "with all, after another program": (later(clean(40), 0), [Limits(NOW, "dlib", 0.2, 0.06, 40.0)], 0.40),
    "with all, on another gallery": (later(clean(40), 0), [ELSEWHERE], 0.40),
    "with a part, on another gallery": (later(clean(39), 1), [ELSEWHERE], 0.25),
    "with a part, after another gallery": (later(clean(39), 1), [later(clean(9), 0, gallery="other"), FULL], 0.30),
    "with a part, strict itself": (later([stranger("x", 0.2), *clean(9)], 30), [FULL], 0.19),
    "with all, a stricter school no longer": (
        later(clean(40), 0),
        [later(clean(40), 0, standard=0.2, threshold=0.2)],
        0.40,
    ),
    "shown with all": (later(clean(400), 0), [FULL], 0.40),
}


@pytest.mark.parametrize("case", AFTER)
def test_a_poorer_run_never_takes_the_place_of_a_stricter_one(case: str):
    found, earlier, expected = AFTER[case]
    kept = not_milder(found, earlier)
    assert kept.threshold == expected
    assert (kept.fpir, kept.fnir) == (kept.at(expected).fpir, kept.at(expected).fnir)
    assert (kept.kept_from is None) == (expected == found.threshold)


def test_a_hand_picked_part_shows_nothing():
    easy = clean(3400)
    assert later(easy, 0).shown and later(easy, 0).fpir.high <= HIGHEST_TARGET
    assert not later(easy, 1700).shown


@given(trial_lists, st.integers(0, 3), targets)
@law
def test_fewer_photos_never_give_a_milder_threshold_than_the_calibration_before(
    trials: list[Trial], taken: int, target: float
):
    def run(some: list[Trial], absent: int) -> Calibration:
        return calibrated(Tried(tuple(some), "dlib", "gallery", "basis", 6, {}, absent), target, POLICY, NOW)

    before = run(trials, 0)
    if taken:
        assert not_milder(run(trials[taken:], taken), [before]).threshold <= before.threshold
