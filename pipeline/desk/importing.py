"""Files that somebody dropped on the desk: written into the workspace under safe names, never over one another."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from datetime import datetime
from pathlib import Path, PurePath, PurePosixPath

from consent.messages import Message, UserError, say
from pipeline.metadata.sidecars import sidecars
from pipeline.photos import MOST_BYTES, find_photos
from pipeline.private import private_folder
from pipeline.reporting.words import visible

IMPORTS = "imports"
"""The folder of the workspace that holds what was dropped, a folder for each time."""

ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz"})
"""What photos are often sent in, and what is never opened here."""

_UNSAFE = re.compile(r'[<>:"|?*\ufffd\n\t]|^[\s.]+|[\s.]+$')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_LONGEST = 120
_LONGEST_ENDING = 12


def safe_name(name: str) -> str:
    """The last part of a file's name, fit for every system. Never empty, hidden or a path.

    What it looked like stays as far as it can: people know their photos by it.
    """
    clean = _UNSAFE.sub("_", visible(PurePosixPath(name.replace("\\", "/")).name))
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    path = PurePath(clean or "_")
    cut = path.stem.encode()[:_LONGEST].decode(errors="ignore") + path.suffix[:_LONGEST_ENDING]
    return _UNSAFE.sub("_", cut)  # where it was cut off, a space may be the last


def written_folder(text: str) -> Path:
    """The folder that somebody wrote.

    One that is not written in full is looked for in the user's own folder. Quotes around it, as Windows copies a path,
    are left out.
    """
    return (Path.home() / Path(text.strip().strip('"').strip()).expanduser()).resolve()


class Import:
    """One drop of files. `folder` appears with the first file."""

    def __init__(self, workspace: Path, at: datetime) -> None:
        self.folder = workspace / IMPORTS / f"{at:%Y%m%d-%H%M%S-%f}"
        self._open: dict[int, Path] = {}

    def take(self, file: int, name: str, part: bytes) -> None:
        """Write the next part of a file. `file` tells apart what is on its way at the same time."""
        if file not in self._open:
            private_folder(self.folder)
            self._open[file] = self._new(safe_name(name))
        path = self._open[file]
        if path.stat().st_size + len(part) > MOST_BYTES:
            raise UserError(say("“{file}” is too large to be taken in.", file=path.name))
        with path.open("ab") as out:
            out.write(part)

    def sift(self) -> Message | None:
        """Delete what is neither photo or film, nor tells of one; says what that was, or None where there was nothing.

        Raises `UserError` where nothing is left, and then nothing is kept.
        """
        try:
            batch = find_photos(self.folder)
        except UserError:
            names = sorted(path.name for path in self.folder.iterdir())
            self.discard()
            raise UserError(_refused(names)) from None
        beside = {file for files in sidecars(batch.photos, batch.others).values() for file in files}
        refused = [path for path in batch.others if path not in beside]
        for path in refused:
            path.unlink()
        return _refused([path.name for path in refused]) if refused else None

    def discard(self) -> None:
        """Keep nothing of it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._open.clear()

    def _new(self, name: str) -> Path:
        """A file of that name that was not there; a number is added where it was, whatever its capitals."""
        taken = {path.name.casefold() for path in self.folder.iterdir()}
        wanted, tried, number = PurePath(name), name, 1
        while tried.casefold() in taken:
            number += 1
            tried = f"{wanted.stem} ({number}){wanted.suffix}"
        path = self.folder / tried
        path.open("xb").close()
        return path


def _refused(names: Collection[str]) -> Message:
    told = say(
        "Not taken in, because it is neither photo nor film: {files}. Nothing of it is kept.", files=", ".join(names)
    )
    if not any(PurePath(name).suffix.lower() in ARCHIVES for name in names):
        return told
    return say("{refused} Unpack an archive first, and choose the photos that are in it.", refused=told)
