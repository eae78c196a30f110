"""What a verdict would have been without what people said: the ground of every override that a review tells of."""

from __future__ import annotations

from datetime import date

import pytest

from consent.judging import Decision
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium
from pipeline.judged import Publication, judged
from pipeline.naming import HandRow, NamesFile, SetAside, Word
from tests.pipeline.seen import NO_FACE, SHA256, body, face, seen

ON = date(2026, 11, 22)
PROTOCOL = load_protocol("ooh-2019")
PEOPLE = {name: Person(name, Role.PUPIL, group="3") for name in ("S01", "S02", "S03")}
ANSWERS = {"S01": Answer.YES, "S02": Answer.YES, "S03": Answer.NO}
RECORDS = tuple(
    ConsentRecord(
        who, "facebook", Medium.BOTH, answer, "both parents", date(2026, 9, 1), form_version="1", evidence="x"
    )
    for who, answer in ANSWERS.items()
)
REGISTER = ConsentRegister(PEOPLE, RECORDS, PROTOCOL.parameters.validity)
PUBLICATION = Publication("facebook", ON, PROTOCOL, REGISTER, ON)
TWO_FACES = seen(face(1, 100), face(2, 300))


def names(*said: str | Word | SetAside) -> NamesFile:
    rows = tuple(HandRow("a.jpg", "face", n, TWO_FACES.faces[n - 1].box, who) for n, who in enumerate(said, start=1))
    return NamesFile({SHA256: rows})


SAID = {
    "nobody said anything": (NamesFile(), None, Decision.HOLD),
    "both named, both with a yes": (names("S01", "S02"), Decision.HOLD, Decision.PUBLISH),
    "one named": (names("S01"), Decision.HOLD, Decision.HOLD),
    "one of them refused": (names("S01", "S03"), Decision.HOLD, Decision.BLOCK),
    "no faces at all": (names(NO_FACE, NO_FACE), Decision.HOLD, Decision.PUBLISH),
    "one of them without a reason": (names(NO_FACE, Word.NO_FACE), Decision.HOLD, Decision.HOLD),
}


@pytest.mark.parametrize("case", SAID)
def test_the_verdict_without_people_is_kept_beside_theirs(case: str):
    said, by_itself, verdict = SAID[case]
    found = judged(PUBLICATION, "a.jpg", TWO_FACES, (), names=said)
    assert found.by_itself is by_itself
    if case != "one of them refused":  # how strict that is, is for the rules
        assert found.verdict.decision is verdict
    else:
        assert found.verdict.decision.severity > Decision.HOLD.severity


def test_a_word_about_the_photo_or_a_person_from_behind_counts_as_said():
    box = TWO_FACES.faces[0].box
    harm = NamesFile({SHA256: (HandRow("a.jpg", "photo", 0, box, Word.MAY_HARM),)})
    assert (
        judged(PUBLICATION, "a.jpg", seen(), (), names=harm).by_itself
        is judged(PUBLICATION, "a.jpg", seen(), (), names=NamesFile()).verdict.decision
    )
    behind = seen(body(1, 500))
    named = NamesFile({SHA256: (HandRow("a.jpg", "person", 1, behind.bodies[0].box, "S03"),)})
    found = judged(PUBLICATION, "a.jpg", behind, (), names=named)
    assert found.by_itself is not None and found.by_itself is not found.verdict.decision
