"""An audit's result in memory: what the files of a run folder are written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePath

from consent.facts import PhotoFacts
from consent.judging import Decision, Verdict
from consent.messages import Message
from consent.protocol import Protocol
from consent.texts import CERTAIN, Found
from pipeline.matching.conditions import InForce
from pipeline.metadata.hidden import Hidden
from pipeline.naming_words import Said, SetAside
from pipeline.photos import MOVING
from pipeline.remedies.remedy import Remedy
from pipeline.vision.observation import Observation

NameRow = tuple[str | int, ...]
"""A row of names.csv."""


def decision_on_text(found: Collection[Found]) -> Decision:
    """What becomes of a text by what was found in it: what is certain may not go, all else waits for a person."""
    if any(one.kind in CERTAIN for one in found):
        return Decision.BLOCK
    return Decision.HOLD if found else Decision.PUBLISH


@dataclass(frozen=True, slots=True)
class AuditedPhoto:
    """One file of the batch: what was seen, what is known and what the protocol says.

    `observation` is None where the file could not be looked at; `facts.problem` says why.
    `cleared` are the numbers of the faces that have a yes for this platform: only these are shown as they
    are, every other face is pixelated. `too_small` are the numbers of the faces below the policy's size,
    `unidentifiable` those of the nameless ones that could not be compared, `unseen` those of the bodies
    whose face may have been missed. `picture` is the file with the drawn, pixelated JPEG. `by_hand` are the
    numbers of the faces whose name a person gave, `distances` those of the compared faces to the best
    candidate and to the second, `name_rows` the photo's part of names.csv. `by_itself` is the verdict that the
    program would have come to without what people said of this photo; None where nobody said anything.
    """

    name: str
    sha256: str
    observation: Observation | None
    facts: PhotoFacts
    verdict: Verdict
    recognisable: frozenset[int] = frozenset()
    cleared: frozenset[int] = frozenset()
    too_small: frozenset[int] = frozenset()
    unidentifiable: frozenset[int] = frozenset()
    unseen: frozenset[int] = frozenset()
    anonymity: float = 0.0
    picture: Path | None = None
    by_hand: frozenset[int] = frozenset()
    distances: Mapping[int, tuple[float, float]] = field(default_factory=dict)
    name_rows: tuple[NameRow, ...] = ()
    by_itself: Decision | None = None
    set_aside: Mapping[tuple[str, int], SetAside] = field(default_factory=dict)
    """By kind and number, the faces and persons of which people said, and why, that they need no yes."""
    told: Mapping[tuple[str, int], Said] = field(default_factory=dict)
    """By kind and number, all that people said of faces, persons and texts."""
    taken_for: Mapping[int, str] = field(default_factory=dict)
    """By number of a face, whom the program takes it for, whatever people said."""
    beside: tuple[Hidden, ...] = ()
    """What files beside the photo tell of it."""
    remedies: tuple[Remedy, ...] = ()
    """Ways to make it one that may be published, the cheapest first."""

    @property
    def identified(self) -> dict[int, str]:
        """Face number to person id, for the faces with a name."""
        return {f.number: f.person_id for f in self.facts.faces if f.person_id is not None}

    @property
    def hidden(self) -> tuple[Hidden, ...]:
        """What hides in the file, and in files beside it."""
        return (*(self.observation.hidden if self.observation else ()), *self.beside)

    @property
    def person_count(self) -> int:
        """Persons seen: faces of any size, and bodies without a found face."""
        return len(self.facts.faces) + len(self.facts.bodies)


@dataclass(frozen=True, slots=True)
class ModelUse:
    """A model that took part, as the run folder records it."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class AuditRun:
    """A whole audit. `names` holds full names by person id only where the reader asked for them."""

    run_id: str
    school: str
    platform_id: str
    on: date
    started: datetime
    finished: datetime
    protocol: Protocol
    photos: tuple[AuditedPhoto, ...]
    matching: Message
    """One sentence: whether faces were matched, and under which DPIA reference, or why not."""
    in_force: InForce | None = None
    """By which threshold faces were matched, and how it was calibrated; None where matching was off."""
    other_files: tuple[str, ...] = ()
    """Files of the folder that are no photos, by name."""
    message: str | None = None
    """The text of the post, where one was given."""
    in_message: tuple[Found, ...] = ()
    """What its words have in them: personal data, and hints that it informs or is not positive."""
    register_digest: str = ""
    register_people: int = 0
    models: tuple[ModelUse, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    """Seconds by step, summed over all workers; `whole` is what the clock on the wall says."""
    names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Message, ...] = ()
    """What a reader should know of the run as a whole."""
    decisions: int = 0
    """The id of the last decision at the desk that counted."""
    ledger_head: str = ""
    """The digest of the run's own entry of the ledger."""

    @property
    def has_films(self) -> bool:
        """Whether one of the files is a film, looked at or not."""
        return any(p.facts.film is not None or PurePath(p.name).suffix.lower() in MOVING for p in self.photos)

    @property
    def named_by_program(self) -> bool:
        """Whether a face got its name from the program, which may be wrong."""
        return any(photo.identified.keys() - photo.by_hand for photo in self.photos)

    @property
    def nobody_found(self) -> tuple[AuditedPhoto, ...]:
        """Photos to publish on which the program saw nobody: it may have missed somebody."""
        return tuple(
            p for p in self.photos if p.verdict.decision is Decision.PUBLISH and p.observation and not p.person_count
        )

    def count(self, decision: Decision) -> int:
        """How many photos got this decision."""
        return Counter(p.verdict.decision for p in self.photos)[decision]

    @property
    def anonymous_choices(self) -> tuple[AuditedPhoto, ...]:
        """Photos to publish that show persons and nobody recognisable, most persons first (R5)."""
        fit = [
            p for p in self.photos if p.verdict.decision is Decision.PUBLISH and p.person_count and not p.recognisable
        ]
        return tuple(sorted(fit, key=lambda p: (-p.person_count, p.name)))
