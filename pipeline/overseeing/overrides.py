"""Where people decided otherwise than the program: photos whose verdict is another one by what people said.

At the desk people mostly decide after the report was made: of those photos the approval tells that they went.
Who it was is known of what was decided at the desk, by a signer's id; of a file with names nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from consent.judging import Decision
from pipeline.overseeing.runs import Run
from pipeline.store.decisions import REMEDY, HandDecision


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


def overrides(
    runs: Iterable[Run],
    decisions: Iterable[HandDecision] = (),
    went_out: Mapping[str, tuple[datetime, Collection[str]]] = MappingProxyType({}),
) -> tuple[Override, ...]:
    """The overridden photos of runs that come the latest first; the same change of a photo only once, where last.

    `went_out`: by run, when it was approved and what its files were made of (SHA-256).
    """
    of_photo: dict[str, list[HandDecision]] = {}
    for decision in decisions:
        of_photo.setdefault(decision.photo_sha256, []).append(decision)
    found: dict[object, Override] = {}
    for run in runs:
        approved_at, sources = went_out.get(run.run_id, (run.started, ()))
        for photo in run.photos:
            by_itself, verdict, at = photo.verdict_by_itself or photo.verdict, photo.verdict, run.started
            said = of_photo.get(photo.sha256, [])
            # Without a word since the report, it was a consent that came in, and nobody's doing.
            since = [d for d in _standing(said, approved_at) if d.at > run.started]
            if verdict is not Decision.PUBLISH and photo.sha256 in sources and since:
                verdict, at = Decision.PUBLISH, approved_at  # as it is, and no new picture of it
            if verdict is not by_itself:
                day, who = at.astimezone().date(), tuple(sorted({d.by for d in _standing(said, at) if d.by}))
                one = Override(run.run_id, day, run.platform, photo.name, photo.sha256, by_itself, verdict, who)
                found.setdefault((run.platform, photo.sha256, one.by_itself, one.verdict), one)
    return tuple(found.values())


def _standing(decisions: Iterable[HandDecision], at: datetime) -> list[HandDecision]:
    """The decisions about what is on a photo that stood at a moment."""
    return [d for d in decisions if d.what != REMEDY and d.at <= at and (d.ended_at is None or d.ended_at > at)]
