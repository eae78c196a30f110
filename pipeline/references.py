"""Whose reference photo a file is: the person whose id its folder bears, or with which its name begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.photos import find_photos


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference photo of a folder, and whose it is; None where the name fits nobody in the register."""

    path: Path
    person_id: str | None


def find_references(folder: Path, people: Iterable[str]) -> list[Reference]:
    """The pictures of `folder/<person_id>/` and `folder/<person_id>*`, in order of name.

    Raises `UserError` if there is no such folder or no photo in it.
    """
    known = sorted(people, key=len, reverse=True)
    return [Reference(path, _owner(path.relative_to(folder), known)) for path in find_photos(folder).photos]


def _owner(path: Path, people: Sequence[str]) -> str | None:
    """The person whose id names the folder or begins the file's name; S1 is not the owner of S12.jpg."""
    if len(path.parts) > 1:
        return path.parts[0] if path.parts[0] in people else None
    return next((person for person in people if begins(path.stem, person)), None)


_AFTER_THE_ID = re.compile(r"(?:[_ .(]|-\d).*|")
"""What may follow an id in a file's name: nothing, or something that cannot be more of another id."""


def begins(stem: str, person_id: str) -> bool:
    """Whether a file's name, without its ending, begins with that very id."""
    return stem.startswith(person_id) and _AFTER_THE_ID.fullmatch(stem[len(person_id) :]) is not None
