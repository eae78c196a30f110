"""Days and numbers as the tables keep them: text, empty where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of a kind had their time and went, how many stay, and the day from which the oldest of these counts."""

    removed: int = 0
    kept: int = 0
    oldest: date | None = None


def as_texts(values: Iterable[object]) -> tuple[str, ...]:
    """The values of a row."""
    return tuple("" if v is None else v.isoformat() if isinstance(v, date) else str(v) for v in values)


def as_day(text: str) -> date | None:
    """A day as it was kept."""
    return date.fromisoformat(text) if text else None
