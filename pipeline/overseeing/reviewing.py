"""Reviewing a period: the parameters of the notebook, checked, and what they lead to.

Its steps are the cells of the notebook `40_privacy_review.ipynb`: gather, write the run folder. It reads everything
and changes nothing; the ledger gets an entry that it was made.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.messages import UserError, say
from consent.protocol import Protocol
from consent.register import ConsentRegister, Validity, add_months
from pipeline.basis import basis_of
from pipeline.erasing.purging import purge
from pipeline.judged import Publication
from pipeline.language import translator
from pipeline.ledger.bodies import of_review
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import record_run
from pipeline.ledger.verifying import verify
from pipeline.matching.conditions import why_not
from pipeline.models.store import default_store
from pipeline.overseeing.entries import LedgerState, ledger_state
from pipeline.overseeing.health import register_health
from pipeline.overseeing.overrides import overrides
from pipeline.overseeing.remains import kept_too_long, templates_to_erase, unfinished_folders
from pipeline.overseeing.review import MatchingState, Review
from pipeline.overseeing.runs import read_runs
from pipeline.overseeing.templates import template_states
from pipeline.parameters import checked, required_path
from pipeline.progress import telling_errors
from pipeline.reporting.overseeing.writing import write_review
from pipeline.run_folders import LEFTOVER
from pipeline.store import Store, register_digest
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class PrivacyReview:
    """Which period to review: the days `since` and `until` are part of it. Make one with `from_parameters`."""

    workspace: Path
    since: date
    until: date
    run_id: str
    language: str
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> PrivacyReview:
        """Check parameters as a notebook gets them; the school year up to now where no day is given.

        Raises `UserError` for what would only fail later.
        """
        now = datetime.now()
        with telling_errors():
            workspace = Workspace.open(required_path(given, "workspace"))
            defaults = {
                "since": date.min,
                "until": now.date(),
                "run_id": f"{now:%Y%m%d-%H%M%S}-review",
                "language": workspace.school.language,
            }
            review = checked(cls, given, defaults)
            if given.get("since") in (None, ""):
                first = first_of_school_year(workspace.school.load_protocol(), review.until)
                review = checked(cls, {**given, "since": first}, defaults)
            if review.since > review.until:
                raise UserError(
                    say(
                        "The period ends ({until}) before it begins ({since}). Give --from a day before --to.",
                        since=review.since.isoformat(),
                        until=review.until.isoformat(),
                    )
                )
            translator(review.language)
            workspace.run_folder(review.run_id)
            return review

    @cached_property
    def space(self) -> Workspace:
        """The opened workspace."""
        return Workspace.open(self.workspace)

    @property
    def folder(self) -> Path:
        """The run folder, which appears when everything in it is whole."""
        return self.space.reports / self.run_id

    def gather(self) -> Review:
        """Read what the workspace tells of the period, and how register, gallery and folders are at its end."""
        started = datetime.now().astimezone()
        today = max(self.until, started.date())
        with telling_errors():
            over = purge(self.space, today, started, dry_run=True).parts
        with telling_errors(), self.space.open_store() as store:
            protocol, settings = self.space.school.load_protocol(), self.space.school.matching
            register = store.register(protocol.parameters.validity)
            runs = read_runs(self.space.reports, self.since, self.until)
            decisions = store.decisions.all()
            matching = self._matching(store, protocol, register, started.date())
            # What must be erased is asked of now, whatever period is looked at.
            now = template_states(store.kept_templates(), register, settings, today)
            templates = tuple(templates_to_erase(now, matching=matching.why_not is None))
            remains = (
                *templates,
                *kept_too_long(over, len(templates)),
                *unfinished_folders(self.space.reports),
            )
            return Review(
                run_id=self.run_id,
                school=self.space.school.name,
                since=self.since,
                until=self.until,
                started=started,
                finished=datetime.now().astimezone(),
                protocol=protocol,
                runs=runs,
                overrides=overrides(runs.runs, decisions, store.signing.went_out()),
                decisions=tuple(d for d in decisions if self._is_in(d.at)),
                health=register_health(register, protocol, self.until, matching=matching.why_not is None),
                matching=matching,
                templates=now,
                remains=remains,
                ledger=self._ledger(store),
                register_digest=register_digest(register),
                register_people=len(register.people),
                to_come_down=store.published.to_come_down(),
            )

    def _matching(self, store: Store, protocol: Protocol, register: ConsentRegister, today: date) -> MatchingState:
        settings = self.space.school.matching
        publication = Publication("", max(self.until, today), protocol, register, today)
        matching = basis_of(store, publication, settings, default_store()).matching
        return MatchingState(
            why_not(settings),
            matching.in_force if matching else None,
            len(store.enrolled()),
            settings.reference_months,
            matching.superseded if matching else (),
        )

    def _is_in(self, moment: datetime) -> bool:
        return self.since <= moment.astimezone().date() <= self.until

    def _ledger(self, store: Store) -> LedgerState:
        verified = verify(store, self.space)
        return ledger_state(verified.rows, [problem.what for problem in verified.problems], self.since, self.until)

    def write(self, review: Review) -> Path:
        """Write the run folder and its entry in the ledger, and give its path. Both appear whole or not at all."""
        unfinished = self.space.reports / f".{self.run_id}{LEFTOVER}"

        def files(head: str) -> None:
            write_review(replace(review, ledger_head=head), unfinished, translator(self.language))

        with telling_errors(), self.space.open_store() as store:
            try:
                return record_run(
                    store,
                    unfinished,
                    self.folder,
                    kind=Kind.RUN,
                    body=of_review(review),
                    at=review.finished,
                    write=files,
                )
            finally:
                shutil.rmtree(unfinished, ignore_errors=True)


def first_of_school_year(protocol: Protocol, day: date) -> date:
    """The first day of the school year that a day is in: the one after the last day of the year before."""
    numbers = protocol.parameters
    year_end = Validity(numbers.form_year_end_month, numbers.form_year_end_day).year_of(day)
    return add_months(year_end, -12) + timedelta(days=1)
