"""Every kind of bad row, what is said of it, and what becomes of an older yes if it is skipped."""

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from register_files import CONSENTS_HEADER, KNOWN, PEOPLE_HEADER, PROTOCOL, TODAY, take, write

from consent.facts import Case, FaceFact, PhotoFacts
from consent.findings import Outcome
from consent.importers.dates import parse_date
from consent.judging import judge
from consent.messages import UserError
from consent.register import MATCHING, Answer, ConsentRecord, ConsentRegister, Medium

GOOD_PERSON = "P1;pupil;Bo;;Berg;3;01-02-2019;"
GOOD_CONSENT = "P1;facebook;photo;yes;parent;01-09-2026;31-07-2027;;2026-1;map 1"
SECRET = "Geheimenaam"

BAD_PEOPLE = {
    "no id": (f";pupil;{SECRET};;;3;;", "“person_id” is empty"),
    "id with a control character": (f"P\x1b2;pupil;{SECRET};;;3;;", "cannot be shown"),
    "role": (f"P2;kind;{SECRET};;;3;;", "“kind” in column “role” is no role"),
    "no role": (f"P2;;{SECRET};;;3;;", "“” in column “role” is no role"),
    "month first": (f"P2;pupil;{SECRET};;;3;02-31-2019;", "“02-31-2019” in column “birth_date” is no date"),
    "two digits of a year": (f"P2;pupil;{SECRET};;;3;01-02-19;", "“01-02-19” in column “birth_date” is no date"),
    "a serial in a text file": (f"P2;pupil;{SECRET};;;3;43497;", "is no date"),
    "not yet born": (f"P2;pupil;{SECRET};;;3;23-11-2026;", "“23-11-2026” in column “birth_date” is in the future"),
    "left": (f"P2;pupil;{SECRET};;;3;;juli", "“juli” in column “left_on” is no date"),
    "too few cells": (f"P2;pupil;{SECRET};;", "This row has 5 cells, the header has 8"),
    "too many cells": (f"P2;pupil;{SECRET};;;3;;;x", "This row has 9 cells, the header has 8"),
}

BAD_CONSENTS = {
    "no id": (";facebook;photo;no;;;;;;", "“person_id” is empty"),
    "nobody": ("X9;facebook;photo;no;;01-09-2026;;;;", "no person “X9”"),
    "purpose": ("P1;sociale media;photo;no;;01-09-2026;;;;", "“sociale media” in column “purpose” is no purpose"),
    "no purpose": ("P1;;photo;no;;01-09-2026;;;;", "“” in column “purpose” is no purpose"),
    "medium": ("P1;facebook;geluid;no;;01-09-2026;;;;", "“geluid” in column “medium” is no medium"),
    "cross": ("P1;facebook;photo;x;;01-09-2026;;;;", "“x” in column “status” is no answer. Use yes, no"),
    "social media": ("P1;facebook;photo;ja, mag op sociale media;;01-09-2026;;;;", "is no answer"),
    "given tomorrow": ("P1;facebook;photo;yes;;23-11-2026;;;2026-1;map 1", "“given_on” is in the future"),
    "given some day": ("P1;facebook;photo;yes;;september;;;2026-1;map 1", "“given_on” is no date"),
    "valid until 31 June": ("P1;facebook;photo;yes;;;31-06-2027;;2026-1;map 1", "“valid_until” is no date"),
    "withdrawn tomorrow": ("P1;facebook;photo;yes;;;;2026-11-23;2026-1;", "“withdrawn_on” is in the future"),
    "withdrawn before given": ("P1;facebook;photo;yes;;01-09-2026;;31-08-2026;;", "Withdrawn on 2026-08-31, before it"),
    "a yes to everything": ("P1;all;photo;yes;;01-09-2026;;;2026-1;map 1", "Only an objection can be for “all”"),
    "too many cells": ("P1;facebook;photo;ja;mits;in groep;01-09-2026;;;2026-1;map 1", "This row has 11 cells"),
}

REMARKABLE = {
    "expired": ("P1;facebook;photo;yes;parent;01-06-2026;;;2025-1;map 1", "This form expired on 2026-07-31"),
    "expired by its own date": ("P1;facebook;photo;ja;;01-09-2026;30-09-2026;;2026-1;map 1", "expired on 2026-09-30"),
    "undated": ("P1;facebook;photo;yes;parent;;;;2026-1;map 1", "A yes without given_on is no written consent"),
    "on no form": ("P1;facebook;photo;ask_first;;01-09-2026;;;;", "A yes without form_version, evidence is no"),
    "withdrawn, not since when": ("P1;facebook;photo;withdrawn;;01-09-2026;;;;", "Withdrawn, but not since when"),
    "withdrawn, of which form": (
        "P1;facebook;photo;withdrawn;;01-09-2026;;01-11-2026;2026-1;",
        "of the form before it a date, version or evidence is missing",
    ),
    "undated no": ("P1;facebook;photo;no;;;;;;", "A no without a date stays"),
    "twice": (GOOD_CONSENT, "The same as row 2 of consents.csv; taken in once"),
}


def plain(tmp_path, people=(), consents=()):
    return (
        write(tmp_path / "people.csv", PEOPLE_HEADER, GOOD_PERSON, *people),
        write(tmp_path / "consents.csv", CONSENTS_HEADER, GOOD_CONSENT, *consents),
    )


def said(faults):
    return [f"{fault.file}:{fault.row} {fault.reason}" for fault in faults]


@pytest.mark.parametrize(("row", "reason"), BAD_PEOPLE.values(), ids=BAD_PEOPLE)
def test_a_bad_row_of_people(tmp_path, row, reason):
    result = take(*plain(tmp_path, people=[row]))
    (fault,) = said(result.faults)
    assert fault.startswith("people.csv:3 ") and reason in fault and SECRET not in fault
    assert [p.person_id for p in result.people] == ["P1"] and len(result.records) == 1


@pytest.mark.parametrize(("row", "reason"), BAD_CONSENTS.values(), ids=BAD_CONSENTS)
def test_a_bad_row_of_consents(tmp_path, row, reason):
    result = take(*plain(tmp_path, consents=[row]))
    assert [f for f in said(result.faults) if f.startswith("consents.csv:3 ") and reason in f]
    assert {f.row for f in result.faults} == {3}
    assert [r.answer for r in result.records if r.answer is Answer.YES] == [Answer.YES]


@pytest.mark.parametrize(("row", "reason"), REMARKABLE.values(), ids=REMARKABLE)
def test_a_remarkable_row_is_taken_in_with_a_warning(tmp_path, row, reason):
    result = take(*plain(tmp_path, consents=[row]))
    (warning,) = said(result.warnings)
    assert warning.startswith("consents.csv:3 ") and reason in warning
    assert not result.faults and len(result.records) == (1 if row == GOOD_CONSENT else 2)


NOTHING_TOLD = [
    "nee",
    "Nee",
    "NEE ",
    "ontbreekt",
    "?",
    "-",
    "geen",
    "n.v.t.",
    "Onbekend",
    "no",
    "missing",
    "0",
    "false",
]


@pytest.mark.parametrize("cell", NOTHING_TOLD)
@pytest.mark.parametrize("column", ["form_version", "evidence"])
def test_a_word_for_nothing_is_no_form(tmp_path, column, cell):
    """A cell “nee” under “Formulier” must not read as evidence: R4 blocks, and the row is remarked upon."""
    form = {"form_version": "2026-1", "evidence": "map 1", column: cell}
    row = f"K1;facebook;photo;yes;parent;01-09-2026;;;{form['form_version']};{form['evidence']}"
    result = take(write(tmp_path / "consents.csv", CONSENTS_HEADER, row))
    assert said(result.warnings) == [
        f"consents.csv:2 A yes without {column} is no written consent and does not count (R4)."
    ]
    (record,) = result.records
    assert getattr(record, column) == "" and not result.faults
    register = ConsentRegister(KNOWN, result.records)
    photo = PhotoFacts("photo.jpg", (FaceFact(1, 100, "K1"),))
    verdict = judge(Case(photo, "facebook", TODAY, register, PROTOCOL))
    assert [f.outcome for f in verdict.findings if f.rule == "R4"] == [Outcome.BLOCK]


def test_a_word_for_nothing_in_a_table_of_the_school_is_no_form(tmp_path):
    text = """
        [person]
        person_id = { column = "Nr" }
        [form]
        given_on = { value = 2026-09-01 }
        form_version = { value = "2026-1" }
        evidence = { column = "Formulier" }
        [[consent]]
        column = "FB"
        purpose = "facebook"
        medium = "photo"
    """
    wide = write(tmp_path / "w.csv", "Nr;FB;Formulier", "K1;ja;ontbreekt")
    result = take(wide, mapping=write(tmp_path / "m.toml", text, encoding="utf-8"))
    assert [record.evidence for record in result.records] == [""]
    assert "A yes without Formulier is no written consent" in said(result.warnings)[0]


@pytest.mark.parametrize("cell", ["2026-1", "map 0", "nee.pdf", "Nee, zie mail", "1", "formulier ontbreekt niet"])
def test_what_tells_something_is_kept(tmp_path, cell):
    row = f"K1;facebook;photo;yes;parent;01-09-2026;;;{cell};{cell}"
    (record,) = take(write(tmp_path / "consents.csv", CONSENTS_HEADER, row)).records
    assert (record.form_version, record.evidence) == (cell, cell)


def alike(tmp_path, **files):
    """The faults of some files of people, and who was taken in."""
    paths = [write(tmp_path / f"{name}.csv", PEOPLE_HEADER, *rows) for name, rows in files.items()]
    result = take(*paths)
    assert all("differ in capitals alone" in fault for fault in said(result.faults))
    return {(f.file, f.row) for f in result.faults}, [p.person_id for p in result.people]


BO, OTHER = "P1;pupil;Bo;;Berg;3;;", "P9;pupil;Kai;;Berg;3;;"


def test_ids_that_differ_in_capitals_alone_are_one_child(tmp_path):
    in_one = alike(tmp_path, a=[BO, OTHER, BO.replace("P1", "p1")])
    assert in_one == ({("a.csv", 2), ("a.csv", 4)}, ["P9"])
    across = alike(tmp_path, a=[BO, OTHER], b=[BO.replace("P1", "p1")])
    assert across == ({("a.csv", 2), ("b.csv", 2)}, ["P9"])
    known = alike(tmp_path, a=[BO.replace("P1", "k1"), OTHER])
    assert known == ({("a.csv", 2)}, ["P9"])
    assert alike(tmp_path, a=[BO.replace("P1", "K1"), OTHER]) == (set(), ["K1", "P9"])


def test_a_refusal_under_an_id_in_other_capitals_is_told(tmp_path):
    """It must not be taken in for a second person while the yes of the first stays."""
    people = write(tmp_path / "people.csv", PEOPLE_HEADER, "k1;pupil;Wende;;Zomer;5;;")
    consents = write(tmp_path / "consents.csv", CONSENTS_HEADER, "k1;facebook;photo;no;parent;01-10-2026;;;;")
    result = take(people, consents)
    assert {(f.file, f.row) for f in result.faults} == {("people.csv", 2), ("consents.csv", 2)}
    assert not result.people and not result.records
    alone = take(consents)
    assert [(f.file, f.row) for f in alone.faults] == [("consents.csv", 2)] and not alone.records


def test_a_good_row_in_between_empty_ones_keeps_its_number(tmp_path):
    result = take(*plain(tmp_path, people=["", ";;;;;;;", "P2;nobody;;;;;;"]))
    assert [fault.row for fault in result.faults] == [5]


def test_a_person_twice(tmp_path):
    same = take(*plain(tmp_path, people=[GOOD_PERSON]))
    assert said(same.warnings) == ["people.csv:3 The same person as in row 2 of people.csv; taken in once."]
    assert len(same.people) == 1 and not same.faults

    differs = take(*plain(tmp_path, people=[GOOD_PERSON.replace("Bo", SECRET)]))
    assert not differs.people and not differs.records
    assert said(differs.faults) == [
        "consents.csv:2 The row of person “P1” is wrong, so this one is left out.",
        "people.csv:2 The person “P1” stands on several rows that differ.",
        "people.csv:3 The person “P1” stands on several rows that differ.",
    ]


def test_a_bad_row_of_a_person_spoils_a_good_one(tmp_path):
    result = take(*plain(tmp_path, people=["P1;pupil;Bo;;Berg;3;gisteren;"]))
    assert not result.people and not result.records
    assert {(f.file, f.row) for f in result.faults} == {("people.csv", 2), ("people.csv", 3), ("consents.csv", 2)}


def test_formulas_errors_and_merged_cells_of_a_workbook(tmp_path):
    book = Workbook()
    sheet = book.active
    for row in (CONSENTS_HEADER, *["K1;facebook;photo;yes;parent;2026-09-01;;;2026-1;map"] * 5):
        sheet.append([cell or None for cell in row.split(";")])
    sheet["H3"] = "=TODAY()-1"
    sheet["D4"] = "#N/A"
    sheet.merge_cells("H5:H6")
    sheet["H5"] = datetime(2026, 10, 1)
    book.save(tmp_path / "c.xlsx")
    result = take(tmp_path / "c.xlsx")
    assert said(result.faults) == [
        "c.xlsx:3 The cell H3 holds no value but a formula or an error. Paste the value in its place.",
        "c.xlsx:4 The cell D4 holds no value but a formula or an error. Paste the value in its place.",
        "c.xlsx:4 “#N/A” in column “status” is no answer. Use yes, no, withdrawn, group_only, ask_first or objection.",
        "c.xlsx:5 This row has merged cells: it is unclear what they hold. Split them in Excel.",
        "c.xlsx:6 This row has merged cells: it is unclear what they hold. Split them in Excel.",
    ]
    assert [(r.answer, r.evidence) for r in result.records] == [
        (Answer.YES, "map"),
        *((Answer.NO, f"c.xlsx:{row}") for row in (3, 4, 5, 6)),
    ]


OLDER_YES = tuple(
    ConsentRecord("K1", purpose, Medium.BOTH, Answer.YES, giver, date(2026, 9, 1), None, None, "2026-1", "map 1")
    for purpose in (*PROTOCOL.platforms, MATCHING)
    for giver in ("mother", "both parents")
)
EVERYTHING = {*PROTOCOL.platforms, MATCHING}

SKIPPED = {
    # a row that is bad: the purposes for which the older yes no longer counts once it is skipped
    "unread answer": ("K1;facebook;photo;liever niet;mother;01-10-2026;;;2026-1;m", {"facebook"}),
    "a no with a bad date": ("K1;facebook;photo;no;mother;01-10-26;;;2026-1;m", {"facebook"}),
    "a no in the future": ("K1;twitter;both;nee;mother;01-10-2027;;;2026-1;m", {"twitter"}),
    "withdrawn on a bad date": ("K1;facebook;photo;yes;mother;01-09-2026;;1 okt;2026-1;m", {"facebook"}),
    "a condition with a bad date": ("K1;facebook;photo;ask_first;mother;2026;;;2026-1;m", {"facebook"}),
    "unread medium": ("K1;facebook;fotos;no;mother;01-10-2026;;;2026-1;m", {"facebook"}),
    "unread purpose": ("K1;sociale media;photo;nee;mother;01-10-2026;;;2026-1;m", EVERYTHING),
    "no to all": ("K1;all;photo;no;mother;01-10-2026;;;2026-1;m", EVERYTHING),
    "objection with a bad date": ("K1;all;both;objection;mother;01-10;;;;", EVERYTHING),
    "a cell too many": ("K1;facebook;photo;ja;mits;in groep;01-10-2026;;;2026-1;m", {"facebook"}),
    "a plain yes with a bad date": ("K1;facebook;photo;yes;mother;01-10-26;;;2026-1;m", set()),
    "a plain yes for an unknown purpose": ("K1;tiktok;photo;yes;mother;01-10-2026;;;2026-1;m", set()),
}


@pytest.mark.parametrize(("row", "closed"), SKIPPED.values(), ids=SKIPPED)
@pytest.mark.parametrize("people", [(), ("K1;wrong role;;;;;;",)], ids=["known", "known, and its new row is bad"])
def test_skipping_a_bad_row_leaves_no_yes_in_force_that_it_may_deny(tmp_path, row, closed, people):
    result = take(*plain(tmp_path, people=people, consents=[row]))
    assert ("consents.csv", 3) in {(fault.file, fault.row) for fault in result.faults}
    warned = [w for w in said(result.warnings) if w.startswith("consents.csv:3 This row may hold a refusal")]
    assert len(warned) == bool(closed)
    register = ConsentRegister(KNOWN, (*OLDER_YES, *result.records))
    medium = Medium.PHOTO
    assert {p for p in EVERYTHING if not register.status("K1", p, medium, TODAY).is_yes} == closed


def test_a_newer_form_takes_the_place_of_a_skipped_row(tmp_path):
    result = take(*plain(tmp_path, consents=["K1;facebook;photo;?;mother;01-10-2026;;;2026-1;m"]))
    newer = ConsentRecord(
        "K1", "facebook", Medium.PHOTO, Answer.YES, "mother", date(2026, 11, 23), None, None, "2026-1", "map 2"
    )
    register = ConsentRegister(KNOWN, (*result.records, newer))
    assert not register.status("K1", "facebook", Medium.PHOTO, TODAY).is_yes
    assert register.status("K1", "facebook", Medium.PHOTO, date(2026, 11, 23)).is_yes


def test_an_unread_cell_of_a_wide_table_holds_that_platform_only(tmp_path):
    text = """
        [person]
        person_id = { column = "Nr" }
        role = { value = "leerling" }
        [form]
        given_on = { value = 2026-09-01 }
        form_version = { value = "2026-1" }
        evidence = { value = "kast" }
        [[consent]]
        column = "FB"
        purpose = "facebook"
        medium = "photo"
        [[consent]]
        column = "TW"
        purpose = "twitter"
        medium = "photo"
    """
    wide = write(tmp_path / "w.csv", "Nr,FB,TW", "1,X,ja", "2,ja,nee", "2,ja,nee", ",ja,ja")
    result = take(wide, mapping=write(tmp_path / "m.toml", text, encoding="utf-8"))
    assert said(result.faults) == [
        "w.csv:2 What “X” in column “FB” means is not known. Say so under [answers] in the mapping file.",
        "w.csv:5 The column “Nr” is empty.",
    ]
    register = ConsentRegister({p.person_id: p for p in result.people}, result.records)
    answers = {
        (person, platform): register.status(person, platform, Medium.PHOTO, TODAY).answer
        for person in register.people
        for platform in ("facebook", "twitter")
    }
    assert answers == {
        ("1", "facebook"): Answer.NO,
        ("1", "twitter"): Answer.YES,
        ("2", "facebook"): Answer.YES,
        ("2", "twitter"): Answer.NO,
    }


DATES = {
    "01-02-2026": date(2026, 2, 1),
    "1-2-2026": date(2026, 2, 1),
    "01/02/2026": date(2026, 2, 1),
    "2026-02-01": date(2026, 2, 1),
    "2026-02-01 14:30:05": date(2026, 2, 1),
    "01-02/2026": None,
    "13-13-2026": None,
    "29-02-2026": None,
    "01-02-26": None,
    "2026-2-1": None,
    "1 feb 2026": None,
    "46054": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), DATES.items())
def test_dates(text, expected):
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("46054", date(2026, 2, 1)), ("46054.75", date(2026, 2, 1)), ("2026", None), ("1e9", None)]
)
def test_serials_of_excel(text, expected):
    assert parse_date(text, date(1899, 12, 30)) == expected


ANY_TIMES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
YES_WORDS = {"yes", "y", "ja", "j"}


@ANY_TIMES
@given(name=st.sampled_from(["a.csv", "a.txt", "a.xlsx"]), content=st.binary(max_size=200), header=st.booleans())
def test_no_bytes_bring_it_down(tmp_path, name, content, header):
    prefix = (CONSENTS_HEADER + "\r\n").encode() if header and name != "a.xlsx" else b""
    (tmp_path / name).write_bytes(prefix + content)
    try:
        result = take(tmp_path / name)
    except UserError:
        return
    assert all(record.person_id in KNOWN for record in result.records)


CELLS = st.one_of(
    st.sampled_from(
        ["K1", "facebook", "photo", "yes", "JA ", "ja?", "x", "true", "nee", "", "2026-09-01", "'=ja", "all"]
    ),
    st.text(st.characters(codec="utf-8"), max_size=12),
)


@ANY_TIMES
@given(rows=st.lists(st.tuples(st.just("K1"), *[CELLS] * 9), min_size=1, max_size=5))
def test_no_cell_brings_it_down_and_only_a_yes_is_a_yes(tmp_path, rows):
    lines = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = write(tmp_path / "consents.csv", CONSENTS_HEADER, *lines, encoding="utf-8")
    try:
        result = take(path)
    except UserError:
        return
    said_yes = {row[1].strip().casefold() for row in rows if row[3].strip().casefold() in YES_WORDS}
    assert {r.purpose for r in result.records if r.answer is Answer.YES} <= said_yes


@ANY_TIMES
@given(answers=st.lists(CELLS, min_size=1, max_size=5))
def test_no_cell_of_a_wide_table_becomes_a_yes_unless_it_says_so(tmp_path, answers):
    text = (
        '[person]\nperson_id = { column = "Nr" }\n[[consent]]\ncolumn = "FB"\npurpose = "facebook"\nmedium = "photo"\n'
    )
    mapping = write(tmp_path / "m.toml", text, encoding="utf-8")
    wide = write(
        tmp_path / "w.csv",
        "Nr;FB",
        *('K1;"' + cell.replace('"', '""') + '"' for cell in answers),
        encoding="utf-8",
    )
    try:
        result = take(wide, mapping=mapping)
    except UserError:
        return
    if not YES_WORDS & {" ".join(cell.split()).casefold() for cell in answers}:
        assert all(record.answer is not Answer.YES for record in result.records)
