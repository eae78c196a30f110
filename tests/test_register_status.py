"""The register's answer for one person, purpose, medium and day; first by example, then as laws."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from consent.people import Person, Role
from consent.register import (
    EVERY_PURPOSE,
    MATCHING,
    Answer,
    ConsentRecord,
    ConsentRegister,
    FormFault,
    Medium,
    Validity,
    add_months,
)

ANNA = "anna"
ON = date(2026, 10, 14)
GIVEN = date(2026, 9, 1)


def line(answer: Answer = Answer.YES, **other: object) -> ConsentRecord:
    usual = {"given_by": "both parents", "given_on": GIVEN, "form_version": "2026-1", "evidence": "paper form"}
    about = {"purpose": "facebook", "medium": Medium.PHOTO}
    return ConsentRecord(ANNA, answer=answer, **{**about, **usual, **other})


def register(*lines: ConsentRecord) -> ConsentRegister:
    return ConsentRegister({ANNA: Person(ANNA, Role.PUPIL)}, lines)


def status(*lines: ConsentRecord, purpose: str = "facebook", medium: Medium = Medium.PHOTO, on: date = ON):
    return register(*lines).status(ANNA, purpose, medium, on)


def test_nothing_known_is_no_consent() -> None:
    assert status().answer is Answer.NONE
    assert register(line()).status("somebody else", "facebook", Medium.PHOTO, ON).answer is Answer.NONE


def test_a_yes_is_a_yes_with_its_last_day() -> None:
    said = status(line())
    assert said.is_yes
    assert said.last_day == date(2027, 7, 31)
    assert said.record == line()


@pytest.mark.parametrize(
    ("given_on", "valid_until", "last_day"),
    [
        (date(2026, 7, 30), None, date(2026, 7, 31)),
        (date(2026, 7, 31), None, date(2026, 7, 31)),
        (date(2026, 8, 1), None, date(2027, 7, 31)),
        (date(2028, 2, 29), None, date(2028, 7, 31)),
        (date(2026, 9, 1), date(2026, 12, 31), date(2026, 12, 31)),
        (date(2026, 9, 1), date(2030, 1, 1), date(2027, 7, 31)),
        (date(2026, 9, 1), date(2025, 1, 1), date(2025, 1, 1)),
        (None, date(2030, 1, 1), None),
    ],
)
def test_the_last_day_of_a_form(given_on: date | None, valid_until: date | None, last_day: date | None) -> None:
    assert Validity().last_day(line(given_on=given_on, valid_until=valid_until)) == last_day


@pytest.mark.parametrize(
    ("validity", "given_on", "last_day"),
    [
        (Validity(12, 31, 6), date(2026, 8, 31), date(2026, 12, 31)),
        (Validity(7, 31, 3), date(2026, 11, 30), date(2027, 2, 28)),
        (Validity(2, 29, 12), date(2027, 3, 1), date(2028, 2, 29)),
        (Validity(2, 29, 12), date(2026, 3, 1), date(2027, 2, 28)),
        (Validity(2, 29, 12), date(2028, 2, 29), date(2028, 2, 29)),
        (Validity(6, 31, 12), date(2026, 7, 1), date(2027, 6, 30)),
    ],
)
def test_a_school_with_another_year(validity: Validity, given_on: date, last_day: date) -> None:
    assert validity.last_day(line(given_on=given_on)) == last_day


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 9, 1), 12, date(2027, 9, 1)),
    ],
)
def test_adding_months(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({}, None),
        ({"given_on": None}, FormFault.UNDATED),
        ({"given_on": date(2025, 9, 1)}, FormFault.EXPIRED),
        ({"evidence": ""}, FormFault.NO_EVIDENCE),
        ({"form_version": ""}, FormFault.NO_VERSION),
    ],
)
def test_a_form_with_a_fault_is_no_yes(change: dict, fault: FormFault | None) -> None:
    said = status(line(**change))
    assert said.answer is Answer.YES
    assert said.fault is fault
    assert said.is_yes == (fault is None)


def test_a_refusal_needs_no_form() -> None:
    assert status(line(Answer.NO, given_on=None, evidence="", form_version="")).answer is Answer.NO
    assert status(line(Answer.NO)).fault is None


def test_matching_is_a_purpose_of_its_own() -> None:
    assert not status(line(), purpose=MATCHING).is_yes
    assert status(line(purpose=MATCHING), purpose=MATCHING).is_yes
    assert status(line(purpose=MATCHING), line(Answer.NO), purpose=MATCHING).is_yes
    assert status(line(purpose=MATCHING), line(Answer.OBJECTION, purpose=EVERY_PURPOSE), purpose=MATCHING).answer is (
        Answer.OBJECTION
    )


@pytest.mark.parametrize(
    ("said", "asked", "yes", "no"),
    [
        (Medium.PHOTO, Medium.PHOTO, True, True),
        (Medium.PHOTO, Medium.FILM, False, False),
        (Medium.PHOTO, Medium.BOTH, False, True),
        (Medium.FILM, Medium.BOTH, False, True),
        (Medium.BOTH, Medium.PHOTO, True, True),
        (Medium.BOTH, Medium.FILM, True, True),
        (Medium.BOTH, Medium.BOTH, True, True),
    ],
)
def test_a_yes_must_cover_the_medium_and_a_no_need_only_touch_it(
    said: Medium, asked: Medium, yes: bool, no: bool
) -> None:
    assert status(line(medium=said), medium=asked).is_yes == yes
    assert (status(line(Answer.NO, medium=said), medium=asked).answer is Answer.NO) == no


def test_one_parent_with_a_form_that_counts_is_enough() -> None:
    old = line(given_by="father", given_on=date(2025, 9, 1))
    assert status(old, line(given_by="mother")).is_yes
    assert status(line(given_by="mother"), old).is_yes


# Laws.

days = st.dates(date(2026, 8, 1), date(2026, 11, 30))
givers = st.sampled_from(["both parents", "Beide  ouders", "mother", "father", "Mother ", ""])
answers = st.sampled_from([*Answer, Answer.YES, Answer.YES])
lines = st.builds(
    ConsentRecord,
    st.just(ANNA),
    st.sampled_from(["facebook", "facebook", "twitter", MATCHING, EVERY_PURPOSE]),
    st.sampled_from(Medium),
    answers,
    givers,
    st.none() | days,
    st.none() | days,
    st.none() | days,
    st.sampled_from(["2026-1", ""]),
    st.sampled_from(["paper form", ""]),
)
histories = st.lists(lines, max_size=6)
mediums = st.sampled_from([Medium.PHOTO, Medium.PHOTO, Medium.FILM, Medium.BOTH])
law = settings(max_examples=300, deadline=None)


def essence(history: list[ConsentRecord], medium: Medium, on: date, purpose: str = "facebook") -> tuple:
    said = status(*history, purpose=purpose, medium=medium, on=on)
    return said.answer, said.fault, said.last_day


@law
@given(histories, st.randoms(use_true_random=False), mediums, days)
def test_the_order_of_the_lines_does_not_matter(history: list, random: object, medium: Medium, on: date) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    assert essence(history, medium, on) == essence(shuffled, medium, on)


@law
@given(histories, mediums, days, st.data())
def test_the_same_line_twice_changes_nothing(history: list, medium: Medium, on: date, data: st.DataObject) -> None:
    assume(history)
    again = data.draw(st.sampled_from(history))
    assert essence([*history, again], medium, on) == essence(history, medium, on)


@law
@given(histories, lines, mediums, days, st.integers(0, 20))
def test_a_day_before_a_withdrawal_is_as_if_there_were_none(
    history: list, withdrawn: ConsentRecord, medium: Medium, on: date, later: int
) -> None:
    assume(withdrawn.answer.is_some_yes)
    withdrawal = replace(withdrawn, withdrawn_on=on + timedelta(1 + later))
    before = replace(withdrawn, withdrawn_on=None)
    assert essence([*history, withdrawal], medium, on) == essence([*history, before], medium, on)


@law
@given(histories, mediums, days)
def test_what_is_said_later_is_not_known_before(history: list, medium: Medium, on: date) -> None:
    known = [r for r in history if r.given_on is None or r.given_on <= on]
    assert essence(known, medium, on) == essence(history, medium, on)


@law
@given(histories, mediums, days)
def test_a_yes_for_other_purposes_is_never_a_yes_for_this_one(history: list, medium: Medium, on: date) -> None:
    elsewhere = [r for r in history if r.purpose != "facebook"]
    assert not status(*elsewhere, medium=medium, on=on).answer.is_some_yes


@law
@given(histories, mediums, days)
def test_lines_about_another_platform_change_nothing(history: list, medium: Medium, on: date) -> None:
    here = [r for r in history if r.purpose in ("facebook", EVERY_PURPOSE)]
    assert essence(here, medium, on) == essence(history, medium, on)


@law
@given(histories, mediums, days)
def test_lines_about_somebody_else_change_nothing(history: list, medium: Medium, on: date) -> None:
    others = [replace(r, person_id="bart") for r in history]
    assert essence([*history, *others], medium, on) == essence(history, medium, on)


@law
@given(histories, st.sampled_from(["mother", "father", "both parents", ""]), mediums, days)
def test_any_known_no_wins(history: list, giver: str, medium: Medium, on: date) -> None:
    """A refusal as the newest word of its giver, whatever the others say."""
    refusal = line(Answer.NO, given_by=giver, given_on=on, medium=Medium.BOTH)
    assert not status(*history, refusal, medium=medium, on=on).answer.is_some_yes


@law
@given(histories, days, mediums, days, st.integers(0, 60))
def test_an_older_yes_that_comes_in_later_never_undoes_a_withdrawal(
    history: list, withdrawn_on: date, medium: Medium, on: date, earlier: int
) -> None:
    assume(withdrawn_on <= on)
    withdrawal = line(Answer.WITHDRAWN, medium=Medium.BOTH, withdrawn_on=withdrawn_on, given_on=None)
    older = line(medium=Medium.BOTH, given_on=withdrawn_on - timedelta(earlier))
    assert not status(withdrawal, older, medium=medium, on=on).answer.is_some_yes
    undated = line(medium=Medium.BOTH, given_on=None)
    assert not status(withdrawal, undated, medium=medium, on=on).answer.is_some_yes
    before = status(*history, withdrawal, medium=medium, on=on).answer
    after = status(*history, withdrawal, older, medium=medium, on=on).answer
    assert before.is_some_yes or not after.is_some_yes


@law
@given(histories, lines, mediums, days)
def test_an_objection_that_stands_beats_everything(
    history: list, objection: ConsentRecord, medium: Medium, on: date
) -> None:
    objection = replace(objection, answer=Answer.OBJECTION, withdrawn_on=None, given_on=None, medium=Medium.BOTH)
    assume(objection.purpose in ("facebook", EVERY_PURPOSE))
    assert status(*history, objection, medium=medium, on=on).answer is Answer.OBJECTION


@law
@given(lines, days)
def test_a_form_never_counts_longer_than_its_year(record: ConsentRecord, on: date) -> None:
    validity = Validity()
    if validity.fault(record, on) is None:
        assert record.given_on is not None
        last_day = validity.last_day(record)
        assert on <= last_day <= min(add_months(record.given_on, 12), record.valid_until or date.max)
        assert last_day <= date(record.given_on.year + (record.given_on > date(record.given_on.year, 7, 31)), 7, 31)
