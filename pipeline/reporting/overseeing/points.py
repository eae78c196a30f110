"""What a review asks for, the most urgent first: each point in a sentence, with who does it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consent.messages import Message, say
from pipeline.matching.calibration import Calibration
from pipeline.naming_words import NEED_A_REASON
from pipeline.overseeing.health import Health
from pipeline.overseeing.review import Review
from pipeline.overseeing.templates import Age, Consent


@dataclass(frozen=True, slots=True)
class Point:
    """Something to do.

    `tone`: block for what must be put right, hold for what somebody must look at, cover for what must be seen to in
    time. `anchor`: the section of the page that has the details.
    """

    tone: str
    title: Message
    text: Message
    owner: str
    anchor: str


def points(review: Review) -> tuple[Point, ...]:
    """Everything to do; empty where all is well."""
    order = ("block", "hold", "cover")
    return tuple(
        sorted(
            (*_public(review), *_ledger(review), *_erasing(review), *_looking(review), *_in_time(review)),
            key=lambda p: order.index(p.tone),
        )
    )


def _public(review: Review) -> Iterator[Point]:
    if review.to_come_down:
        yield Point(
            "block",
            say("Posts that must come down: {count}", count=review.to_come_down),
            say(
                "So they stood when they were last judged, and nobody noted that they are gone. Take them down, and "
                "note the day in takedown.csv: photo-consent taken-down."
            ),
            "director",
            "runs",
        )


def _ledger(review: Review) -> Iterator[Point]:
    if review.ledger.problems:
        yield Point(
            "block",
            say("The ledger does not hold: {count}", count=len(review.ledger.problems)),
            say("Something in it was changed, removed or moved. Keep everything as it is, and find out who did it."),
            "privacy_officer",
            "ledger",
        )


def _erasing(review: Review) -> Iterator[Point]:
    for must, tone in ((True, "block"), (False, "cover")):
        count = sum(remain.must is must for remain in review.remains)
        if count:
            yield Point(
                tone,
                say("Still there and due to be erased: {count}", count=count),
                say("The list says what, why, and with which command it goes."),
                "privacy_officer",
                "remains",
            )


def _looking(review: Review) -> Iterator[Point]:
    nameless = [one for one in review.overrides if not one.by and one.is_milder]
    if nameless:
        yield Point(
            "hold",
            say("Let pass by somebody unknown: {count}", count=len(nameless)),
            say("People let these photos pass that the program would not have, and nothing tells who. Ask who it was."),
            "director",
            "overrides",
        )
    bare = [d for d in review.decisions if d.ended_at is None and d.told in NEED_A_REASON]
    if bare:
        yield Point(
            "hold",
            say("Set aside without a reason: {count}", count=len(bare)),
            say(
                "Somebody said that it is no face, or nobody who can be recognised, and not why. That counts no more. "
                "Say it again at the desk, with what it is or why, or say by name who it is."
            ),
            "director",
            "decisions",
        )
    if review.runs.unread:
        yield Point(
            "hold",
            say("Could not be read: {count}", count=len(review.runs.unread)),
            say("What happened there is not in this review. The list says why."),
            "privacy_officer",
            "unread",
        )
    if review.matching.in_force is not None:
        yield from _calibration(review)


def _calibration(review: Review) -> Iterator[Point]:
    assert review.matching.in_force is not None
    calibration = review.matching.in_force.calibration
    if not isinstance(calibration, Calibration):
        yield Point(
            "hold",
            say("Errors of face matching are not known"),
            say("Nobody measured how often it errs at this school. Run: photo-consent gallery calibrate"),
            "privacy_officer",
            "matching",
        )
    elif review.matching.in_force.changed:
        yield Point(
            "hold",
            say("Errors of face matching are out of date"),
            say("The gallery or the program changed since the calibration. Run: photo-consent gallery calibrate"),
            "privacy_officer",
            "matching",
        )


def _in_time(review: Review) -> Iterator[Point]:
    expiring = review.health.expiring
    if expiring:
        yield Point(
            "cover",
            say("Forms that run out within six weeks: {count} persons", count=len(expiring)),
            say("The first one on {day}. Ask for new forms now.", day=min(expiring.values()).isoformat()),
            "privacy_officer",
            "register",
        )
    faulty = sum(review.health.total(purpose, Health.EXPIRED) for purpose in review.health.purposes)
    if faulty:
        yield Point(
            "cover",
            say("Answers on a form that ran out or proves nothing: {count}", count=faulty),
            say("They count as no yes, and photos of these persons are held or refused. Ask for new forms."),
            "privacy_officer",
            "register",
        )
    usable = [one for one in review.templates if one.consent is Consent.VALID]
    old = sorted({one.person_id for one in usable if one.age is not Age.FRESH})
    if old and review.matching.why_not is None:
        yield Point(
            "cover",
            say("Reference photos too old, or nearly: {count} persons", count=len(old)),
            say("Children change. Enrol a new photo of them: {people}", people=", ".join(old)),
            "privacy_officer",
            "templates",
        )
    if review.matching.superseded:
        yield Point(
            "cover",
            say(
                "Templates made by an older version of the program: {count} persons",
                count=len(review.matching.superseded),
            ),
            say(
                "They are not compared. Enrol their photos again: {people}",
                people=", ".join(review.matching.superseded),
            ),
            "privacy_officer",
            "templates",
        )
