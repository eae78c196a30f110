"""run.json of published posts: the record of the look at the pictures, and how every post stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from consent.published.standing import Standing
from pipeline.published.run import PublishedRun
from pipeline.reporting.record import calibration_in_force, found_values, program, record
from pipeline.reporting.words import visible


def write_published_record(run: PublishedRun, path: Path) -> None:
    """Write the record as JSON, keys in a fixed order."""
    path.write_text(json.dumps(published_record(run), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def published_record(run: PublishedRun) -> dict[str, Any]:
    """The run as plain JSON values, in the order in which a reader wants them."""
    looked = record(run.looked) if run.looked is not None else _of_a_recheck(run)
    return {**looked, "ledger_head": run.ledger_head, **_posts(run)}


def _of_a_recheck(run: PublishedRun) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "school": visible(run.school),
        "on": run.on.isoformat(),
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat(),
        "program": program(),
        "protocol": {"id": run.protocol.id, "updated": run.protocol.updated, "sha256": run.protocol.digest},
        "register": {"sha256": run.register_digest, "people": run.register_people},
        "ledger_head": run.ledger_head,
        "calibration": calibration_in_force(run.in_force),
        "notes": [str(note) for note in run.notes],
    }


def _posts(run: PublishedRun) -> dict[str, Any]:
    return {
        "standings": {standing.value: run.count(standing) for standing in Standing},
        "faults": len(run.faults),
        "posts": [
            {
                "platform": found.post.platform,
                "post_id": visible(found.post.post_id),
                "posted_on": found.judged.posted_on.isoformat() if found.judged.posted_on else None,
                "standing": found.standing.value,
                "wrong_since": found.wrong_since.isoformat() if found.wrong_since else None,
                "in_text": [*map(found_values, found.judged.in_text)],
                "in_comments": [*map(found_values, found.judged.in_comments)],
                "pictures": [
                    {
                        "name": visible(kept.facts.name),
                        "sha256": kept.sha256 or None,
                        "standing": picture.standing.value,
                        "on_its_day": picture.then.decision.value if picture.then else None,
                        "today": picture.now.decision.value,
                    }
                    for kept, picture in zip(found.post.pictures, found.judged.pictures, strict=True)
                ],
            }
            for found in run.posts
        ],
    }
