"""An export as it was downloaded: a folder, a zip file, or a folder of zip files (the parts of one export).

Read in place: nothing is ever unpacked, so no name in a zip file can lead anywhere. What cannot be
trusted is left out and told; whatever refers to it is then missing, and held.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from consent.messages import Message, UserError, say
from pipeline.photos import FORMATS, MOST_BYTES, MOVING, OTHER_PICTURES
from pipeline.published.listing import Entry, key_of, list_folder, list_zip, safe_parts
from pipeline.published.post import Attachment, AttachmentKind, Fault

MOST_FILM_BYTES = 8_000_000_000
"""An hour of 1080p from a camera; a copy of one that is looked at lies on the disk meanwhile."""

_PART_BYTES = 1_000_000

_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What zipfile raises on damaged bytes: a name that is no text is a ValueError, a password a RuntimeError."""


class Archive:
    """The files of an export by name, with forward slashes. Made by `open_archive`.

    With several parts a name begins with that of its zip file, since the parts may hold files of one name.
    """

    def __init__(self, path: Path, entries: Mapping[str, Entry], faults: Iterable[Fault]) -> None:
        self.path = path
        self.faults = tuple(faults)
        self.names = tuple(entries)
        self._entries = entries
        self._by_base: dict[str, list[str]] = {}
        for name in self.names:
            self._by_base.setdefault(key_of(name).rpartition("/")[2], []).append(name)

    def size(self, name: str) -> int:
        """Bytes of a file, unpacked."""
        return self._entries[name].size

    def read(self, name: str, most: int = MOST_BYTES) -> bytes:
        """The content of a file. Raises `UserError` where it is damaged, or larger than `most` or than it says."""
        size = self._entries[name].size
        if size > most:
            raise UserError(
                say("{file} is too large to be read (over {most} MB).", file=name, most=max(1, most // 1_000_000))
            )
        try:
            with self._entries[name].open() as file:
                content = file.read(size + 1)
        except _DAMAGE:
            raise UserError(_damaged(name)) from None
        if len(content) != size:
            raise UserError(_damaged(name))
        return content

    def digest(self, name: str) -> bytes:
        """SHA-256 of the content of a file, which may be larger than memory. Raises `UserError` where it is damaged."""
        digest = hashlib.sha256()
        for part in self._parts(name, self._entries[name].size + 1):
            digest.update(part)
        return digest.digest()

    def copy(self, name: str, target: Path) -> None:
        """Copy a file out, which may be larger than memory. Raises `UserError` as `read`; then nothing is there."""
        size = self._entries[name].size
        if size > MOST_FILM_BYTES:
            raise UserError(
                say("{file} is too large to be read (over {most} MB).", file=name, most=MOST_FILM_BYTES // 1_000_000)
            )
        try:
            with target.open("wb") as out:
                copied = sum(map(out.write, self._parts(name, size + 1)))
            if copied != size:
                raise UserError(_damaged(name))
        except OSError as error:  # of the disk that is written to: what cannot be read is told by `_parts`
            target.unlink(missing_ok=True)
            reason = say(
                "There was no room to copy {file} and look at it ({why}). Make room on the disk and audit again.",
                file=name,
                why=error.strerror or type(error).__name__,
            )
            raise UserError(reason) from None
        except UserError:
            target.unlink(missing_ok=True)
            raise

    def _parts(self, name: str, most: int) -> Iterator[bytes]:
        """The content of a file in parts, no more bytes than asked for. Raises `UserError` where it is damaged."""
        try:
            with self._entries[name].open() as file:
                while most > 0 and (part := file.read(min(_PART_BYTES, most))):
                    most -= len(part)
                    yield part
        except _DAMAGE:
            raise UserError(_damaged(name)) from None

    def based_on(self, names: Iterable[str]) -> tuple[str, ...]:
        """Files whose name without folders is one of these, whatever the case."""
        return tuple(found for name in names for found in self._by_base.get(key_of(name), ()))

    def find(self, uri: str) -> str | Message:
        """The file that the export means by an address, or why there is none.

        Exports are unpacked, moved and merged, so the address may begin with another folder: the file with
        the longest common tail is taken. All but the first folder of one of the two must agree, for a wrong
        picture would be judged in place of the right one: 1.jpg is in every album, and in messages too. Two
        files that fit equally well and differ are no answer.
        """
        if "://" in uri:
            return say("The picture is not in the export; there is only a web address.")
        parts = safe_parts(uri)
        if not parts:
            return say("The place of a picture in the export is not written as it should be.")
        wanted = tuple(map(key_of, parts))
        scored = [(tail_of(wanted, key_of(name).split("/")), name) for name in self._by_base.get(wanted[-1], ())]
        longest = max((tail for tail, _ in scored), default=0)
        best = [name for tail, name in scored if tail and tail == longest]
        if not best:
            return say("{file} is not in the export. If the export has more parts, put them together.", file=parts[-1])
        if len(best) > 1 and not self._are_one(best):
            return say("There are several different files {file}; which one is meant is not clear.", file=parts[-1])
        return best[0]

    def attach(self, uri: str, *, name: str | Message | None = None, **known: Any) -> Attachment:
        """The attachment for an address, found or missing. `name`: where it was found, if that is known already."""
        found = self.find(uri) if name is None else name
        if isinstance(found, Message):
            return Attachment(uri, kind_of(uri), missing=found, **known)
        return Attachment(uri, kind_of(found), found, self.size(found), **known)

    def _are_one(self, names: list[str]) -> bool:
        try:
            return len({hashlib.sha256(self.read(name)).digest() for name in names}) == 1
        except UserError:  # a damaged or enormous one is not the same for certain
            return False


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an export for reading. Raises `UserError` for a path that is neither a folder nor a whole zip file."""
    with ExitStack() as stack:
        if path.is_dir():
            entries, faults = list_folder(path)
            parts = {name: path / name for name in entries if "/" not in name and name.lower().endswith(".zip")}
            for part, file in parts.items():
                del entries[part]
                try:
                    inside, said = _open_zip(stack, file, f"{part}/")
                except UserError as error:
                    faults.append(Fault(part, None, error.message))
                    continue
                entries |= inside
                faults += said
        elif path.is_file():
            entries, faults = _open_zip(stack, path, "")
        else:
            raise UserError(say("There is no file or folder “{path}”.", path=str(path)))
        nested = [name for name in entries if name.lower().endswith((".zip", ".tgz", ".tar.gz", ".7z", ".rar"))]
        faults += (
            Fault(n, None, say("A packed file inside the export is not looked into. Unpack it first.")) for n in nested
        )
        yield Archive(path, entries, faults)


def _open_zip(stack: ExitStack, path: Path, prefix: str) -> tuple[dict[str, Entry], list[Fault]]:
    try:
        opened = stack.enter_context(zipfile.ZipFile(path))
    except _DAMAGE:
        raise UserError(
            say(
                "{file} is not a whole zip file. Download it again, or unpack it and give the folder.",
                file=path.name,
            )
        ) from None
    return list_zip(opened, path.stat().st_size, prefix)


def tail_of(wanted: tuple[str, ...], found: list[str]) -> int:
    """How many parts two paths have in common at their ends; 0 where that is too little to be the same file.

    Enough is all of one path but its first folder, and never the base name alone where the address has a folder.
    """
    common = 0
    for one, other in zip(reversed(wanted), reversed(found), strict=False):
        if one != other:
            break
        common += 1
    enough = max(min(len(wanted), len(found)) - 1, min(2, len(wanted)))
    return common if common >= enough else 0


def kind_of(name: str) -> AttachmentKind:
    """Photo or film, by the ending of a file's name."""
    ending = "." + name.rpartition(".")[2].lower()
    if ending in MOVING:
        return AttachmentKind.FILM
    return AttachmentKind.PHOTO if ending in FORMATS.keys() | OTHER_PICTURES else AttachmentKind.OTHER


def _damaged(name: str) -> Message:
    return say("{file} is damaged and cannot be read. Download the export again.", file=name)
