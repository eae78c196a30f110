"""Which files of a run folder are the program's own, and removing these and no others.

A link is never followed, and what somebody else put there stays where it is and is told.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from pipeline.looking import NUMBERED, PICTURES
from pipeline.places import NOTEBOOKS
from pipeline.reporting.words import visible

RECORD = "run.json"
MARKS = (RECORD, "enrolment.csv", "calibration.json")
"""What every run folder has one of, and nobody else's folder."""

FILES = frozenset(
    {
        *MARKS,
        "report.html",
        "report.xlsx",
        "verdicts.csv",
        "findings.csv",
        "names.csv",
        "posts.csv",
        "takedown.csv",
        "bestuur.txt",
        "look_alikes.csv",
        "calibration.html",
        "calibration.csv",
        "remedies.csv",
        "decisions.csv",
        "runs.csv",
        "overrides.csv",
        "signatures.csv",
        "register_health.csv",
        "templates.csv",
        "due_to_be_erased.csv",
        "not_read.csv",
    }
)
WORKING = (NUMBERED, PICTURES)
"""Folders of pictures that are for the work on a run alone: they show faces as they are."""

REMEDIED = "remedied"
PHOTOS = (*WORKING, REMEDIED)
"""Folders of a run folder that hold a picture for a photo of the batch, under that photo's name."""

TO_PUBLISH = "to_publish"
"""The folder with the clean files that are signed for, which have numbers for names."""

GROWING, GROWING_FILM = ".film-", "film.webm"
"""How the folder begins in which a new film grows, and its file. Killed meanwhile, the program leaves it there."""

APPROVAL = "approved.json"
"""The record in a folder of what was approved."""

CLEAN_FILE = re.compile(r"photo-\d{3,}\.jpg|film-\d{3,}\.webm")
_IMPORT = re.compile(r"\d{8}-\d{6}-\d{6}")
_PART = re.compile(r"\.(.+)\.part")


@dataclass(frozen=True, slots=True)
class Removed:
    """How many files went, and which were left because they are not the program's own, from the reports folder on."""

    files: int = 0
    foreign: tuple[str, ...] = ()

    def __add__(self, other: Removed) -> Removed:
        return Removed(self.files + other.files, (*self.foreign, *other.foreign))


def remove_working_pictures(run_folder: Path) -> Removed:
    """Remove the pictures of a run that show faces as they are, with numbers or cut out. Safe to do twice.

    For the moment at which nobody needs them any more: when the photos are signed.
    """
    inside = (path for name in WORKING for path in _below(run_folder / name))
    return _remove(run_folder, inside, _own(run_folder))


def working_pictures(run_folder: Path) -> int:
    """How many pictures `remove_working_pictures` would remove."""
    own = _own(run_folder)
    return sum(_is(path, stat.S_ISREG) and own(path) for name in WORKING for path in _below(run_folder / name))


def remove_run(run_folder: Path) -> Removed:
    """Remove a run folder, but for files that are not the program's own. Safe to do twice, and to be cut off."""
    # The record goes last: by it the next time knows what of the rest is the program's own.
    paths = sorted(_below(run_folder), key=lambda path: path == run_folder / RECORD)
    return _remove(run_folder, paths, _own(run_folder))


def remove_import(folder: Path) -> Removed:
    """Remove photos that were taken in at the desk: the files of the folder itself, which the desk keeps flat."""
    return _remove(folder, _below(folder), lambda path: path.parent == folder)


def remove_approved(folder: Path) -> Removed:
    """Remove what was approved of a run, but for files that are not the program's own. Safe to do twice."""
    # The record goes last: by it the next time knows the folder.
    paths = sorted(_below(folder), key=lambda path: path == folder / APPROVAL)
    return _remove(folder, paths, lambda path: path.parent == folder and _is_approved(path.name))


def day_of_approval(folder: Path) -> date | None:
    """The day on which what lies in a folder was approved; None for a folder without a record of that."""
    if not (_is(folder, stat.S_ISDIR) and _is(folder / APPROVAL, stat.S_ISREG)):
        return None
    try:
        return datetime.fromisoformat(json.loads((folder / APPROVAL).read_text("utf-8"))["approved_at"]).date()
    except (OSError, ValueError, KeyError, TypeError):
        return datetime.fromtimestamp((folder / APPROVAL).lstat().st_mtime).astimezone().date()


def _is_approved(name: str) -> bool:
    return name in (APPROVAL, "message.txt") or CLEAN_FILE.fullmatch(name) is not None


def day_of_run(run_folder: Path) -> date:
    """The day of a run: as its record says, else that of the file that was written last."""
    try:
        return datetime.fromisoformat(json.loads((run_folder / RECORD).read_text("utf-8"))["finished"]).date()
    except (OSError, ValueError, KeyError, TypeError):
        written = max(path.lstat().st_mtime for path in (run_folder, *_below(run_folder)))
        return datetime.fromtimestamp(written).astimezone().date()


def day_of_import(folder: Path) -> date | None:
    """The day on which photos were taken in, by the folder's name; None for a folder that the desk did not make."""
    if not _is(folder, stat.S_ISDIR) or not _IMPORT.fullmatch(folder.name):
        return None
    try:
        return datetime.strptime(folder.name, "%Y%m%d-%H%M%S-%f").date()
    except ValueError:
        return None


def is_run_folder(folder: Path) -> bool:
    """Whether the program made this folder; a link to one is none."""
    return _is(folder, stat.S_ISDIR) and any(_is(folder / name, stat.S_ISREG) for name in MARKS)


def _own(run_folder: Path) -> Callable[[Path], bool]:
    """Whether a file of the run folder is the program's own, by its place."""
    photos = {
        form
        for name in map(PurePosixPath, _photos(run_folder / RECORD))
        for form in (
            *(name, name.with_name(f"{name.name}.jpg"), name.with_suffix(".jpg")),
            name.with_name(f"{name.name}.webm"),
        )
    }
    notebooks = {path.name for path in NOTEBOOKS.glob("*.ipynb")}

    def own(path: Path) -> bool:
        place = PurePosixPath(visible(path.relative_to(run_folder).as_posix()))
        part = _PART.fullmatch(place.name)
        if len(place.parts) == 1:
            return (part.group(1) if part else place.name) in FILES | notebooks
        if len(place.parts) == 3 and place.parts[1].startswith(GROWING) and place.name == GROWING_FILM:
            return place.parts[0] in (REMEDIED, TO_PUBLISH)
        if place.parts[0] == TO_PUBLISH:
            name = part.group(1) if part else place.name
            return len(place.parts) == 2 and CLEAN_FILE.fullmatch(name) is not None
        return place.parts[0] in PHOTOS and place.relative_to(place.parts[0]) in photos

    return own


def _photos(record: Path) -> list[str]:
    """The names of the photos of a run; none where its record cannot be read, and then no picture counts as own."""
    try:
        photos = json.loads(record.read_text("utf-8")).get("photos", [])
        return [photo["name"] for photo in photos if photo["name"]]
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return []


def _below(folder: Path) -> Iterator[Path]:
    """Everything below a folder that is no folder itself; links as links."""
    if _is(folder, stat.S_ISLNK):
        yield folder
        return
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if _is(Path(place, name), stat.S_ISLNK)]
        yield from (Path(place, name) for name in (*files, *links))


def _remove(run_folder: Path, paths: Iterable[Path], own: Callable[[Path], bool]) -> Removed:
    if _is(run_folder, stat.S_ISLNK):
        return Removed(foreign=(run_folder.name,))
    removed, foreign = 0, []
    for path in list(paths):
        if _is(path, stat.S_ISREG) and own(path):
            path.unlink()
            removed += 1
        else:
            foreign.append(path.relative_to(run_folder.parent).as_posix())
    for place, _, _ in os.walk(run_folder, topdown=False):
        if not any(Path(place).iterdir()):
            Path(place).rmdir()
    return Removed(removed, tuple(sorted(foreign)))


def _is(path: Path, kind: Callable[[int], bool]) -> bool:
    """What a path itself is, not what it may point to."""
    try:
        return kind(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
