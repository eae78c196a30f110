"""What a section is made of. A `Message` is said in the reader's language; a plain text stands as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consent.messages import Message


@dataclass(frozen=True)
class ByLanguage:
    """A text that a protocol gives in several languages."""

    texts: Mapping[str, str]


Cell = Message | ByLanguage | str | float


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[Message | str, ...]


@dataclass(frozen=True)
class Table:
    """A table; every row has as many cells as there are headings."""

    headings: tuple[Message, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Message | Bullets | Table


@dataclass(frozen=True)
class Section:
    """A part of the annex under a heading."""

    title: Message
    blocks: tuple[Block, ...]
