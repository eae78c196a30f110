"""The result of judging published posts, in memory: what its run folder is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from consent.messages import Message, say
from consent.protocol import Protocol
from consent.published.standing import Standing
from pipeline.matching.conditions import InForce
from pipeline.published.judging import JudgedPost
from pipeline.published.post import Fault
from pipeline.run import AuditRun

STANDING_ORDER = tuple(reversed(Standing))
"""The order of a report: the most urgent first."""


@dataclass(frozen=True)
class PublishedRun:
    """Posts as they stand on a day. `posts` come the most urgent first.

    `looked`: the look at their pictures, judged for today; None for a recheck, which opens no picture.
    `faults`: what of the export could not be read; `pictures`: drawn, pixelated pictures by SHA-256. `names` holds
    full names by person id only where the reader asked for them.
    """

    run_id: str
    school: str
    on: date
    started: datetime
    finished: datetime
    protocol: Protocol
    posts: tuple[JudgedPost, ...]
    register_digest: str
    register_people: int
    faults: tuple[Fault, ...] = ()
    looked: AuditRun | None = None
    pictures: Mapping[str, Path] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    in_force: InForce | None = None
    """By which rules faces are matched today, and the calibration behind them; None where they are not."""
    platform_id: str | None = None
    """The platform audited; None where a recheck judged all of them."""
    rechecked: int | None = None
    """How many posts a recheck judged, of which `posts` are those that changed; None for an audit."""
    ledger_head: str = ""
    """The digest of the run's own entry of the ledger."""

    def count(self, standing: Standing) -> int:
        """How many posts stand like this."""
        return Counter(post.standing for post in self.posts)[standing]

    @property
    def with_duties(self) -> Iterator[JudgedPost]:
        """The posts about which somebody must do something."""
        return (post for post in self.posts if post.duties)

    @property
    def platforms(self) -> tuple[str, ...]:
        """Ids of the platforms that the posts are on."""
        return tuple(sorted({post.post.platform for post in self.posts}))


def in_the_past(on: date, today: date) -> tuple[Message, ...]:
    """A note where posts are judged as of an earlier day."""
    if on >= today:
        return ()
    return (
        say(
            "Judged as if it were {day}, by the register as it is today: what was entered since counts from the day "
            "that it names. What was withdrawn or refused after {day} does not count here.",
            day=on.isoformat(),
        ),
    )
