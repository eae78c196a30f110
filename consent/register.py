"""The consent register: who said what, when, for which purpose; answered for any day.

Consent is history. Rows are only ever added, and `ConsentRegister.status` looks at those that were
known on the day asked for. Three principles (AVG art. 7, and the school's protocol):

- consent is per purpose and per medium, and consent for one platform is never consent for another;
- of one giver the latest word counts; between givers any known no wins, never an average;
- a form is valid until the end of the school year or for a number of months, whichever is first.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from consent.people import Person
from consent.texts import Sought

MATCHING = "matching"
"""The purpose of comparing a face with the gallery: biometric data, so a consent of its own (AVG art. 9)."""

EVERY_PURPOSE = "all"
"""Purpose of an objection against any use whatever."""

BOTH_PARENTS = frozenset({"both parents", "beide ouders", "both", "beiden"})
"""Givers whose word replaces what each of them said before."""

SOME_PARENT = frozenset({"", "parent", "ouder", "guardian", "verzorger", "ouder/verzorger"})
"""Labels that do not tell which parent spoke: two lines with one of them may be two parents who disagree."""


class Medium(StrEnum):
    """What a consent is about. Sound belongs to film."""

    PHOTO = "photo"
    FILM = "film"
    BOTH = "both"

    def covers(self, other: Medium) -> bool:
        """Whether a yes for this medium is a yes for the whole of `other`."""
        return self is Medium.BOTH or self is other

    def touches(self, other: Medium) -> bool:
        """Whether a refusal of this medium refuses a part of `other`."""
        return self is other or Medium.BOTH in (self, other)


class Answer(StrEnum):
    """What a form says, from the mildest to the strictest."""

    YES = "yes"
    GROUP_ONLY = "group_only"
    ASK_FIRST = "ask_first"
    NONE = "none"
    NO = "no"
    WITHDRAWN = "withdrawn"
    OBJECTION = "objection"

    @property
    def strictness(self) -> int:
        """0 for yes, rising; where two answers are known the stricter one stands."""
        return list(Answer).index(self)

    @property
    def is_some_yes(self) -> bool:
        """A yes, be it with a condition. Only these need a valid form."""
        return self in (Answer.YES, Answer.GROUP_ONLY, Answer.ASK_FIRST)


class FormFault(StrEnum):
    """Why a form that says yes does not count (R4)."""

    EXPIRED = "expired"
    UNDATED = "undated"
    NO_EVIDENCE = "no_evidence"
    NO_VERSION = "no_version"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One line of the register: one answer of one giver for one purpose."""

    person_id: str
    purpose: str
    medium: Medium
    answer: Answer
    given_by: str = ""
    given_on: date | None = None
    valid_until: date | None = None
    withdrawn_on: date | None = None
    form_version: str = ""
    evidence: str = ""

    @property
    def giver(self) -> str:
        """The giver as one label, whatever its capitals and spaces."""
        return " ".join(self.given_by.casefold().split())

    @property
    def shows_a_form(self) -> bool:
        """Whether the line tells when a form was signed, which one, and where it is kept."""
        return self.given_on is not None and bool(self.evidence and self.form_version)

    def speaks_of(self, purpose: str, medium: Medium, on: date) -> bool:
        """Whether this line was known on `on` and is about that purpose and medium.

        A yes must be for this very purpose and for all of the medium; a refusal need only touch them. A line of a
        withdrawal that shows no form is the letter alone: of the days before, it says nothing.
        """
        if self.given_on is not None and self.given_on > on:
            return False
        if self.answer_on(on).is_some_yes:
            is_letter = self.answer is Answer.WITHDRAWN and not self.shows_a_form
            return not is_letter and self.purpose == purpose and self.medium.covers(medium)
        return self.purpose in (purpose, EVERY_PURPOSE) and self.medium.touches(medium)

    def answer_on(self, on: date) -> Answer:
        """The answer as it stood on a day: a withdrawal counts from its date, without a date always."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= on
        if self.answer is Answer.OBJECTION:
            return Answer.NONE if withdrawn else Answer.OBJECTION
        if self.answer is Answer.WITHDRAWN and self.withdrawn_on is not None:
            return Answer.WITHDRAWN if withdrawn else Answer.YES
        return Answer.WITHDRAWN if withdrawn and self.answer.is_some_yes else self.answer

    def spoken_on(self, on: date) -> date:
        """The day of this word, as known on `on`: of a withdrawal its own date, not that of the form.

        Undated, a yes is older than anything and a refusal newer: nothing is known that overtook it.
        """
        if self.answer_on(on).is_some_yes:
            return self.given_on or date.min
        if self.withdrawn_on is not None and self.withdrawn_on <= on:
            return max(self.withdrawn_on, self.given_on or date.min)
        if self.answer is Answer.WITHDRAWN:
            return date.max  # the form has a date, its withdrawal has none
        return self.given_on or date.max


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a form is good for. Source: the protocol's "jaarlijks wordt bijgewerkt" (R4)."""

    year_end_month: int = 7
    year_end_day: int = 31
    months: int = 12

    def last_day(self, record: ConsentRecord) -> date | None:
        """The last day on which the form counts; None for a form without a date."""
        if record.given_on is None:
            return None
        last_day = self.year_of(record.given_on)
        return last_day if record.valid_until is None else min(last_day, record.valid_until)

    def year_of(self, given: date) -> date:
        """The last day of what is signed on a day: end of the school year or so many months, whichever is first."""
        if given == date.max:
            return date.max
        year_end = _day(given.year, self.year_end_month, self.year_end_day)
        if year_end < given:
            year_end = _day(given.year + 1, self.year_end_month, self.year_end_day)
        return min(year_end, add_months(given, self.months))

    def fault(self, record: ConsentRecord, on: date) -> FormFault | None:
        """Why the form does not count on `on`, or None where it does."""
        last_day = self.last_day(record)
        if last_day is None:
            return FormFault.UNDATED
        if last_day < on:
            return FormFault.EXPIRED
        if not record.evidence:
            return FormFault.NO_EVIDENCE
        return None if record.form_version else FormFault.NO_VERSION


@dataclass(frozen=True, slots=True)
class ConsentStatus:
    """What the register says of one person, purpose and medium on one day."""

    answer: Answer
    fault: FormFault | None = None
    record: ConsentRecord | None = None
    last_day: date | None = None

    @property
    def is_yes(self) -> bool:
        """An unconditional yes on a form that counts."""
        return self.answer is Answer.YES and self.fault is None


@dataclass(frozen=True)
class ConsentRegister:
    """People and every line that was ever recorded about them."""

    people: Mapping[str, Person] = field(repr=False)
    """By id; in no `repr`, for every case holds a register, and whoever shows a case shows no names."""
    records: tuple[ConsentRecord, ...] = field(default=(), repr=False)
    validity: Validity = Validity()
    _by_person: dict[str, list[ConsentRecord]] = field(init=False, repr=False, compare=False)
    _answered: dict[tuple[str, str, Medium, date], ConsentStatus] = field(init=False, repr=False, compare=False)
    """What was asked before: the lines never change, and a batch asks the same of every photo of a person."""

    def __post_init__(self) -> None:
        by_person: dict[str, list[ConsentRecord]] = {}
        for record in self.records:
            by_person.setdefault(record.person_id, []).append(record)
        object.__setattr__(self, "_by_person", by_person)
        object.__setattr__(self, "_answered", {})

    @cached_property
    def sought(self) -> Sought:
        """What of these people is looked for in texts."""
        return Sought(self.people.values())

    def status_for(self, person_id: str, purpose: str, medium: Medium, on: date, today: date) -> ConsentStatus:
        """What holds for something that is still to be done on a day: a refusal since then counts as well.

        Whoever withdrew is not shown, whatever day is asked for; how long a form counts is asked of `on`.
        """
        then = self.status(person_id, purpose, medium, on)
        if today <= on:
            return then
        now = self.status(person_id, purpose, medium, today)
        if now.answer.strictness <= then.answer.strictness:
            return then
        if then.fault is not None and now.answer.is_some_yes:
            return replace(then, answer=now.answer)  # a newer form does not make up for one that did not count then
        return now

    def matching(self, person_id: str, on: date) -> ConsentStatus:
        """What holds for comparing a person's face on a day.

        One template is compared with photos and films alike, so a refusal of either ends both.
        """
        photo, film = (self.status(person_id, MATCHING, medium, on) for medium in (Medium.PHOTO, Medium.FILM))
        refused = film.answer.strictness > max(photo.answer.strictness, Answer.NONE.strictness)
        return film if refused else photo

    def status(self, person_id: str, purpose: str, medium: Medium, on: date) -> ConsentStatus:
        """What holds for a person on a day. Nothing known is `Answer.NONE`, which is no consent."""
        asked = person_id, purpose, medium, on
        if asked not in self._answered:
            self._answered[asked] = self._status(person_id, purpose, medium, on)
        return self._answered[asked]

    def _status(self, person_id: str, purpose: str, medium: Medium, on: date) -> ConsentStatus:
        known = [r for r in self._by_person.get(person_id, ()) if r.speaks_of(purpose, medium, on)]
        objections = [r for r in known if r.answer_on(on) is Answer.OBJECTION]
        if objections:
            return ConsentStatus(Answer.OBJECTION, record=objections[0])
        standing = self._last_words([r for r in known if r.answer is not Answer.OBJECTION], on)
        if not standing:
            return ConsentStatus(Answer.NONE)
        record = max(standing, key=lambda r: self._rank(r, on))
        answer = record.answer_on(on)
        fault = self.validity.fault(record, on) if answer.is_some_yes else None
        return ConsentStatus(answer, fault, record, self.validity.last_day(record))

    def _last_words(self, records: list[ConsentRecord], on: date) -> list[ConsentRecord]:
        """The latest word of each giver, both parents together replacing what either said before.

        Lines of one giver and one day stay side by side: the strictest of them will stand. So does a
        refusal of "a parent", as long as a form of its day would: a later yes may be the other parent's.
        """
        spoken = [(record, record.spoken_on(on)) for record in records]
        together = max((day for record, day in spoken if record.giver in BOTH_PARENTS), default=date.min)
        latest: dict[str, date] = {}
        for record, day in spoken:
            latest[record.giver] = max(latest.get(record.giver, date.min), day)
        return [
            record
            for record, day in spoken
            if day >= together and (day == latest[record.giver] or self._may_be_the_other_parents(record, day, on))
        ]

    def _may_be_the_other_parents(self, record: ConsentRecord, day: date, on: date) -> bool:
        refusal = not record.answer_on(on).is_some_yes
        return refusal and record.giver in SOME_PARENT and self.validity.year_of(day) >= on

    def _rank(self, record: ConsentRecord, on: date) -> tuple[int, bool, date, str]:
        """Strictest answer first; of equal answers the form that counts (one parent's yes is enough).

        The rest only settles ties, so that the order of the lines never matters.
        """
        fault = self.validity.fault(record, on)
        return record.answer_on(on).strictness, fault is None, self.validity.last_day(record) or date.min, fault or ""


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    return _day(day.year + years, month + 1, day.day)


def _day(year: int, month: int, day: int) -> date:
    """That day, or the last one of a shorter month."""
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
