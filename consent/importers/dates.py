"""Dates as they stand in Dutch registers: day first, or ISO, or an Excel serial. Never month first."""

from __future__ import annotations

import re
from datetime import date, timedelta

_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_DAY_FIRST = re.compile(rf"([0-9]{{1,2}})([-/])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}")
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_TIME}")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
"""Five digits, from May 1927 on: a shorter number is more likely a year."""


def parse_date(text: str, epoch: date | None = None) -> date | None:
    """The date that a cell holds, a time of day left out; None where it holds no whole date.

    `epoch`: day 0 of the serials, for cells of an Excel file. A year takes four digits.
    """
    try:
        if match := _DAY_FIRST.fullmatch(text):
            return date(int(match[4]), int(match[3]), int(match[1]))
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:  # no such day, as 31-02-2026
        return None
    if epoch is not None and _SERIAL.fullmatch(text):
        return epoch + timedelta(days=int(text[:5]))
    return None
