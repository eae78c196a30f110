"""Folders that only their owner opens: other users of the same computer must not read what is in a workspace."""

from __future__ import annotations

import sys
from pathlib import Path

OWNER_ALONE = 0o700
"""Read, write and open for the owner, nothing for anybody else. Windows has no such modes: there a folder is open to
whom the one around it is open to, and one in a person's own profile to that person and administrators."""


def private_folder(folder: Path, *, may_exist: bool = True) -> Path:
    """Make a folder, and those above it that are not there, whatever the system's own custom (umask) says; gives it.

    One that exists stays as it is. Raises `FileExistsError` for one that may not be there.
    """
    if not folder.parent.exists():
        private_folder(folder.parent)
    folder.mkdir(mode=OWNER_ALONE, exist_ok=may_exist)
    return folder


def close_to_others(folder: Path) -> None:
    """Make a folder that exists its owner's alone. On Windows nothing happens."""
    if sys.platform != "win32":
        folder.chmod(OWNER_ALONE)
