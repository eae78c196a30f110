"""How many faces are found, by size and stance, and what is said of persons without one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from benchmarks.labelled import Label, Stance
from benchmarks.looking import Looked
from benchmarks.results import Rate, Row
from pipeline.vision.observation import Body, Box

BANDS_PX = (0, 16, 24, 40, 60, 100)
"""Lower ends of the bands of face sizes: the shorter side, in pixels of the picture as published.

16 px is the smallest face that the protocol takes for recognisable, 40 px the smallest that is compared.
"""

ANSWERS = ("face found", "facing", "from behind", "not known", "nobody there")
"""What the program may say of a person."""


@dataclass(frozen=True)
class Seeing:
    """Rates and counts of one set of photos. `orientation`: how often each answer was given, by the true stance."""

    by_size: dict[str, Rate]
    by_stance: dict[str, Rate]
    false_faces: int
    complete_photos: int
    orientation: dict[str, dict[str, int]]

    def rows(self) -> list[Row]:
        """The figures as lines of a table."""
        sizes = [rate.row(f"faces found, {band} px") for band, rate in self.by_size.items() if rate.n]
        stances = [rate.row(f"faces found, {stance}") for stance, rate in self.by_stance.items() if rate.n]
        false = Row("boxes that are no face", str(self.false_faces), note=f"on {self.complete_photos} photos")
        return [*sizes, *stances, *([false] if self.complete_photos else [])]

    def orientation_table(self) -> str:
        """What was said of the labelled persons, as a Markdown table."""
        lines = ["| is | " + " | ".join(ANSWERS) + " |", "| --- " * (len(ANSWERS) + 1) + "|"]
        for stance, said in self.orientation.items():
            lines.append("| " + " | ".join([stance, *(str(said[answer] or "") for answer in ANSWERS)]) + " |")
        return "\n".join(lines).replace("|  |", "| |").replace("|  |", "| |")


def measure_seeing(photos: Sequence[Looked]) -> Seeing:
    """Count what was found of what the labels with boxes say is there."""
    sizes, stances, found_sizes, found_stances = Counter(), Counter(), Counter(), Counter()
    said: dict[str, Counter[str]] = {}
    for photo in photos:
        for label, answer in answers(photo).items():
            stance = _stance(label)
            if label.stance is not Stance.NOT_SAID:
                said.setdefault(stance, Counter())[answer] += 1
            if label.face_visible:
                band = size_band(photo.boxes[label.row].side)
                sizes[band] += 1
                stances[stance] += 1
                found_sizes[band] += label.row in photo.found
                found_stances[stance] += label.row in photo.found
    complete = [photo for photo in photos if photo.complete]
    return Seeing(
        {band: Rate(found_sizes[band], sizes[band]) for band in map(size_band, BANDS_PX)},
        {stance: Rate(found_stances[stance], n) for stance, n in sorted(stances.items())},
        sum(len(photo.seen.faces) - len(photo.found) for photo in complete),
        len(complete),
        {stance: {answer: counts[answer] for answer in ANSWERS} for stance, counts in sorted(said.items())},
    )


def size_band(side_px: float) -> str:
    """The band that a face's shorter side falls into, as a heading."""
    number = sum(side_px >= lower for lower in BANDS_PX) - 1
    upper = BANDS_PX[number + 1] if number + 1 < len(BANDS_PX) else None
    return f"{BANDS_PX[number]} or more" if upper is None else f"{BANDS_PX[number]} to {upper}"


def answers(photo: Looked) -> dict[Label, str]:
    """What the program says of each labelled person with a box."""
    labels = [label for label in photo.labels if label.row in photo.boxes]
    with_face = {label for label in labels if label.row in photo.found or _face_on(photo, label)}
    others = [label for label in labels if label not in with_face]
    bodies = photo.seen.bodies
    said = dict.fromkeys(others, "nobody there")
    if others and bodies:
        misfit = np.array([[_misfit(photo.boxes[label.row], body) for body in bodies] for label in others])
        for r, c in zip(*linear_sum_assignment(misfit), strict=True):
            if misfit[r, c] < _NO_FIT:
                said[others[r]] = _word(bodies[c])
    return {label: said.get(label, "face found") for label in labels}


def _face_on(photo: Looked, label: Label) -> bool:
    """Whether a face was found on a head whose face cannot be seen."""
    free = (face for face in photo.seen.faces if face.number not in photo.found.values())
    return not label.face_visible and any(photo.boxes[label.row].contains(*face.box.centre) for face in free)


_NO_FIT = 1e6


def _misfit(head: Box, body: Body) -> float:
    """How far a head is from the middle of the top of a person's box, in parts of it; `_NO_FIT` outside."""
    x, y = head.centre
    if not body.box.contains(x, y):
        return _NO_FIT
    return abs((x - body.box.x) / body.box.width - 0.5) + (y - body.box.y) / body.box.height


def _word(body: Body) -> str:
    return {"facing": "facing", "from_behind": "from behind"}.get(body.orientation.value, "not known")


def _stance(label: Label) -> str:
    words = label.stance.value.replace("_", " ") or "stance not said"
    return words if label.face_visible or label.stance is Stance.FROM_BEHIND else f"{words}, face hidden"
