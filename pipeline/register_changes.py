"""What an import means for persons who were in the register already: changed, or not in the new list any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date

from consent.messages import Message, say
from consent.people import Person

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
"""So many who are not in a new list are told by id. More are counted: that was no list of the whole school."""


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


def told_of_missing(person_ids: Collection[str]) -> Message | None:
    """What it means that they are not in the list, by id where they are few; None where nobody is missing."""
    if not person_ids:
        return None
    if len(person_ids) > FEW:
        return say(
            "{count} persons of the register are not among those that were taken in now. For them nothing changed: a "
            "yes given before still counts, so photos of them may go out. Who has left the school: take in a list with "
            "that person and the day of leaving (left_on). Who may not be shown any more: take in the withdrawal.",
            count=len(person_ids),
        )
    return say(
        "In the register, and not among those that were taken in now: {people}. For them nothing changed: a yes given "
        "before still counts, so photos of them may go out. Who has left the school: take in a list with that person "
        "and the day of leaving (left_on). Who may not be shown any more: take in the withdrawal.",
        people=", ".join(person_ids),
    )
