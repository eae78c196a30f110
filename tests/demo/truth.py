"""What is really on the demo's photos, and what a careful audit should say of them."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.places import DEMO
from pipeline.vision.observation import Box, Observation

SAME = 0.3
"""A found face is a person of the truth where the boxes share at least this part of their union."""


@dataclass(frozen=True)
class TruePerson:
    """A person on a demo photo. `face` is None where the face is turned away or hidden."""

    person_id: str
    face: Box | None
    orientation: str


@cache
def truth() -> dict[str, tuple[TruePerson, ...]]:
    """The persons on every photo, by file name."""
    photos = json.loads((DEMO / "truth.json").read_text("utf-8"))["photos"]
    return {
        Path(photo["file"]).name: tuple(
            TruePerson(p["person_id"], Box(*p["face_box"]) if p["face_box"] else None, p["orientation"])
            for p in photo["persons"]
        )
        for photo in photos
    }


@cache
def expected() -> dict[str, str]:
    """The verdict for Facebook on 22 November 2026, by file name."""
    with (DEMO / "expected.csv").open(encoding="utf-8-sig", newline="") as file:
        return {Path(row["photo"]).name: row["verdict_facebook"] for row in csv.DictReader(file, delimiter=";")}


def who(name: str, box: Box) -> str | None:
    """Whose face is in that box of that photo; None for what is no face."""
    for person in truth()[name]:
        if person.face is not None and _share(box, person.face) > SAME:
            return person.person_id
    return None


def true_names(name: str, seen: Observation) -> dict[int, str | None]:
    """Whose the found faces are, by number."""
    return {face.number: who(name, face.box) for face in seen.faces}


def _share(one: Box, other: Box) -> float:
    shared = one.overlap(other)
    return shared / (one.width * one.height + other.width * other.height - shared)
