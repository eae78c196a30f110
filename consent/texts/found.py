"""What can be found in a text: a kind and the persons it points at. Never the words themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A kind of personal data."""

    FULL_NAME = "full_name"
    INITIALS = "initials"
    """Initials and a family name."""
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    WORD_NAME = "word_name"
    """A given name that is a word too, or a family name that is one and has nothing beside it but a capital."""
    MISREAD_NAME = "misread_name"
    """Nearly a name of the register, on a picture: it may have been read wrongly."""
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    BSN = "bsn"
    """A citizen service number, said to be one."""
    MAYBE_BSN = "maybe_bsn"
    """Nine digits that pass the eleven test: one in eleven numbers does."""
    ACCOUNT = "account"
    """An account number of a bank."""
    INFORMS = "informs"
    """No personal data: a hint that parents may not miss it (R6)."""
    NOT_POSITIVE = "not_positive"
    """No personal data: a hint that the message is not positive (R3)."""


CERTAIN = (Kind.FULL_NAME, Kind.BSN)
"""What a person need not look at again: it may not be published."""

HINTS = {Kind.NOT_POSITIVE: "R3", Kind.INFORMS: "R6"}
"""The kinds that are hints, and the rule that each is about. All others are about R12."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. `person_ids`: whom of the register it may be; () where it points at nobody.

    `words`: of a hint, the entries of the list that it rests on.
    """

    kind: Kind
    person_ids: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The id of the rule that it is about."""
        return HINTS.get(self.kind, "R12")
