"""What an import tells of persons who were in the register already, and that it tells no names unasked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consent.people import Person, Role
from consent.register import EVERY_PURPOSE, MATCHING, Answer, ConsentRegister, Medium, Validity
from pipeline.register.changes import FEW, FIELDS, changes, may_still_go, missing, told_of_missing
from tests.test_standing import PROTOCOL, line

SAM = Person("S04", Role.PUPIL, "Sam", "de", "Tset", "3", date(2019, 3, 4))
PUT_RIGHT = Person("S04", Role.PUPIL, "Sam", "de", "Test", "4", date(2019, 3, 4), date(2026, 11, 1))


def test_who_changed_and_in_what_is_told_and_a_name_only_where_it_is_asked_for():
    new = Person("S05", Role.PUPIL, "Noor")
    found = list(changes({"S04": SAM}, {"S04": PUT_RIGHT, "S05": new}))
    assert [(one.person_id, str(one.told(names=False))) for one in found] == [
        ("S04", "family name"),
        ("S04", "group"),
        ("S04", "day of leaving"),
    ]
    assert str(found[0].told(names=True)) == "family name: “Tset”, now “Test”"


people = st.builds(
    Person,
    st.just("S04"),
    st.sampled_from(Role),
    *(st.sampled_from(["", "a", "b"]) for _ in range(4)),
    st.none() | st.dates(),
    st.none() | st.dates(),
)


@given(before=people, after=people)
def test_nothing_that_changed_is_taken_in_in_silence(before: Person, after: Person):
    assert bool(list(changes({"S04": before}, {"S04": after}))) is (before != after)
    assert {one.field for one in changes({"S04": before}, {"S04": after})} <= FIELDS.keys()


NOOR, GONE = Person("S05", Role.PUPIL, "Noor"), replace(SAM, person_id="S06", left_on=date(2026, 11, 22))
TODAY = date(2026, 11, 22)


def test_who_is_not_in_a_new_list_is_told_unless_gone_from_school():
    assert missing([SAM, NOOR, GONE], [SAM], TODAY) == ("S05",)
    assert missing([SAM, replace(GONE, left_on=date(2026, 12, 1))], [NOOR], TODAY) == ("S04", "S06")
    assert missing([SAM, NOOR], [], TODAY) == (), "a file of consents lists nobody"


def test_only_who_has_a_yes_that_counts_is_said_to_be_allowed_out():
    lines = [
        line(who="p1"),
        line(Answer.ASK_FIRST, who="p2", purpose="twitter", medium=Medium.PHOTO),
        line(Answer.NO, who="p3"),
        line(who="p4", withdrawn_on=TODAY),
        line(who="p5", given_on=date(2025, 9, 1)),
        line(who="p6", purpose="instagram"),
        line(who="p7", purpose=MATCHING),
        line(who="p9"),
        line(Answer.OBJECTION, who="p9", purpose=EVERY_PURPOSE),
    ]
    everybody = [f"p{number}" for number in range(1, 10)]
    register = ConsentRegister({who: Person(who, Role.PUPIL) for who in everybody}, tuple(lines), Validity())
    assert may_still_go(everybody, register, PROTOCOL, TODAY) == ("p1", "p2")


def test_a_list_of_newcomers_does_not_name_the_whole_school():
    assert told_of_missing((), 3) is None
    few, many = (told_of_missing([f"S{number}" for number in range(count)], 300) for count in (FEW, FEW + 1))
    assert "S7" in str(few) and "S7" not in str(many) and str(many).startswith("21 persons")
    for told in (few, many):
        assert all(words in str(told) for words in ("a yes given before still counts", "left_on", "withdrawal"))
    short = told_of_missing(["S1", "S2"], 1)
    assert str(short).startswith("2 persons") and "--names" in str(short)
    assert "S2 (Noor Test), S3." in str(told_of_missing(["S2", "S3"], 1, names={"S2": "Noor Test", "S3": ""}))
