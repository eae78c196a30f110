"""A review in memory: what its run folder is written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from consent.messages import Message
from consent.protocol import Protocol
from pipeline.matching.conditions import InForce
from pipeline.overseeing.entries import LedgerState
from pipeline.overseeing.health import RegisterHealth
from pipeline.overseeing.overrides import Override
from pipeline.overseeing.remains import Remain
from pipeline.overseeing.runs import Run, Runs
from pipeline.overseeing.templates import TemplateState
from pipeline.store.decisions import HandDecision


@dataclass(frozen=True, slots=True)
class MatchingState:
    """Whether faces are compared (`why_not` says why they are not), by which rules, and how many are enrolled.

    `reference_months`: how many months a reference photo counts.
    """

    why_not: Message | None
    in_force: InForce | None
    enrolled: int
    reference_months: int
    superseded: tuple[str, ...] = ()
    """Ids of the persons whose templates were made in another way than today's, so that they are not compared."""


@dataclass(frozen=True)
class Review:
    """Everything that a review tells, in memory: what its run folder is written from. Ids, never names."""

    run_id: str
    school: str
    since: date
    until: date
    started: datetime
    finished: datetime
    protocol: Protocol
    runs: Runs
    overrides: tuple[Override, ...]
    decisions: tuple[HandDecision, ...]
    health: RegisterHealth
    matching: MatchingState
    templates: tuple[TemplateState, ...]
    remains: tuple[Remain, ...]
    ledger: LedgerState
    register_digest: str
    register_people: int
    to_come_down: int = 0
    """Published posts that must come down as they were last judged, and are not noted as gone."""
    ledger_head: str = ""
    """The digest of the entry of this very review; empty until it is written."""

    def changed_by_people(self, run: Run) -> int:
        """Photos of a run of which people changed what the program said, in its report or until they went out."""
        later = {one.sha256 for one in self.overrides if one.run_id == run.run_id}
        return len(later | {photo.sha256 for photo in run.photos if photo.was_overridden})
