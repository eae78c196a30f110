"""An audit's result in memory: what the files of a run folder are written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePath

from consent.facts import Case, PhotoFacts
from consent.judging import Decision, Verdict
from consent.messages import Message
from consent.once import once
from consent.protocol import Protocol
from consent.texts import CERTAIN, Found
from pipeline.matching.conditions import InForce
from pipeline.matching.identification import Identification
from pipeline.metadata.hidden import Hidden
from pipeline.metadata.offering import offers
from pipeline.naming import HandNames, all_told, with_named_bodies
from pipeline.naming_table import NameRow, rows_to_name
from pipeline.naming_words import Said, SetAside, is_set_aside
from pipeline.photos import MOVING
from pipeline.remedies.remedy import Remedy
from pipeline.vision.observation import Observation


def decision_on_text(found: Collection[Found]) -> Decision:
    """What becomes of a text by what was found in it: what is certain may not go, all else waits for a person."""
    if any(one.kind in CERTAIN for one in found):
        return Decision.BLOCK
    return Decision.HOLD if found else Decision.PUBLISH


@dataclass(frozen=True)
class AuditedPhoto:
    """One file of the batch: what was seen, what people said, the case before the rules, and what the protocol says.

    All else is worked out of these when it is asked for. `seen` is None where the file could not be looked at;
    `facts.problem` says why. `found` are the results of the comparison by number of a face.
    """

    name: str
    sha256: str
    seen: Observation | None
    case: Case = field(repr=False)
    verdict: Verdict
    said: HandNames = field(default=HandNames(), repr=False)
    found: Mapping[int, Identification] = field(default_factory=dict)
    by_itself: Decision | None = None
    """What the program would have come to without what people said of it; None where nobody said anything."""
    picture: Path | None = None
    """The file with the drawn, pixelated JPEG."""
    beside: tuple[Hidden, ...] = ()
    """What files beside the photo tell of it."""
    remedies: tuple[Remedy, ...] = ()
    """Ways to make it one that may be published, the cheapest first."""

    @property
    def facts(self) -> PhotoFacts:
        """What the rules know of it."""
        return self.case.photo

    @once
    def _with_bodies(self) -> tuple[Observation | None, HandNames]:
        return (None, self.said) if self.seen is None else with_named_bodies(self.seen, self.said)

    @property
    def observation(self) -> Observation | None:
        """What was seen, with a face for every body that a person gave a name."""
        return self._with_bodies[0]

    @once
    def recognisable(self) -> frozenset[int]:
        """Numbers of the faces that somebody who knows the person could recognise."""
        return frozenset(face.number for face in self.case.recognisable)

    @once
    def cleared(self) -> frozenset[int]:
        """Numbers of the faces that have a yes for this platform. Every other one is pixelated where it is shown."""
        return frozenset(face.number for face in self.case.cleared)

    @once
    def too_small(self) -> frozenset[int]:
        """Numbers of the faces below the size of the protocol."""
        too_small = self.case.protocol.parameters.too_small
        return frozenset(face.number for face in self.facts.faces if too_small(face.side_px))

    @once
    def unidentifiable(self) -> frozenset[int]:
        """Numbers of the nameless faces that could not be compared."""
        return frozenset(face.number for face in self.case.unidentifiable)

    @once
    def unseen(self) -> frozenset[int]:
        """Numbers of the bodies whose face may have been missed."""
        return frozenset(body.number for body in self.case.unseen)

    @property
    def anonymity(self) -> float:
        """Share of the persons shown who cannot be recognised, 0 to 1; 1 where nobody is there."""
        return self.case.anonymity

    @once
    def by_hand(self) -> frozenset[int]:
        """Numbers of the faces of which a person said who or what they are."""
        return frozenset(self._with_bodies[1].faces)

    def work_out(self) -> None:
        """Work out now what a report asks of it and what may fail. Where nobody reads a report that would be idle."""
        _ = self.name_rows, self.recognisable, self.cleared, self.unidentifiable, self.unseen, self.too_small, self.told

    @property
    def distances(self) -> dict[int, tuple[float, float]]:
        """By number of a compared face, the distances to the best candidate and to the second."""
        return {number: (one.distance, one.second) for number, one in self.found.items()}

    @property
    def taken_for(self) -> dict[int, str]:
        """By number of a face, whom the program takes it for, whatever people said."""
        return {number: one.taken_for for number, one in self.found.items() if one.taken_for is not None}

    @once
    def told(self) -> dict[tuple[str, int], Said]:
        """By kind and number, all that people said of faces, persons and texts."""
        return all_told(self.said)

    @property
    def set_aside(self) -> dict[tuple[str, int], SetAside]:
        """By kind and number, the faces and persons of which people said, and why, that they need no yes."""
        return {thing: who for thing, who in self.told.items() if is_set_aside(who)}

    @once
    def name_rows(self) -> tuple[NameRow, ...]:
        """The photo's part of names.csv."""
        if self.seen is None:
            return ()
        perhaps = offers(self.seen, self.case.register.people)
        return tuple(rows_to_name(self.case, self.verdict, self.seen, self.said, perhaps))

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
