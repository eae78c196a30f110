"""A photo on the desk, and what on it can be decided on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.naming import FACE, TEXT
from pipeline.run import AuditedPhoto
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Body, Face, Observation, SeenText


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo on the desk. `decisions`: those that this desk has seen, and so may replace.

    `against_table`: by kind and number, of what these say otherwise than the table of the report alone.
    `can_be_judged`: False where the file could not be looked at, is gone or was changed, so that it stays held.
    `judged_here`: whether it was judged again at this desk, and is not any more as the audit found it.
    """

    path: Path
    audited: AuditedPhoto
    decisions: tuple[HandDecision, ...] = ()
    against_table: frozenset[tuple[str, int]] = frozenset()
    can_be_judged: bool = True
    judged_here: bool = False

    @classmethod
    def of_audit(cls, path: Path, audited: AuditedPhoto) -> Entry:
        """A photo as an audit found it, now or earlier."""
        return cls(path, audited, can_be_judged=audited.observation is not None)

    @property
    def seen(self) -> Observation | None:
        """What can be decided on; None before it was judged here, and where it could not be looked at."""
        return self.audited.seen if self.judged_here else None


def things_of(seen: Observation, what: str) -> Sequence[Face | Body | SeenText]:
    """The faces of a photo, its texts, or its persons without a face."""
    if what == TEXT:
        return seen.texts
    return seen.faces if what == FACE else seen.bodies
