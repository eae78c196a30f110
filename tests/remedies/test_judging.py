"""A new file is judged by what is seen on it and by all that was known; only a person makes it one to publish."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.facts import Orientation
from consent.judging import Decision, judge
from pipeline.remedies.apply import made_of
from pipeline.remedies.cover import head_of
from pipeline.remedies.judging import NEW_FACE, NOT_CONFIRMED, judge_made, known_facts
from pipeline.remedies.memory import Made
from pipeline.remedies.propose import propose
from pipeline.remedies.remedy import How, Kind
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Body, Box, Face, Observation
from tests.remedies.test_propose import FACEBOOK, audited, back, somebody

AT = datetime(2026, 11, 22, 12, 0)
FIRST = ["S10", "S01", "S02", "S03"]
"""S10, who has no yes, at the left edge."""


def made(photo: AuditedPhoto, kind: Kind = Kind.COVER) -> Made:
    remedy = next(r for r in propose(photo, FACEBOOK) if r.kind is kind)
    assert photo.observation is not None
    return made_of(remedy, photo.observation, b"new", run_id="r", photo=photo.name, how=How.SOLID, at=AT)


def on_the_new(photo: AuditedPhoto, one: Made, *things: Face | Body, without: tuple[int, ...] = ()) -> Observation:
    """What a perfect look sees on the new file: all that is left, and these things besides, in pixels of the photo."""
    seen = photo.observation
    assert seen is not None
    part = one.keep or Box(0, 0, seen.width, seen.height)

    def moved(thing):
        return replace(thing, box=replace(thing.box, x=thing.box.x - part.x, y=thing.box.y - part.y))

    left = [f for f in seen.faces if f.number not in (*one.faces, *without) and head_of(f).overlap(part)]
    faces = [moved(thing) for thing in (*left, *(t for t in things if isinstance(t, Face)))]
    bodies = [moved(thing) for thing in (*seen.bodies, *(t for t in things if isinstance(t, Body)))]
    return Observation(
        one.sha256,
        int(part.width),
        int(part.height),
        tuple(replace(f, number=n) for n, f in enumerate(faces, start=1)),
        tuple(replace(b, number=n) for n, b in enumerate(bodies, start=1)),
    )


def stranger(x: float, y: float = 700, side: float = 60) -> Face:
    return Face(9, Box(x, y, side, side), 0.9, ())


both = pytest.mark.parametrize("kind", [Kind.COVER, Kind.CROP])


@both
def test_in_order_once_a_person_has_confirmed_that_very_file(kind: Kind):
    photo = audited(FIRST)
    one = made(photo, kind)
    result = on_the_new(photo, one)
    waiting = judge_made(photo, one, result, FACEBOOK)
    assert waiting.decision is Decision.HOLD
    assert [(f.reason, f.owner) for f in waiting.reasons] == [(NOT_CONFIRMED, "director")]
    assert judge_made(photo, one, result, FACEBOOK, {one.sha256}).decision is Decision.PUBLISH
    assert judge_made(photo, one, result, FACEBOOK, {photo.sha256}).decision is Decision.HOLD


@both
def test_a_new_face_is_held_even_when_confirmed(kind: Kind):
    photo = audited(FIRST)
    one = made(photo, kind)
    verdict = judge_made(photo, one, on_the_new(photo, one, stranger(900)), FACEBOOK, {one.sha256})
    assert verdict.decision is Decision.HOLD
    assert NEW_FACE in [f.reason for f in verdict.reasons]


def test_a_face_that_the_detector_still_sees_under_the_cover_is_known_as_covered():
    photo = audited(FIRST)
    one = made(photo)
    (under,) = (f for f in photo.observation.faces if f.number in one.faces)  # type: ignore[union-attr]
    larger = replace(under, box=Box(under.box.x - 8, under.box.y - 8, under.box.width + 16, under.box.height + 16))
    for seen in (under, larger):
        verdict = judge_made(photo, one, on_the_new(photo, one, seen), FACEBOOK, {one.sha256})
        assert verdict.decision is Decision.PUBLISH


@pytest.mark.parametrize("top", [150, 205, 280])
def test_the_body_of_a_covered_head_is_nobody_new(top: float):
    """With the head covered, the box of a person may begin at the shoulders."""
    photo = audited(FIRST)
    one = made(photo)
    body = Body(1, Box(20, top, 150, 600), 0.8, Orientation.FACING)
    assert judge_made(photo, one, on_the_new(photo, one, body), FACEBOOK, {one.sha256}).decision is Decision.PUBLISH


def test_one_cover_excuses_one_body():
    photo = audited(FIRST)
    one = made(photo)
    two = (Body(n, Box(x, 205, 150, 600), 0.8, Orientation.FACING) for n, x in ((1, 20), (2, 40)))
    assert judge_made(photo, one, on_the_new(photo, one, *two), FACEBOOK, {one.sha256}).decision is Decision.HOLD


@both
def test_a_new_body_is_held_unless_it_is_seen_from_behind(kind: Kind):
    photo = audited(FIRST)
    one = made(photo, kind)
    for body, decision in ((somebody(1, 1300), Decision.HOLD), (back(1, 1300), Decision.PUBLISH)):
        assert judge_made(photo, one, on_the_new(photo, one, body), FACEBOOK, {one.sha256}).decision is decision


@both
def test_a_face_that_is_not_found_again_is_on_the_picture_still(kind: Kind):
    photo = audited(FIRST)
    one = made(photo, kind)
    result = on_the_new(photo, one, without=(2, 3, 4))
    assert judge_made(photo, one, result, FACEBOOK, {one.sha256}).decision is Decision.PUBLISH
    nameless = tuple(replace(face, person_id=None) for face in photo.facts.faces)
    refused = replace(photo, case=FACEBOOK.case(replace(photo.facts, faces=nameless)))
    assert judge_made(refused, one, result, FACEBOOK, {one.sha256}).decision is Decision.HOLD


@both
def test_what_was_held_for_another_reason_stays_held(kind: Kind):
    photo = audited(FIRST)
    one = made(photo, kind)
    harmful = replace(photo, case=FACEBOOK.case(replace(photo.facts, may_harm=True)))
    assert judge_made(harmful, one, on_the_new(photo, one), FACEBOOK, {one.sha256}).decision is Decision.HOLD


def test_a_larger_group_of_backs_makes_nothing_milder():
    """S14 may be shown in a group of three; somebody who turns up only on the new picture makes no group."""
    photo = audited(["S10", "S01", "S14"])
    one = replace(made(audited(FIRST)), faces=(1,), source_sha256=photo.sha256)
    without = judge_made(photo, one, on_the_new(photo, one), FACEBOOK, {one.sha256}).decision
    assert without is not Decision.PUBLISH
    assert judge_made(photo, one, on_the_new(photo, one, back(1, 1200)), FACEBOOK, {one.sha256}).decision is without


@pytest.mark.parametrize("wrong", ["source_sha256", "sha256"])
def test_files_that_do_not_belong_together_are_refused(wrong: str):
    photo = audited(FIRST)
    one = made(photo)
    with pytest.raises(ValueError, match="belong together"):
        judge_made(photo, replace(one, **{wrong: "0" * 64}), on_the_new(photo, one), FACEBOOK)


people = st.lists(st.sampled_from(["S01", "S02", "S03", "S10", "S14", "S15", "T01", None]), min_size=2, max_size=7)
things = st.lists(
    st.one_of(
        st.builds(stranger, x=st.floats(0, 1500), y=st.floats(0, 1100), side=st.floats(4, 300)),
        st.builds(
            Body,
            number=st.just(1),
            box=st.builds(
                Box, x=st.floats(0, 1400), y=st.floats(0, 900), width=st.floats(50, 300), height=st.floats(50, 900)
            ),
            score=st.just(0.8),
            orientation=st.sampled_from(Orientation),
        ),
    ),
    max_size=4,
)


@given(people=people, seen=things, data=st.data())
@settings(deadline=None, max_examples=150)
def test_a_new_file_is_never_milder_than_what_is_known_and_never_out_without_a_person(
    people: list[str | None], seen: list[Face | Body], data: st.DataObject
):
    photo = audited(people)
    remedies = propose(photo, FACEBOOK)
    if not remedies:
        return
    one = made(photo, data.draw(st.sampled_from(remedies)).kind)
    assert photo.observation is not None
    result = on_the_new(photo, one, *seen)
    known = judge(FACEBOOK.case(known_facts(photo.facts, photo.observation, one)))
    verdict = judge_made(photo, one, result, FACEBOOK, {one.sha256})
    assert verdict.decision.severity >= known.decision.severity
    assert judge_made(photo, one, result, FACEBOOK).decision.severity >= Decision.HOLD.severity
