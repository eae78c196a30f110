"""What lies in `approved/` against the ledger: each folder has the entry of its release, each file its digest there.

Whoever publishes takes what lies in such a folder, so a file that came, went or was changed later is told by its name.
The entry says with one digest what approved.json says, so the names that stand there are proven as well.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from consent.messages import Message, say
from pipeline.erasing.own_files import APPROVAL
from pipeline.ledger import chain
from pipeline.ledger.chain import Kind, Problem, Row
from pipeline.photos import file_digest
from pipeline.published.approved import APPROVED
from pipeline.published.listing import is_leftover
from pipeline.reporting.words import visible

RECORD, MESSAGE = APPROVAL, "message.txt"
UNFINISHED = ".unfinished"
"""How the name of a folder ends that is being filled; it begins with a dot."""

GONE = "approved_runs"
"""The part of an entry of a purge with the runs whose approved folder had its time."""

Found = dict[tuple[str, str], tuple[Row, Mapping[str, Any]]]
"""The entries of releases, by platform and run, with what each says."""


def record_digest(record: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over approved.json but for `ledger_head`: the digest of the very entry that has this one."""
    return hashlib.sha256(
        chain.canonical({name: value for name, value in record.items() if name != "ledger_head"}).encode()
    ).hexdigest()


def approved_problems(workspace: Path, rows: Sequence[Row]) -> Iterator[Problem]:
    """What is in `approved/` of a workspace and is not, or not any more, what an entry says."""
    releases, place = _releases(rows), workspace / APPROVED
    for name in _names_in(place):
        for run in _names_in(place / name) if _is_folder(place / name) else [""]:
            where = f"{name}/{run}" if run else name
            if run.startswith(".") and run.endswith(UNFINISHED):
                continue  # a release that was cut off; approve goes on with it
            if (name, run) in releases and _is_folder(place / where):
                yield from _of_folder(place / where, where, *releases[name, run])
            elif not _is_folder(place / where) or _files(place / where):
                yield Problem(None, say("No entry says that {folder} was approved.", folder=_told(where)))


def approved_notes(workspace: Path, rows: Sequence[Row]) -> Iterator[Message]:
    """A note on what was approved and is not there any more, but for that of which an entry says that it went."""
    gone = {run for row in rows if isinstance(runs := _body(row).get(GONE), list) for run in runs}
    missing = [
        run
        for platform, run in _releases(rows)
        if run not in gone
        and not any(_files(workspace / APPROVED / platform / name) for name in (run, f".{run}{UNFINISHED}"))
    ]
    if missing:
        yield say(
            "What was approved of these runs is no longer in {folder}, because somebody removed it: {runs}.",
            folder=APPROVED,
            runs=", ".join(sorted(missing)),
        )


def _of_folder(folder: Path, where: str, row: Row, body: Mapping[str, Any]) -> Iterator[Problem]:
    there = {name: _digest(folder / name) for name in _files(folder)}
    if not there:  # as if it were not there: who cleared it away left the folder
        return
    record = _read(folder / RECORD)
    if record is None or (record_digest(record), record.get("ledger_head")) != (body.get("record"), row.digest):
        # No name is proven any more, but whether a file is one of those that were approved still is.
        known = {*_texts(body.get("files")), body.get("message")}
        others = [name for name, digest in there.items() if name != RECORD and digest not in known]
        yield _problem(row, say("Changed or removed after it was approved: {files}.", files=_told(where, [RECORD])))
        if others:
            yield _problem(row, say("Not what was approved: {files}.", files=_told(where, others)))
        return
    wanted = {str(file["name"]): str(file["sha256"]) for file in record["files"]}
    if record["message_sha256"]:
        wanted[MESSAGE] = record["message_sha256"]
    changed = [name for name, digest in wanted.items() if there.get(name, digest) != digest]
    removed, added = wanted.keys() - there.keys(), there.keys() - wanted.keys() - {RECORD}
    if changed:
        yield _problem(row, say("Changed after it was approved: {files}.", files=_told(where, changed)))
    if removed:
        yield _problem(row, say("Removed after it was approved: {files}.", files=_told(where, removed)))
    if added:
        yield _problem(row, say("Put in after it was approved: {files}.", files=_told(where, added)))


def _problem(row: Row, what: Message) -> Problem:
    return Problem(row.number, what)


def _releases(rows: Sequence[Row]) -> Found:
    bodies = [(row, _body(row)) for row in rows if row.kind == Kind.RELEASE]
    return {(str(body.get("platform")), str(body.get("run"))): (row, body) for row, body in bodies}


def _body(row: Row) -> dict[str, Any]:
    try:
        body = json.loads(row.body)
    except ValueError:  # the chain tells that it was changed
        return {}
    return body if isinstance(body, dict) else {}


def _read(record: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(record.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _names_in(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if not is_leftover(p.name)) if _is_folder(folder) else []


def _files(folder: Path) -> list[str]:
    """Everything below a folder that is no folder itself, by its path from there on; links as links."""
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        found += (Path(place, name) for name in files if not is_leftover(name))
        found += (path for name in folders if (path := Path(place, name)).is_symlink())
    return sorted(path.relative_to(folder).as_posix() for path in found)


def _digest(file: Path) -> str:
    """SHA-256 of a file; empty for what is none, or cannot be read: that is nothing that was approved."""
    try:
        return file_digest(file) if file.is_file() and not file.is_symlink() else ""
    except OSError:
        return ""


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _told(where: str, names: Sequence[str] | set[str] = ()) -> str:
    return ", ".join(visible(f"{APPROVED}/{where}/{name}") for name in sorted(names)) or visible(f"{APPROVED}/{where}")
