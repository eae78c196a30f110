"""Who a face may be, as the file itself says: another program drew a region there and somebody gave it a name.

An offer names nobody: it stands beside the face until a person says who it is, also where faces are not matched.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping

from consent.people import Person
from pipeline.metadata.hidden import Area, Hidden
from pipeline.vision.observation import Box, Observation


def offers(seen: Observation, people: Mapping[str, Person]) -> dict[int, str]:
    """By number of a face, the id of the one person of the register whose full name its region has.

    Only where no other region and no other name fits, and the same face in every way in which the region may be meant.
    """
    named = [one for one in seen.hidden if one.areas]
    if not named:
        return {}
    ids = Counter(_folded(person.full_name) for person in people.values())
    known = {name: who for who, p in people.items() if (name := _folded(p.full_name)) and ids[name] == 1}
    found = {
        (number, known[_folded(one.text)])
        for one in named
        if _folded(one.text) in known and (number := _face(one, seen)) is not None
    }
    faces, persons = Counter(number for number, _ in found), Counter(who for _, who in found)
    return {number: who for number, who in sorted(found) if faces[number] == persons[who] == 1}


def _face(named: Hidden, seen: Observation) -> int | None:
    """The number of the one face that a region is about; None where there is none, or several may be."""
    regions = [_box(area, seen.width, seen.height) for area in named.areas]
    fitting = {face.number for face in seen.faces if any(_fit(region, face.box) for region in regions)}
    return fitting.pop() if len(fitting) == 1 else None


def _fit(region: Box, face: Box) -> bool:
    """Whether both mean one face: the middle of each lies in the other. Programs draw regions of every size."""
    return region.contains(*face.centre) and face.contains(*region.centre)


def _box(area: Area, width: int, height: int) -> Box:
    x, y, across, down = area
    return Box(x * width, y * height, across * width, down * height)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
