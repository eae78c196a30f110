"""Naming by hand: a name reaches the face it was meant for, or nobody, and what goes astray is said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime
from itertools import permutations
from pathlib import Path

import pytest
from openpyxl import Workbook

from consent.facts import Case, Orientation, PhotoFacts
from consent.findings import Finding, Outcome
from consent.judging import Decision, Verdict, judge
from consent.messages import UserError, say
from consent.people import Person
from consent.protocol import load_protocol
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium
from pipeline.deciding import names_of, with_decisions
from pipeline.facts import facts_of
from pipeline.matching.identification import Identification
from pipeline.naming import TAKEN_BACK, HandNames, HandRow, NamesFile, hand_findings, with_named_bodies
from pipeline.naming_table import COLUMNS, FOR_PEOPLE, is_open, read_names, rows_to_name
from pipeline.naming_words import Permission, Permissions, SetAside, Word, word
from pipeline.naming_words import written as written_word
from pipeline.reporting.tables import write_csv
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Box, Observation, SeenText
from pipeline.vision.persons import LARGEST_FACE
from tests.pipeline.seen import FAR_AWAY, NO_FACE, SHA256, body, face, seen

PROTOCOL = load_protocol("ooh-2019")
FACES = seen(face(1, 100), face(2, 300), body(1, 500), body(2, 700))
NOBODY_SAID = say("Nobody has said yet who this is.")


def row(who: str, number: object = 1, **other: object) -> tuple[object, ...]:
    """A row about face 1 of FACES, or about what else is given, in the order of the columns."""
    cells = {
        "photo": "a.jpg",
        "sha256": SHA256,
        "what": "face",
        "found": "",
        "perhaps": "",
        "x": 100,
        "y": 100,
        "width": 60,
    }
    cells |= {"height": 60, "number": number, "who": who, **other}
    return tuple(cells[column] for column in COLUMNS)


def second(who: str, **other: object) -> tuple[object, ...]:
    return row(who, **{"number": 2, "x": 300, **other})


def body_row(who: str, number: object = 1, x: int = 500) -> tuple[object, ...]:
    return row(who, number, what="person", x=x, y=50, width=100, height=300)


def by_column(cells: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(COLUMNS, cells, strict=True))


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

DISPUTED = Word.DISPUTED
PLACES = {
    "the same place": (row("S01"), {1: "S01"}),
    "a little moved": (row("S01", x=110), {1: "S01"}),
    "a little larger": (row("S01", width=80), {1: "S01"}),
    "moved too far": (row("S01", x=140), {1: DISPUTED}),
    "between two faces": (row("S01", x=200), {1: DISPUTED}),
    "the place of the other face": (row("S01", x=300), {1: DISPUTED, 2: DISPUTED}),
    "the number of the other face": (row("S01", 2), {1: DISPUTED, 2: DISPUTED}),
    "a number that no face has": (row("S01", 99), {1: DISPUTED, 99: DISPUTED}),
    "no number": (row("S01", ""), {0: DISPUTED, 1: DISPUTED}),
    "a number and a place that no face has": (row("S01", 99, x=800), {99: DISPUTED}),
    "as large as both": (row("S01", width=260), {1: DISPUTED}),
    "another photo": (row("S01", photo="b.jpg", sha256="0" * 64), {}),
    "the same photo under another name": (row("S01", photo="b.jpg"), {1: "S01"}),
    "beside the picture": (row("S01", x=-5000), {1: DISPUTED}),
}


@pytest.mark.parametrize("case", PLACES)
def test_a_row_belongs_to_the_face_of_its_number_at_its_place(case: str, read: Callable[..., NamesFile]):
    given, expected = PLACES[case]
    assert read(given).for_photo("a.jpg", FACES).faces == expected


MISPLACED = {
    "swapped numbers": (row("S01", 2), second("S02", number=1)),
    "swapped places": (row("S01", x=300), second("S02", x=100)),
    "one row at the other's place": (row("S01"), second("S02", x=100)),
    "one row with the other's number": (row("S01"), second("S02", number=1)),
    "numbers that no face has": (row("S01", 7), second("S02", number=8)),
}


@pytest.mark.parametrize("case", MISPLACED)
@pytest.mark.parametrize("turn", [1, -1])
def test_where_number_and_place_differ_nobody_is_cleared(
    case: str, turn: int, read: Callable[..., NamesFile], people: dict[str, Person]
):
    """Both have a yes, so that a name at the wrong face would publish the photo."""
    said = read(*MISPLACED[case][::turn]).for_photo("a.jpg", seen(face(1, 100), face(2, 300)))
    assert (said.faces[1], said.faces[2]) == (DISPUTED, DISPUTED)
    verdict = judged(facts_of("a.jpg", seen(face(1, 100), face(2, 300)), {}, said, NOBODY_SAID), people, "S01", "S02")
    assert verdict.decision is Decision.HOLD
    assert {n for finding in verdict.reasons for n in finding.faces} == {1, 2}
    straight = read(row("S01"), second("S02")).for_photo("a.jpg", seen(face(1, 100), face(2, 300)))
    facts = facts_of("a.jpg", seen(face(1, 100), face(2, 300)), {}, straight, NOBODY_SAID)
    assert judged(facts, people, "S01", "S02").decision is Decision.PUBLISH, "only the mistake holds it"


def judged(facts: PhotoFacts, people: dict[str, Person], *with_yes: str) -> Verdict:
    day = date(2026, 11, 22)
    yes = tuple(
        ConsentRecord(who, "facebook", Medium.PHOTO, Answer.YES, "both parents", day, None, None, "2026-1", "form")
        for who in with_yes
    )
    return judge(Case(facts, "facebook", day, ConsentRegister(people, yes), PROTOCOL))


def test_a_name_does_not_slide_when_the_numbers_change(read: Callable[..., NamesFile]):
    names = read(row("S01"), second("S02"))
    renumbered = seen(face(1, 20), face(2, 100), face(3, 300))
    assert set(names.for_photo("a.jpg", renumbered).faces.values()) == {DISPUTED}


def test_a_person_from_behind_whom_rows_dispute_is_held(read: Callable[..., NamesFile], people: dict[str, Person]):
    behind = seen(body(1, 500, Orientation.FROM_BEHIND), body(2, 700, Orientation.FROM_BEHIND))
    assert judged(facts_of("a.jpg", behind, {}, HandNames(), NOBODY_SAID), people).decision is Decision.PUBLISH
    said = read(body_row("S01", number=2)).for_photo("a.jpg", behind)
    verdict = judged(facts_of("a.jpg", behind, {}, said, NOBODY_SAID), people)
    assert verdict.decision is Decision.HOLD
    assert {n for finding in verdict.reasons for n in finding.bodies} == {1, 2}


# Another version of a photo.


@pytest.mark.parametrize("name", ["a.jpg", "sub/=1+1.jpg", "\u202egpj.jpg", "-1.jpg"])
@pytest.mark.parametrize("who", ["S01", "niet herkenbaar", "kan schaden"])
def test_names_for_another_version_of_a_photo_hold_it(
    name: str, who: str, read: Callable[..., NamesFile], people: dict[str, Person]
):
    names = read(row(who, photo=name))
    changed = replace(seen(), sha256="0" * 64)
    said = names.for_photo(name, changed)
    assert said == HandNames(of_another_version=True)
    verdict = judged(facts_of(name, changed, {}, said, NOBODY_SAID), people)
    assert verdict.decision is Decision.HOLD
    assert "another version of this file" in str(verdict.reasons[0].reason)
    assert names.unused({"0" * 64}, {name}) == ()
    assert judged(facts_of(name, changed, {}, HandNames(), NOBODY_SAID), people).decision is Decision.PUBLISH


def test_names_of_both_versions_are_no_reason_to_hold(read: Callable[..., NamesFile]):
    names = read(row("S01"), row("S02", sha256="0" * 64))
    assert names.for_photo("a.jpg", FACES).faces == {1: "S01"}
    assert names.for_photo("a.jpg", replace(FACES, sha256="0" * 64)).faces == {1: "S02"}


def test_what_is_said_of_photos_that_are_not_there_is_known(read: Callable[..., NamesFile]):
    gone = {"sha256": "0" * 64}
    names = read(row("S01"), row("S02", photo="z.jpg", **gone), row("", photo="open.jpg", sha256="1" * 64))
    assert names.unused({SHA256}, {"a.jpg"}) == ("z.jpg",)
    assert names.unused({SHA256, "0" * 64}, {"a.jpg", "renamed.jpg"}) == ()
    assert names.unused(set(), set()) == ("a.jpg", "z.jpg")


def test_a_row_about_a_person_never_names_a_face_and_the_reverse(read: Callable[..., NamesFile]):
    both_there = seen(face(1, 100), replace(body(1, 100), box=Box(100, 100, 60, 60)))
    assert read(row("S01")).for_photo("a.jpg", both_there) == HandNames({1: "S01"}, {})
    assert read(row("S01", what="person")).for_photo("a.jpg", both_there) == HandNames({}, {1: "S01"})


CONTRADICTIONS = {
    "two names": ("S01", "S02"),
    "a name and no face": ("S03", "geen gezicht"),
    "no face and a name": ("no face", "S03"),
    "a name and not recognisable": ("S03", "niet herkenbaar"),
    "a name, and not recognisable for a reason": ("S03", "niet herkenbaar: ver weg"),
    "no face, and not recognisable": ("geen gezicht: een pop", "niet herkenbaar: ver weg"),
    "a word, another with a reason": ("geen gezicht", "niet herkenbaar: ver weg"),
    "three times": ("S01", "S02", "S01"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
@pytest.mark.parametrize("matched", [None, "S04"])
def test_rows_that_contradict_each_other_hold_the_face(case: str, matched: str | None, read: Callable[..., NamesFile]):
    said = read(*(row(who) for who in CONTRADICTIONS[case])).for_photo("a.jpg", FACES)
    assert said.faces == {1: Word.DISPUTED}
    found = {1: Identification(1, matched, None if matched else NOBODY_SAID)}
    fact = facts_of("a.jpg", FACES, found, said, NOBODY_SAID).faces[0]
    assert (fact.number, fact.person_id, fact.ruled_out) == (1, None, False)
    assert "contradict" in str(fact.why_unnamed)


def test_rows_that_contradict_each_other_leave_a_person_open(read: Callable[..., NamesFile]):
    said = read(body_row("niet herkenbaar"), body_row("S01")).for_photo("a.jpg", FACES)
    assert said.bodies == {1: Word.DISPUTED}
    seen_now, said = with_named_bodies(FACES, said)
    facts = facts_of("a.jpg", seen_now, {}, said, NOBODY_SAID)
    assert [b.number for b in facts.bodies] == [1, 2] and not facts.bodies[0].ruled_out


@pytest.mark.parametrize("rows", [*permutations(["geen gezicht", "geen gezicht: een bal", "no face: een pop"])])
def test_one_reason_is_enough_for_a_word_and_the_last_stays(rows: tuple[str, ...], read: Callable[..., NamesFile]):
    (said,) = read(*map(row, rows)).for_photo("a.jpg", FACES).faces.values()
    assert said == max((rows.index(text), word(text)) for text in rows if ":" in text)[1]


def test_the_same_word_twice_is_no_contradiction(read: Callable[..., NamesFile], people: dict[str, Person]):
    said = read(row("S01"), row(people["S01"].full_name.upper())).for_photo("a.jpg", FACES)
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
    "geen gezicht: een pop": NO_FACE,
    "Geen gezicht, een pop": NO_FACE,
    "no face:een pop ": NO_FACE,
    "geen gezicht want een pop": NO_FACE,
    "niet herkenbaar: far away, and blurred": FAR_AWAY,
    "not recognisable because far away, and blurred": FAR_AWAY,
    "geen gezicht (een pop)": NO_FACE,
    "geen gezicht - een pop": NO_FACE,
    "geen gezicht: geen gezicht": Word.NO_FACE,
    "geen gezicht: een": Word.NO_FACE,
    "niet herkenbaar: Do_not_ask_again": Word.NOT_RECOGNISABLE,
    "geen gezicht:": Word.NO_FACE,
    "geen gezicht: ..": Word.NO_FACE,
    "niet herkenbaar: x 12": Word.NOT_RECOGNISABLE,
    "niet herkenbaar: do_not_ask_again": Word.NOT_RECOGNISABLE,
    "kan schaden": Word.MAY_HARM,
    "may_harm": Word.MAY_HARM,
}


@pytest.mark.parametrize("who", WHO)
def test_who_is_an_id_a_full_name_or_a_word(who: str, read: Callable[..., NamesFile]):
    assert read(row(who)).for_photo("a.jpg", FACES).faces == {1: WHO[who]}


NOT_UNDERSTOOD = {
    "an unknown id": row("S99"),
    "an id in the wrong case": row("s01"),
    "a given name only": row("Noor"),
    "a name that two persons have": row("Sam de Test"),
    "a name of nobody": row("Piet Nergens"),
    "a word for a whole photo": row("andere versie"),
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
    with pytest.raises(UserError, match=r"names\.csv .*Row 3: (?!.*Row)") as refused:
        read(row(""), NOT_UNDERSTOOD[case], row("S01"))
    assert "Nergens" not in str(refused.value) and "Noor" not in str(refused.value)


def test_all_wrong_rows_are_told_at_once(read: Callable[..., NamesFile]):
    with pytest.raises(UserError, match=r"Row 2, 6: .*Row 4: .*Row 5: "):
        read(row("S99"), row("S01"), row("Sam de Test"), row("S01", x="nan"), row("S98"), row(""))


def test_rows_left_open_say_nothing(read: Callable[..., NamesFile]):
    names = read(row(""), second("  "), body_row(""))
    assert names == NamesFile()
    assert names.for_photo("a.jpg", FACES) == HandNames()


def test_whom_a_face_may_be_is_written_for_people_and_never_read(tmp_path: Path, people: dict[str, Person]):
    given = (row("", perhaps="S01"), second("S02", perhaps="S01"))
    names = read_names(written(tmp_path / "names.csv", given), people)
    assert names.for_photo("a.jpg", FACES).faces == {2: "S02"}
    older = [column for column in COLUMNS if column != "perhaps"]
    rows = [[by_column(cells)[column] for column in older] for cells in given]
    write_csv(tmp_path / "older.csv", older, rows)
    assert read_names(tmp_path / "older.csv", people) == names


@pytest.mark.parametrize("column", [column for column in COLUMNS if column not in FOR_PEOPLE])
def test_a_missing_column_is_told(column: str, tmp_path: Path, people: dict[str, Person]):
    path = tmp_path / "names.csv"
    write_csv(path, [c if c != column else "other" for c in COLUMNS], [row("S01")])
    with pytest.raises(UserError, match=f"the column {column} is missing"):
        read_names(path, people)


@pytest.mark.parametrize("what", ["photo", "face", "person"])
def test_may_harm_counts_for_the_whole_photo_wherever_it_stands(what: str, read: Callable[..., NamesFile]):
    said = read(row("kan schaden", what=what)).for_photo("a.jpg", FACES)
    assert said.may_harm
    assert facts_of("a.jpg", FACES, {}, said, NOBODY_SAID).may_harm
    assert not read(row("kan schaden", what=what)).for_photo("b.jpg", replace(FACES, sha256="0" * 64)).may_harm


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
    rows = [row("Zoë Künç"), second("S03"), row("", 3, x=500), body_row("niet herkenbaar")]
    said = read_names(SAVED[way](tmp_path, rows), people).for_photo("a.jpg", FACES)
    assert said == HandNames({1: "S02", 2: "S03"}, {1: Word.NOT_RECOGNISABLE})


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0.jpg", "-1.jpg", "@foto.jpg", "a;b\nc.jpg", '"foto".jpg'])
def test_an_odd_file_name_keeps_its_row(name: str, tmp_path: Path, people: dict[str, Person]):
    path = written(tmp_path / "names.csv", [row("S01", photo=name)])
    assert read_names(path, people).for_photo(name, FACES).faces == {1: "S01"}


# Bodies that get a name.


def test_a_person_who_is_given_a_name_becomes_a_face_that_is_judged(
    read: Callable[..., NamesFile], people: dict[str, Person]
):
    now, said = with_named_bodies(
        FACES, read(body_row("S01"), body_row("niet herkenbaar: ver weg", 2, x=700)).for_photo("a.jpg", FACES)
    )
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


@pytest.mark.parametrize("word", ["geen gezicht", "geen gezicht: een pop", "niet herkenbaar: ver weg", "kan schaden"])
def test_a_word_about_a_person_makes_no_face(word: str, read: Callable[..., NamesFile]):
    now, said = with_named_bodies(FACES, read(body_row(word)).for_photo("a.jpg", FACES))
    assert now == FACES
    assert said.faces == {}


# There and back.


def case_of(observation: Observation, said: HandNames, people: dict[str, Person], name: str = "a.jpg") -> Case:
    whole, of_faces = with_named_bodies(observation, said)
    facts = facts_of(name, whole, {2: Identification(2, "S02")}, of_faces, NOBODY_SAID)
    return Case(facts, "facebook", date(2026, 11, 22), ConsentRegister(people), PROTOCOL)


SCENE = seen(face(1, 100.4), face(2, 300.6), face(3, 450, side=5), body(1, 500), body(2, 700, Orientation.FROM_BEHIND))


def rows_of(said: HandNames, people: dict[str, Person], name: str = "a.jpg") -> list[dict[str, object]]:
    case = case_of(SCENE, said, people, name)
    return [by_column(cells) for cells in rows_to_name(case, judge(case), SCENE, said, {})]


def told(rows: list[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(row["what"], row["number"], row["found"], row["who"]) for row in rows]


@pytest.mark.parametrize("name", ["a.jpg", "sub/=1+1;b.jpg", "'t feest.jpg"])
def test_a_filled_in_file_names_exactly_what_was_there(name: str, tmp_path: Path, people: dict[str, Person]):
    rows = rows_of(HandNames(), people, name)
    assert told(rows) == [("face", 1, "", ""), ("face", 2, "S02", ""), ("person", 1, "", ""), ("photo", "", "", "")]
    assert [is_open(tuple(row.values())) for row in rows] == [True, False, True, False]
    whos = {"face": "Noor van der Proef", "person": "niet herkenbaar: ver weg", "photo": "kan schaden"}
    filled = [row | {"who": whos[str(row["what"])] if row["number"] != 2 else ""} for row in rows]
    path = written(tmp_path / "names.csv", [tuple(row.values()) for row in filled])
    said = read_names(path, people).for_photo(name, SCENE)
    assert said == HandNames({1: "S01"}, {1: SetAside(Word.NOT_RECOGNISABLE, "ver weg")}, may_harm=True)


CARRIED = {
    "nothing": HandNames(),
    "a name": HandNames({1: "S01"}),
    "a name in place of the program's": HandNames({2: "S03"}),
    "the program's name confirmed": HandNames({2: "S02"}),
    "no face, and not recognisable": HandNames({1: NO_FACE, 2: FAR_AWAY}),
    "the same without a reason": HandNames({1: Word.NO_FACE, 2: Word.NOT_RECOGNISABLE}),
    "a face too small to be recognised": HandNames({3: "S01"}),
    "one name twice": HandNames({1: "S01", 2: "S01"}),
    "may harm": HandNames(may_harm=True),
    "may harm, at a face": HandNames({1: Word.MAY_HARM}, may_harm=True),
    "a person with a name": HandNames({}, {1: "S04"}),
    "a person from behind with a name": HandNames({}, {2: "S04"}),
    "a person who is nobody": HandNames({}, {1: FAR_AWAY, 2: NO_FACE}),
    "everything": HandNames({1: "S01", 2: "S02", 3: NO_FACE}, {1: "S03", 2: "S04"}, may_harm=True),
}


@pytest.mark.parametrize("case", CARRIED)
def test_what_was_said_is_carried_on_to_the_next_run_and_the_one_after(
    case: str, tmp_path: Path, people: dict[str, Person]
):
    said = CARRIED[case]
    for _ in range(2):
        rows = rows_of(said, people)
        assert [row["what"] for row in rows].count("photo") == 1
        path = written(tmp_path / "names.csv", [tuple(row.values()) for row in rows])
        assert read_names(path, people).for_photo("a.jpg", SCENE) == said
        bodies = {row["number"]: row["who"] for row in rows if row["what"] == "person"}
        assert bodies.keys() >= said.bodies.keys(), "a named person stays a person, also where a face was made of it"


def test_what_was_disputed_is_written_as_such_and_asked_again(people: dict[str, Person]):
    rows = rows_of(HandNames({2: Word.DISPUTED}, {2: Word.DISPUTED}), people)
    here, there = ("face", 2, "", "tegenstrijdig"), ("person", 2, "", "tegenstrijdig")
    assert told(rows) == [("face", 1, "", ""), here, ("person", 1, "", ""), there, ("photo", "", "", "")]
    assert [is_open(tuple(row.values())) for row in rows] == [True, True, True, True, False]


@pytest.mark.parametrize(
    "said",
    [
        HandNames({2: Word.DISPUTED}, {2: Word.DISPUTED}),
        HandNames(of_another_version=True),
        HandNames(
            {1: Permissions((Permission("facebook", ""), Permission("x", "a mail"))), 3: Word.NO_FACE}, {}, {}, True
        ),
    ],
)
def test_what_holds_a_photo_comes_back_from_its_rows(
    said: HandNames, people: dict[str, Person], read: Callable[..., NamesFile]
):
    rows = [tuple(row.values()) for row in rows_of(said, people)]
    assert read(*rows).for_photo("a.jpg", SCENE) == said


def test_a_photo_on_which_nobody_is_has_a_row_for_what_may_harm(people: dict[str, Person]):
    nobody = seen()
    case = case_of(nobody, HandNames(), people)
    rows = [by_column(r) for r in rows_to_name(case, judge(case), nobody, HandNames(), {})]
    assert told(rows) == [("photo", "", "", "")]
    assert not is_open(tuple(rows[0].values()))


def test_every_statement_is_a_finding_that_weighs_nothing():
    said = HandNames({1: "S01", 2: NO_FACE, 3: Word.DISPUTED}, {1: "S02", 2: FAR_AWAY, 3: Word.NO_FACE})
    found = list(hand_findings(said))
    assert {(f.rule, f.outcome) for f in found} == {("hand", Outcome.NOT_APPLICABLE)}
    assert [(f.faces, f.bodies, f.person_id) for f in found] == [
        ((1,), (), "S01"), ((2,), (), None), ((3,), (), None), ((), (1,), "S02"), ((), (2,), None), ((), (3,), None),
    ]  # fmt: skip
    assert len({str(f.reason) for f in found}) == 6


@pytest.mark.parametrize("sheets", [["names", "Sheet2"], ["Sheet1", "names"]])
def test_several_sheets_are_refused(sheets: list[str], tmp_path: Path, people: dict[str, Person]):
    book = Workbook()
    book.remove(book.active)
    for title in sheets:
        sheet = book.create_sheet(title)
        for cells in (COLUMNS, row("S01")) if title == "names" else (("notes",),):
            sheet.append(cells)
    book.save(tmp_path / "names.xlsx")
    with pytest.raises(UserError, match="several sheets"):
        read_names(tmp_path / "names.xlsx", people)


# A permission of an adult who is not in the register.

PERMISSION = Permission("facebook", "mail of 3 November; see folder 2")
PERMITTED = Permissions((PERMISSION,))
BOTH = Permissions((PERMISSION, Permission("social_schools", "a form: at the office")))


@pytest.mark.parametrize(
    "text",
    [
        "volwassene met toestemming voor facebook: mail of 3 November; see folder 2",
        " Volwassene met toestemming voor Facebook : mail of 3 November; see folder 2 ",
        "adult with permission for facebook: mail of 3 November; see folder 2",
    ],
)
def test_a_permission_is_read_and_written_back(read: Callable[..., NamesFile], text: str):
    names = read(row(text))
    assert names.for_photo("a.jpg", FACES).faces == {1: PERMITTED}
    assert tuple(map(word, written_word(PERMITTED))) == PERMITTED.given


def test_permissions_for_two_platforms_stand_in_two_rows_and_come_back_from_them(
    read: Callable[..., NamesFile], people: dict[str, Person]
):
    said = read(*map(row, written_word(BOTH))).for_photo("a.jpg", FACES)
    assert said.faces == {1: BOTH} and said == read(*map(row, reversed(written_word(BOTH)))).for_photo("a.jpg", FACES)
    case = case_of(FACES, said, people)
    rows = [cells for cells in rows_to_name(case, judge(case), FACES, said, {}) if cells[2] == 1]
    assert [by_column(cells)["who"] for cells in rows if cells[1] == "face"] == [*written_word(BOTH)]
    assert not any(is_open(cells) for cells in rows if cells[1] == "face")
    assert read(*rows).for_photo("a.jpg", FACES).faces == {1: BOTH}
    facts = facts_of("a.jpg", FACES, {}, said, NOBODY_SAID)
    assert facts.faces[0].permitted_for == {"facebook", "social_schools"}


@pytest.mark.parametrize(
    "last", ["S01", "geen gezicht", "geen gezicht: een pop", "adult with permission for facebook: another mail"]
)
def test_what_contradicts_one_of_two_permissions_leaves_neither(last: str, read: Callable[..., NamesFile]):
    for texts in permutations([*written_word(BOTH), last]):
        assert read(*map(row, texts)).for_photo("a.jpg", FACES).faces == {1: Word.DISPUTED}


@pytest.mark.parametrize(
    "text",
    [
        "volwassene met toestemming",
        "volwassene met toestemming voor facebook",
        "volwassene met toestemming voor facebook:  ",
        "volwassene met toestemming: mail",
        "adult with permission for: mail",
    ],
)
def test_a_permission_without_platform_or_evidence_is_refused(read: Callable[..., NamesFile], text: str):
    with pytest.raises(UserError, match="voor facebook"):
        read(row(text))


def test_a_permission_makes_a_fact_for_its_platform_and_no_name():
    facts = facts_of("a.jpg", FACES, {}, HandNames({1: PERMITTED}), NOBODY_SAID)
    assert (facts.faces[0].permitted_for, facts.faces[0].person_id) == ({"facebook"}, None)
    assert facts.faces[1].permitted_for == frozenset()
    found = {1: Identification(1, "S01")}
    assert facts_of("a.jpg", FACES, found, HandNames({1: PERMITTED}), NOBODY_SAID).faces[0].person_id is None


def test_whom_the_program_finds_in_the_register_goes_by_the_register_whatever_permission_there_is():
    """A permission may be older than the enrolment that shows whose face it is, and a file with names is not asked."""
    said = HandNames(faces={1: PERMITTED, 2: PERMITTED})
    found = {1: Identification(1, "S02"), 2: Identification(2, None, say("Nobody is alike."))}
    one, two = facts_of("a.jpg", FACES, found, said, NOBODY_SAID).faces
    assert (one.permitted_for, one.person_id) == (frozenset(), None)
    assert "Say by name who it is" in str(one.why_unnamed)
    assert two.permitted_for == {"facebook"}


def test_a_body_with_a_permission_becomes_a_face_with_it():
    whole, said = with_named_bodies(FACES, HandNames(bodies={1: PERMITTED}))
    assert (len(whole.faces), len(whole.bodies)) == (3, 1)
    assert facts_of("a.jpg", whole, {}, said, NOBODY_SAID).faces[2].permitted_for == {"facebook"}


def test_a_permission_and_a_name_for_one_face_contradict_each_other():
    place = HandRow("a.jpg", "face", 1, FACES.faces[0].box, PERMISSION)
    for other in ("S01", Permission("facebook", "another mail"), Word.NO_FACE, NO_FACE):
        names = NamesFile({SHA256: (place, replace(place, who=other))})
        assert names.for_photo("a.jpg", FACES).faces == {1: Word.DISPUTED}
        facts = facts_of("a.jpg", FACES, {}, names.for_photo("a.jpg", FACES), NOBODY_SAID)
        assert facts.faces[0].permitted_for == frozenset()


# Decisions of the desk as rows.


def decided(**about: object) -> HandDecision:
    given = {"at": datetime(2026, 11, 22), "photo_sha256": SHA256, "photo": "a.jpg", "what": "face", "number": 1}
    return HandDecision(**{**given, "box": FACES.faces[0].box, "who": "S01", **about})


def test_decisions_become_rows_and_those_that_ended_do_not():
    told = names_of([decided(), decided(number=2, box=FACES.faces[1].box, who="S02", ended_at=datetime(2026, 11, 23))])
    assert told.for_photo("a.jpg", FACES).faces == {1: "S01"}


def test_a_decision_about_a_remedy_names_nobody():
    assert names_of([decided(what="remedy", who="confirmed")]).rows == {}


def test_a_decision_holds_no_other_photo_of_that_name_but_for_one_that_may_harm():
    other = replace(FACES, sha256="0" * 64)
    assert not names_of([decided()]).for_photo("a.jpg", other).of_another_version
    assert names_of([decided(what="photo", who="may_harm")]).for_photo("a.jpg", other).of_another_version


@pytest.mark.parametrize(
    ("said", "faces"),
    [
        ({"id": 6}, {1: "S01"}),  # said since the run
        ({"id": 5}, {1: Word.DISPUTED}),  # known to the run
        ({"id": 6, "ended_at": datetime(2026, 11, 23)}, {1: Word.DISPUTED}),
        ({"id": 6, "first": 5}, {1: Word.DISPUTED}),  # said before, taken back and brought back by undoing
        ({"id": 6, "number": 2, "box": FACES.faces[1].box}, {1: Word.DISPUTED, 2: "S01"}),
    ],
)
def test_a_dispute_of_a_run_is_settled_by_what_is_said_since(
    said: dict[str, object], faces: dict[int, str], read: Callable[..., NamesFile]
):
    table = replace(read(row("tegenstrijdig")), known=5)
    assert with_decisions(table, [decided(**said)]).for_photo("a.jpg", FACES).faces == faces
    assert with_decisions(replace(table, known=None), [decided()]).for_photo("a.jpg", FACES).faces[1] is Word.DISPUTED
    before = decided(id=4, who="adult_with_permission", platform="facebook", reason="a mail")
    beside = replace(before, id=6, platform="website")
    assert with_decisions(table, [before, beside]).for_photo("a.jpg", FACES).faces[1] is Word.DISPUTED


def test_a_word_whose_reason_was_erased_brings_no_older_row_back(read: Callable[..., NamesFile]):
    ended = decided(who="not_recognisable", reason="far away", ended_at=datetime(2026, 11, 23))
    erased = decided(id=2, who="not_recognisable", reason="")
    told = with_decisions(read(row("niet herkenbaar: ver weg")), [ended, erased]).for_photo("a.jpg", FACES)
    assert told.faces == {1: Word.NOT_RECOGNISABLE}


def test_a_permission_that_shows_nothing_permits_nothing_and_leaves_another_one():
    erased = decided(who="adult_with_permission", platform="facebook", reason="")
    other = replace(erased, platform="x", reason="a mail")
    told = names_of([erased, other]).for_photo("a.jpg", FACES).faces[1]
    assert isinstance(told, Permissions) and told.platforms == {"x"}


def test_a_decision_and_a_row_that_contradict_each_other_are_disputed(read: Callable[..., NamesFile]):
    names = with_decisions(read(row("S02")), [decided()])
    assert names.for_photo("a.jpg", FACES).faces == {1: Word.DISPUTED}
    assert with_decisions(read(row("S01")), [decided()]).for_photo("a.jpg", FACES).faces == {1: "S01"}


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("niet herkenbaar", {"who": "not_recognisable", "reason": "far away"}),  # as older versions wrote it
        ("niet herkenbaar: ver weg", {"who": "not_recognisable", "reason": "far away"}),
        ("geen gezicht", {"who": "no_face"}),
        (
            "volwassene met toestemming voor facebook: a mail",
            {"who": "adult_with_permission", "platform": "facebook", "reason": "a mail"},
        ),
    ],
)
@pytest.mark.parametrize("erased", [False, True])
def test_what_was_taken_back_does_not_come_back_from_the_table_of_an_earlier_run(
    read: Callable[..., NamesFile], text: str, about: dict[str, object], erased: bool
):
    """Neither where its reason was erased, since it told of somebody who was forgotten."""
    ended = decided(**about, ended_at=datetime(2026, 11, 23))
    ended = replace(ended, reason="" if erased else ended.reason)
    left_out = with_decisions(read(row(text)), [ended])
    assert left_out.rows == {}
    (finding,) = hand_findings(left_out.for_photo("a.jpg", FACES))
    assert (finding.reason, finding.faces) == (TAKEN_BACK, (1,))  # it may be newer, so it is not lost without a word
    told = with_decisions(read(row(text)), [ended, decided(**about)]).for_photo("a.jpg", FACES)
    assert len(told.faces) == 1 and Word.DISPUTED not in told.faces.values()
    assert TAKEN_BACK not in [finding.reason for finding in hand_findings(told)]
    assert with_decisions(read(row("S02")), [ended]).for_photo("a.jpg", FACES).faces == {1: "S02"}


@pytest.mark.parametrize(("what", "number"), [("face", 1), ("person", 1), ("text", 1)])
def test_a_row_that_was_taken_back_at_the_desk_is_told_of_where_it_stands(
    what: str, number: int, read: Callable[..., NamesFile]
):
    lines = {"face": row("geen gezicht: een pop"), "person": body_row("S01"), "text": text_row("kan blijven")}
    who = {"face": "no_face", "person": "S01", "text": "may_stay"}[what]
    about = {"what": what, "number": number, "who": who, "reason": "a doll" if what == "face" else ""}
    ended = decided(**about, ended_at=datetime(2026, 11, 23))
    said = with_decisions(read(lines[what]), [ended]).for_photo("a.jpg", WITH_TEXT)
    (finding,) = (one for one in hand_findings(said) if one.reason == TAKEN_BACK)
    assert {"face": finding.faces, "person": finding.bodies, "text": finding.texts}[what] == (number,)
    elsewhere = replace(WITH_TEXT, faces=(), bodies=(), texts=())
    assert not with_decisions(read(lines[what]), [ended]).for_photo("a.jpg", elsewhere).taken_back
    with_another = [ended, decided(**{**about, "who": "S02", "reason": ""})]
    assert what == "text" or not with_decisions(read(lines[what]), with_another).taken_back


EVIDENCE = {
    "as it was written": "mail of 3-11-2026",
    "with marks of direction, as Windows copies a date": "mail of \u200e3\u200e-11-2026",
    "with letters that a spreadsheet does not save": "mail of Ćosić, 3-11-2026",
    "longer than its column": "mail of 3-11-2026; see folder 2",
}


@pytest.mark.parametrize("evidence", EVIDENCE.values(), ids=EVIDENCE)
def test_a_permission_stands_and_ends_as_the_desk_says_whatever_became_of_its_evidence_in_a_table(
    evidence: str, tmp_path: Path, people: dict[str, Person]
):
    table = tmp_path / "names.csv"
    given = decided(who="adult_with_permission", platform="facebook", reason=evidence)
    for line in written_word(Permissions((Permission("facebook", evidence),))):
        write_csv(table, COLUMNS, [row(line)])
    if evidence == EVIDENCE["with letters that a spreadsheet does not save"]:
        table.write_bytes(table.read_text("utf-8-sig").encode("cp1252", "replace"))
    if evidence == EVIDENCE["longer than its column"]:
        table.write_text(table.read_text("utf-8-sig").replace("; see folder 2", ""), "utf-8")
    names = read_names(table, people)
    assert names.for_photo("a.jpg", FACES).faces, "it counts where the desk said nothing"
    ended = replace(given, ended_at=datetime(2026, 11, 23))
    for decisions, expected in (([given], Permissions((Permission("facebook", evidence),))), ([ended], None)):
        assert with_decisions(names, decisions).for_photo("a.jpg", FACES).faces.get(1) == expected
    elsewhere = replace(ended, platform="twitter")
    assert with_decisions(names, [elsewhere]).for_photo("a.jpg", FACES) == names.for_photo("a.jpg", FACES)


def test_of_two_permissions_the_one_that_was_taken_back_goes_and_the_other_stays(read: Callable[..., NamesFile]):
    """In the table of an earlier run both stand."""
    table = read(*map(row, written_word(BOTH)))
    first, other = (
        decided(who="adult_with_permission", platform=one.platform_id, reason=one.evidence) for one in BOTH.given
    )
    ended = replace(first, ended_at=datetime(2026, 11, 23))
    for decisions in ([ended], [ended, other]):
        told = with_decisions(table, decisions).for_photo("a.jpg", FACES)
        assert told.faces == {1: Permissions(BOTH.given[1:])}
    assert with_decisions(table, [first, other]).for_photo("a.jpg", FACES).faces == {1: BOTH}
    assert with_decisions(read(row(written_word(BOTH)[1])), [first]).for_photo("a.jpg", FACES).faces == {1: BOTH}


def test_what_may_hold_a_photo_does_not_go_unseen_because_somebody_once_took_the_same_back(
    read: Callable[..., NamesFile],
):
    """Else the name that the program gave would count, or nothing: a row may have been written after that."""
    ended = [decided(ended_at=datetime(2026, 11, 23)), decided(what="photo", number=0, who="may_harm")]
    ended[1] = replace(ended[1], ended_at=datetime(2026, 11, 23))
    table = read(row("S01"), row("kan schaden", "", what="photo"))
    told = with_decisions(table, ended).for_photo("a.jpg", FACES)
    assert told.may_harm and told.faces == {1: Word.DISPUTED}
    found = {1: Identification(1, "S02")}
    assert facts_of("a.jpg", FACES, found, told, NOBODY_SAID).faces[0].person_id is None
    now = decided(who="S02")
    assert with_decisions(table, [*ended, now]).for_photo("a.jpg", FACES).faces == {1: "S02"}


# Texts that can be read on a photo.

TEXT = SeenText(1, Box(600, 10, 80, 20), "Noor van der Proef", 0.9)
WITH_TEXT = replace(FACES, texts=(TEXT, SeenText(2, Box(600, 60, 80, 20), "Groep 4", 0.9)))


def text_row(who: str, number: int = 1, y: int = 10) -> tuple[object, ...]:
    return row(who, number, what="text", x=600, y=y, width=80, height=20)


@pytest.mark.parametrize("who", ["kan blijven", "May stay", "may_stay"])
def test_a_text_that_may_stay_is_put_before_no_rule(who: str, read: Callable[..., NamesFile]):
    said = read(text_row(who)).for_photo("a.jpg", WITH_TEXT)
    assert said == HandNames(texts={1: Word.MAY_STAY})
    assert [t.number for t in facts_of("a.jpg", WITH_TEXT, {}, HandNames(), NOBODY_SAID).texts if t.number] == [1, 2]
    assert [t.number for t in facts_of("a.jpg", WITH_TEXT, {}, said, NOBODY_SAID).texts if t.number] == [2]
    (finding,) = hand_findings(said)
    assert (finding.texts, finding.outcome) == ((1,), Outcome.NOT_APPLICABLE)


def test_a_row_about_a_text_that_is_not_there_lets_nothing_stay(read: Callable[..., NamesFile]):
    said = read(text_row("kan blijven", y=300)).for_photo("a.jpg", WITH_TEXT)
    assert said.texts == {1: Word.DISPUTED}
    assert [t.number for t in facts_of("a.jpg", WITH_TEXT, {}, said, NOBODY_SAID).texts if t.number] == [1, 2]


@pytest.mark.parametrize("given", [text_row("S01"), text_row("niet herkenbaar"), row("kan blijven")])
def test_of_a_text_only_that_it_may_stay_and_of_a_face_never(given: tuple[object, ...], read: Callable[..., NamesFile]):
    with pytest.raises(UserError, match="kan blijven"):
        read(given)


def test_a_text_that_holds_has_a_row_without_its_words(people: dict[str, Person]):
    case = case_of(WITH_TEXT, HandNames(), people)
    held = replace(judge(case), findings=(Finding("R12", Outcome.HOLD, say("A name."), texts=(1,)),))
    rows = list(rows_to_name(case, held, WITH_TEXT, HandNames(), {}))
    (of_text,) = [by_column(cells) for cells in rows if cells[1] == "text"]
    assert (of_text["number"], of_text["who"], is_open(tuple(of_text.values()))) == (1, "", True)
    assert "Proef" not in str(rows)
    said = HandNames(texts={1: Word.MAY_STAY})
    (of_text,) = [cells for cells in rows_to_name(case, judge(case), WITH_TEXT, said, {}) if cells[1] == "text"]
    assert by_column(of_text)["who"] == "kan blijven" and not is_open(of_text)
