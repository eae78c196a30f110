"""The health of the register: per group and platform how many said yes, no or nothing, and whose form runs out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from consent.people import Person, Role
from consent.protocol import Protocol
from consent.register import MATCHING, Answer, ConsentRegister, ConsentStatus, Medium

SOON = timedelta(days=42)
"""Six weeks before a form or a reference photo runs out it is called soon. A convention, not measured: it leaves time
for a letter home, a reminder and a school holiday of two weeks."""


class Health(StrEnum):
    """How a person's consent for a purpose is, from the best on."""

    YES = "yes"
    CONDITION = "condition"
    """A yes for a group only, or after asking."""
    SOON = "soon"
    """Some yes, whose form runs out within `SOON`."""
    EXPIRED = "expired"
    """Some yes, on a form that has run out or does not prove it."""
    NO = "no"
    MISSING = "missing"


@dataclass(frozen=True)
class RegisterHealth:
    """Counts of persons, by purpose and group. A group is that of pupils; others are together by their role.

    `purposes`: ids of the platforms in use, and `matching`; `expiring`: ids of the persons with a form that runs
    out soon, with the first day on which one of theirs does.
    """

    on: date
    purposes: tuple[str, ...]
    groups: tuple[str, ...]
    counts: Mapping[tuple[str, str], Mapping[Health, int]]
    expiring: Mapping[str, date] = field(default_factory=dict)

    def total(self, purpose: str, kind: Health) -> int:
        """Over all groups."""
        return sum(self.counts[purpose, group].get(kind, 0) for group in self.groups)


def register_health(register: ConsentRegister, protocol: Protocol, on: date, *, matching: bool) -> RegisterHealth:
    """The register on a day, without those who had left. `matching`: whether the school compares faces.

    The counts are for photos; a form that runs out soon may also be one for films.
    """
    purposes = [name for name, platform in protocol.platforms.items() if platform.in_use]
    purposes += [MATCHING] if matching else []
    here = [p for p in register.people.values() if p.left_on is None or p.left_on > on]
    groups = sorted({group_of(p) for p in here}, key=_in_order)
    counts: dict[tuple[str, str], Counter[Health]] = {(p, g): Counter() for p in purposes for g in groups}
    expiring: dict[str, date] = {}
    for person in here:
        for purpose in purposes:
            photo, *others = _statuses(register, person.person_id, purpose, protocol, on)
            counts[purpose, group_of(person)][health_of(photo, on)] += 1
            for status in (photo, *others):
                if health_of(status, on) is Health.SOON and status.last_day is not None:
                    expiring[person.person_id] = min(status.last_day, expiring.get(person.person_id, status.last_day))
    return RegisterHealth(on, tuple(purposes), tuple(groups), counts, dict(sorted(expiring.items())))


def _statuses(
    register: ConsentRegister, person_id: str, purpose: str, protocol: Protocol, on: date
) -> list[ConsentStatus]:
    """What holds for photos, and for films where the platform has them."""
    if purpose == MATCHING:
        return [register.matching(person_id, on)]
    mediums = [Medium.PHOTO, *(medium for medium in protocol.platforms[purpose].mediums if medium is not Medium.PHOTO)]
    return [register.status(person_id, purpose, medium, on) for medium in mediums]


def health_of(status: ConsentStatus, on: date) -> Health:
    """How one consent is on a day."""
    if status.answer is Answer.NONE:
        return Health.MISSING
    if not status.answer.is_some_yes:
        return Health.NO
    if status.fault is not None:
        return Health.EXPIRED
    if status.last_day is not None and status.last_day - on <= SOON:
        return Health.SOON
    return Health.YES if status.answer is Answer.YES else Health.CONDITION


def group_of(person: Person) -> str:
    """The group of a pupil, else the role; empty for a pupil of whom the register knows none."""
    return person.group if person.role is Role.PUPIL else person.role.value


def _in_order(group: str) -> tuple[bool, int, str]:
    """Groups by number, the tenth after the ninth; then other names, and those who are no pupils last."""
    digits = group[: len(group) - len(group.lstrip("0123456789"))]
    return group in set(Role), int(digits) if digits.isascii() and digits else 1000, group
