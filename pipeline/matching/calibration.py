"""Calibration: the threshold for a rate of wrong names, from trials of the gallery on itself. No pixels.

The rates are those of open-set identification (ISO/IEC 19795-1): FPIR, the part of strangers' faces that
gets a name, and FNIR, the part of enrolled persons' faces that does not get their own.

What is counted are persons. The degraded copies of a photo, and the photos of a person, are not
independent: eight wrong names of one child say hardly more than one. So a person counts once. For the
FPIR the worst copy decides: whoever got a wrong name in any trial counts as wrongly named. For the FNIR,
which decides nothing, it is the mean over the person's trials, since the worst copy (40 px) would call
nearly everybody missed; the bound takes that share for a count (Korn and Graubard 1998), which is careful.
A copy that an audit would not have compared gets no name: missed, but no proof that a stranger gets none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil, log, log1p

from scipy.stats import beta

from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.trials import Trial, Tried

TARGET_FPIR = 0.001
"""One of a thousand strangers' faces may get a name, until a school asks for another rate."""

HIGHEST_TARGET = 0.01
"""No school may ask for more: the uncalibrated threshold itself let 2.3 % of the demo's strangers through."""

LOOSEST = 0.50
"""No calibration makes the threshold milder than this.

The nearest stranger among real photographs lay at 0.57 (docs/measurements.md), and degraded references
imitate an event photo only in part; so a margin is kept from it."""

CONFIDENCE = 0.95
WIDEST = 0.60
"""dlib's own threshold for adults: the rates are worked out up to here."""

THRESHOLDS = tuple(step / 100 for step in range(round(100 * WIDEST) + 1))


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors in trials as a share, with its 95 % bounds; share None and bounds 0 and 1 where nothing was tried."""

    errors: float
    trials: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What one threshold would do."""

    threshold: float
    fpir: Rate
    fnir: Rate


@dataclass(frozen=True)
class Calibration:
    """A finished calibration. Holds no name, no id of a person and no template.

    `gallery`: the digest of the gallery that was tried; `basis`: that of the recogniser and of the rules.
    `persons`: enrolled; `references`: reference photos tried, `absent`: enrolled ones whose photo was not
    there. `shown`: whether the upper bound of the FPIR is within the target; `persons_needed`: how many persons
    could show it at the least. `standard`: the threshold without calibration. `kin_pairs`: pairs of enrolled
    persons marked as kin or look-alikes, `kin_errors`: persons who get the name of such a one at `standard`.
    """

    calibrated_at: datetime
    recogniser: str
    basis: str
    gallery: str
    persons: int
    references: int
    absent: int
    target_fpir: float
    threshold: float
    standard: float
    margin: float
    smallest_face_px: float
    shown: bool
    persons_needed: int
    fpir: Rate
    fnir: Rate
    kin_pairs: int
    kin_errors: int
    curve: tuple[CurvePoint, ...]

    def at(self, threshold: float) -> CurvePoint:
        """The point of the curve for a threshold, or for the next stricter one that was worked out."""
        return [point for point in self.curve if point.threshold <= threshold][-1]


def rate(errors: float, trials: int, scale: float = 1.0) -> Rate:
    """A share with Clopper-Pearson bounds at 95 %, all multiplied by `scale` and kept to 1 at most.

    Two-sided; where there is no error, or nothing else, all doubt is on one side: 0 of n gives about 3/n.
    """
    if not 0 <= errors <= trials:
        raise ValueError(f"{errors} errors cannot be among {trials} trials")
    if not trials:
        return Rate(errors, trials, None, 0.0, 1.0)
    doubt = 1 - CONFIDENCE
    side = doubt if errors in (0, trials) else doubt / 2
    low = float(beta.ppf(side, errors, trials - errors + 1)) if errors > 0 else 0.0
    high = float(beta.ppf(1 - side, errors + 1, trials - errors)) if errors < trials else 1.0
    return Rate(errors, trials, *(min(1.0, value * scale) for value in (errors / trials, low, high)))


def persons_needed(target: float) -> int:
    """How many persons, all without a wrong name, it takes to show a rate of wrong names."""
    needed = ceil(log(1 - CONFIDENCE) / log1p(-target))
    while _fpir(0, needed, needed).high > target:
        needed += 1
    return needed


def curve_of(trials: Sequence[Trial], persons: int) -> tuple[CurvePoint, ...]:
    """The rates at every threshold. `persons`: the size of the gallery."""
    return tuple(_point(trials, persons, threshold) for threshold in THRESHOLDS)


def _point(trials: Sequence[Trial], persons: int, threshold: float) -> CurvePoint:
    wrong = wrongly_named(trials, threshold)
    strangers = wrong.union(trial.person_id for trial in trials if trial.stranger and trial.compared)
    missed = _by_person((t.person_id, t.name_at(threshold) != t.person_id) for t in trials if not t.stranger)
    # Rounded, since a sum of shares that is whole must be taken for whole.
    unnamed = round(sum(sum(outcomes) / len(outcomes) for outcomes in missed.values()), 9)
    return CurvePoint(threshold, _fpir(len(wrong), len(strangers), persons), rate(unnamed, len(missed)))


def wrongly_named(trials: Iterable[Trial], threshold: float) -> frozenset[str]:
    """The persons who got another's name in a trial, as strangers or not."""
    return frozenset(t.person_id for t in trials if t.name_at(threshold) not in (None, t.person_id))


def _fpir(errors: int, tried: int, persons: int) -> Rate:
    """The rate for the whole gallery: a stranger was compared with one person less than an audit compares with.

    Each enrolled person adds at most an equal part of the wrong names (union bound), so n persons give
    at most n / (n - 1) times what n - 1 gave.
    """
    return rate(errors, tried, persons / (persons - 1) if persons > 1 else 1.0)


def _by_person(outcomes: Iterable[tuple[str, bool]]) -> dict[str, list[bool]]:
    persons: dict[str, list[bool]] = {}
    for person_id, outcome in outcomes:
        persons.setdefault(person_id, []).append(outcome)
    return persons


def chosen(curve: Sequence[CurvePoint], target: float, uncalibrated: MatchingPolicy) -> tuple[CurvePoint, bool]:
    """The threshold for a target FPIR, and whether the trials show that it is met.

    Shown: the loosest threshold, `LOOSEST` at most, whose upper bound is within the target. Wrong names
    only increase with the threshold, so the bound holds for the chosen one too (Bates et al. 2021, arXiv
    2101.02703). Not shown: never milder than uncalibrated, and so strict that no wrong name was seen; an
    observed rate within the target would be chance among so few. Where even that cannot be, threshold 0.
    """
    shown = [p for p in curve if p.threshold <= LOOSEST and p.fpir.high <= target]
    if shown:
        return shown[-1], True
    clean = [p for p in curve if p.threshold <= uncalibrated.threshold and p.fpir.errors == 0]
    return (clean or curve)[-1 if clean else 0], False


def calibrated(tried: Tried, target: float, uncalibrated: MatchingPolicy, at: datetime) -> Calibration:
    """The calibration that the trials allow. `uncalibrated`: the policy that they were made under."""
    curve = curve_of(tried.trials, tried.persons)
    point, shown = chosen(curve, target, uncalibrated)
    names = ((t.person_id, t.name_at(uncalibrated.threshold)) for t in tried.trials)
    return Calibration(
        calibrated_at=at,
        recogniser=tried.recogniser,
        basis=tried.basis,
        gallery=tried.gallery,
        persons=tried.persons,
        references=len({trial.reference for trial in tried.trials}),
        absent=tried.absent,
        target_fpir=target,
        threshold=point.threshold,
        standard=uncalibrated.threshold,
        margin=uncalibrated.margin,
        smallest_face_px=uncalibrated.smallest_face_px,
        shown=shown,
        persons_needed=persons_needed(target),
        fpir=point.fpir,
        fnir=point.fnir,
        kin_pairs=len({frozenset((p, other)) for p, others in tried.kin.items() for other in others}),
        kin_errors=len({person for person, name in names if name in tried.kin.get(person, ())}),
        curve=curve,
    )
