"""How long each kind of data is kept: `[retention]` in school.toml.

No law sets these periods; personal data are kept no longer than their purpose needs (AVG art. 5(1)(e)), so each
default has its reason beside it. docs/keeping.md has the whole table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import ConfigDict, Field

from consent.register import add_months

LONGEST_MONTHS, LONGEST_DAYS = 120, 366

_Months = Annotated[int, Field(ge=1, le=LONGEST_MONTHS, strict=True)]
_Days = Annotated[int, Field(ge=1, le=LONGEST_DAYS, strict=True)]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many of a kind had their time and went, how many stay, and the day from which the oldest of these counts."""

    removed: int = 0
    kept: int = 0
    oldest: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """How long something is kept from its day on."""

    months: int = 0
    days: int = 0

    def before(self, on: date) -> date:
        """What is of an earlier day than this has had its time on the day `on`."""
        return add_months(max(on - timedelta(self.days), date(LONGEST_MONTHS // 12 + 1, 1, 1)), -self.months)

    def ends(self, day: date) -> date:
        """The first day on which what is of that day has had its time."""
        first = add_months(day, self.months) + timedelta(self.days)
        while self.before(first) <= day:  # months are not equally long
            first += timedelta(1)
        return first


@dataclass(frozen=True, slots=True)
class Retention:
    """Months or days after which the kinds of data go. What a person asks for goes at once, whatever stands here."""

    run_folders_months: _Months = 12
    """Since the run. Reports are what the school answers with (AVG art. 5(2)); forms are renewed once a year (R4)."""
    working_pictures_days: _Days = 30
    """Since the run. They go when photos are signed; what is not signed within a month is an event gone by."""
    observations_months: _Months = 3
    """Since a photo was looked at. They only spare a second look, which costs seconds."""
    unused_templates_months: _Months = 3
    """Since a template could be used last. Forms end on 31 July (R4), and the new ones come in by the autumn."""
    decisions_months: _Months = 12
    """Since a person decided. As long as the report in which the decision stands."""
    published_months: _Months = 36
    """Since the post was last in an export. As long as a post may still be public, a withdrawal must find it."""
    proof_months: _Months = 60
    """Since the person left or was forgotten. A claim for damages lapses after five years (art. 3:310 BW)."""
    imports_days: _Days = 30
    """Since photos were taken in at the desk. They are copies; as long as the working pictures of their runs."""
    approved_months: _Months = 12
    """Since the approval. They are copies to publish from; as long as the reports beside them."""
    signatures_months: _Months = 60
    """Since the last one for a post, and as long as the post is kept. Who signed for what is provable as consent is."""
    calibrations_months: _Months = 36
    """Since a calibration, if a later one takes its place. It holds rates and digests, nothing about a person."""
    __pydantic_config__ = ConfigDict(extra="forbid")
