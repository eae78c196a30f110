"""What the entries of runs say: which run, judged by what, with which result. Numbers, digests and ids of runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from pipeline.ledger.chain import Body, canonical
from pipeline.overseeing.review import Review
from pipeline.published.run import PublishedRun
from pipeline.reporting.calibration_page import CalibrationReport, calibration_record
from pipeline.reporting.overseeing.record import review_record
from pipeline.reporting.published.record import published_record
from pipeline.reporting.record import record
from pipeline.run import AuditRun

_TABLES = ("photos", "posts", "calibration", "review")
"""The parts of a record that are its result: the verdict on each photo, how each post stands, figures, a review."""


IN_TEXT = "in_message"
"""What was found in the text of a post: a part of the result as well, where anything was.

An entry that has this part, in numbers, is of a version that took it in.
"""


def contents(record: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the result in a record: as it is made, or as it is read back from run.json."""
    return _digest(record, *([record[IN_TEXT]] if record.get(IN_TEXT) else []))


def contents_without_text(record: Mapping[str, Any]) -> str:
    """The same as versions worked it out that did not take in what was found in the text."""
    return _digest(record)


def _digest(record: Mapping[str, Any], *others: object) -> str:
    result = [*(record.get(name) for name in _TABLES), *others]
    return hashlib.sha256(canonical(result).encode()).hexdigest()


def of_candidates(run: AuditRun) -> Body:
    """Of an audit of candidates, with how many photos got which verdict, and how much was found in the text."""
    made = record(run)
    found = {IN_TEXT: len(made[IN_TEXT])}
    return {**_of(made), "audit": "candidates", "platform": run.platform_id, **made["counts"], **found}


def of_published(run: PublishedRun) -> Body:
    """Of an audit of published posts, with how many posts stand how."""
    made = published_record(run)
    return {**_of(made), "audit": "published", "platform": run.platform_id or "", **_posts(made)}


def of_recheck(run: PublishedRun, posts: int, outdated: int) -> Body:
    """Of a recheck of so many posts, with so many pictures that were compared otherwise than today.

    `run`: what changed; where nothing did, it has no folder and is not named.
    """
    counts = {"judged": posts, "changed": len(run.posts), "outdated": outdated}
    if not run.posts:
        return {"on": run.on.isoformat(), "register": run.register_digest, **counts}
    made = published_record(run)
    return {**_of(made), **counts, **_posts(made)}


def of_review(review: Review) -> Body:
    """Of a privacy review, with how many runs it is about and how many points ask for work."""
    made = review_record(review)
    found = made["review"]
    return {**_of(made), "audit": "privacy_review", "since": made["since"], "points": len(found["to_do"])}


def of_calibration(run_id: str, report: CalibrationReport) -> Body:
    """Of a calibration. The threshold is text: a body holds no fractions, which may be written in several ways."""
    made = report.calibration
    return {
        "run": run_id,
        "contents": contents(calibration_record(report)),
        "recogniser": made.recogniser,
        "persons": made.persons,
        "threshold": f"{made.threshold:.4f}",
    }


def _of(made: Mapping[str, Any]) -> dict[str, str | int]:
    return {
        "run": made["run_id"],
        "on": made["on"],
        "register": made["register"]["sha256"],
        "protocol": made["protocol"]["sha256"],
        "program": made["program"]["sha256"],
        "contents": contents(made),
    }


def _posts(made: Mapping[str, Any]) -> dict[str, int]:
    return {"posts": len(made["posts"]), **{name: count for name, count in made["standings"].items() if count}}
