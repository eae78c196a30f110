"""Days and numbers as the tables keep them: text, empty where there is none."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def as_texts(values: Iterable[object]) -> tuple[str, ...]:
    """The values of a row."""
    return tuple("" if v is None else v.isoformat() if isinstance(v, date) else str(v) for v in values)


def as_day(text: str) -> date | None:
    """A day as it was kept."""
    return date.fromisoformat(text) if text else None
