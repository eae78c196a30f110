"""Trying a gallery on itself: who is taken out, who may be named, and that one look serves every threshold."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.people import Person, Role
from pipeline.matching.calibration import THRESHOLDS, WIDEST
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import MatchingPolicy, identify
from pipeline.matching.trials import Trial, kin_of, trials_of
from tests.pipeline.seen import face

INF = math.inf
POLICY = MatchingPolicy(threshold=WIDEST, margin=0.06)
law = settings(max_examples=100, deadline=None)


def gallery(**places: float) -> Gallery:
    """Templates on a line; `S01_b` is another photo of S01, and each photo is called as it is written here."""
    rows = np.array(list(places.values()), np.float32).reshape(-1, 1)
    return Gallery(tuple(name[:3] for name in places), tuple(places), rows)


def tried(known: Gallery, reference: str, probe: float, **kin: str) -> dict[tuple[str, bool], Trial]:
    related = {who: frozenset({other}) for who, other in kin.items()}
    probes = np.array([[probe]], np.float32)
    found = trials_of(reference, [("small", face(1, 0))], probes, known, kin=related, widest=POLICY)
    return {(trial.person_id, trial.stranger): trial for trial in found}


def test_a_stranger_is_held_against_all_others_and_a_new_photo_against_all_but_itself():
    found = tried(gallery(S01=0.0, S01_b=0.2, S02=0.58, S03=3.0), "S01", 0.01)
    stranger, own = found["S01", True], found["S01", False]
    assert (stranger.named, own.named) == ("S02", "S01")
    assert (stranger.distance, stranger.second) == pytest.approx((0.57, 2.99))
    assert (own.distance, own.own) == pytest.approx((0.19, 0.19)), "not 0.01, to the very photo"
    assert (stranger.wrong, own.wrong) == (True, False)


CASES = {
    "one photo of each: nobody can be missed": (gallery(S01=0.0, S02=1.0), "S01", {("S01", True)}),
    "one person alone: nobody can be a stranger": (gallery(S01=0.0, S01_b=0.1), "S01", {("S01", False)}),
    "one person with one photo": (gallery(S01=0.0), "S01", set()),
    "a photo that is not enrolled": (gallery(S01=0.0, S02=1.0), "S03", set()),
    "nobody enrolled": (Gallery((), (), np.empty((0, 1), np.float32)), "S01", set()),
}


@pytest.mark.parametrize("case", CASES)
def test_what_can_be_tried(case: str):
    known, reference, expected = CASES[case]
    assert tried(known, reference, 0.0).keys() == expected


def test_a_photo_that_is_enrolled_for_two_persons_is_left_out_for_both():
    both = Gallery(("S01", "S02", "S03"), ("same", "same", "other"), np.array([[0.0], [0.0], [3.0]], np.float32))
    found = tried(both, "same", 0.0)
    assert found.keys() == {("S01", True), ("S02", True)}
    assert found["S01", True].named == "S02", "at no distance: no threshold helps, and calibration says so"


BLURRED = replace(face(1, 0), sharpness=0.05)
LEFT_OUT = {"blurred": BLURRED, "small": face(1, 0, side=39.0), "landmarks that make no sense": replace(
    face(1, 0), landmarks=((0.0, 0.0),) * 5
)}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_an_audit_would_not_compare_is_not_compared(case: str):
    """As near as can be, and still nobody's: neither a wrong name nor the right one."""
    known = gallery(S01=0.0, S01_b=0.0, S02=0.0)
    kin = {"S01": frozenset({"S02"})}
    versions = [("as_it_is", face(1, 0)), (case, LEFT_OUT[case])]
    found = trials_of("S01", versions, np.zeros((2, 1), np.float32), known, kin=kin, widest=POLICY)
    assert {trial.compared for trial in found if trial.version == "as_it_is"} == {True}
    for stranger in (True, False):
        assert Trial("S01", "S01", case, stranger, None, compared=False) in found


def test_two_that_are_equally_near_leave_a_stranger_without_a_name():
    found = tried(gallery(S01=0.0, S02=0.3, S03=-0.3), "S01", 0.0)["S01", True]
    assert found.named is None and found.name_at(WIDEST) is None


def test_the_distance_to_kin_is_told_apart():
    found = tried(gallery(S01=0.0, S02=0.3, S03=0.1), "S01", 0.0, S01="S02")["S01", True]
    assert (found.distance, found.kin) == pytest.approx((0.1, 0.3))
    assert tried(gallery(S01=0.0, S02=0.3), "S01", 0.0)["S01", True].kin == INF


def person(person_id: str, family: str) -> Person:
    return Person(person_id, Role.PUPIL, "Kim", "", family)


def test_kin_bear_one_family_name_or_are_named_as_alike():
    names = {"S01": "Proef", "S02": "PROEF ", "S03": "", "S04": "", "S05": "Toets"}
    people = {person_id: person(person_id, name) for person_id, name in names.items()}
    assert kin_of(people, [("S05", "S04")]) == {"S01": {"S02"}, "S02": {"S01"}, "S04": {"S05"}, "S05": {"S04"}}


places = st.floats(-1, 1, width=32)
galleries = st.lists(st.tuples(st.sampled_from(["S01", "S02", "S03", "S04"]), places), min_size=1, max_size=8)


@given(galleries, places, st.sampled_from(THRESHOLDS), st.sampled_from([0.0, 0.06, 0.3]))
@law
def test_one_look_at_the_widest_threshold_tells_what_every_stricter_one_would(
    rows: list, probe: float, threshold: float, margin: float
):
    known = Gallery(
        tuple(owner for owner, _ in rows),
        tuple(f"photo {number}" for number in range(len(rows))),
        np.array([[place] for _, place in rows], np.float32),
    )
    probes, one = np.array([[probe]], np.float32), face(1, 0)
    widest = replace(POLICY, margin=margin)
    for trial in trials_of("photo 0", [("small", one)], probes, known, kin={}, widest=widest):
        left = known.without({trial.person_id}) if trial.stranger else known.without_reference("photo 0")
        (found,) = identify([one], probes, left, replace(widest, threshold=threshold))
        assert trial.name_at(threshold) == found.person_id


@given(galleries, places, st.sampled_from(THRESHOLDS))
@law
def test_whoever_gets_a_wrong_name_although_enrolled_gets_one_as_a_stranger_too(
    rows: list, probe: float, threshold: float
):
    """So counting strangers counts every person that could be cleared by another's yes."""
    known = Gallery(
        tuple(owner for owner, _ in rows),
        tuple(f"photo {number}" for number in range(len(rows))),
        np.array([[place] for _, place in rows], np.float32),
    )
    found = trials_of("photo 0", [("small", face(1, 0))], np.array([[probe]], np.float32), known, kin={}, widest=POLICY)
    wrong = {trial.stranger: trial.name_at(threshold) not in (None, trial.person_id) for trial in found}
    assert wrong.get(True, False) or not wrong.get(False, False)
