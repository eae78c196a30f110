"""From what was seen and said to what the rules may know: nothing invented, nothing lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.facts import FaceFact, Orientation, TextPlace
from consent.messages import say
from pipeline.facts import facts_of
from pipeline.matching.identification import Identification
from pipeline.naming import HandNames, Word
from pipeline.naming_words import DISPUTED, NO_FACE_OF_REGISTER, WITHOUT_A_REASON, is_set_aside
from pipeline.vision.observation import Box, SeenText
from pipeline.vision.persons import LARGEST_FACE
from tests.pipeline.seen import FAR_AWAY, NO_FACE, body, face, seen

OTHERWISE = say("Nobody has said yet who this is.")
NOT_CLOSE = say("The face resembles nobody who is enrolled closely enough.")
TWICE = "Two faces were given the same name."
THREE = seen(face(1, 0), face(2, 100), face(3, 200))

CASES = {
    "nobody said anything": ({}, {}, {1: None, 2: None, 3: None}),
    "matched": ({1: "S01", 2: None}, {}, {1: "S01", 2: None, 3: None}),
    "by hand": ({}, {1: "S01", 3: "S03"}, {1: "S01", 2: None, 3: "S03"}),
    "a hand goes before the matcher": ({1: "S01"}, {1: "S02"}, {1: "S02", 2: None, 3: None}),
    "a hand takes the name from another face": ({1: "S01"}, {2: "S01"}, {1: None, 2: "S01", 3: None}),
    "a hand agrees with the matcher": ({1: "S01"}, {1: "S01"}, {1: "S01", 2: None, 3: None}),
    "twice by hand, so nobody": ({}, {1: "S01", 2: "S01"}, {1: None, 2: None, 3: None}),
    "twice by hand and matched once, so nobody": ({3: "S01"}, {1: "S01", 2: "S01"}, {1: None, 2: None, 3: None}),
    "no face": ({2: "S01"}, {1: NO_FACE}, {2: "S01", 3: None}),
    "no face, of somebody of the register": ({1: "S01"}, {1: NO_FACE}, {1: None, 2: None, 3: None}),
    "no face frees the name": ({1: "S01"}, {1: NO_FACE, 2: "S01"}, {1: None, 2: "S01", 3: None}),
    "no face, of somebody found once": ({}, {1: Word.TAKEN_FOR}, {1: None, 2: None, 3: None}),
    "a bare word that it is no face": ({2: "S01"}, {1: Word.NO_FACE}, {1: None, 2: "S01", 3: None}),
    "not recognisable loses its name": ({1: "S01"}, {1: FAR_AWAY}, {1: None, 2: None, 3: None}),
    "may harm names nobody": ({1: "S01"}, {1: Word.MAY_HARM}, {1: None, 2: None, 3: None}),
    "disputed loses its name": ({1: "S01"}, {1: Word.DISPUTED}, {1: None, 2: None, 3: None}),
}


def matched(names: dict[int, str | None]) -> dict[int, Identification]:
    return {n: Identification(n, who, None if who else NOT_CLOSE) for n, who in names.items()}


@pytest.mark.parametrize("case", CASES)
def test_who_gets_which_name(case: str):
    by_program, by_hand, expected = CASES[case]
    facts = facts_of("a.jpg", THREE, matched(by_program), HandNames(by_hand), OTHERWISE)
    assert {f.number: f.person_id for f in facts.faces} == expected


@pytest.mark.parametrize(
    ("by_hand", "identifiable"),
    [({}, False), ({1: "S01"}, True), ({1: Word.DISPUTED}, True), ({1: "S01", 2: "S01"}, True), ({2: "S01"}, False)],
)
def test_what_a_person_said_of_a_face_is_not_put_down_to_poor_sight(by_hand: dict, identifiable: bool):
    blurred = {1: Identification(1, None, NOT_CLOSE, identifiable=False)}
    facts = facts_of("a.jpg", THREE, blurred, HandNames(by_hand), OTHERWISE)
    assert [f.identifiable for f in facts.faces] == [identifiable, True, True]


@pytest.mark.parametrize(
    ("by_program", "by_hand", "reason"),
    [
        ({}, {}, str(OTHERWISE)),
        ({1: None}, {}, str(NOT_CLOSE)),
        ({1: "S01"}, {}, None),
        ({1: "S01"}, {2: "S01"}, TWICE),
        ({}, {1: "S01", 2: "S01"}, TWICE),
        ({1: "S01"}, {1: Word.DISPUTED}, str(DISPUTED)),
        ({1: "S01"}, {1: NO_FACE}, str(NO_FACE_OF_REGISTER)),
        *(({1: who}, {1: bare}, str(why)) for who in ("S01", None) for bare, why in WITHOUT_A_REASON.items()),
        ({}, {1: Word.TAKEN_FOR}, str(NO_FACE_OF_REGISTER)),
    ],
)
def test_an_unnamed_face_says_why(by_program: dict[int, str | None], by_hand: dict[int, str], reason: str | None):
    why = facts_of("a.jpg", THREE, matched(by_program), HandNames(by_hand), OTHERWISE).faces[0].why_unnamed
    assert (why and str(why)) == reason


def test_only_a_word_of_a_person_rules_somebody_out():
    picture = seen(face(1, 0), face(2, 100), body(1, 300), body(2, 500), body(3, 700, Orientation.FROM_BEHIND))
    said = HandNames({1: FAR_AWAY, 2: Word.NOT_RECOGNISABLE}, {1: Word.NO_FACE, 2: FAR_AWAY, 3: NO_FACE})
    facts = facts_of("a.jpg", picture, {}, said, OTHERWISE)
    assert [f.ruled_out for f in facts.faces] == [True, False]
    assert [b.ruled_out for b in facts.bodies] == [False, True, True]
    assert [b.orientation for b in facts.bodies] == [b.orientation for b in picture.bodies]
    assert [b.largest_face_px for b in facts.bodies] == [LARGEST_FACE * 100] * 3


people = st.sampled_from(["S01", "S02", "S03", "S04"])
numbers = st.integers(1, 6)
by_program = st.dictionaries(numbers, st.none() | people)
by_hand = st.dictionaries(numbers, people | st.sampled_from([*Word, NO_FACE, FAR_AWAY]))


@given(count=st.integers(0, 5), program=by_program, hand=by_hand, bodies=by_hand)
@settings(deadline=None, max_examples=300)
def test_nothing_is_invented_and_nothing_is_lost(
    count: int, program: dict[int, str | None], hand: dict[int, str], bodies: dict[int, str]
):
    """A name comes from a person, or else from the program; a face goes only where somebody saw that it is none.

    Not one that the program takes for somebody of the register.
    """
    picture = seen(*(face(n, n * 100) for n in range(1, count + 1)), body(1, 800))
    facts = facts_of("a.jpg", picture, matched(program), HandNames(hand, bodies), OTHERWISE)
    gone = {n for n, who in hand.items() if who is NO_FACE and program.get(n) is None}
    assert [f.number for f in facts.faces] == [n for n in range(1, count + 1) if n not in gone]
    assert [b.ruled_out for b in facts.bodies] == [is_set_aside(bodies.get(1))], "and nobody without a reason"
    assert {f.number for f in facts.faces if f.ruled_out} <= {n for n, who in hand.items() if who is FAR_AWAY}
    for fact in facts.faces:
        source = hand.get(fact.number, program.get(fact.number))
        assert fact.person_id in (None, source)
        assert not isinstance(fact.person_id, Word)
        assert (fact.person_id is None) or fact.why_unnamed is None
    times = Counter(f.person_id for f in facts.faces if f.person_id is not None)
    for fact in facts.faces:
        if fact.person_id is not None and fact.person_id in hand.values():
            assert times[fact.person_id] == 1


def test_visible_texts_keep_their_numbers_beside_whatever_else_is_read():
    """A report draws a text by its number, so no other text of the photo may have it."""
    read = replace(THREE, texts=(SeenText(1, Box(0, 0, 90, 20), "Noor", 0.9), SeenText(2, Box(0, 50, 90, 20), "x", 1)))
    texts = facts_of("a.jpg", read, {}, HandNames(), OTHERWISE).texts
    assert [(t.number, t.text) for t in texts if t.where is TextPlace.VISIBLE] == [(1, "Noor"), (2, "x")]
    assert all(not 0 < t.number <= 1000 for t in texts if t.where is not TextPlace.VISIBLE)


def test_the_platforms_of_a_permission_are_no_text():
    with pytest.raises(TypeError, match="a set"):
        FaceFact(1, 100.0, permitted_for="facebook")  # type: ignore[arg-type]
