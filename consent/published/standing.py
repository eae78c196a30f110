"""What is public already, judged twice: by what was known on the day it was posted, and by what is known today."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from consent.facts import Case, FaceFact, PhotoFacts
from consent.judging import Decision, Verdict, judge
from consent.protocol import Protocol
from consent.register import Answer, ConsentRecord, ConsentRegister, FormFault, Medium


class Standing(StrEnum):
    """How something public stands, from nothing to do to the most urgent."""

    NO_PICTURE = "no_picture"
    """There is nothing in it that was judged: a text, or what is no post of the school's own."""
    RIGHT = "right"
    """Right on its day, and right today."""
    RIGHT_SINCE = "right_since"
    """Posted before there was a yes for everybody; today there is one."""
    LAPSED = "lapsed"
    """Right on its day; since then a form ran out or somebody left the school. Nobody took anything back."""
    WORDS = "words"
    """Nothing is wrong with its pictures; its words or those of a comment may be against the protocol (R3, R6, R17)."""
    UNSURE = "unsure"
    """Nobody knows: an unknown face, a missing picture, a day that the export does not tell."""
    NOT_IN_USE = "not_in_use"
    """On a platform that the school does not use (R9)."""
    WITHDRAWN = "withdrawn"
    """Not refused on its day; since then a consent was withdrawn or refused, or somebody objected."""
    NAMES_UNSURE = "names_unsure"
    """Never right, if the names are: the program gave one to somebody whom the register knows only from later on."""
    NEVER_RIGHT = "never_right"
    """Not right on its day, and not right today."""

    @property
    def urgency(self) -> int:
        """0 for nothing to do, rising."""
        return list(Standing).index(self)

    @property
    def comes_down(self) -> bool:
        """Whether the protocol wants it off the platform at once (R13)."""
        return self.urgency >= Standing.NOT_IN_USE.urgency


REFUSALS = (Answer.NO, Answer.WITHDRAWN, Answer.OBJECTION)
TAKEN_BACK = (Answer.NONE, *REFUSALS)


@dataclass(frozen=True, slots=True)
class PublishedPicture:
    """One picture of a post, judged twice. `then` is None where nobody knows the day of the post.

    `taken_back`: persons refused today who were not refused then, with a yes or to be asked first; where nobody
    knows about then, all who are refused. `lapsed`: those who had a yes then whose form ran out or who left.
    """

    facts: PhotoFacts
    standing: Standing
    then: Verdict | None
    now: Verdict
    taken_back: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Publishing:
    """What published pictures are judged by: the platform, the protocol and the register, as of today."""

    platform_id: str
    today: date
    protocol: Protocol
    register: ConsentRegister
    medium: Medium = Medium.PHOTO

    def case(self, facts: PhotoFacts, on: date) -> Case:
        """One picture before the rules, by what was known on a day."""
        return Case(facts, self.platform_id, on, self.register, self.protocol, self.medium, today=on)

    def judge(
        self,
        facts: PhotoFacts,
        posted_on: date | None,
        *,
        unsure_then: Collection[int] = (),
        approved: bool = False,
    ) -> PublishedPicture:
        """Judge a picture on the day it was posted and today. Never raises; a day still to come counts as unknown.

        `unsure_then`: numbers of faces of which nobody knows whether they are who they are named; where the register
        said nothing of those on that day, a refusal of later counts from its own day, and where it would only be
        never right for their names, these are unsure. `approved`: it was judged right at some moment of `posted_on`,
        so that a refusal of that same day came after it. Both only tell since when it must come down, and never that
        it may stay.
        """
        found = self._judge_twice(facts, facts, posted_on, self)
        if found.standing is not Standing.NEVER_RIGHT or posted_on is None:
            return found
        then = self
        if approved:
            then = replace(self, register=_before_the_refusals_of(posted_on, self.register))
        case = then.case(facts, posted_on)
        faces = tuple(
            replace(face, person_id=None)
            if face.person_id and face.number in unsure_then and _answer(case, face) is Answer.NONE
            else face
            for face in facts.faces
        )
        again = self._judge_twice(facts, replace(facts, faces=faces), posted_on, then)
        if again.standing is Standing.WITHDRAWN:
            return again
        names_alone = faces != facts.faces and again.standing is not Standing.NEVER_RIGHT
        return replace(found, standing=Standing.NAMES_UNSURE) if names_alone else found

    def _judge_twice(
        self, facts: PhotoFacts, facts_then: PhotoFacts, posted_on: date | None, by: Publishing
    ) -> PublishedPicture:
        """Judge it today, and on its day by what was known of it then and by the register of then."""
        now = self.case(facts, self.today)
        today = judge(now)
        refused = _refused(now)
        if posted_on is None or posted_on > self.today:
            taken_back = _people(now, refused)
            return PublishedPicture(facts, self._standing(None, today, taken_back), None, today, taken_back)
        then = by.case(facts_then, posted_on)
        on_its_day = judge(then)
        refused_then = _refused(then)
        unsure = {face.number for face in facts.faces if face not in facts_then.faces}
        refused = [
            face
            for face in refused
            # Of whom nobody knows a word of then, that there is none today either takes nothing back.
            if face not in refused_then and not (face.number in unsure and _answer(now, face) is Answer.NONE)
        ]
        lost: list[FaceFact] = []
        if not (_failed(on_its_day) or _failed(today)):
            lost = [face for face in now.identified if then.is_cleared(face) and not now.is_cleared(face)]
        taken_back = _people(now, refused)
        lapsed = tuple(who for who in _people(now, lost) if who not in taken_back)
        standing = self._standing(on_its_day, today, taken_back)
        return PublishedPicture(facts, standing, on_its_day, today, taken_back, lapsed)

    def refused(self, facts: PhotoFacts) -> tuple[str, ...]:
        """Ids of the persons recognised on a picture who have no yes today, not even one with a condition."""
        case = self.case(facts, self.today)
        return _people(case, _refused(case))

    def refused_since(self, facts: PhotoFacts, person_ids: Iterable[str]) -> date | None:
        """The first day on which one of these persons, who are refused today on this picture or film, was.

        None where no day is known.
        """
        days, medium = [], self.case(facts, self.today).asked
        for who in person_ids:
            status = self.register.status(who, self.platform_id, medium, self.today)
            if status.record is not None:
                days.append(status.record.spoken_on(self.today))
        return min((day for day in days if date.min < day <= self.today), default=None)

    def without_a_yes_since(self, facts: PhotoFacts, person_ids: Iterable[str]) -> date | None:
        """The first day on which one of these persons had no yes that counts any more, refused or not.

        None where no day is known: who of them never gave an answer is without a yes since nobody knows when, however
        late the other ones were.
        """
        medium = self.case(facts, self.today).asked
        days: list[date | None] = []
        for who in person_ids:
            status = self.register.status(who, self.platform_id, medium, self.today)
            if status.record is None and status.answer is Answer.NONE:
                return None
            if who in self.register.people:
                days.append(self.register.people[who].left_on)
            if status.fault is FormFault.EXPIRED and status.last_day is not None:
                days.append(status.last_day + timedelta(days=1))
            elif status.record is not None and not status.is_yes:
                days.append(status.record.spoken_on(self.today))
        return min((day for day in days if day is not None and date.min < day <= self.today), default=None)

    def _standing(self, then: Verdict | None, now: Verdict, taken_back: tuple[str, ...]) -> Standing:
        platform = self.protocol.platforms.get(self.platform_id)
        if platform is not None and not platform.in_use:
            return Standing.NOT_IN_USE
        if then is None:
            # A refusal that stands today is a reason to take it down, whenever it was posted.
            return Standing.WITHDRAWN if taken_back else Standing.UNSURE
        if now.decision is Decision.PUBLISH:
            return Standing.RIGHT if then.decision is Decision.PUBLISH else Standing.RIGHT_SINCE
        if then.decision in (Decision.COVER, Decision.BLOCK):
            return Standing.NEVER_RIGHT
        if taken_back:
            return Standing.WITHDRAWN
        # What fails today is no sign that anything ran out.
        return Standing.LAPSED if then.decision is Decision.PUBLISH and not _failed(now) else Standing.UNSURE


def _failed(verdict: Verdict) -> bool:
    """Whether a rule could not be applied: then nothing is known to have run out."""
    return any(finding.failed for finding in verdict.findings)


def _refused(case: Case) -> list[FaceFact]:
    return [face for face in case.identified if _answer(case, face) in TAKEN_BACK]


def _answer(case: Case, face: FaceFact) -> Answer | None:
    """What the register says of a face; None where it cannot say.

    Face by face, and whatever rule failed: that nobody knows about one person, or about the platform, does not hide
    that another took a yes back.
    """
    try:
        return case.consent(face).answer
    except Exception:  # noqa: BLE001 - R2 asks the same, fails on it, and holds the picture with the reason
        return None


def _before_the_refusals_of(day: date, register: ConsentRegister) -> ConsentRegister:
    """The register as it was before what was refused, withdrawn or objected to on that day."""
    return replace(register, records=tuple(_from_the_next_day(record, day) for record in register.records))


def _from_the_next_day(record: ConsentRecord, day: date) -> ConsentRecord:
    if record.answer_on(day) not in REFUSALS:
        return record
    next_day = day + timedelta(days=1)
    if record.withdrawn_on == day:
        record = replace(record, withdrawn_on=next_day)
    if record.given_on == day and record.answer_on(day) in REFUSALS:
        record = replace(record, given_on=next_day)
    return record


def _people(case: Case, faces: Iterable[FaceFact]) -> tuple[str, ...]:
    return tuple(sorted({case.person(face).person_id for face in faces}))
