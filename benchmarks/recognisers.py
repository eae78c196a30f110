"""The recognisers that can be compared: the program's own, and networks of the ArcFace type from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from benchmarks.labelled import BadFolder
from pipeline.matching.arcface import ArcFace, ArcFaceEntry
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.recogniser import Recogniser
from pipeline.models.store import ModelStore


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class _Entries:
    recogniser: list[ArcFaceEntry]


def read_entries(path: Path) -> list[ArcFaceEntry]:
    """The `[[recogniser]]` tables of a file; a path in them is meant from the file's folder."""
    try:
        entries = TypeAdapter(_Entries).validate_python(tomllib.loads(path.read_text("utf-8"))).recogniser
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadFolder(f"{path.name}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadFolder(f"{path.name}: {where or 'the file'}: {first['msg']}. README.md shows an entry.") from None
    return [_placed(entry, path.parent) for entry in entries]


def _placed(entry: ArcFaceEntry, folder: Path) -> ArcFaceEntry:
    return replace(entry, file=folder / entry.file)


def open_recognisers(store: ModelStore, arcface: Sequence[Path], wanted: Sequence[str]) -> list[Recogniser]:
    """The program's own recogniser first, then those of the files; only the wanted ones, where any are named."""
    entries = {entry.name: entry for path in arcface for entry in read_entries(path)}
    known = [DlibResNet.name, *entries]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise BadFolder(f"No recogniser is called {', '.join(unknown)}. Known: {', '.join(known)}.")
    chosen = [name for name in known if not wanted or name in wanted]
    try:
        return [ArcFace(entries[name]) if name in entries else _own(store) for name in chosen]
    except ValueError as error:
        raise BadFolder(str(error)) from None


def _own(store: ModelStore) -> Recogniser:
    return DlibResNet(store.path(DlibResNet.name))
