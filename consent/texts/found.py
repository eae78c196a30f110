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
    """A given name that is a word too."""
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


CERTAIN = (Kind.FULL_NAME, Kind.BSN)
"""What a person need not look at again: it may not be published."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was found. `person_ids`: whom of the register it may be; () where it points at nobody."""

    kind: Kind
    person_ids: tuple[str, ...] = ()
