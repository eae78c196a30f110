"""Where people decided otherwise than the program: photos whose verdict is another one by what people said.

Who it was is known of what was decided at the desk, by a signer's id; of a file with names nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from consent.judging import Decision
from pipeline.overseeing.runs import Run
from pipeline.store.decisions import HandDecision


@dataclass(frozen=True, slots=True)
class Override:
    """A photo in a run, the verdict of the program by itself and that with what people said."""

    run_id: str
    day: date
    platform: str
    photo: str
    sha256: str
    by_itself: Decision
    verdict: Decision
    by: tuple[str, ...] = ()
    """Ids of the signers who decided; empty where nobody is known to have."""

    @property
    def is_milder(self) -> bool:
        """Whether people let pass more than the program would have."""
        return self.verdict.severity < self.by_itself.severity


def overrides(runs: Iterable[Run], decisions: Iterable[HandDecision] = ()) -> tuple[Override, ...]:
    """The overridden photos of runs that come the latest first; the same change of a photo only once, where last."""
    of_photo: dict[str, list[HandDecision]] = {}
    for decision in decisions:
        of_photo.setdefault(decision.photo_sha256, []).append(decision)
    found: dict[object, Override] = {}
    for run in runs:
        for photo in run.photos:
            if photo.was_overridden and photo.verdict_by_itself is not None:
                one = Override(
                    run.run_id,
                    run.day,
                    run.platform,
                    photo.name,
                    photo.sha256,
                    photo.verdict_by_itself,
                    photo.verdict,
                    _deciders(of_photo.get(photo.sha256, ()), run.started),
                )
                found.setdefault((run.platform, photo.sha256, one.by_itself, one.verdict), one)
    return tuple(found.values())


def _deciders(decisions: Iterable[HandDecision], at: datetime) -> tuple[str, ...]:
    """Whose decisions about a photo stood at a moment."""
    standing = (d for d in decisions if d.at <= at and (d.ended_at is None or d.ended_at > at))
    return tuple(sorted({decision.by for decision in standing if decision.by}))
