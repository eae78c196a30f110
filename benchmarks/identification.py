"""Who is named rightly, who wrongly, and which photos would be cleared that should not be (ISO/IEC 19795 terms).

Everything is asked of the program's own functions. A stranger's face with a name is a false positive (its rate:
FPIR), an enrolled person's face without the right name a false negative (FNIR).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from benchmarks.labelled import Label
from benchmarks.looking import Looked, Measured
from benchmarks.results import Rate, Row
from consent.facts import Case
from consent.messages import say
from consent.people import Person, Role
from consent.protocol import Protocol
from consent.register import ConsentRegister
from pipeline.facts import facts_of
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import Identification, MatchingPolicy, identify
from pipeline.naming import HandNames

RIGHT, WRONG, UNNAMED, TOO_SMALL, NOT_FOUND = "right", "wrong", "unnamed", "not compared", "not found"
OUTCOMES = (RIGHT, WRONG, UNNAMED, TOO_SMALL, NOT_FOUND)


@dataclass(frozen=True)
class Naming:
    """The figures of one recogniser with one policy. Rows of the table stand for persons, whose ids stay out.

    `outcomes`: what became of each enrolled person's visible face; `strangers`: faces of those who are not
    enrolled; `left_out`: each enrolled face again, its own person taken out of the gallery, and then the
    look-alikes too; `not_faces`: boxes that are no face, and were named; `false_clears` and `cleared`: photos.
    """

    outcomes: dict[str, int]
    rank_1: Rate
    strangers: Rate
    left_out: Rate
    left_out_siblings: Rate
    not_faces: Rate
    false_clears: Rate
    false_clears_left_out: Rate
    cleared: Rate
    rows_named_wrongly: tuple[int, ...]

    @property
    def fnir(self) -> Rate:
        """Enrolled faces without the right name, for whatever reason."""
        n = sum(self.outcomes.values())
        return Rate(n - self.outcomes[RIGHT], n)

    @property
    def misidentified(self) -> Rate:
        """Enrolled faces named as somebody else."""
        return Rate(self.outcomes[WRONG], sum(self.outcomes.values()))

    def rows(self) -> list[Row]:
        """The figures as lines of a table."""
        why = ", ".join(f"{self.outcomes[kind]} {kind}" for kind in (UNNAMED, WRONG, TOO_SMALL, NOT_FOUND))
        return [
            self.false_clears.row("false clears", "photos cleared though somebody on it has no, or a wrong, name"),
            self.false_clears_left_out.row("false clears, one person made a stranger", "each person of each photo"),
            self.misidentified.row("enrolled, named as somebody else"),
            self.strangers.row("FPIR: strangers who get a name"),
            self.left_out.row("FPIR: enrolled, taken out of the gallery"),
            self.left_out_siblings.row("the same, with look-alikes taken out too"),
            self.fnir.row("FNIR: enrolled, not rightly named", why),
            self.rank_1.row("rank 1: nearest is the right person", "of those compared, whatever the distance"),
            self.not_faces.row("boxes that are no face and get a name"),
            self.cleared.row("photos where everybody recognisable is named", "no look needed to say who is on it"),
        ]


@dataclass(frozen=True)
class Trials:
    """How a recogniser names the faces of what was looked at, under whatever policy."""

    measured: Measured
    recogniser: str

    @property
    def gallery(self) -> Gallery:
        """Everybody who is enrolled."""
        return self.measured.galleries[self.recogniser]

    def named(self, photo: Looked, gallery: Gallery, policy: MatchingPolicy) -> dict[int, Identification]:
        """Whom the program takes the faces of a photo for, all at once as in an audit, by number."""
        found = identify(photo.compared, photo.templates[self.recogniser], gallery, policy)
        return {one.face: one for one in found}

    def alone(self, photo: Looked, numbers: Iterable[int], gallery: Gallery, policy: MatchingPolicy) -> list[bool]:
        """Whether each of these faces gets a name, if it were the only one: no rival takes the name away."""
        templates = photo.templates[self.recogniser]
        return [
            identify([face], templates[row : row + 1], gallery, policy)[0].person_id is not None
            for row, face in enumerate(photo.compared)
            if face.number in numbers
        ]

    def outcomes(self, policy: MatchingPolicy) -> list[tuple[Label, str]]:
        """What becomes of every enrolled person's visible face."""
        results = []
        for photo in self.measured.photos:
            names = self.named(photo, self.gallery, policy)
            results += [(label, _outcome(photo, label, names)) for label in photo.enrolled]
        return results

    def strangers(self, policy: MatchingPolicy) -> list[bool]:
        """For each compared face of somebody who is not enrolled: whether it gets a name, as in an audit."""
        results = []
        for photo in self.measured.photos:
            names = self.named(photo, self.gallery, policy)
            results += [names[number].person_id is not None for number in strangers_on(photo) & names.keys()]
        return results

    def left_out(self, policy: MatchingPolicy, siblings: bool) -> list[bool]:
        """For each compared face of an enrolled person who is taken out of the gallery: whether it gets a name."""
        results = []
        for photo in self.measured.photos:
            unboxed = {label.person_id for label in photo.enrolled if label.row not in photo.boxes}
            done: set[int] = set()
            for label in photo.enrolled:
                # Where nobody said which face is whose, everybody who may be meant is taken out.
                own = {label.person_id} if label.row in photo.boxes else unboxed
                gone = frozenset().union(*(self.measured.folder.without(who) for who in own)) if siblings else own
                numbers = photo.faces_of(label) - done
                done |= numbers
                results += self.alone(photo, numbers, self.gallery.without(gone), policy)
        return results


def strangers_on(photo: Looked) -> frozenset[int]:
    """Numbers of the found faces that are surely those of persons who are not enrolled."""
    unknown = [label for label in photo.labels if label.person_id is None]
    boxed = {photo.found[label.row] for label in unknown if label.row in photo.found}
    whole = any(label.row not in photo.boxes for label in unknown) and not photo.people
    return frozenset(boxed | ({face.number for face in photo.seen.faces} if whole else set()))


def _outcome(photo: Looked, label: Label, names: dict[int, Identification]) -> str:
    numbers = photo.faces_of(label)
    given = {names[number].person_id for number in numbers if number in names}
    # Where nobody said which face is whose, the name of another person on the photo is no mistake.
    possible = {label.person_id} if label.row in photo.boxes else photo.people
    if given - possible - {None}:
        return WRONG
    if label.person_id in given:
        return RIGHT
    if given:
        return UNNAMED
    return TOO_SMALL if numbers else NOT_FOUND


def measure_naming(measured: Measured, recogniser: str, policy: MatchingPolicy, protocol: Protocol) -> Naming:
    """All figures of one recogniser with one policy."""
    trials = Trials(measured, recogniser)
    outcomes = trials.outcomes(policy)
    strangers = trials.strangers(policy)
    own, own_and_alike = trials.left_out(policy, siblings=False), trials.left_out(policy, siblings=True)
    nearest, not_faces, cleared, false_clears, made_strangers = [], [], [], [], []
    for photo in measured.photos:
        names = trials.named(photo, trials.gallery, policy)
        nearest += _rank_1(photo, trials)
        if photo.complete:
            free = names.keys() - set(photo.found.values())
            not_faces += [names[number].person_id is not None for number in free]
        clear = is_cleared(photo, names, trials.gallery, protocol)
        cleared.append(clear)
        false_clears.append(clear and should_be_held(photo, names, protocol))
        for label in recognisable(photo, protocol):
            if label.person_id is not None:
                rest = trials.gallery.without({label.person_id})
                made_strangers.append(is_cleared(photo, trials.named(photo, rest, policy), rest, protocol))
    return Naming(
        {kind: sum(what == kind for _, what in outcomes) for kind in OUTCOMES},
        Rate(sum(nearest), len(nearest)),
        Rate(sum(strangers), len(strangers)),
        Rate(sum(own), len(own)),
        Rate(sum(own_and_alike), len(own_and_alike)),
        Rate(sum(not_faces), len(not_faces)),
        Rate(sum(false_clears), len(false_clears)),
        Rate(sum(made_strangers), len(made_strangers)),
        Rate(sum(cleared), len(cleared)),
        tuple(label.row for label, what in outcomes if what == WRONG),
    )


def _rank_1(photo: Looked, trials: Trials) -> list[bool]:
    if not photo.compared or not trials.gallery.person_ids:
        return []
    people, distances = trials.gallery.distances(photo.templates[trials.recogniser])
    nearest = {face.number: people[row.argmin()] for face, row in zip(photo.compared, distances, strict=True)}
    shown = [(label, [nearest[n] for n in photo.faces_of(label) if n in nearest]) for label in photo.enrolled]
    return [label.person_id in found for label, found in shown if found]


def is_cleared(photo: Looked, names: dict[int, Identification], gallery: Gallery, protocol: Protocol) -> bool:
    """Whether nobody need look at a photo to say who is on it.

    Whoever is recognisable has a name, and nobody is there whose face was not found: if everybody enrolled
    has a yes, such a photo passes.
    """
    everybody = ConsentRegister({who: Person(who, Role.PUPIL) for who in gallery.people})
    facts = facts_of("photo", photo.seen, names, HandNames(), say("Nobody has said yet who this is."))
    case = Case(facts, "", date.min, everybody, protocol)
    return not (case.unnamed or case.named_twice or case.unseen)


def should_be_held(photo: Looked, names: dict[int, Identification], protocol: Protocol) -> bool:
    """Whether somebody recognisable is not enrolled, bears a wrong name, or was not found at all."""
    whose = {number: row for row, number in photo.found.items()}
    truth = {label.row: label.person_id for label in photo.labels}
    for number, found in names.items():
        if found.person_id is None:
            continue
        if number in whose:
            possible = {truth[whose[number]]}
        else:  # a box that is no face, or nobody said whose it is
            unboxed = {label.person_id for label in photo.labels if label.row not in photo.boxes}
            possible = unboxed if unboxed or photo.complete else {found.person_id}
        if found.person_id not in possible:
            return True
    shown = recognisable(photo, protocol)
    missed = any(label.row in photo.boxes and label.row not in photo.found for label in shown)
    return missed or any(label.person_id is None for label in shown)


def recognisable(photo: Looked, protocol: Protocol) -> list[Label]:
    """Labelled persons whose face is large enough to be recognised; without a box, if any found face is."""
    too_small = protocol.parameters.too_small
    any_face = any(not too_small(face.box.side) for face in photo.seen.faces)
    return [
        label
        for label in photo.labels
        if label.face_visible and (not too_small(photo.boxes[label.row].side) if label.row in photo.boxes else any_face)
    ]
