"""What an import tells of persons who were in the register already, and that it tells no names unasked."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from consent.people import Person, Role
from pipeline.register_changes import FIELDS, changes

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
