"""A region with a name is offered as the name of the face that lies there, and only where nothing else may be meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from consent.hidden import Hides
from consent.people import Person, Role
from pipeline.metadata.hidden import Area, Hidden
from pipeline.metadata.offering import offers
from tests.pipeline.seen import face, seen

FACES = seen(face(1, 100), face(2, 300), face(3, 700))
"""On a picture of 1000 x 500 px: faces of 60 px, 100 px from the top."""

FIRST, SECOND = (0.09, 0.18, 0.08, 0.16), (0.29, 0.18, 0.08, 0.16)
NOBODY = (0.5, 0.1, 0.1, 0.2)


def person(person_id: str, given: str, infix: str = "", family: str = "Proef") -> Person:
    return Person(person_id, Role.PUPIL, given, infix, family)


PEOPLE = {p.person_id: p for p in (person("S01", "Noor", "van der"), person("S02", "Bas"), person("S03", "Bas"))}


def offered(*regions: tuple[str, tuple[Area, ...]]) -> dict[int, str]:
    hidden = tuple(Hidden(Hides.PERSON, "XMP", "mwg-rs:Name", name, areas) for name, areas in regions)
    return offers(replace(FACES, hidden=hidden), PEOPLE)


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ([("Noor van der Proef", (FIRST,))], {1: "S01"}),
        ([("noor  VAN DER proef", (FIRST,))], {1: "S01"}),
        ([("Noor van der Proef", (NOBODY, FIRST))], {1: "S01"}),
        ([("Noor van der Proef", (FIRST, SECOND))], {}),
        ([("Noor van der Proef", (NOBODY,))], {}),
        ([("Noor van der Proef", ())], {}),
        ([("Noor van der Proef", ((0.0, 0.0, 1.0, 1.0),))], {}),
        ([("Noor van der Proef", (FIRST,)), ("Noor van der Proef", (SECOND,))], {}),
        ([("Noor van der Proef", (FIRST,)), ("Noor van der Proef", ((0.095, 0.19, 0.07, 0.14),))], {1: "S01"}),
        ([("Noor", (FIRST,))], {}),
        ([("Bas Proef", (FIRST,))], {}),
        ([("Somebody Else", (FIRST,))], {}),
        ([("", (FIRST,))], {}),
    ],
    ids=[
        "a full name",
        "in whatever capitals and spaces",
        "a face in one way only",
        "another face in another way",
        "no face there",
        "no place",
        "the whole picture",
        "one person at two faces",
        "twice at one face, as two programs write it",
        "a given name alone",
        "two persons of one name",
        "nobody of the register",
        "no name",
    ],
)
def test_who_is_offered(regions: list[tuple[str, tuple[Area, ...]]], expected: dict[int, str]) -> None:
    assert offered(*regions) == expected


def test_two_names_for_one_face_offer_neither() -> None:
    people = {**PEOPLE, "S04": person("S04", "Sara")}
    regions = ("Noor van der Proef", "Sara Proef")
    hidden = tuple(Hidden(Hides.PERSON, "XMP", "mwg-rs:Name", name, (FIRST,)) for name in regions)
    assert offers(replace(FACES, hidden=hidden), people) == {}


def test_a_person_without_a_name_is_never_offered() -> None:
    people = {"S09": Person("S09", Role.PUPIL)}
    hidden = (Hidden(Hides.PERSON, "XMP", "mwg-rs:Name", "", (FIRST,)),)
    assert offers(replace(FACES, hidden=hidden), people) == {}
