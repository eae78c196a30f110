"""Files that still tell of a person after the database has forgotten them: found by id and by name, and told.

The program deletes none of them on its own: reports are the school's answer to what it published, and what lies
elsewhere may be the only copy.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.published.approved import APPROVED
from pipeline.references import begins
from pipeline.workspace import Workspace

READ = frozenset({".csv", ".htm", ".html", ".ipynb", ".json", ".md", ".toml", ".tsv", ".txt"})
ZIPPED = frozenset({".docx", ".ods", ".odt", ".xlsx"})
"""Tables and texts whose parts are packed."""
MOST_BYTES = 64 * 1024 * 1024
"""A larger file is told as one that was not read. No report of the program is as large."""


class Kind(StrEnum):
    """What a file is, which says what to do with it."""

    RUN = "run"
    APPROVED = "approved"
    PICTURE = "picture"
    DATABASE = "database"
    OTHER = "other"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Trace:
    """A file that mentions a person, or is one that might and cannot be read."""

    file: Path
    kind: Kind


def traces(space: Workspace, person_id: str, full_name: str = "", also: Iterable[Path] = ()) -> tuple[Trace, ...]:
    """The files of the workspace, and of other folders, that mention the id or the full name, by name or within."""
    told = _Told(person_id, full_name)
    found = [
        Trace(path, kind)
        for folder in (space.folder, *also)
        for path in _files(folder)
        if path not in (space.database, space.folder / "school.toml") and (kind := _kind(space, path, folder, told))
    ]
    return tuple(sorted(set(found), key=lambda trace: (trace.kind, trace.file)))


class _Told:
    """Whether a text mentions a person: the id as a word, or the full name, in whatever capitals and spaces."""

    def __init__(self, person_id: str, full_name: str) -> None:
        self.person_id = person_id
        name = r"\s+".join(map(re.escape, full_name.split()))
        ways = [re.escape(person_id), *([name] if name else [])]
        self._pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})(?![^\W_])", re.IGNORECASE)

    def __call__(self, text: str) -> bool:
        return self._pattern.search(text) is not None


def _files(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in names)


def _kind(space: Workspace, path: Path, root: Path, told: _Told) -> Kind | None:
    """What this file is if it tells of the person; None where it does not."""
    if path.name.startswith("workspace.db") or path.suffix == ".db":
        return Kind.DATABASE
    by_name = path.parent.name == told.person_id or begins(path.stem, told.person_id) or told(path.stem)
    within = _mentions(path, told)
    if not by_name and not within:
        return None if within is not None else Kind.UNREAD
    for folder, kind in ((space.reports, Kind.RUN), (space.folder / APPROVED, Kind.APPROVED)):
        if path.is_relative_to(folder):
            return kind
    return Kind.PICTURE if by_name and within is False and path.suffix.lower() not in READ else Kind.OTHER


def _mentions(path: Path, told: _Told) -> bool | None:
    """Whether the text of a file mentions the person; None where a file with text cannot be read."""
    try:
        if path.suffix.lower() in ZIPPED:
            with zipfile.ZipFile(path) as file:
                parts = [part for part in file.infolist() if part.filename.endswith(".xml")]
                if sum(part.file_size for part in parts) > MOST_BYTES:
                    return None
                return any(told(file.read(part).decode("utf-8", "replace")) for part in parts)
        if path.suffix.lower() not in READ or path.is_symlink():
            return False
        return None if path.stat().st_size > MOST_BYTES else told(path.read_text("utf-8", "replace"))
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None
