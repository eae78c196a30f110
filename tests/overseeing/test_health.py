"""The register in counts, the age and consent of templates, and what must go."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import MATCHING, Answer, ConsentRecord, ConsentRegister, Medium, add_months
from pipeline.erasing.purging import Part
from pipeline.matching.conditions import MatchingSettings
from pipeline.overseeing.health import SOON, Health, group_of, register_health
from pipeline.overseeing.remains import kept_too_long, templates_to_erase, unfinished_folders
from pipeline.overseeing.templates import Age, Consent, template_states
from pipeline.store.templates import KeptTemplate

PROTOCOL = load_protocol("ooh-2019")
ON = date(2026, 11, 22)
SETTINGS = MatchingSettings(enabled=True, dpia_reference="DPIA 1")


def record(person: str, answer: Answer, purpose: str = "facebook", **other: object) -> ConsentRecord:
    filled = {"given_on": date(2026, 9, 1), "form_version": "2026-1", "evidence": "scan", "given_by": "both parents"}
    return ConsentRecord(person, purpose, Medium.BOTH, answer, **{**filled, **other})


def register(*records: ConsentRecord, **people: Person) -> ConsentRegister:
    known = {r.person_id: Person(r.person_id, Role.PUPIL, group="3") for r in records} | people
    return ConsentRegister(known, records, PROTOCOL.parameters.validity)


CASES = {
    "yes": (record("S1", Answer.YES), Health.YES),
    "in a group": (record("S1", Answer.GROUP_ONLY), Health.CONDITION),
    "after asking": (record("S1", Answer.ASK_FIRST), Health.CONDITION),
    "runs out on the last day that is soon": (record("S1", Answer.YES, valid_until=ON + SOON), Health.SOON),
    "runs out a day later": (record("S1", Answer.YES, valid_until=ON + SOON + timedelta(days=1)), Health.YES),
    "runs out today": (record("S1", Answer.GROUP_ONLY, valid_until=ON), Health.SOON),
    "ran out": (record("S1", Answer.YES, valid_until=ON - timedelta(days=1)), Health.EXPIRED),
    "proves nothing": (record("S1", Answer.YES, evidence=""), Health.EXPIRED),
    "no": (record("S1", Answer.NO), Health.NO),
    "withdrawn": (record("S1", Answer.WITHDRAWN, withdrawn_on=ON), Health.NO),
    "objection": (record("S1", Answer.OBJECTION, "all"), Health.NO),
    "for another platform": (record("S1", Answer.YES, "twitter"), Health.MISSING),
}


@pytest.mark.parametrize("case", CASES)
def test_a_person_is_counted_as_the_register_says(case: str):
    given, expected = CASES[case]
    health = register_health(register(given), PROTOCOL, ON, matching=False)
    assert health.counts["facebook", "3"] == {expected: 1}
    assert ("S1" in health.expiring) is (expected is Health.SOON)


def test_a_form_for_films_that_runs_out_is_told_too():
    until = ON + SOON
    photo, film = (replace(record("S1", Answer.YES), medium=medium) for medium in (Medium.PHOTO, Medium.FILM))
    health = register_health(register(photo, replace(film, valid_until=until)), PROTOCOL, ON, matching=False)
    assert health.counts["facebook", "3"] == {Health.YES: 1} and health.expiring == {"S1": until}


def test_platforms_in_use_are_counted_and_matching_where_it_is_on():
    empty = register(record("S1", Answer.NO))
    assert register_health(empty, PROTOCOL, ON, matching=False).purposes == ("social_schools", "facebook", "twitter")
    assert register_health(empty, PROTOCOL, ON, matching=True).purposes[-1] == MATCHING


def test_groups_are_in_the_order_of_the_school_and_who_left_is_left_out():
    people = {
        "A": Person("A", Role.PUPIL, group="10"),
        "B": Person("B", Role.PUPIL, group="9b"),
        "C": Person("C", Role.STAFF, group="3"),
        "D": Person("D", Role.PUPIL),
        "E": Person("E", Role.PUPIL, group="8", left_on=ON),
        "F": Person("F", Role.PUPIL, group="vogels"),
        "G": Person("G", Role.PUPIL, group="7", left_on=ON + timedelta(days=1)),
    }
    health = register_health(register(**people), PROTOCOL, ON, matching=False)
    assert health.groups == ("7", "9b", "10", "", "vogels", "staff")
    assert health.total("facebook", Health.MISSING) == 6
    assert group_of(people["C"]) == "staff"


def test_an_empty_register_has_no_groups():
    health = register_health(register(), PROTOCOL, ON, matching=False)
    assert (health.groups, health.total("facebook", Health.YES)) == ((), 0)


# Templates.


def kept(person: str, taken: date | None = None, enrolled: date = date(2026, 9, 1)) -> KeptTemplate:
    return KeptTemplate(person, f"photo of {person}", enrolled, taken)


MONTHS_18 = add_months(ON, -18)
AGES = {
    "new": (kept("S1", ON), Age.FRESH),
    "six weeks left": (kept("S1", add_months(ON + SOON, -18)), Age.SOON),
    "a week more": (kept("S1", add_months(ON + SOON + timedelta(days=7), -18)), Age.FRESH),
    "the last day": (kept("S1", MONTHS_18), Age.SOON),
    "a day too old": (kept("S1", MONTHS_18 - timedelta(days=1)), Age.TOO_OLD),
    "no day, enrolled long ago": (kept("S1", None, MONTHS_18 - timedelta(days=1)), Age.TOO_OLD),
}


@pytest.mark.parametrize("case", AGES)
def test_a_template_is_as_old_as_an_audit_takes_it_to_be(case: str):
    one, expected = AGES[case]
    (state,) = template_states([one], register(record("S1", Answer.YES, MATCHING)), SETTINGS, ON)
    assert state.age is expected
    assert (state.since < SETTINGS.references_since(ON)) is (expected is Age.TOO_OLD)
    assert state.dated is (one.taken_on is not None)


CONSENTS = {
    "yes": (record("S1", Answer.YES, MATCHING), {}, Consent.VALID),
    "ran out": (record("S1", Answer.YES, MATCHING, valid_until=date(2026, 10, 1)), {}, Consent.LAPSED),
    "withdrawn": (record("S1", Answer.WITHDRAWN, MATCHING, withdrawn_on=ON), {}, Consent.NONE),
    "never asked": (record("S1", Answer.YES), {}, Consent.NONE),
    "objects to everything": (record("S1", Answer.OBJECTION, "all"), {}, Consent.NONE),
    "left": (record("S1", Answer.YES, MATCHING), {"S1": Person("S1", Role.PUPIL, left_on=ON)}, Consent.LEFT),
    "of nobody in the register": (record("S2", Answer.YES, MATCHING), {}, Consent.NONE),
}


@pytest.mark.parametrize("case", CONSENTS)
@pytest.mark.parametrize("matching", [True, False])
def test_a_template_without_a_purpose_must_go(case: str, matching: bool):
    given, people, expected = CONSENTS[case]
    states = template_states([kept("S1", ON), kept("S1", MONTHS_18)], register(given, **people), SETTINGS, ON)
    assert {state.consent for state in states} == {expected}
    due = list(templates_to_erase(states, matching=matching))
    must_go = not matching or expected in (Consent.NONE, Consent.LEFT)
    assert [remain.what for remain in due] == (["S1"] if must_go else []), "one line a person"


def test_what_a_purge_would_remove_is_due_and_no_template_is_told_twice():
    parts = {"runs": Part(2, 5), "pictures": Part(0, 9), "templates": Part(3, 0)}
    assert [str(remain.what) for remain in kept_too_long(parts, 3)] == ["run folders: 2"]
    assert [str(remain.what) for remain in kept_too_long(parts, 2)][1] == "persons with a template without use: 3"


def test_only_folders_that_nobody_has_written_in_for_a_day_are_due(tmp_path: Path):
    for name, hours in ((".old.unfinished", 25), (".new.unfinished", 23), ("run", 99)):
        folder = tmp_path / name
        folder.mkdir()
        then = folder.stat().st_mtime - hours * 3600
        os.utime(folder, (then, then))
    assert [remain.what for remain in unfinished_folders(tmp_path)] == [".old.unfinished"]
    assert list(unfinished_folders(tmp_path / "nowhere")) == []
