"""What an import changed about persons who were in the register already: a typing error put right, or one made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

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
