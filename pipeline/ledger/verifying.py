"""Whether the ledger holds: the chain, the reports and approved files of the workspace, and a digest on paper.

The chain alone cannot tell that its end was cut off. Each run folder keeps the digest of its own entry, so one that
is cut off leaves a report that no entry speaks of; and so does paper.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from consent.messages import Message, say
from pipeline.ledger import chain
from pipeline.ledger.approved import approved_notes, approved_problems
from pipeline.ledger.bodies import IN_TEXT, contents, contents_without_text
from pipeline.ledger.chain import Problem, Row
from pipeline.store import Store
from pipeline.workspace import Workspace

RECORDS = ("run.json", "calibration.json")
"""The files of a run folder that give the digest of its entry."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of verifying. `proven`: the entry that a digest on paper is of, where one was given and found.

    `notes` are no problem: what is older than the ledger, and runs whose folder, or what was approved of them, is not
    there any more.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Message, ...]
    proven: Row | None = None
    not_found: Message | None = None


def verify(store: Store, space: Workspace, head: str | None = None) -> Verified:
    """Hold the ledger against itself, every report, everything in `approved/`, and a digest typed from paper.

    Raises `UserError` for a `head` that is no digest.
    """
    wanted = chain.typed(head) if head is not None else None
    rows = tuple(store.ledger.rows())
    problems, notes = list(chain.problems(rows)), []
    records = {folder.name: path for folder in _folders(space.reports) if (path := _record(folder)) is not None}
    for run_id, path in records.items():
        match _of_report(run_id, path, rows):
            case Problem() as problem:
                problems.append(problem)
            case Message() as note:
                notes.append(note)
    problems += approved_problems(space.folder, rows)
    proven = next((row for row in rows if wanted is not None and row.digest.startswith(wanted)), None)
    notes += (*_without_report(rows, records), *approved_notes(space.folder, rows))
    not_found = _not_found(wanted, rows) if wanted is not None and proven is None else None
    return Verified(rows, tuple(problems), tuple(notes), proven, not_found)


def _not_found(head: str, rows: tuple[Row, ...]) -> Message:
    """What it can mean that no entry has a digest that was typed from paper."""
    meant = chain.nearly(head, rows)
    if meant is not None:
        return say(
            "No entry has the digest {head}. It is nearly that of entry {number}, of {day}, so this is a typing error: "
            "compare it with the paper once more. The ledger has {digest}.",
            head=head,
            number=meant.number,
            day=meant.at[:10],
            digest=meant.digest[: len(head)],
        )
    return say(
        "No entry has the digest {head}. First compare it with the paper once more, and look whether that report is of "
        "this workspace. If both are right, entries were changed or cut off after that report was made: then leave "
        "the workspace as it is and tell the privacy officer.",
        head=head,
    )


def _folders(reports: Path) -> list[Path]:
    return sorted(path for path in reports.glob("[!.]*") if path.is_dir())


def _record(folder: Path) -> Path | None:
    return next((folder / name for name in RECORDS if (folder / name).is_file()), None)


def _of_report(run_id: str, path: Path, rows: tuple[Row, ...]) -> Problem | Message | None:
    """What is wrong between a report and the ledger, or what there is to say; nothing where the two agree."""
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        head, made = record.get("ledger_head"), contents(record)
        older = head is None and bool(rows) and _made_at(record) < datetime.fromisoformat(rows[0].at)
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        return Problem(None, say("{file} of the run “{run}” cannot be read.", file=path.name, run=run_id))
    if older:
        return say("The run “{run}” is older than the ledger.", run=run_id)
    entry = next((row for row in rows if row.digest == head), None)
    if entry is None:
        return Problem(
            None,
            say(
                "No entry has the digest that the report of the run “{run}” gives: entries were changed or cut off, "
                "or that report was.",
                run=run_id,
            ),
        )
    body = chain.body_of(entry)
    written = body.get("run"), body.get("contents")
    if IN_TEXT not in body and made != body.get("contents") and written == (run_id, contents_without_text(record)):
        return _text_not_covered(run_id)
    if written != (run_id, made):
        return Problem(
            entry.number,
            say(
                "{file} of the run “{run}” says something else than entry {number}, which was written with it.",
                file=path.name,
                run=run_id,
                number=entry.number,
            ),
        )
    return None


def _text_not_covered(run_id: str) -> Message:
    return say(
        "The run “{run}” was made by an older version: its verdicts are as they were written. Of what was found in the "
        "text of the post the ledger kept no proof then.",
        run=run_id,
    )


def _made_at(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(
        record["finished"] if "finished" in record else record["calibration"]["calibrated_at"]
    )


def _without_report(rows: tuple[Row, ...], records: Mapping[str, Path]) -> Iterator[Message]:
    """A note on the runs that have an entry and no report, but for those of which an entry says that they went."""
    bodies = [chain.body_of(row) for row in rows]
    gone = {run for body in bodies for run in (body["runs"] if isinstance(body.get("runs"), list) else ())}
    missing = {str(body.get("run")) for body in bodies if "contents" in body} - records.keys() - gone
    if missing:
        yield say(
            "Of these runs the folder is no longer there, because its time was over or somebody removed it: {runs}.",
            runs=", ".join(sorted(missing)),
        )
