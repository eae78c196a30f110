"""A recogniser over all thresholds: how many strangers get a name against how many enrolled get none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.identification import NOT_FOUND, RIGHT, TOO_SMALL, WRONG, Trials
from benchmarks.results import Rate, Row

POINTS = 80
"""Thresholds tried, evenly from the smallest distance to one at which half of all strangers would do."""

TARGETS = (0.01, 0.05)
"""Rates of strangers with a name at which recognisers are compared."""

MARGIN_PART = 1 / 9
"""The margin between two persons, as a part of the median distance of faces to others, on which scale recognisers
differ. The program's own 0.06 is this part of dlib's 0.54 on the demo. It is one for the whole curve, so that a
stricter threshold never names another face."""


@dataclass(frozen=True, slots=True)
class Point:
    """What holds at one threshold. `wrong`: enrolled named as somebody else."""

    threshold: float
    fpir: Rate
    fnir: Rate
    wrong: Rate


@dataclass(frozen=True)
class Curve:
    """Points by rising threshold, and distances of faces to their own person and to others."""

    points: tuple[Point, ...]
    genuine: tuple[float, ...]
    impostor: tuple[float, ...]

    def best_at(self, fpir: float) -> Point | None:
        """The point with the lowest FNIR whose FPIR, as observed, is at most this; None where there is none."""
        allowed = [point for point in self.points if point.fpir.n and (point.fpir.share or 0.0) <= fpir]
        return min(allowed, key=lambda point: (point.fnir.times, point.threshold), default=None)

    def rows(self, recogniser: str) -> list[Row]:
        """One line a target."""
        return [self._row(f"{recogniser}: FNIR at FPIR of at most {target:.0%}", target) for target in TARGETS]

    def _row(self, what: str, target: float) -> Row:
        point = self.best_at(target)
        if point is None:
            return Row(what, "not reached", note="no threshold tried keeps so many strangers out")
        told = f"threshold {point.threshold:.2f}; {point.fpir.times} of {point.fpir.n} strangers named, "
        return point.fnir.row(what, told + f"{point.wrong.times} enrolled named as another")


def draw_curve(trials: Trials) -> Curve:
    """Try the whole range of thresholds.

    Strangers are those who are, and every enrolled face with its person and the look-alikes taken out of the gallery.
    Faces that cannot be compared count nowhere: this is about the recogniser.
    """
    genuine, impostor = distances(trials)
    right = [distance for distance in genuine if np.isfinite(distance)]
    others = [distance for distance in impostor if np.isfinite(distance)]
    typical = float(np.median(others)) if others else 0.0
    thresholds = np.linspace(min((*right, *others)), max((*right, typical)), POINTS) if right else ()
    margin = MARGIN_PART * typical
    points = tuple(_point(trials, float(threshold), margin) for threshold in thresholds)
    return Curve(points, tuple(genuine), tuple(impostor))


def _point(trials: Trials, threshold: float, margin: float) -> Point:
    policy = replace(trials.measured.policy, threshold=threshold, margin=margin)
    strangers = [*trials.strangers(policy), *trials.left_out(policy, siblings=True)]
    compared = [what for _, what in trials.outcomes(policy) if what not in (TOO_SMALL, NOT_FOUND)]
    n = len(compared)
    return Point(
        threshold,
        Rate(sum(strangers), len(strangers)),
        Rate(n - compared.count(RIGHT), n),
        Rate(compared.count(WRONG), n),
    )


def distances(trials: Trials) -> tuple[list[float], list[float]]:
    """Distances of faces whose person is known for sure: to that person, and to each other person."""
    genuine: list[float] = []
    impostor: list[float] = []
    if not trials.gallery.person_ids:
        return genuine, impostor
    for photo in trials.measured.photos:
        if not photo.compared:
            continue
        people, rows = trials.gallery.distances(photo.templates[trials.recogniser])
        by_number = {face.number: row for face, row in zip(photo.compared, rows, strict=True)}
        for label in photo.enrolled:
            numbers = photo.faces_of(label) & by_number.keys()
            if len(numbers) != 1 or (label.row not in photo.boxes and len(photo.labels) > 1):
                continue
            row = by_number[min(numbers)]
            for person_id, distance in zip(people, row, strict=True):
                (genuine if person_id == label.person_id else impostor).append(float(distance))
    return genuine, impostor


def histogram(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Counts of values between edges."""
    return [int(count) for count in np.histogram(values, edges)[0]]
