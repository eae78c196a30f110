"""What one rule says of one photo."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from consent.messages import Message


class Outcome(StrEnum):
    """What a rule can say, from the mildest to the strictest."""

    NOT_APPLICABLE = "not_applicable"
    PASS = "pass"
    ADVICE = "advice"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def weight(self) -> int:
        """0 for not applicable, rising."""
        return _MILDEST_FIRST.index(self)


_MILDEST_FIRST = tuple(Outcome)  # a tuple: members of an enumeration are slow to hash


class Finding(NamedTuple):
    """One outcome with its reason. `faces` and `bodies` are the numbers drawn on the picture.

    Every hold names its `owner`, the role that decides (R15).
    """

    rule: str
    outcome: Outcome
    reason: Message
    faces: tuple[int, ...] = ()
    bodies: tuple[int, ...] = ()
    person_id: str | None = None
    owner: str | None = None
    failed: bool = False
    """The rule could not be applied at all; it holds."""
    texts: tuple[int, ...] = ()
    """Numbers of the texts that it is about. The reason never repeats their words, nor a name."""
