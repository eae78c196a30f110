"""Labelled folders made from what is there: the demo school, and a folder of people named by their file names."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.labelled import COLUMNS, GALLERY, PROBES, TABLE, BadFolder
from pipeline.photos import find_photos
from pipeline.places import DEMO

LEFT_OUT = frozenset({"S13"})
"""The child of the demo whose parents do not want matching: nobody may enrol it, and it is on a photo."""

_STANCES = {"facing": "facing", "profile": "profile", "behind": "from_behind"}


def build_demo_folder(into: Path, photos: Iterable[str] | None = None) -> Path:
    """The demo school as a labelled folder; `photos`: only these file names. Brothers and sisters by family name."""
    for reference in sorted((DEMO / "reference").iterdir()):
        if reference.name not in LEFT_OUT:
            shutil.copytree(reference, into / GALLERY / reference.name)
    truth = json.loads((DEMO / "truth.json").read_text("utf-8"))["photos"]
    wanted = None if photos is None else frozenset(photos)
    siblings = _siblings()
    rows: list[dict[str, object]] = []
    (into / PROBES).mkdir()
    for photo in truth:
        name = Path(photo["file"]).name
        if wanted is not None and name not in wanted:
            continue
        shutil.copy(DEMO / photo["file"], into / PROBES / name)
        rows += [_demo_row(f"{PROBES}/{name}", person, siblings) for person in photo["persons"]]
        if not photo["persons"]:
            rows.append({"file": f"{PROBES}/{name}", "person_id": "nobody", "complete": "yes"})
    return _write(into, rows)


def _demo_row(file: str, person: dict, siblings: dict[str, list[str]]) -> dict[str, object]:
    x, y, width, height = person["face_box"] or person["head_box"]
    enrolled = person["person_id"] not in LEFT_OUT
    return {
        "file": file,
        "person_id": person["person_id"] if enrolled else "",
        **{"x": x, "y": y, "width": width, "height": height},
        "orientation": _STANCES[person["orientation"]],
        "face_visible": "yes" if person["face_box"] else "no",
        "complete": "yes",
        "sibling_of": " ".join(siblings[person["person_id"]]) if enrolled else "",
    }


def _siblings() -> dict[str, list[str]]:
    with (DEMO / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        people = [row for row in csv.DictReader(file, delimiter=";") if row["person_id"] not in LEFT_OUT]
    families: dict[str, list[str]] = defaultdict(list)
    for row in people:
        families[row["family_name"]].append(row["person_id"])
    return {
        row["person_id"]: [who for who in families[row["family_name"]] if who != row["person_id"]] for row in people
    } | {who: [] for who in LEFT_OUT}


def build_people_folder(people: Path, strangers: Sequence[Path], into: Path) -> tuple[Path, int]:
    """A labelled folder from photos named `train__ID__x` (references), `test__…` and `extra__…` (probes).

    A probe shows those of whose id a word stands in its name. Photos of `strangers` show nobody who is
    enrolled. The second result counts the probes whose name names nobody: they are left out.
    """
    photos = find_photos(people).photos
    ids: set[str] = set()
    for path in photos:
        kind, _, rest = path.stem.partition("__")
        if kind == "train" and "__" in rest:
            person_id = rest.partition("__")[0]
            ids.add(person_id)
            _copy(path, into / GALLERY / person_id / path.name)
    if not ids:
        raise BadFolder(f"In {people.name} no file is called train__ID__x: nobody can be enrolled.")
    rows: list[dict[str, object]] = []
    nameless = 0
    for path in photos:
        kind, _, rest = path.stem.partition("__")
        if kind not in ("test", "extra"):
            continue
        words = set(re.findall(r"[^\W\d_]+", rest.casefold()))
        shown = sorted(who for who in ids if words & set(who.casefold().split("_")))
        nameless += not shown
        if shown:
            _copy(path, into / PROBES / path.name)
            rows += [{"file": f"{PROBES}/{path.name}", "person_id": who} for who in shown]
    for number, folder in enumerate(strangers, start=1):
        for path in find_photos(folder).photos:
            name = f"{PROBES}/strangers-{number}/{path.relative_to(folder).as_posix()}"
            _copy(path, into / name)
            rows.append({"file": name})
    return _write(into, rows), nameless


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)


def _write(folder: Path, rows: Iterable[dict[str, object]]) -> Path:
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return folder
