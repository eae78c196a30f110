"""Naming by hand: a name reaches the face it was meant for, or nobody, and what goes astray is said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from consent.facts import Case, Orientation
from consent.judging import judge
from consent.messages import UserError, say
from consent.people import Person
from consent.protocol import load_protocol
from consent.register import ConsentRegister
from pipeline.facts import facts_of
from pipeline.matching.identification import Identification
from pipeline.naming import COLUMNS, HandNames, NamesFile, Word, read_names, rows_to_name, with_named_bodies
from pipeline.reporting.tables import write_csv
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Box, Observation
from pipeline.vision.persons import LARGEST_FACE
from tests.pipeline.seen import SHA256, body, face, seen

PROTOCOL = load_protocol("ooh-2019")
FACES = seen(face(1, 100), face(2, 300), body(1, 500), body(2, 700))
NOBODY_SAID = say("Nobody has said yet who this is.")


def row(who: str, what: str = "face", x: object = 100, sha256: str = SHA256, width: object = 60) -> tuple[object, ...]:
    return ("a.jpg", sha256, what, 1, x, 100, width, 60, who)


def body_row(who: str, x: int = 500) -> tuple[object, ...]:
    return ("a.jpg", SHA256, "person", 1, x, 50, 100, 300, who)


def written(path: Path, rows: Iterable[tuple[object, ...]]) -> Path:
    write_csv(path, COLUMNS, rows)
    return path


@pytest.fixture
def read(tmp_path: Path, people: dict[str, Person]) -> Callable[..., NamesFile]:
    """Reads the rows of a filled-in names.csv with the real writer and reader."""

    def read_rows(*rows: tuple[object, ...]) -> NamesFile:
        return read_names(written(tmp_path / "names.csv", rows), people)

    return read_rows


# Which face a row is about.

PLACES = {
    "the same place": (row("S01"), {1: "S01"}),
    "a little moved": (row("S01", x=110), {1: "S01"}),
    "a little larger": (row("S01", width=80), {1: "S01"}),
    "moved too far": (row("S01", x=140), {}),
    "between two faces": (row("S01", x=200), {}),
    "the other face, whatever its number": (row("S01", x=300), {2: "S01"}),
    "as large as both": (row("S01", width=260), {}),
    "another photo of the same name": (row("S01", sha256="0" * 64), {}),
    "beside the picture": (row("S01", x=-5000), {}),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_row_belongs_to_the_face_at_its_place_on_its_own_photo(case: str, read: Callable[..., NamesFile]):
    given, expected = PLACES[case]
    assert read(given).for_photo(FACES).faces == expected


def test_a_name_does_not_slide_when_the_numbers_change(read: Callable[..., NamesFile]):
    names = read(row("S01"), row("S02", x=300))
    renumbered = seen(face(1, 20), face(2, 100), face(3, 300))
    assert names.for_photo(renumbered).faces == {2: "S01", 3: "S02"}


def test_a_row_about_a_person_never_names_a_face_and_the_reverse(read: Callable[..., NamesFile]):
    both_there = seen(face(1, 100), replace(body(1, 100), box=Box(100, 100, 60, 60)))
    assert read(row("S01")).for_photo(both_there) == HandNames({1: "S01"}, {})
    assert read(row("S01", what="person")).for_photo(both_there) == HandNames({}, {1: "S01"})


CONTRADICTIONS = {
    "two names": ("S01", "S02"),
    "a name and no face": ("S03", "geen gezicht"),
    "no face and a name": ("no face", "S03"),
    "a name and not recognisable": ("S03", "niet herkenbaar"),
    "three times": ("S01", "S02", "S01"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
@pytest.mark.parametrize("matched", [None, "S04"])
def test_rows_that_contradict_each_other_hold_the_face(case: str, matched: str | None, read: Callable[..., NamesFile]):
    said = read(*(row(who) for who in CONTRADICTIONS[case])).for_photo(FACES)
    assert said.faces == {1: Word.DISPUTED}
    found = {1: Identification(1, matched, None if matched else NOBODY_SAID)}
    fact = facts_of("a.jpg", FACES, found, said, NOBODY_SAID).faces[0]
    assert (fact.number, fact.person_id, fact.ruled_out) == (1, None, False)
    assert "contradict" in str(fact.why_unnamed)


def test_rows_that_contradict_each_other_leave_a_person_open(read: Callable[..., NamesFile]):
    said = read(body_row("niet herkenbaar"), body_row("S01")).for_photo(FACES)
    assert said.bodies == {1: Word.DISPUTED}
    seen_now, said = with_named_bodies(FACES, said)
    facts = facts_of("a.jpg", seen_now, {}, said, NOBODY_SAID)
    assert [b.number for b in facts.bodies] == [1, 2] and not facts.bodies[0].ruled_out


def test_the_same_word_twice_is_no_contradiction(read: Callable[..., NamesFile], people: dict[str, Person]):
    said = read(row("S01"), row(people["S01"].full_name.upper())).for_photo(FACES)
    assert said.faces == {1: "S01"}


# What may stand in `who`.

WHO = {
    "S01": "S01",
    "T01": "T01",
    "Noor van der Proef": "S01",
    "noor  VAN DER proef": "S01",
    "Zoë Küçük": "S02",
    "Zoe\u0308 Ku\u0308c\u0327u\u0308k": "S02",
    "Gijs 't Voorbeeld": "T01",
    "geen gezicht": Word.NO_FACE,
    "Geen  Gezicht": Word.NO_FACE,
    "no face": Word.NO_FACE,
    "no_face": Word.NO_FACE,
    "niet herkenbaar": Word.NOT_RECOGNISABLE,
    "NOT RECOGNISABLE": Word.NOT_RECOGNISABLE,
    "kan schaden": Word.MAY_HARM,
    "may_harm": Word.MAY_HARM,
}


@pytest.mark.parametrize("who", WHO)
def test_who_is_an_id_a_full_name_or_a_word(who: str, read: Callable[..., NamesFile]):
    assert read(row(who)).for_photo(FACES).faces == {1: WHO[who]}


NOT_UNDERSTOOD = {
    "an unknown id": row("S99"),
    "an id in the wrong case": row("s01"),
    "a given name only": row("Noor"),
    "a name that two persons have": row("Sam de Test"),
    "a name of nobody": row("Piet Nergens"),
    "a word that nobody may write": row("disputed"),
    "a word that is none": row("geen idee"),
    "a photo with a name": row("S01", what="photo"),
    "a photo with another word": row("geen gezicht", what="photo"),
    "a kind that is none": row("S01", what="dog"),
    "no kind": row("S01", what=""),
    "a place that is no number": row("S01", x="links"),
    "a place that is empty": row("S01", x=""),
    "a place that is not a number": row("S01", x="nan"),
    "a place without end": row("S01", x="inf"),
    "a width without end": row("S01", width="inf"),
    "no width": row("S01", width=0),
    "a negative width": row("S01", width=-60),
}


@pytest.mark.parametrize("case", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_refused_by_its_row(case: str, read: Callable[..., NamesFile]):
    with pytest.raises(UserError, match=r"names\.csv: rows 3 cannot be used") as refused:
        read(row(""), NOT_UNDERSTOOD[case], row("S01"))
    assert "Nergens" not in str(refused.value) and "Noor" not in str(refused.value)


def test_all_wrong_rows_are_told_at_once(read: Callable[..., NamesFile]):
    with pytest.raises(UserError, match="rows 2, 4, 5 "):
        read(row("S99"), row("S01"), row("Sam de Test"), row("S01", x="nan"), row(""))


def test_rows_left_open_say_nothing(read: Callable[..., NamesFile]):
    names = read(row(""), row("  ", x=300), body_row(""))
    assert names == NamesFile()
    assert names.for_photo(FACES) == HandNames()


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_told(column: str, tmp_path: Path, people: dict[str, Person]):
    path = tmp_path / "names.csv"
    write_csv(path, [c if c != column else "other" for c in COLUMNS], [row("S01")])
    with pytest.raises(UserError, match=f"the column {column} is missing"):
        read_names(path, people)


@pytest.mark.parametrize("what", ["photo", "face", "person"])
def test_may_harm_counts_for_the_whole_photo_wherever_it_stands(what: str, read: Callable[..., NamesFile]):
    said = read(row("kan schaden", what=what)).for_photo(FACES)
    assert said.may_harm
    assert facts_of("a.jpg", FACES, {}, said, NOBODY_SAID).may_harm
    assert not read(row("kan schaden", what=what)).for_photo(replace(FACES, sha256="0" * 64)).may_harm


# How the file comes back.


def as_text(separator: str, encoding: str, line_end: str = "\r\n") -> Callable[[Path, list[tuple[object, ...]]], Path]:
    def save(folder: Path, rows: list[tuple[object, ...]]) -> Path:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, lineterminator=line_end).writerows([COLUMNS, *rows])
        path = folder / "names.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return save


def as_workbook(folder: Path, rows: list[tuple[object, ...]]) -> Path:
    book = Workbook()
    for cells in [COLUMNS, *rows]:
        book.active.append(list(cells))
    path = folder / "names.xlsx"
    book.save(path)
    return path


SAVED = {
    "as it was written": as_text(";", "utf-8-sig"),
    "with commas": as_text(",", "utf-8-sig"),
    "with tabs": as_text("\t", "utf-8"),
    "without a mark": as_text(";", "utf-8"),
    "in the old encoding": as_text(";", "cp1252"),
    "on a Mac": as_text(";", "utf-8", "\r"),
    "as a workbook": as_workbook,
}


@pytest.mark.parametrize("way", SAVED)
def test_a_file_that_a_spreadsheet_saved_is_read(way: str, tmp_path: Path, people: dict[str, Person]):
    people["S02"] = replace(people["S02"], family_name="Künç")  # cp1252 has no letter for other Turkish names
    rows = [row("Zoë Künç"), row("S03", x=300), row("", x=500), body_row("niet herkenbaar")]
    said = read_names(SAVED[way](tmp_path, rows), people).for_photo(FACES)
    assert said == HandNames({1: "S02", 2: "S03"}, {1: Word.NOT_RECOGNISABLE})


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0.jpg", "-1.jpg", "@foto.jpg", "a;b\nc.jpg", '"foto".jpg'])
def test_an_odd_file_name_keeps_its_row(name: str, tmp_path: Path, people: dict[str, Person]):
    path = written(tmp_path / "names.csv", [(name, *row("S01")[1:])])
    assert read_names(path, people).for_photo(FACES).faces == {1: "S01"}


# Bodies that get a name.


def test_a_person_who_is_given_a_name_becomes_a_face_that_is_judged(
    read: Callable[..., NamesFile], people: dict[str, Person]
):
    now, said = with_named_bodies(FACES, read(body_row("S01"), body_row("niet herkenbaar", x=700)).for_photo(FACES))
    assert [f.number for f in now.faces] == [1, 2, 3]
    assert [b.number for b in now.bodies] == [2]
    assert said.faces == {3: "S01"}
    whole, part = FACES.bodies[0].box, now.faces[2].box
    assert part.overlap(whole) == pytest.approx(part.width * part.height), "the face lies within the person"
    facts = facts_of("a.jpg", now, {}, said, NOBODY_SAID)
    assert facts.faces[2].person_id == "S01"
    assert facts.faces[2].side_px == pytest.approx(LARGEST_FACE * FACES.bodies[0].box.side)
    assert facts.bodies[0].ruled_out
    # S01 has no consent at all, so the name must not clear the photo.
    verdict = judge(Case(facts, "facebook", date(2026, 11, 22), ConsentRegister(people), PROTOCOL))
    assert any(finding.person_id == "S01" or 3 in finding.faces for finding in verdict.reasons)


@pytest.mark.parametrize("word", ["geen gezicht", "niet herkenbaar", "kan schaden"])
def test_a_word_about_a_person_makes_no_face(word: str, read: Callable[..., NamesFile]):
    now, said = with_named_bodies(FACES, read(body_row(word)).for_photo(FACES))
    assert now == FACES
    assert said.faces == {}


# There and back.


def audited(name: str, observation: Observation, said: HandNames) -> AuditedPhoto:
    facts = facts_of(name, observation, {}, said, NOBODY_SAID)
    case = Case(facts, "facebook", date(2026, 11, 22), ConsentRegister({}), PROTOCOL)
    return AuditedPhoto(
        name,
        observation.sha256,
        observation,
        facts,
        judge(case),
        recognisable=frozenset(f.number for f in case.recognisable),
        unseen=frozenset(b.number for b in case.unseen),
    )


@pytest.mark.parametrize("name", ["a.jpg", "sub/=1+1;b.jpg", "'t feest.jpg"])
def test_a_filled_in_file_names_exactly_what_was_open(name: str, tmp_path: Path, people: dict[str, Person]):
    observation = seen(
        face(1, 100.4), face(2, 300.6), face(3, 450, side=5), body(1, 500), body(2, 700, Orientation.FROM_BEHIND)
    )
    rows = list(rows_to_name(audited(name, observation, HandNames({2: "S02"}))))
    assert [(what, number) for _, _, what, number, *_ in rows] == [("face", 1), ("person", 1), ("photo", "")]
    whos = {"face": "Noor van der Proef", "person": "niet herkenbaar", "photo": "kan schaden"}
    filled = [(*cells[:-1], whos[str(cells[2])]) for cells in rows]
    said = read_names(written(tmp_path / "names.csv", filled), people).for_photo(observation)
    assert said == HandNames({1: "S01"}, {1: Word.NOT_RECOGNISABLE}, may_harm=True)


def test_nothing_open_makes_no_rows():
    assert list(rows_to_name(audited("a.jpg", seen(face(1, 100)), HandNames({1: "S01"})))) == []
    assert list(rows_to_name(audited("a.jpg", seen(), HandNames()))) == []


def test_a_photo_that_was_not_looked_at_makes_no_rows():
    assert list(rows_to_name(replace(audited("a.jpg", FACES, HandNames()), observation=None))) == []
