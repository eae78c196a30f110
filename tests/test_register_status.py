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
from pipeline.matching.conditions import has_taken_back, may_be_matched
from tests.drawing import at_once

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


REFUSED_FOR_FILM = [
    line(Answer.NO, purpose=MATCHING, medium=Medium.FILM),
    line(Answer.YES, purpose=MATCHING, medium=Medium.FILM, withdrawn_on=ON),
    line(Answer.OBJECTION, purpose=MATCHING, medium=Medium.FILM),
    line(Answer.OBJECTION, purpose=EVERY_PURPOSE, medium=Medium.FILM),
]


@pytest.mark.parametrize("refusal", REFUSED_FOR_FILM, ids=lambda line: f"{line.purpose} {line.answer.value}")
def test_who_refuses_that_films_are_compared_is_not_compared_at_all(refusal: ConsentRecord) -> None:
    """There is one template, for photos and films alike."""
    yes = line(purpose=MATCHING, medium=Medium.BOTH if refusal.answer is Answer.YES else Medium.PHOTO)
    known = register(yes, refusal)
    assert not known.matching(ANNA, ON).answer.is_some_yes
    assert not may_be_matched(known, ANNA, ON, ON) and has_taken_back(known, ANNA, ON)
    assert not may_be_matched(known, ANNA, GIVEN, ON), "for a day that is past neither"


def test_a_yes_that_does_not_speak_of_films_is_no_refusal_of_them() -> None:
    known = register(line(purpose=MATCHING))
    assert may_be_matched(known, ANNA, ON, ON) and not has_taken_back(known, ANNA, ON)
    only_film = register(line(purpose=MATCHING, medium=Medium.FILM))
    assert has_taken_back(only_film, ANNA, ON), "nor is a yes for films alone one for photos"


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


@pytest.mark.parametrize("on", [GIVEN, ON, date(2027, 7, 31), date(2029, 1, 1)])
@pytest.mark.parametrize("giver", ["mother", "", "both parents"])
def test_a_withdrawal_without_a_date_is_never_overtaken(giver: str, on: date) -> None:
    withdrawn = line(Answer.WITHDRAWN, given_by=giver, given_on=date(2026, 8, 15))
    later = [line(given_by=giver), line(given_by=giver, given_on=date(2028, 9, 1))]
    assert status(withdrawn, *later, on=on).answer is Answer.WITHDRAWN
    assert status(*later, withdrawn, on=on).answer is Answer.WITHDRAWN


REFUSED = date(2026, 10, 1)
REFUSALS = {
    "a no": line(Answer.NO, given_on=REFUSED),
    "a withdrawal": line(Answer.WITHDRAWN, withdrawn_on=REFUSED),
    "a yes that was withdrawn": line(Answer.YES, withdrawn_on=REFUSED),
}


@pytest.mark.parametrize("case", REFUSALS)
@pytest.mark.parametrize("giver", ["", "parent", "Ouder", " OUDER ", "guardian", "verzorger", "Ouder/Verzorger"])
def test_a_refusal_of_some_parent_stands_until_the_end_of_its_school_year(case: str, giver: str) -> None:
    """The later yes may be the other parent's."""
    refusal = replace(REFUSALS[case], given_by=giver)
    yes = line(given_by=giver, given_on=date(2026, 11, 1))
    next_year = line(given_by=giver, given_on=date(2027, 8, 20))
    for on in (REFUSED, date(2026, 11, 1), date(2027, 7, 31)):
        assert not status(refusal, yes, next_year, on=on).answer.is_some_yes, on
    assert status(refusal, yes, next_year, on=date(2027, 8, 20)).is_yes
    assert not status(refusal, yes, on=date(2027, 8, 1)).is_yes, "the older yes has expired by then"


@pytest.mark.parametrize("case", REFUSALS)
@pytest.mark.parametrize("giver", ["mother", "father", "both parents", "M. Proef"])
def test_a_giver_with_a_name_may_think_better_of_it_at_once(case: str, giver: str) -> None:
    refusal = replace(REFUSALS[case], given_by=giver)
    yes = line(given_by=giver, given_on=date(2026, 11, 1))
    assert not status(refusal, yes, on=date(2026, 10, 31)).answer.is_some_yes
    assert status(refusal, yes, on=date(2026, 11, 1)).is_yes


def test_both_parents_together_overtake_what_some_parent_refused() -> None:
    refusal = line(Answer.NO, given_by="parent", given_on=REFUSED)
    assert status(refusal, line(given_on=date(2026, 11, 1)), on=date(2026, 11, 1)).is_yes


# A day that is past, judged today.

SINCE = {
    "withdrawn": (line(Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 1)), Answer.WITHDRAWN),
    "refused": (line(Answer.NO, given_on=date(2026, 11, 1)), Answer.NO),
    "refused by one parent": (line(Answer.NO, given_by="father", given_on=date(2026, 11, 1)), Answer.NO),
    "objected": (
        line(Answer.OBJECTION, purpose=EVERY_PURPOSE, medium=Medium.BOTH, given_on=date(2026, 11, 1)),
        Answer.OBJECTION,
    ),
    "asked to be asked": (line(Answer.ASK_FIRST, given_on=date(2026, 11, 1)), Answer.ASK_FIRST),
    "groups only": (line(Answer.GROUP_ONLY, given_on=date(2026, 11, 1)), Answer.GROUP_ONLY),
}


@pytest.mark.parametrize("case", SINCE)
def test_a_refusal_since_then_counts_for_a_day_that_is_past(case: str) -> None:
    since, answer = SINCE[case]
    known = register(line(), since)
    assert known.status(ANNA, "facebook", Medium.PHOTO, ON).is_yes
    for today, expected in ((ON, Answer.YES), (date(2026, 10, 31), Answer.YES), (date(2026, 11, 1), answer)):
        assert known.status_for(ANNA, "facebook", Medium.PHOTO, ON, today).answer is expected


@pytest.mark.parametrize("answer", [Answer.YES, Answer.GROUP_ONLY, Answer.ASK_FIRST])
def test_a_form_given_since_then_does_not_count_for_a_day_that_is_past(answer: Answer) -> None:
    expired = line(given_on=date(2025, 9, 1))
    since = line(answer, given_on=date(2026, 10, 20))
    said = register(expired, since).status_for(ANNA, "facebook", Medium.PHOTO, ON, date(2026, 11, 1))
    assert (said.answer, said.fault) == (answer, FormFault.EXPIRED)
    assert register(since).status_for(ANNA, "facebook", Medium.PHOTO, ON, date(2026, 11, 1)).answer is Answer.NONE


# Laws.

days = st.dates(date(2026, 8, 1), date(2026, 11, 30))
some_days = [None] * 122 + [date(2026, 8, 1) + timedelta(n) for n in range(122)]
said = at_once(
    ["facebook", "facebook", "twitter", MATCHING, EVERY_PURPOSE],
    list(Medium),
    [*Answer, Answer.YES, Answer.YES],
    ["both parents", "Beide  ouders", "mother", "father", "Mother ", "", "parent", "Ouder"],
    some_days,
)
lines = st.builds(
    lambda said, until, form: ConsentRecord(ANNA, *said, *until, *form),
    said,
    at_once(some_days, some_days),
    at_once(["2026-1", ""], ["paper form", ""]),
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
@given(histories, mediums, days, days)
def test_what_was_said_until_today_only_makes_a_past_day_stricter(
    history: list, medium: Medium, on: date, today: date
) -> None:
    then, now = status(*history, medium=medium, on=on), status(*history, medium=medium, on=today)
    asked = register(*history).status_for(ANNA, "facebook", medium, on, today)
    known = (then, now) if today > on else (then,)
    assert asked.answer.strictness == max(said.answer.strictness for said in known)
    assert then.is_yes or not asked.is_yes
    if asked.answer.is_some_yes and asked.fault is None:
        assert then.fault is None, "whatever the condition, a form that did not count then does not count"


@law
@given(histories, mediums, days, st.sampled_from([Answer.NO, Answer.WITHDRAWN, Answer.OBJECTION]), days)
def test_the_newest_refusal_of_today_wins_on_every_past_day(
    history: list, medium: Medium, on: date, answer: Answer, later: date
) -> None:
    today = max(date(2026, 12, 1), later)
    since = line(answer, medium=Medium.BOTH, given_on=None, withdrawn_on=None)
    said = register(*history, since).status_for(ANNA, "facebook", medium, on, today)
    assert not said.answer.is_some_yes
    dated = line(Answer.NO, medium=Medium.BOTH, given_on=today)
    assert not register(*history, dated).status_for(ANNA, "facebook", medium, on, today).answer.is_some_yes


@law
@given(lines, days)
def test_a_form_never_counts_longer_than_its_year(record: ConsentRecord, on: date) -> None:
    validity = Validity()
    if validity.fault(record, on) is None:
        assert record.given_on is not None
        last_day = validity.last_day(record)
        assert on <= last_day <= min(add_months(record.given_on, 12), record.valid_until or date.max)
        assert last_day <= date(record.given_on.year + (record.given_on > date(record.given_on.year, 7, 31)), 7, 31)
