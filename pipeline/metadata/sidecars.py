"""Files beside a photo that tell of it: those of a Google Photos download (JSON), and XMP as digiKam writes it.

Google names them after the photo, cuts long names off, and puts the number of a second photo of one name elsewhere:
`IMG_1.jpg.json`, `IMG_1.jpg.supplemental-metadata.json` or `IMG_1.jpg.suppl.json`, and for `IMG_1(2).jpg`
`IMG_1.jpg(2).json`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from consent.hidden import Hides
from pipeline.metadata.hidden import MOST_BYTES, Hidden, bounded, read_part
from pipeline.metadata.xmp import read_xmp

GOOGLE = "Google Photos"
_SUPPLEMENT = ".supplemental-metadata"
_LONGEST = 46
"""Letters of a name before `.json`; what is longer Google cuts off, 51 with the ending."""

_NUMBERED = re.compile(r"(?P<name>.*)\((?P<number>\d{1,4})\)(?P<ending>\.[^.]*)?$", re.DOTALL)
_EDITED = re.compile(r"-(edited|bewerkt)(?=(\(\d+\))?\.[^.]+$)")
_ENDINGS = frozenset({".json", ".xmp"})


def sidecars(photos: Iterable[Path], others: Iterable[Path]) -> dict[Path, tuple[Path, ...]]:
    """For each photo the files beside it that tell of it, in order of name; photos without any are left out."""
    beside: defaultdict[Path, list[Path]] = defaultdict(list)
    for path in others:
        if path.suffix.lower() in _ENDINGS:
            beside[path.parent].append(path)
    if not beside:
        return {}
    found = {
        photo: tuple(sorted(path for path in beside.get(photo.parent, ()) if _tells_of(path.name, photo.name)))
        for photo in photos
    }
    return {photo: paths for photo, paths in found.items() if paths}


def read_sidecar(path: Path) -> tuple[Hidden, ...]:
    """What a file beside a photo tells of it. Never raises: what cannot be read is told as that."""
    google = path.suffix.lower() == ".json"
    where = GOOGLE if google else "XMP"
    try:
        content = path.read_bytes() if path.is_file() and path.stat().st_size <= MOST_BYTES else b""
    except OSError:
        content = b""
    return bounded(read_part(where, _read_google if google else read_xmp, content))


def _tells_of(name: str, photo: str) -> bool:
    stem, _, ending = name.rpartition(".")
    if ending.lower() == "xmp":
        return stem in (photo, photo.rpartition(".")[0])
    told, number = _without_number(stem)
    of, wanted = _without_number(_EDITED.sub("", photo))
    if number != wanted or not f"{of}{_SUPPLEMENT}".startswith(told):
        return False
    return len(told) >= len(of) or len(told) + len(number) >= _LONGEST


def _without_number(name: str) -> tuple[str, str]:
    """A name without the number in brackets that tells it from others, and that number."""
    found = _NUMBERED.match(name)
    return (f"{found['name']}{found['ending'] or ''}", f"({found['number']})") if found else (name, "")


def _read_google(content: bytes) -> Iterator[Hidden]:
    told = json.loads(content)
    if not isinstance(told, Mapping):
        raise ValueError("no object")
    for person in _list(told.get("people")):
        yield from _text(Hides.PERSON, "people", person.get("name") if isinstance(person, Mapping) else person)
    yield from _text(Hides.TEXT, "description", told.get("description"))
    for key in ("geoData", "geoDataExif"):
        place = told.get(key)
        if isinstance(place, Mapping) and (place.get("latitude") or place.get("longitude")):
            yield Hidden(Hides.PLACE, GOOGLE, key)
    for comment in _list(told.get("sharedAlbumComments")):
        if isinstance(comment, Mapping):
            yield from _text(Hides.TEXT, "sharedAlbumComments", comment.get("text"))
            yield from _text(Hides.PERSON, "sharedAlbumComments", comment.get("contentOwnerName"))
    if told.get("photoTakenTime"):
        yield Hidden(Hides.MOMENT, GOOGLE, "photoTakenTime")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(kind: Hides, name: str, value: Any) -> Iterator[Hidden]:
    if isinstance(value, str) and value.strip():
        yield Hidden(kind, GOOGLE, name, value)
