"""Calibration: the threshold for a rate of wrong names, from trials of the gallery on itself. No pixels.

The rates are those of open-set identification (ISO/IEC 19795-1): FPIR, the part of strangers' faces that
gets a name, and FNIR, the part of enrolled persons' faces that does not get their own.

What is counted are persons. The degraded copies of a photo, and the photos of a person, are not
independent: eight wrong names of one child say hardly more than one. So a person counts once. For the
FPIR the worst copy decides: whoever got a wrong name in any trial counts as wrongly named. For the FNIR,
which decides nothing, it is the mean over the person's trials, since the worst copy (40 px) would call
nearly everybody missed; the bound takes that share for a count (Korn and Graubard 1998), which is careful.
A copy that an audit would not have compared gets no name: missed, but no proof that a stranger gets none.

A calibration never makes matching milder than it is without one: degraded references imitate an event photo
only in part, and nothing looser was measured to be safe (docs/measurements.md). It gives certainty, or strictness.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import ceil, log, log1p

from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.trials import Trial, Tried

TARGET_FPIR = 0.001
"""One of a thousand strangers' faces may get a name, until a school asks for another rate."""

HIGHEST_TARGET = 0.01
"""No school may ask for more: without calibration 1 of 84 of the demo's strangers (1.2 %) gets a name."""

CONFIDENCE = 0.95
WIDEST = 0.60
"""dlib's own threshold for adults: the rates are worked out up to here."""

THRESHOLDS = tuple(step / 100 for step in range(round(100 * WIDEST) + 1))


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors in trials as a share, with 95 % bounds; share None and bounds 0 and 1 where nothing was tried.

    `high` of an FPIR is for the whole gallery, the others are as counted.
    """

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

    `gallery`: the digest of the gallery that was tried; `basis`: that of all the figures rest on besides.
    `persons`: enrolled; `references`: reference photos tried, `absent`: enrolled ones whose photo was not
    there. `shown`: whether the upper bound of the FPIR is within the target, with all references tried;
    `persons_needed`: how many persons could show it at the least. `standard`: the threshold without calibration.
    `kin_pairs`: pairs of enrolled persons marked as kin or look-alikes, `kin_errors`: persons who get the name of
    such a one at `standard`. `kept_from`: when the calibration was made whose stricter threshold this one keeps.
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
    kept_from: datetime | None = None

    def at(self, threshold: float) -> CurvePoint:
        """What a threshold would do; between two that were worked out, the worse of both rates."""
        stricter = [point for point in self.curve if point.threshold <= threshold][-1]
        milder = next((point for point in self.curve if point.threshold >= threshold), self.curve[-1])
        return CurvePoint(threshold, milder.fpir, stricter.fnir)


@dataclass(frozen=True, slots=True)
class Limits:
    """What still counts of a calibration whose other figures this version of the program cannot read."""

    calibrated_at: datetime
    recogniser: str
    threshold: float
    margin: float
    smallest_face_px: float
    kept_from: datetime | None = None


def rate(errors: float, trials: int, scale: float = 1.0) -> Rate:
    """A share with Clopper-Pearson bounds at 95 %, the upper one multiplied by `scale` and kept to 1 at most.

    Two-sided; where there is no error, or nothing else, all doubt is on one side: 0 of n gives about 3/n.
    """
    if not 0 <= errors <= trials:
        raise ValueError(f"{errors} errors cannot be among {trials} trials")
    if not trials:
        return Rate(errors, trials, None, 0.0, 1.0)
    from scipy.special import betaincinv  # slow to load

    doubt = 1 - CONFIDENCE
    side = doubt if errors in (0, trials) else doubt / 2
    low = float(betaincinv(errors, trials - errors + 1, side)) if errors > 0 else 0.0
    high = float(betaincinv(errors + 1, trials - errors, 1 - side)) if errors < trials else 1.0
    return Rate(errors, trials, errors / trials, low, min(1.0, high * scale))


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
    """The rate; its upper bound for the whole gallery: a stranger was compared with one person less than in an audit.

    Each enrolled person adds at most an equal part of the wrong names (union bound), so n persons give
    at most n / (n - 1) times what n - 1 gave. That says nothing of what they give at the least.
    """
    return rate(errors, tried, persons / (persons - 1) if persons > 1 else 1.0)


def _by_person(outcomes: Iterable[tuple[str, bool]]) -> dict[str, list[bool]]:
    persons: dict[str, list[bool]] = {}
    for person_id, outcome in outcomes:
        persons.setdefault(person_id, []).append(outcome)
    return persons


def chosen(
    curve: Sequence[CurvePoint], target: float, uncalibrated: MatchingPolicy, *, whole: bool = True
) -> tuple[CurvePoint, bool]:
    """The threshold for a target FPIR, never milder than uncalibrated, and whether the trials show that it is met.

    Shown: the loosest threshold whose upper bound is within the target. Wrong names only increase with the
    threshold, so the bound holds for the chosen one too (Bates et al. 2021, arXiv 2101.02703). A part of the
    references shows nothing of the rest (`whole`). Not shown: so strict that no wrong name was seen; an
    observed rate within the target would be chance among so few. Where even that cannot be, threshold 0.
    """
    allowed = [p for p in curve if p.threshold <= uncalibrated.threshold]
    shown = [p for p in allowed if whole and p.fpir.high <= target]
    if shown:
        return shown[-1], True
    clean = [p for p in allowed if p.fpir.errors == 0]
    return (clean or curve)[-1 if clean else 0], False


def calibrated(tried: Tried, target: float, uncalibrated: MatchingPolicy, at: datetime) -> Calibration:
    """The calibration that the trials allow. `uncalibrated`: the policy that they were made under."""
    curve = curve_of(tried.trials, tried.persons)
    point, shown = chosen(curve, target, uncalibrated, whole=not tried.absent)
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


def not_milder(found: Calibration, earlier: Sequence[Calibration | Limits]) -> Calibration:
    """A calibration beside those made before, latest first: what was found to be too mild is not forgotten.

    Where it does not show its target, the strictest threshold stays that the same gallery was given under the same
    rules. And one that tried only a part of the references never takes the place of a stricter one, whatever changed.
    """
    if found.shown:
        return found
    binding = [one for one in earlier if isinstance(one, Calibration) and _tried_on(one) == _tried_on(found)]
    latest = earlier[:1] if found.absent else []
    strictest = min([*binding, *latest], key=lambda one: one.threshold, default=found)
    if strictest.threshold >= found.threshold:
        return found
    point = found.at(strictest.threshold)
    return replace(
        found,
        threshold=strictest.threshold,
        fpir=point.fpir,
        fnir=point.fnir,
        kept_from=strictest.kept_from or strictest.calibrated_at,
    )


def takes_the_place_of(newer: Calibration | Limits, older: Calibration | Limits) -> bool:
    """Whether nothing is lost without the older one: what it showed to be too mild, the newer one knows too."""
    if newer.recogniser != older.recogniser:
        return False
    if isinstance(older, Limits):
        return True
    return (
        isinstance(newer, Calibration) and _tried_on(newer) == _tried_on(older) and newer.threshold <= older.threshold
    )


def _tried_on(one: Calibration) -> tuple[str, str, float, float, float]:
    return one.gallery, one.basis, one.standard, one.margin, one.smallest_face_px
