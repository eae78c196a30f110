"""run.json: what it takes to know, and to repeat, how a verdict came about. No names of persons, no folders."""

from __future__ import annotations

import hashlib
import json
import platform
from dataclasses import asdict
from functools import lru_cache
from importlib.metadata import version
from math import isfinite
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from consent.judging import Decision
from consent.texts import Found
from pipeline.matching.conditions import InForce
from pipeline.places import PROJECT
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.words import visible
from pipeline.run import AuditRun

DISTRIBUTION = "photo-consent-audit"
Setting = str | int | float | bool | None


def write_record(run: AuditRun, path: Path) -> None:
    """Write `record` as JSON, keys in a fixed order."""
    path.write_text(json.dumps(record(run), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def record(run: AuditRun) -> dict[str, Any]:
    """The run as plain JSON values, in the order in which a reader wants them."""
    return {
        "run_id": run.run_id,
        "school": visible(run.school),
        "platform": run.platform_id,
        "on": run.on.isoformat(),
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat(),
        "program": program(),
        "protocol": {"id": run.protocol.id, "updated": run.protocol.updated, "sha256": run.protocol.digest},
        "register": {"sha256": run.register_digest, "people": run.register_people},
        "ledger_head": run.ledger_head,
        "matching": str(run.matching),
        "calibration": calibration_in_force(run.in_force),
        "models": [{"name": m.name, "version": m.version, "sha256": m.sha256} for m in run.models],
        "thresholds": dict(sorted(run.thresholds.items())),
        "parameters": {name: _setting(value, run) for name, value in sorted(run.parameters.items())},
        "message_sha256": _text_digest(run.message) if run.message is not None else None,
        "in_message": [found_values(found) for found in run.in_message],
        "counts": {
            "photos": len(run.photos),
            **{decision.value: run.count(decision) for decision in Decision},
            "not_looked_at": sum(p.observation is None for p in run.photos),
            "persons": sum(p.person_count for p in run.photos),
            "faces": sum(len(p.facts.faces) for p in run.photos),
            "other_files": len(run.other_files),
        },
        "seconds": {step: round(seconds, 3) for step, seconds in sorted(run.times.items())},
        "photos": [
            {
                "name": visible(p.name),
                "sha256": p.sha256,
                "verdict": p.verdict.decision.value,
                "verdict_by_itself": p.by_itself.value if p.by_itself else None,
                "named_by_hand": sorted(p.by_hand),
                "distances": {str(n): [round(d, 4) for d in both if isfinite(d)] for n, both in p.distances.items()},
            }
            for p in run.photos
        ],
        "notes": [str(note) for note in run.notes],
        "other_files": [visible(name) for name in run.other_files],
    }


def found_values(found: Found) -> dict[str, Any]:
    """What was found in a text, by ids and entries of the program's own lists: nothing of the text itself."""
    return {"rule": found.rule, "kind": found.kind.value, "person_ids": [*found.person_ids], "words": [*found.words]}


def calibration_in_force(in_force: InForce | None) -> dict[str, Any] | None:
    """What was calibrated, with the figures for the threshold in force; None where nothing was, or no matching."""
    if in_force is None or in_force.calibration is None:
        return None
    found = in_force.calibration
    point = found.at(in_force.policy.threshold)
    return {
        "calibrated_at": found.calibrated_at.isoformat(),
        "changed_since": in_force.changed,
        "gallery_sha256": found.gallery,
        "basis_sha256": found.basis,
        "persons": found.persons,
        "references": found.references,
        "target_fpir": found.target_fpir,
        "target_shown": found.shown,
        "threshold": found.threshold,
        "margin": found.margin,
        "threshold_in_force": in_force.policy.threshold,
        "fpir": asdict(point.fpir),
        "fnir": asdict(point.fnir),
        "says": [str(said) for said in of_the_policy(in_force)],
    }


def _setting(value: Setting, run: AuditRun) -> Setting:
    """A parameter fit to leave the school: of a path its last part, of the post's text its digest."""
    if not isinstance(value, str):
        return value
    if value == run.message:
        return f"sha256:{_text_digest(value)}"
    absolute = PurePosixPath(value).is_absolute() or PureWindowsPath(value).drive or value.startswith("~")
    # PureWindowsPath takes both kinds of slashes for separators.
    return visible(PureWindowsPath(value).name if absolute or ".." in PureWindowsPath(value).parts else value)


def program() -> dict[str, str]:
    """What ran: this program by version and digest, on which Python and system."""
    return {
        "name": DISTRIBUTION,
        "version": version(DISTRIBUTION),
        "sha256": program_digest(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


@lru_cache
def program_digest() -> str:
    """SHA-256 over the program's own files, by name and content: a version number does not tell of an edit."""
    files = sorted(
        file.relative_to(PROJECT)
        for package in ("consent", "pipeline")
        for file in (PROJECT / package).rglob("*")
        if file.suffix in (".py", ".toml")
    )
    lines = [f"{file.as_posix()} {_digest((PROJECT / file).read_bytes())}\n" for file in files]
    return _digest("".join(lines).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _text_digest(text: str) -> str:
    return _digest(text.encode("utf-8", "surrogatepass"))
