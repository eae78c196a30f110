"""In which reports posts were told before, so that nobody has to search for the takedown.csv to fill in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from pipeline.published.memory import Key
from pipeline.reporting.published.writing import TAKEDOWN_FILE
from pipeline.reporting.words import visible


def told_in(reports: Path, posts: Iterable[Key]) -> dict[Key, Path]:
    """The newest takedown.csv in `reports` that has each of these posts; one that stands in none is left out.

    Asked of run.json beside it, which nobody opens in a spreadsheet; of a report that is damaged nothing is known.
    """
    sought = {(platform, visible(post_id)): (platform, post_id) for platform, post_id in posts}
    found: dict[Key, Path] = {}
    tables = (table for table in reports.glob(f"*/{TAKEDOWN_FILE}") if _record(table).is_file())
    for table in sorted(tables, key=lambda table: _record(table).stat().st_mtime, reverse=True):
        if len(found) == len(sought):
            break
        for told in _told(_record(table)) & sought.keys():
            found.setdefault(sought[told], table)
    return found


def _record(table: Path) -> Path:
    return table.with_name("run.json")


def _told(record: Path) -> set[Key]:
    try:
        posts = json.loads(record.read_text("utf-8"))["posts"]
        return {(post["platform"], post["post_id"]) for post in posts}
    except (OSError, ValueError, KeyError, TypeError):
        return set()  # its posts are told as standing in no report
