"""Who is in the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the school."""

    PUPIL = "pupil"
    STAFF = "staff"
    PARENT = "parent"
    VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the school. Only `person_id` leaves the program, unless a reader asks for names."""

    person_id: str
    role: Role
    given_name: str = ""
    infix: str = ""
    family_name: str = ""
    group: str = ""
    birth_date: date | None = None
    left_on: date | None = None

    def __hash__(self) -> int:
        """By the id alone: registers are looked up by all their persons, once for every text."""
        return hash(self.person_id)

    @property
    def full_name(self) -> str:
        """Given name, infix (tussenvoegsel) and family name, whichever are known."""
        return " ".join(part for part in (self.given_name, self.infix, self.family_name) if part)
