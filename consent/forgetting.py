"""A person who was forgotten: nobody knows any more who it was, and nobody may be shown for it.

Their id becomes one that tells nothing, and from that day there is an objection against everything. The lines that
were there stay as they are, as proof of what was agreed (AVG art. 7(1)). So forgetting is renaming and refusing, and
since an objection never makes a verdict milder, neither does forgetting.
"""

from __future__ import annotations

from datetime import date

from consent.people import Person
from consent.register import EVERY_PURPOSE, Answer, ConsentRecord, Medium

_PREFIX = "forgotten-"
BY_FORGETTING = "forgotten"
"""The giver of the objection."""


def forgotten_id(token: str) -> str:
    """The id of a forgotten person; `token` must tell nothing of who it was."""
    return f"{_PREFIX}{token}"


def is_forgotten(person_id: str) -> bool:
    """Whether an id is that of a forgotten person."""
    return person_id.startswith(_PREFIX)


def forgotten(person: Person, new_id: str, on: date) -> Person:
    """What stays of a person: the role, since rules count pupils, and the day from which proof is kept."""
    return Person(new_id, person.role, left_on=on if person.left_on is None else min(on, person.left_on))


def objection(new_id: str, on: date) -> ConsentRecord:
    """What every question after a forgotten person is answered with, from that day."""
    return ConsentRecord(new_id, EVERY_PURPOSE, Medium.BOTH, Answer.OBJECTION, BY_FORGETTING, on)
