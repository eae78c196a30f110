"""run.json of a privacy review: what it rests on and what it counted. Ids, never names."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.matching.conditions import InForce
from pipeline.overseeing.health import Health
from pipeline.overseeing.review import Review
from pipeline.overseeing.runs import Kind
from pipeline.reporting.overseeing.points import points
from pipeline.reporting.record import program
from pipeline.reporting.words import visible


def write_review_record(review: Review, path: Path) -> None:
    """Write the record as JSON, keys in a fixed order."""
    path.write_text(json.dumps(review_record(review), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def review_record(review: Review) -> dict[str, Any]:
    """The review as plain JSON values; what it found stands under `review`."""
    return {
        "run_id": review.run_id,
        "kind": Kind.REVIEW.value,
        "school": visible(review.school),
        "on": review.until.isoformat(),
        "since": review.since.isoformat(),
        "started": review.started.isoformat(),
        "finished": review.finished.isoformat(),
        "ledger_head": review.ledger_head,
        "program": program(),
        "protocol": {"id": review.protocol.id, "updated": review.protocol.updated, "sha256": review.protocol.digest},
        "register": {"sha256": review.register_digest, "people": review.register_people},
        "review": _found(review),
    }


def _found(review: Review) -> dict[str, Any]:
    health = review.health
    return {
        "to_do": [str(one.title) for one in points(review)],
        "runs": [run.run_id for run in review.runs.runs],
        "not_read": [{"what": visible(one.what), "why": str(one.why)} for one in review.runs.unread],
        "overridden": len(review.overrides),
        "decisions": len(review.decisions),
        "signatures": len(review.ledger.signatures),
        "register_health": {
            purpose: {kind.value: health.total(purpose, kind) for kind in Health} for purpose in health.purposes
        },
        "enrolled": review.matching.enrolled,
        "templates": len(review.templates),
        "error_rates": _error_rates(review.matching.in_force),
        "due_to_be_erased": len(review.remains),
        "ledger": {
            "entries": review.ledger.entries,
            "head": review.ledger.head,
            "problems": [str(problem) for problem in review.ledger.problems],
        },
    }


def _error_rates(in_force: InForce | None) -> dict[str, Any] | None:
    if in_force is None or in_force.calibration is None:
        return None
    point = in_force.calibration.at(in_force.policy.threshold)
    return {
        "calibrated_at": in_force.calibration.calibrated_at.isoformat(),
        "changed_since": in_force.changed,
        "threshold_in_force": in_force.policy.threshold,
        "fpir": asdict(point.fpir),
        "fnir": asdict(point.fnir),
    }
