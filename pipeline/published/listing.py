"""Which files of a folder or zip file may be read, by their listing alone, before anything is opened."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from consent.messages import Message, say
from pipeline.published.post import Fault

MOST_RATIO = 200
"""Unpacked over packed bytes, above which a zip entry is taken for a bomb. Measured (docs/measurements.md): the JSON
of 5,000 posts packs to 1/30, and to 1/85 where they differ in nothing but their time; deflate ends at 1/1032."""

FREE_BYTES = 1_000_000
"""So small a file is no bomb, whatever its ratio: a short file of blanks packs well."""

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and bytes that are no text: such a name cannot be shown or written down."""

_LEFTOVERS = frozenset({"__macosx", "@eadir", ".ds_store", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: its size in bytes, unpacked, and a function that opens it anew."""

    size: int
    open: Callable[[], IO[bytes]]


def key_of(name: str) -> str:
    """A name as Windows compares it: upper and lower case are one, and so are the two ways to write é."""
    return unicodedata.normalize("NFC", name).casefold()


def safe_parts(name: str) -> tuple[str, ...]:
    """The folders and the name of a relative path; () for one that is absolute, climbs up or holds control characters.

    A backslash separates too, as it does on Windows.
    """
    plain = name.replace("\\", "/")
    parts = tuple(part for part in plain.split("/") if part not in ("", "."))
    unsafe = plain.startswith("/") or re.match(r"[A-Za-z]:", plain) or ".." in parts
    return () if unsafe or _UNWRITABLE.search(plain) else parts


def list_folder(folder: Path) -> tuple[dict[str, Entry], list[Fault]]:
    """The files below a folder by name. Links that lead out of it and folders that are links are told, not followed."""
    home = folder.resolve()
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    closed: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=closed.append):
        folders.sort()
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in sorted([*files, *links]):
            path = Path(place, name)
            shown = path.relative_to(folder).as_posix()
            if is_leftover(shown):
                continue
            if name in links or (path.is_symlink() and not _leads_into(home, path)):
                faults.append(_left_out(shown, say("A link to another place is not followed.")))
            elif not path.is_file():
                faults.append(_left_out(shown, say("This is no ordinary file and is not read.")))
            elif _UNWRITABLE.search(shown):
                faults.append(_left_out(ascii(shown), say("The name of this file cannot be read. Give it another.")))
            else:
                entries[shown] = Entry(path.stat().st_size, partial(_opened, path))
    for error in closed:
        shown = Path(error.filename).relative_to(folder).as_posix()
        faults.append(_left_out(shown, say("The folder cannot be opened. Nothing in it was read.")))
    return entries, faults


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _leads_into(home: Path, link: Path) -> bool:
    try:
        return link.resolve().is_relative_to(home)
    except (OSError, RuntimeError):  # a link to itself
        return False


def list_zip(opened: zipfile.ZipFile, packed_size: int, prefix: str) -> tuple[dict[str, Entry], list[Fault]]:
    """The files of a zip file by name, each after `prefix`. What is unsafe, secret or a bomb is told and left out."""
    # Not `is_dir`, which fails on a name of no letters at all.
    files = [info for info in opened.infolist() if not info.filename.endswith("/") and not is_leftover(info.filename)]
    if sum(info.file_size for info in files) > MOST_RATIO * packed_size + FREE_BYTES:
        # Also where the entries lie over each other in the file, so that each of them looks harmless.
        return {}, [_left_out(prefix or Path(opened.filename or "").name, _bomb())]
    times = Counter(key_of("/".join(safe_parts(info.filename))) for info in files)
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for info in files:
        name = "/".join(safe_parts(info.filename))
        reason = _refusal(info, name)
        if reason is None and times[key_of(name)] > 1:
            reason = say("The zip file holds two files of this name. Neither was read.")
        if reason is None:
            entries[prefix + name] = Entry(info.file_size, partial(opened.open, info))
        else:
            faults.append(_left_out(prefix + (name or ascii(info.filename)), reason))
    return entries, faults


def _refusal(info: zipfile.ZipInfo, name: str) -> Message | None:
    if not name:
        return say("The name of this file leads out of the archive. It was not read.")
    mode = stat.S_IFMT(info.external_attr >> 16)
    if mode not in (0, stat.S_IFREG):
        return say("A link to another place is not followed.")
    if info.flag_bits & 0x1:
        return say("This file has a password and was not read. Unpack the archive yourself and give the folder.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return say("This file is packed in an unusual way. Unpack the archive yourself and give the folder.")
    if info.file_size > MOST_RATIO * info.compress_size + FREE_BYTES:
        return _bomb()
    return None


def _bomb() -> Message:
    return say("Unpacked this would be more than {ratio} times as large: that is no real export.", ratio=MOST_RATIO)


def is_leftover(name: str) -> bool:
    """Files that systems put beside others (.DS_Store, ._IMG): no part of any export."""
    parts = key_of(name).replace("\\", "/").split("/")
    return any(part in _LEFTOVERS or part.startswith("._") for part in parts)


def _left_out(name: str, reason: Message) -> Fault:
    return Fault(name.rstrip("/"), None, reason)
