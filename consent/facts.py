"""What is known about a photo when it is judged: counts, sizes and names, never pixels.

Three things are kept apart on purpose: nobody is there, somebody is there without a usable face,
and there is a face without a name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import inf

from consent.messages import Message
from consent.once import once
from consent.people import Person, Role
from consent.protocol import Platform, Protocol
from consent.register import Answer, ConsentRegister, ConsentStatus, Medium

IDENTIFIABLE_FACE_PX = 40.0
"""Below it nobody identifies a stranger: EN 62676-4 asks 250 px a metre for that, and a face is about 0.16 m wide."""


Span = tuple[float, float]
"""From when to when somebody is seen in a film, both inclusive, in seconds from its beginning."""


class Sound(StrEnum):
    """Whether a film has sound; whose voices these are, no program tells."""

    NONE = "none"
    PRESENT = "present"
    UNKNOWN = "unknown"


class Orientation(StrEnum):
    """How a person without a found face stands to the camera."""

    FACING = "facing"
    FROM_BEHIND = "from_behind"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FaceFact:
    """A face on the photo. `side_px`: shorter side of its box in the picture as published."""

    number: int
    side_px: float
    person_id: str | None = None
    why_unnamed: Message | None = None
    ruled_out: bool = False
    """A person looked and said that nobody could recognise this face."""
    covered: bool = False
    identifiable: bool = True
    """False where a measurement says that no comparison could tell who this is: too small, blurred or turned away.

    Neither unknown nor anonymous: who knows the person may recognise this face all the same.
    """
    permitted_for: frozenset[str] = frozenset()
    """The platforms for which an adult who is not in the register said yes to this very photo, as a person declared.

    It is nobody's yes but that adult's: a face with a name of the register goes by the register.
    """
    span: Span | None = None
    """When a face of a film is seen; None on a photo, where all are seen at once."""

    def __post_init__(self) -> None:
        if isinstance(self.permitted_for, str):
            raise TypeError("the platforms of a permission are a set: in a text, “face” would be found in “facebook”")
        if self.permitted_for and self.person_id is not None:
            raise ValueError("whoever has a name goes by the register, and has no permission beside it")


@dataclass(frozen=True, slots=True)
class BodyFact:
    """A person on the photo whose face was not found.

    `largest_face_px` bounds the side that a missed face could have, from the size of the body.
    """

    number: int
    orientation: Orientation
    largest_face_px: float
    ruled_out: bool = False
    """A person looked and said that nobody could recognise this one."""
    span: Span | None = None
    """When somebody in a film is seen; None on a photo."""


@dataclass(frozen=True, slots=True)
class FilmFact:
    """What is known of a film as a whole. `seconds`: how long it lasts."""

    seconds: float
    sound: Sound = Sound.UNKNOWN


def together(one: Span | None, other: Span | None) -> bool:
    """Whether two are seen at the same time; on a photo all are, and who has no time may be seen at any."""
    return one is None or other is None or (one[0] <= other[1] and other[0] <= one[1])


class TextPlace(StrEnum):
    """Where a text stands that comes with a photo."""

    FILE_NAME = "file_name"
    VISIBLE = "visible"
    """Written on what the photo shows: a drawing, a blackboard, a shirt."""
    METADATA = "metadata"
    """Hidden in the file. The copy that is published is made without it."""


@dataclass(frozen=True, slots=True)
class TextFact:
    """A text that comes with a photo, as it was read; `problem`: why one that is there could not be read.

    `number`: of a visible text that in the observation, from 1 on, so that it can be drawn; 0 of the file's
    name; beyond 1000 of what hides in the file.

    It may name somebody. So it lives in the encrypted database and in no other file, and is in no `repr`.
    """

    number: int
    where: TextPlace
    text: str = field(repr=False)
    problem: Message | None = None
    certain: bool = False
    """The text is gone with the name of somebody who was forgotten, and held for certain what may not be published."""


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """Everything the rules may know of one photo, or of a film, whose faces are its tracks.

    `problem`: why it could not be looked at. A track is one face as long as it was followed without a doubt; who
    leaves and comes back is another track.
    """

    name: str
    faces: tuple[FaceFact, ...] = ()
    bodies: tuple[BodyFact, ...] = ()
    problem: Message | None = None
    may_harm: bool = False
    """A person flagged the photo: publication may harm somebody on it (protocol A5)."""
    texts: tuple[TextFact, ...] = ()
    film: FilmFact | None = None
    """None for a photo."""

    def __post_init__(self) -> None:
        for kind in (self.faces, self.bodies, self.texts):
            if len(kind) > 1 and len({item.number for item in kind}) < len(kind):
                # Whoever is cleared, covered or drawn is told apart by number alone.
                raise ValueError("two faces, bodies or texts of one photo have the same number")
        everybody: tuple[FaceFact | BodyFact, ...] = (*self.faces, *self.bodies)
        for span in [one.span for one in everybody]:
            if (span is None) != (self.film is None):
                raise ValueError("whoever is seen in a film is seen at some time, and on a photo at none")
            if span is not None and not 0 <= span[0] <= span[1] < inf:
                raise ValueError("somebody in a film is seen from one moment to a later one")

    def covering(self, numbers: Iterable[int], texts: Iterable[int] = ()) -> PhotoFacts:
        """The same photo with those faces and those visible texts covered. Other texts cannot be.

        A film on which somebody is covered is made without sound; a text in it is nowhere long enough to be covered.
        """
        numbers, texts = frozenset(numbers), frozenset(() if self.film else texts)
        faces = tuple([replace(f, covered=True) if f.number in numbers else f for f in self.faces])
        left = tuple([t for t in self.texts if not (t.where is TextPlace.VISIBLE and t.number in texts)])
        return replace(self.silenced() if numbers else self, faces=faces, texts=left)

    def silenced(self) -> PhotoFacts:
        """The same film without its sound; a photo has none."""
        return replace(self, film=replace(self.film, sound=Sound.NONE)) if self.film else self


@dataclass(frozen=True)
class Case:
    """One photo before the rules: the facts, and where and when it would be published."""

    photo: PhotoFacts
    platform_id: str
    on: date
    register: ConsentRegister
    protocol: Protocol
    medium: Medium = Medium.PHOTO
    today: date | None = None
    """The day of the audit, for something still to be published: refusals known by then count as well."""

    @once
    def platform(self) -> Platform:
        """The platform asked for; a `UserError` where the protocol does not know it."""
        return self.protocol.platform(self.platform_id)

    @once
    def recognisable(self) -> tuple[FaceFact, ...]:
        """Faces that somebody who knows the person could recognise: large enough and not covered."""
        too_small = self.protocol.parameters.too_small
        return tuple([f for f in self.photo.faces if not (f.covered or f.ruled_out or too_small(f.side_px))])

    @once
    def identified(self) -> tuple[FaceFact, ...]:
        """Recognisable faces with a name that the register knows."""
        people = self.register.people
        return tuple([f for f in self.recognisable if f.person_id in people])

    @once
    def permitted(self) -> tuple[FaceFact, ...]:
        """Recognisable adults outside the register who said yes to this very photo, on this platform and no other."""
        asked = self.platform_id
        return tuple([f for f in self.recognisable if asked in f.permitted_for and f.person_id is None])

    @once
    def unnamed(self) -> tuple[FaceFact, ...]:
        """Recognisable faces without a permission and without a name, or with one that the register does not know."""
        people, permitted = self.register.people, self.permitted
        return tuple([f for f in self.recognisable if f.person_id not in people and f not in permitted])

    @once
    def unidentifiable(self) -> tuple[FaceFact, ...]:
        """Recognisable faces that could not be compared and that nobody has named."""
        return tuple(f for f in self.unnamed if f.person_id is None and not f.identifiable)

    @once
    def passed_over(self) -> tuple[FaceFact, ...]:
        """Those of `unidentifiable` that hold nothing up, by a protocol of the school's own.

        Only very small ones: a large face that is blurred or turned away is known to half the school. A size
        that makes no sense is not small.
        """
        if self.protocol.parameters.unidentifiable_faces != "advise":
            return ()
        return tuple(f for f in self.unidentifiable if 0 <= f.side_px < IDENTIFIABLE_FACE_PX)

    @once
    def named_twice(self) -> tuple[FaceFact, ...]:
        """Identified faces that share their name with another at the same time: one of the two is somebody else."""
        if len({f.person_id for f in self.identified}) == len(self.identified):
            return ()
        same: dict[str | None, list[FaceFact]] = defaultdict(list)
        for face in self.identified:
            same[face.person_id].append(face)
        return tuple(
            f for f in self.identified if any(o is not f and together(o.span, f.span) for o in same[f.person_id])
        )

    @once
    def unseen(self) -> tuple[BodyFact, ...]:
        """Persons whose face was not found although it may be there and large enough to recognise."""
        too_small = self.protocol.parameters.too_small
        return tuple(
            b
            for b in self.photo.bodies
            if not (b.orientation is Orientation.FROM_BEHIND or too_small(b.largest_face_px) or b.ruled_out)
        )

    @once
    def pupils(self) -> frozenset[str]:
        """Ids of the identified, recognisable pupils."""
        people = [self.person(f) for f in self.identified]
        return frozenset([p.person_id for p in people if p.role is Role.PUPIL])

    def too_few_pupils(self, faces: Iterable[FaceFact]) -> bool:
        """Whether there are pupils among these identified or permitted faces, and fewer than may be shown (R1)."""
        people = self.register.people
        pupils = {f.person_id for f in faces if f.person_id is not None and people[f.person_id].role is Role.PUPIL}
        return 0 < len(pupils) < self.protocol.parameters.min_pupils

    @once
    def _shown(self) -> tuple[FaceFact | BodyFact, ...]:
        """Persons shown beyond doubt: recognisable faces, and bodies whose back was made out.

        Specks and blurs that a detector took for a face do not make a group.
        """
        faces = (f for f in self.recognisable if f not in self.unidentifiable)
        return (*faces, *(b for b in self.photo.bodies if b.orientation is Orientation.FROM_BEHIND))

    @property
    def anonymity(self) -> float:
        """Share of the persons shown who cannot be recognised, 0 to 1; 1 where nobody is there."""
        maybe = len(self.recognisable) + len(self.unseen)
        shown = len(self.photo.faces) + len(self.photo.bodies)
        return 1 - maybe / shown if shown else 1.0

    def person(self, face: FaceFact) -> Person:
        """The person a face was identified as; only for faces in `identified`."""
        assert face.person_id is not None
        return self.register.people[face.person_id]

    @property
    def asked(self) -> Medium:
        """What a yes must be for: a film asks for one that is for film, whatever else was asked."""
        return Medium.FILM if self.photo.film is not None and self.medium is Medium.PHOTO else self.medium

    def consent(self, face: FaceFact) -> ConsentStatus:
        """What the register says of an identified face for this platform, medium and day."""
        assert face.person_id is not None
        known = self._answers.get(face.person_id)
        if known is None:
            person_id, today = self.person(face).person_id, self.today or self.on
            known = self.register.status_for(person_id, self.platform_id, self.asked, self.on, today)
            self._answers[face.person_id] = known
        return known

    @once
    def _answers(self) -> dict[str, ConsentStatus]:
        """What was asked before: rule after rule asks the same."""
        return {}

    @once
    def cleared(self) -> tuple[FaceFact, ...]:
        """Recognisable faces that have a yes."""
        return tuple([f for f in self.recognisable if self.is_cleared(f)])

    def is_cleared(self, face: FaceFact) -> bool:
        """Whether this face has a yes: its own, or as one of a large enough group.

        A doubt about who it is, or whether the yes outlived the time at school, is no yes.
        """
        if face in self.permitted:
            return True
        if face.person_id not in self.register.people or face in self.named_twice or self.has_left(face):
            return False
        status = self.consent(face)
        return status.is_yes or (status.answer is Answer.GROUP_ONLY and status.fault is None and self.in_group(face))

    def has_own_yes(self, face: FaceFact) -> bool:
        """Whether a cleared face has a yes that asks for no group."""
        return face in self.permitted or self.consent(face).is_yes

    def is_adult(self, face: FaceFact) -> bool:
        """Whether a cleared face is known to be no pupil."""
        return face in self.permitted or self.person(face).role is not Role.PUPIL

    def has_left(self, face: FaceFact) -> bool:
        """Whether the person of an identified face had left the school by that day."""
        left_on = self.person(face).left_on
        return left_on is not None and left_on <= max(self.on, self.today or self.on)

    def in_group(self, face: FaceFact) -> bool:
        """Whether a face is among enough persons for a consent that is for groups only; in a film, all the time."""
        least = self.protocol.parameters.group_only_min_persons
        if self.photo.film is None:
            return len(self._shown) >= least
        return all(sum(together(one.span, at) for one in self._shown) >= least for at in self._moments(face))

    def _moments(self, face: FaceFact) -> tuple[Span | None, ...]:
        """When to count who is seen beside a face: whenever somebody comes or goes, and in between."""
        if face.span is None:
            return (None,)
        first, last = face.span
        ends = {end for one in self._shown if one.span is not None for end in one.span}
        times = sorted({first, last, *(end for end in ends if first < end < last)})
        return tuple((at, at) for at in (*times, *((a + b) / 2 for a, b in pairwise(times))))
