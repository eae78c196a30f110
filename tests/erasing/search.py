"""Searches files for face templates and names, in whatever form they could have been written."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_HEX = re.compile(rb"[0-9a-fA-F]{32,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
_NUMBER = re.compile(rb"-?\d*\.\d+(?:[eE]-?\d+)?")
_IN_A_ROW = 4
"""Numbers in a row, to three decimals, by which a template written as text is known."""


class Templates:
    """What templates (n x d) look like: any 8 bytes of them as numbers of either length, and their numbers as text."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._bytes = np.unique(
            np.concatenate(
                [
                    np.frombuffer(v.astype(kind).tobytes()[at:], "<u8", count=len(v) // 2 - 1)
                    for v in vectors
                    for kind, at in (("<f4", 0), ("<f4", 4))
                ]
                + [np.frombuffer(v.astype("<f8").tobytes(), "<u8") for v in vectors]
            )
        )
        self._begins = np.zeros(1 << 16, bool)
        self._begins[self._bytes & 0xFFFF] = True
        self._texts = {row for v in vectors for row in _rows(v)}

    def within(self, content: bytes) -> bool:
        """Whether any of them is in the content: as it is, packed, as hex, as base64 or as decimal numbers."""
        return any(self._raw(part) for part in _forms(content)) or not self._texts.isdisjoint(
            _rows(np.array(list(map(float, _NUMBER.findall(content)))))
        )

    def _raw(self, content: bytes) -> bool:
        return any(self._at(content, at) for at in range(min(8, max(0, len(content) - 7))))

    def _at(self, content: bytes, at: int) -> bool:
        """Whether they are in the content from that place on. Most numbers are told apart by their first two bytes."""
        numbers = np.frombuffer(content, "<u8", count=(len(content) - at) // 8, offset=at)
        begins = np.frombuffer(content, "<u2", count=4 * len(numbers), offset=at)[::4]
        some = numbers[self._begins[begins]]
        near = np.searchsorted(self._bytes, some)  # they are in order: much faster than to look each up in a new table
        return bool((self._bytes[np.minimum(near, len(self._bytes) - 1)] == some).any())


def _rows(numbers: NDArray[np.floating]) -> Iterator[tuple[float, ...]]:
    rounded = np.round(numbers.astype(float), 3).tolist()
    return zip(*(rounded[at:] for at in range(_IN_A_ROW)), strict=False)


def _forms(content: bytes) -> Iterator[bytes]:
    yield content
    for found in _HEX.findall(content):
        for at in (0, 1):
            text = found[at:]
            yield bytes.fromhex(text[: len(text) // 2 * 2].decode())
    for found in _BASE64.findall(content):
        for at in range(4):
            text = found[at:]
            yield base64.b64decode(text[: len(text) // 4 * 4].translate(bytes.maketrans(b"-_", b"+/")))


def parts_of(path: Path) -> Iterator[bytes]:
    """The content of a file, and of whatever is packed in it."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name) for name in packed.namelist())


def names_within(content: bytes, names: Iterable[str]) -> list[str]:
    """The names that stand in the content as words. Pictures within a page are left out: letters there are chance."""
    text = _BASE64.sub(b" ", content).decode("utf-8", "ignore")
    # First without the pattern, which takes much longer than to look for a plain word.
    return [name for name in names if name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)]
