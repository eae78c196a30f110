"""Forgetting never makes anything milder: whoever is forgotten is never cleared by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consent.facts import Case, PhotoFacts
from consent.forgetting import forgotten, forgotten_id, is_forgotten, objection
from consent.judging import Decision, judge
from consent.people import Person, Role
from consent.published.standing import Publishing, Standing
from consent.register import ConsentRegister
from pipeline.published.judging import judge_post
from pipeline.published.kept import KeptPost
from tests.published.test_kept import NOON, kept, pictures
from tests.test_laws import PEOPLE, cases, days, law, severity
from tests.test_standing import judges

WHO = st.sampled_from(PEOPLE)
MARK = forgotten_id("0123456789abcdef")


def after(register: ConsentRegister, who: str, on: date) -> ConsentRegister:
    """The register when a person was forgotten on a day."""
    people = {p: person for p, person in register.people.items() if p != who}
    lines = [replace(line, person_id=MARK) if line.person_id == who else line for line in register.records]
    stays = {MARK: forgotten(register.people[who], MARK, on)}
    return replace(register, people={**people, **stays}, records=(*lines, objection(MARK, on)))


def marked(photo: PhotoFacts, who: str) -> PhotoFacts:
    """The photo with the mark in place of the name, as a decision of a person then has it."""
    return replace(photo, faces=tuple(replace(f, person_id=MARK) if f.person_id == who else f for f in photo.faces))


@law
@given(cases(), WHO, days)
def test_a_photo_on_which_a_person_named_somebody_who_is_forgotten_is_judged_no_milder(case: Case, who: str, day: date):
    now = replace(case, photo=marked(case.photo, who), register=after(case.register, who, day))
    assert severity(now) >= severity(case)
    if day <= case.on and any(face.person_id == MARK for face in now.recognisable):
        assert judge(now).decision is not Decision.PUBLISH


@law
@given(cases(), WHO, days)
def test_an_id_that_was_forgotten_is_nobody_s(case: Case, who: str, day: date):
    """As in a list of names that was filled in before, or where the program no longer knows whom it sees."""
    named = any(face.person_id == who for face in case.recognisable)
    verdict = judge(replace(case, register=after(case.register, who, day)))
    assert verdict.decision is not Decision.PUBLISH or (not named and judge(case).decision is Decision.PUBLISH)


@law
@given(judges(), st.lists(pictures(), max_size=3), WHO, days)
def test_a_post_that_shows_somebody_who_is_forgotten_stands_no_better(
    publishing: Publishing, shown: list, who: str, day: date
):
    post: KeptPost = kept(*shown)
    day = min(day, publishing.today)
    now = replace(publishing, register=after(publishing.register, who, day))
    again = replace(post, pictures=tuple(picture.with_forgotten(who, MARK) for picture in shown))
    before, then = judge_post(post, publishing).standing, judge_post(again, now).standing
    assert then.urgency >= before.urgency
    lost = replace(post, pictures=tuple(picture.unknown([who]) for picture in shown))
    assert judge_post(lost, now).standing not in {Standing.RIGHT, Standing.RIGHT_SINCE} - {before}


@law
@given(pictures(), WHO)
def test_the_name_is_nowhere_in_what_is_kept_of_a_post(picture, who: str):
    for gone in (picture.with_forgotten(who, MARK).without_names_of([who]), picture.unknown([who])):
        assert f"'{who}'" not in repr(gone)
        assert [face.number for face in gone.facts.faces] == [face.number for face in picture.facts.faces]
    assert picture.with_forgotten("nobody", MARK) is picture


def test_of_a_forgotten_person_the_role_and_the_day_stay():
    person = Person("p1", Role.STAFF, "Noor", "van der", "Proef", "3", date(1990, 1, 1))
    assert forgotten(person, MARK, NOON.date()) == Person(MARK, Role.STAFF, left_on=NOON.date())
    earlier = replace(person, left_on=date(2025, 7, 1))
    assert forgotten(earlier, MARK, NOON.date()).left_on == date(2025, 7, 1)
    assert is_forgotten(MARK) and not is_forgotten("p1")
