"""The templates that are kept: how old, and whether their persons still say yes. No template is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from consent.register import ConsentRegister, add_months
from pipeline.matching.conditions import MatchingSettings, has_taken_back
from pipeline.overseeing.health import SOON
from pipeline.store.templates import KeptTemplate


class Age(StrEnum):
    """How a reference photo stands to the number of months that it counts."""

    FRESH = "fresh"
    SOON = "soon"
    TOO_OLD = "too_old"


class Consent(StrEnum):
    """Whether the person of a template may be matched."""

    VALID = "valid"
    LAPSED = "lapsed"
    """The form ran out: the template is kept unused until it is renewed or taken back."""
    LEFT = "left"
    """The person has left the school, so there is nothing to match for any more."""
    NONE = "none"
    """Taken back, refused, never given, or nobody of the register: the template must go."""


@dataclass(frozen=True, slots=True)
class TemplateState:
    """A kept template as it stands on a day. `since`: the day of the photo, or of enrolment where it has none."""

    person_id: str
    photo_sha256: str
    since: date
    dated: bool
    last_day: date
    age: Age
    consent: Consent


def template_states(
    kept: Iterable[KeptTemplate], register: ConsentRegister, settings: MatchingSettings, on: date
) -> tuple[TemplateState, ...]:
    """Every template, the oldest first."""
    states = (_state(one, register, settings, on) for one in kept)
    return tuple(sorted(states, key=lambda one: (one.since, one.person_id, one.photo_sha256)))


def _state(one: KeptTemplate, register: ConsentRegister, settings: MatchingSettings, on: date) -> TemplateState:
    since = one.taken_on or one.enrolled_on
    last_day = add_months(since, settings.reference_months)
    age = Age.SOON if last_day - on <= SOON else Age.FRESH
    if since < settings.references_since(on):  # as an audit asks it: months differ in length
        age = Age.TOO_OLD
    return TemplateState(
        one.person_id, one.photo_sha256, since, one.taken_on is not None, last_day, age, _consent(one, register, on)
    )


def _consent(one: KeptTemplate, register: ConsentRegister, on: date) -> Consent:
    if one.person_id not in register.people or has_taken_back(register, one.person_id, on):
        return Consent.NONE
    left_on = register.people[one.person_id].left_on
    if left_on is not None and left_on <= on:
        return Consent.LEFT
    valid = register.matching(one.person_id, on).is_yes
    return Consent.VALID if valid else Consent.LAPSED
