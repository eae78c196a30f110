"""run.json of a privacy review: what it rests on and what it counted. Ids, never names."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pipeline.overseeing.health import Health
from pipeline.overseeing.review import Review
from pipeline.overseeing.runs import Kind
from pipeline.reporting.overseeing.points import points
from pipeline.reporting.record import program
from pipeline.reporting.words import visible


def write_review_record(review: Review, path: Path) -> None:
    """Write the record as JSON, keys in a fixed order."""
    in_force, health = review.matching.in_force, review.health
    calibration = in_force.calibration if in_force else None
    point = calibration.at(in_force.policy.threshold) if in_force and calibration else None
    record = {
        "run_id": review.run_id,
        "kind": Kind.REVIEW.value,
        "school": visible(review.school),
        "since": review.since.isoformat(),
        "until": review.until.isoformat(),
        "started": review.started.isoformat(),
        "finished": datetime.now().astimezone().isoformat(),
        "program": program(),
        "protocol": {
            "id": review.protocol.id,
            "updated": review.protocol.updated,
            "sha256": review.protocol.digest,
        },
        "register": {"sha256": review.register_digest, "people": review.register_people},
        "runs": [run.run_id for run in review.runs.runs],
        "not_read": [{"what": visible(one.what), "why": str(one.why)} for one in review.runs.unread],
        "overridden": len(review.overrides),
        "register_health": {
            purpose: {kind.value: health.total(purpose, kind) for kind in Health} for purpose in health.purposes
        },
        "enrolled": review.matching.enrolled,
        "templates": len(review.templates),
        "calibration": {
            "calibrated_at": calibration.calibrated_at.isoformat(),
            "changed_since": in_force.changed,
            "threshold_in_force": in_force.policy.threshold,
            "fpir": asdict(point.fpir),
            "fnir": asdict(point.fnir),
        }
        if in_force and calibration and point
        else None,
        "due_to_be_erased": len(review.remains),
        "ledger": {
            "entries": review.ledger.entries,
            "head": review.ledger.head,
            "problems": [str(problem) for problem in review.ledger.problems],
        },
        "to_do": [str(one.title) for one in points(review)],
    }
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
