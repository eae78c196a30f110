"""What an import means for persons who were in the register already: changed, or not in the new list any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

from consent.messages import Message, say
from consent.people import Person
from consent.protocol import Protocol
from consent.register import ConsentRegister

FIELDS = {
    "role": say("role"),
    "given_name": say("given name"),
    "infix": say("infix"),
    "family_name": say("family name"),
    "group": say("group"),
    "birth_date": say("date of birth"),
    "left_on": say("day of leaving"),
}

FEW = 20
"""So many who are not in a new list are told by id, if the list has as many. More are counted: that was no list of the
whole school."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a person that says something else by now."""

    person_id: str
    field: str
    before: str
    after: str

    def told(self, names: bool) -> Message:
        """Which field, and only where `names` are asked for what stood and stands in it."""
        if not names:
            return FIELDS[self.field]
        return say("{field}: “{before}”, now “{after}”", field=FIELDS[self.field], before=self.before, after=self.after)


def changes(before: Mapping[str, Person], after: Mapping[str, Person]) -> Iterator[Change]:
    """What is otherwise by now of everybody who is in both, by id."""
    for person_id in sorted(before.keys() & after.keys()):
        old, new = before[person_id], after[person_id]
        for name in (field.name for field in fields(Person)[1:]):
            was, now = ("" if value is None else str(value) for value in (getattr(old, name), getattr(new, name)))
            if was != now:
                yield Change(person_id, name, was, now)


def missing(before: Iterable[Person], listed: Collection[Person], today: date) -> tuple[str, ...]:
    """Ids of those in the register, and still in school, who are not `listed`; nobody where the files list no persons.

    Nothing changes for them: a file may hold newcomers only, and a person who is left out has not said anything.
    """
    here = {person.person_id for person in listed}
    return tuple(
        sorted(
            person.person_id
            for person in before
            if here and person.person_id not in here and (person.left_on is None or person.left_on > today)
        )
    )


def may_still_go(
    person_ids: Iterable[str], register: ConsentRegister, protocol: Protocol, today: date
) -> tuple[str, ...]:
    """Those of whom something may go out today: a yes that counts, also one with a condition, on a platform in use."""
    asked = [(name, medium) for name, one in protocol.platforms.items() if one.in_use for medium in one.mediums]
    return tuple(
        who
        for who in person_ids
        if any(
            status.answer.is_some_yes and status.fault is None
            for name, medium in asked
            for status in (register.status(who, name, medium, today),)
        )
    )


def told_of_missing(
    person_ids: Collection[str], listed: int, *, names: Mapping[str, str] | None = None
) -> Message | None:
    """What it means that they have a yes and are not in the list of `listed` persons; None where nobody is missing.

    By id where they are few, or fewer than the list; else counted, but for who asked for `names` (full ones, by id).
    """
    if not person_ids:
        return None
    if names is None and len(person_ids) > min(FEW, listed):
        return say(
            "{count} persons of the register who have a yes are not among those that were taken in now. For them "
            "nothing changed: a yes given before still counts, so photos of them may go out. Who has left the school: "
            "take in a list with that person and the day of leaving (left_on). Who may not be shown any more: take in "
            "the withdrawal. To see who they are: give this again with --names.",
            count=len(person_ids),
        )
    return say(
        "In the register with a yes, and not among those that were taken in now: {people}. For them nothing changed: a "
        "yes given before still counts, so photos of them may go out. Who has left the school: take in a list with "
        "that person and the day of leaving (left_on). Who may not be shown any more: take in the withdrawal.",
        people=", ".join(f"{who} ({names[who]})" if names and names.get(who) else who for who in person_ids),
    )
