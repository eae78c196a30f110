"""Whole files, as schools have them, against what they should become."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from register_files import CONSENTS_HEADER, PEOPLE_HEADER, ROOT, TODAY, example_mapping, golden, take, told, write

from consent.messages import UserError
from consent.people import Person, Role
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium
from pipeline.store import Store
from tests.keys import KEY

NOW = datetime(2026, 11, 22, 12)
DEMO = (ROOT / "demo" / "people.csv", ROOT / "demo" / "consents.csv")

WIDE_HEADER = (
    "Leerlingnr;Roepnaam;Tussenvoegsel;Achternaam;Groep;Geboren;Ondertekend door;Datum formulier;Formulier;"
    "Formulier M;Facebook;Social  Schools;Gezichtsvergelijking;Bezwaar;Opmerking"
)
WIDE_ROWS = (
    "0071;Zoë;van 't;Hof;1/2A;03-02-2021;moeder;1-9-2026;map 1;map M1;X;Ja;ja;;",
    "0072;Joël;;Pinas;Groep 3;14/05/2020;vader;01-09-2026;map 2;;ja, mag op sociale media;eerst vragen;;nee;",
    ";;;;;;;;;;;;;;",
    '0073;Anaïs;el;"Haddad; Ruiz";3A;2020-06-01;beide ouders;2026-09-02;map 3;;;J;N;;let op',
    "0074;Ömer;;Tan;4;09-12-2019;moeder;15-10-2024;map 4;;liever niet;niet individueel,  groepsfoto mag;;;",
    "0075;Fenna;;Wolf;4;10-01-2020;moeder;01-09-2026;map 5;map M5;x;ja;ja;Ja, alles;",
)

SHEET_MAPPING = """
sheet = "Toestemmingen"
header_row = 3
[person]
person_id = { column = "Nr" }
role = { column = "Rol" }
full_name = { column = "Naam" }
birth_date = { column = "Geboren" }
[form]
given_on = { column = "Datum" }
withdrawn_on = { column = "Ingetrokken op" }
form_version = { value = "2026-1" }
evidence = { column = "Map" }
[answers]
true = "yes"
[[consent]]
column = "Facebook foto"
purpose = "Facebook"
medium = "foto"
[[consent]]
column = "Twitter film"
purpose = "twitter"
medium = "film"
"""


FORM = {"given_by": "both parents", "given_on": "01-09-2026", "form_version": "2026-1", "evidence": "map 1"}


def school_workbook(path):
    book = Workbook()
    sheet = book.active
    sheet.title = "Toestemmingen"
    sheet["A1"] = "Toestemmingen schooljaar 2026-2027"
    sheet.merge_cells("A1:F1")
    sheet["A2"] = "bijgewerkt door de administratie"
    for row in (
        ["Nr", "Naam", "Rol", "Geboren", "Datum", "Ingetrokken op", "Map", "Facebook\nfoto", "Twitter film"],
        # 46266 is 1 September 2026 as Excel counts the days; 7.0 is what Excel keeps of the id 7.
        [7.0, "Noor van der Linden", "leerling", datetime(2020, 6, 23), 46266, None, "A1", "ja", True],
        ["008", "Sem de Wit", "Leerling", "08-11-2015", date(2026, 9, 1), 46300, "A2", "ja", "nee"],
        [None] * 9,
        [9, "Hanneke Wolters", "leerkracht", None, datetime(2026, 9, 1, 14, 30), None, "A3", None, "Eerst vragen"],
    ):
        sheet.append(row)
    book.create_sheet("Uitleg")["A1"] = "wat de kolommen zijn"
    book.save(path)
    return path


@pytest.fixture
def mapping(tmp_path):
    return write(tmp_path / "mapping.toml", example_mapping(), encoding="utf-8")


@pytest.fixture
def sheet_mapping(tmp_path):
    return write(tmp_path / "sheet.toml", SHEET_MAPPING, encoding="utf-8")


def test_the_demo_school():
    result = take(*DEMO)
    assert (len(result.people), len(result.records), result.faults) == (18, 112, ())
    assert told(result) == golden("demo")


def test_the_order_of_files_makes_no_difference():
    assert take(*DEMO) == take(*reversed(DEMO))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_wide_text_file_in_every_encoding_and_separator(tmp_path, mapping, encoding, separator):
    lines = ["Lijst van groep 3; 4", "", WIDE_HEADER, *WIDE_ROWS]
    if separator != ";":
        lines = ["Lijst", "", *(_with_separator(line, separator) for line in lines[2:])]
    result = take(write(tmp_path / "wide.csv", *lines, encoding=encoding), mapping=mapping)
    assert told(result) == golden("wide")


def _with_separator(line, separator):
    cells = line.replace('"Haddad; Ruiz"', "Haddad# Ruiz").split(";")
    return separator.join(f'"{cell}"' for cell in cells).replace("#", ";")


def test_a_workbook_with_titles_serials_and_several_sheets(tmp_path, sheet_mapping):
    assert told(take(school_workbook(tmp_path / "wide.xlsx"), mapping=sheet_mapping)) == golden("workbook")


def test_plain_files_need_no_mapping_and_come_in_next_to_a_wide_one(tmp_path, mapping):
    wide = write(tmp_path / "wide.csv", "", "", WIDE_HEADER, *WIDE_ROWS)
    both = take(wide, *DEMO, mapping=mapping)
    assert {*both.records} == {*take(*DEMO).records, *take(wide, mapping=mapping).records}
    assert len(both.people) == 18 + 5


def test_dutch_words_and_protected_cells_in_the_plain_files(tmp_path):
    people = write(tmp_path / "p.csv", PEOPLE_HEADER, "D1;Leerling;'=Roos;'t;Hof;4;1-2-2020;31-07-2030")
    consents = write(
        tmp_path / "c.csv",
        CONSENTS_HEADER,
        "D1;Facebook;beide;Ja;moeder;01-09-2026;;;2026-1;map 1",
        "D1;all;beide;bezwaar;vader;;;;;",
        "D1;social schools;film;Eerst  vragen;moeder;01-09-2026;;;2026-1;map 1",
    )
    assert told(take(people, consents)) == golden("dutch")


def test_a_workbook_of_plain_people(tmp_path):
    book = Workbook()
    book.active.append(PEOPLE_HEADER.split(";"))
    book.active.append(["P1", "visitor", "Bo", None, "Berg", None, None, datetime(2027, 7, 31)])
    book.save(tmp_path / "people.xlsx")
    (person,) = take(tmp_path / "people.xlsx").people
    assert (person.full_name, person.left_on) == ("Bo Berg", date(2027, 7, 31))


def workbook_of(path, *sheets):
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


REFUSED = {
    "no such file": ("weg.csv", None, "There is no file"),
    "a folder": (".", None, "is a folder"),
    "zero bytes": ("a.csv", b"", "is empty"),
    "only empty cells": ("a.csv", b";;;\r\n;;;\r\n", "is empty"),
    "old workbook": ("a.xls", b"whatever", "Save it as .xlsx"),
    "workbook with a password": ("a.xlsx", bytes.fromhex("d0cf11e0a1b11ae1") + b"x", "without a password"),
    "damaged workbook": ("a.xlsx", b"PK\x03\x04 cut off", "cannot be read as an Excel workbook"),
    "another kind": ("a.pdf", b"%PDF", "is no table"),
    "NUL": ("a.csv", PEOPLE_HEADER.encode() + b"\r\nP1;pupil;\0;;;;;\r\n", "not plain text"),
    "bytes of no encoding": ("a.csv", b"a;b\r\n\x81\x8d;\xff\r\n", "not plain text"),
    "open quotation mark": ("a.csv", PEOPLE_HEADER.encode() + b'\r\nP1;pupil;"Bo;;;;;\r\n', "beyond row 1"),
    "header only": ("a.csv", PEOPLE_HEADER.encode(), "no rows below"),
    "column twice": (
        "a.csv",
        f"{PEOPLE_HEADER};role\r\nP1;pupil;;;;;;;pupil".encode(),
        "Columns 2 and 9 of a.csv have the same name",
    ),
    "filled column without a name": (
        "a.csv",
        PEOPLE_HEADER.replace("infix;", "infix;;").encode() + b"\r\nP1;pupil;Bo;;?;Berg;3;;",
        "Column 5 of a.csv has no name in row 1",
    ),
    "lacking column": (
        "a.csv",
        CONSENTS_HEADER.replace("withdrawn_on;", "").encode() + b"\r\nK1;facebook;photo;yes;;;;;",
        "no column “withdrawn_on”",
    ),
    "unknown column": ("a.csv", f"{PEOPLE_HEADER};bsn\r\nP1;pupil;;;;;;;1".encode(), "a column “bsn”"),
    "wide without a mapping": ("a.csv", b"Leerling;Facebook\r\n1;ja", "give a mapping file"),
}


@pytest.mark.parametrize(("name", "content", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path, name, content, expected):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=expected) as refused:
        take(tmp_path / name)
    assert name in str(refused.value)


WRONG_MAPPINGS = {
    "no TOML": ("sheet = ", "cannot be read"),
    "unknown key": (example_mapping().replace("birth_date", "birthday"), "person.birthday"),
    "both column and value": (
        example_mapping().replace('{ value = "pupil" }', '{ value = "pupil", column = "Rol" }'),
        "wrong at person.role",
    ),
    "lacking column": (example_mapping().replace('"Groep"', '"Klas"'), "no column “Klas” in row 3"),
    "lacking consent column": (example_mapping().replace('column = "Facebook"', 'column = "FB"'), "no column “FB”"),
    "a platform that is not in the protocol": (example_mapping().replace('"facebook"', '"tiktok"'), "Use one of"),
    "consent for everything": (example_mapping().replace('"facebook"', '"all"'), "Use one of"),
    "medium": (example_mapping().replace('"both"', '"sound"'), "Use photo, film or both"),
    "role": (example_mapping().replace('value = "pupil"', 'value = "kind"'), "Use pupil, staff"),
    "no role": (example_mapping().replace("role =", "# role ="), "only taken in with a role"),
    "name twice": (example_mapping().replace("# full_name", "full_name"), "one column or in parts"),
    "date": (
        example_mapping().replace("# valid_until = { value = 2027-07-31 }", 'valid_until.value = "2027"'),
        "31-12",
    ),
    "meaning": (example_mapping().replace('"ask_first"', '"perhaps"'), "answers.in overleg"),
    "empty made a yes": (example_mapping().replace("{ x =", '{ "" ='), "cannot mean more than it says"),
    "no made a yes": (example_mapping().replace("{ x =", "{ Nee ="), "cannot mean more than it says"),
    "row 0": (example_mapping().replace("header_row = 3", "header_row = 0"), "counted from 1"),
    "row beyond the file": (
        example_mapping().replace("header_row = 3", "header_row = 30"),
        "no column names in row 30",
    ),
    "sheet of a text file": (example_mapping().replace("# sheet", "sheet"), "has no sheets"),
    "no consent": ('consent = []\n[person]\nperson_id = { column = "Leerlingnr" }', "No column is named as consent"),
}


@pytest.mark.parametrize(("text", "expected"), WRONG_MAPPINGS.values(), ids=WRONG_MAPPINGS)
def test_a_wrong_mapping_is_refused(tmp_path, text, expected):
    wide = write(tmp_path / "wide.csv", "", "", WIDE_HEADER, *WIDE_ROWS)
    with pytest.raises(UserError, match=expected):
        take(wide, mapping=write(tmp_path / "m.toml", text, encoding="utf-8"))


@pytest.mark.parametrize(("cell", "told"), [("graag niet van dichtbij", ["“Opmerking”"]), ("", [])])
def test_a_column_that_is_not_read_is_told_where_something_stands_in_it(tmp_path, cell, told):
    text = (
        '[person]\nperson_id = { column = "Nr" }\n[[consent]]\ncolumn = "FB"\npurpose = "facebook"\nmedium = "photo"\n'
    )
    form = "".join(f'{key}.value = "{value}"\n' for key, value in FORM.items())
    mapping = write(tmp_path / "m.toml", text.replace("[[", f"[form]\n{form}[[", 1), encoding="utf-8")
    result = take(write(tmp_path / "w.csv", "Nr;FB;Opmerking", f"K1;ja;{cell}"), mapping=mapping)
    assert result.faults == () and len(result.records) == 1
    assert [dict(fault.reason.values)["columns"] for fault in result.warnings] == told


def test_a_mapping_that_is_not_there(tmp_path):
    with pytest.raises(UserError, match=r"no file “.*weg\.toml”"):
        take(DEMO[0], mapping=tmp_path / "weg.toml")


def test_several_sheets_are_never_guessed(tmp_path, sheet_mapping):
    rows = [PEOPLE_HEADER.split(";"), ["P1", "pupil", "Bo"]]
    workbook_of(tmp_path / "a.xlsx", ("Groep 3", rows), ("Groep 4", rows))
    with pytest.raises(UserError, match="several sheets: Groep 3, Groep 4"):
        take(tmp_path / "a.xlsx")
    with pytest.raises(UserError, match="Name the sheet"):
        take(tmp_path / "a.xlsx", mapping=sheet_mapping)


def test_a_role_left_out_takes_in_consents_of_known_people_only(tmp_path):
    text = (
        '[person]\nperson_id = { column = "Nr" }\n[[consent]]\ncolumn = "FB"\npurpose = "facebook"\nmedium = "photo"\n'
    )
    wide = write(tmp_path / "wide.csv", "Nr;FB", "K1;ja", "K2;ja")
    result = take(wide, mapping=write(tmp_path / "m.toml", text, encoding="utf-8"))
    assert told(result) == golden("consents-only")


FULL = {"P1": Person("P1", Role.PUPIL, "Noor", "van der", "Linden", "5", date(2016, 2, 1), date(2026, 10, 1))}
"""What is known of a child whose day of birth is wrong."""


@pytest.mark.parametrize("sign", ["leegmaken", "Leegmaken", " make  empty "])
@pytest.mark.parametrize("column", ["infix", "group", "birth_date", "left_on"])
def test_a_value_that_is_known_is_emptied_only_where_the_file_says_so(tmp_path, column, sign):
    columns = PEOPLE_HEADER.split(";")
    cells = {"person_id": "P1", "role": "pupil", column: sign}
    file = write(tmp_path / "people.csv", PEOPLE_HEADER, ";".join(cells.get(name, "") for name in columns))
    read = take(file, known=FULL)
    assert not read.faults and read.emptied == {"P1": {column}}
    Store.create(tmp_path / "workspace.db", KEY)
    with Store(tmp_path / "workspace.db", KEY) as store:
        store.add(FULL.values(), [], NOW)
        store.add(read.people, read.records, NOW, (), read.emptied)
        empty = None if column in ("birth_date", "left_on") else ""
        assert store.people() == {"P1": replace(FULL["P1"], **{column: empty})}


@pytest.mark.parametrize("column", ["given_name", "family_name", "role", "person_id"])
def test_a_name_is_never_emptied_because_texts_are_searched_for_it(tmp_path, column):
    cells = {"person_id": "P1", "role": "pupil", "given_name": "Noor", column: "leegmaken"}
    row = ";".join(cells.get(name, "") for name in PEOPLE_HEADER.split(";"))
    read = take(write(tmp_path / "people.csv", PEOPLE_HEADER, row), known=FULL)
    assert read.emptied == {} and (column == "person_id" or read.faults)


@pytest.mark.parametrize("row", ["P1;pupil;;;;;leegmaken;", "P1;pupil;;;;;2016-02-03;"], ids=["emptied", "a day"])
def test_rows_that_differ_about_a_person_empty_nothing(tmp_path, row):
    other = write(tmp_path / "other.csv", PEOPLE_HEADER, "P1;pupil;;;;;2016-02-02;")
    read = take(write(tmp_path / "people.csv", PEOPLE_HEADER, row), other, known=FULL)
    assert read.faults and read.people == () and read.emptied == {}


CONSENT = dict(
    zip(
        CONSENTS_HEADER.split(";"),
        ["P1", "facebook", "both", "ja", "moeder", "2026-09-01", "", "", "1", "map 1"],
        strict=True,
    )
)


@pytest.mark.parametrize("column", [name for name in CONSENT if name not in ("person_id", "given_by")])
def test_emptying_anything_about_a_consent_clears_nobody(tmp_path, column):
    """Taken in with the bad rows skipped, or as it stands: a yes whose proof or day is emptied is none."""
    refused = ConsentRecord("P1", "facebook", Medium.BOTH, Answer.NO, "moeder", date(2026, 8, 1))
    row = ";".join({**CONSENT, column: "leegmaken"}.values())
    read = take(write(tmp_path / "consents.csv", CONSENTS_HEADER, row), known=FULL)
    register = ConsentRegister(FULL, (refused, *read.records))
    assert not register.status("P1", "facebook", Medium.PHOTO, TODAY).is_yes


@pytest.mark.parametrize("name", ["Noor van der Linden", "Noor Bakker"], ids=["known", "another"])
def test_a_whole_name_in_one_column_is_not_put_behind_the_given_name_that_is_known(tmp_path, name):
    parts = 'family_name = { column = "Achternaam" }'
    whole = INFIXES.replace(parts, 'full_name = { column = "Naam" }')
    mapping = write(tmp_path / "mapping.toml", whole, encoding="utf-8")
    known = {"P1": Person("P1", Role.PUPIL, "Noor", "van der", "Linden")}
    read = take(write(tmp_path / "school.csv", "Nr;Naam;Facebook", f"P1;{name};nee"), mapping=mapping, known=known)
    Store.create(tmp_path / "workspace.db", KEY)
    with Store(tmp_path / "workspace.db", KEY) as store:
        store.add(known.values(), [], NOW)
        store.add(read.people, read.records, NOW, (), read.emptied)
        assert store.people()["P1"].full_name == name


INFIXES = """
[person]
person_id = { column = "Nr" }
role = { value = "pupil" }
family_name = { column = "Achternaam" }
[[consent]]
column = "Facebook"
purpose = "facebook"
medium = "photo"
"""


@pytest.mark.parametrize(
    ("family", "infix"), [("Linden", "van der"), ("Van der Linden", ""), ("Bakker", "")], ids=["same", "whole", "other"]
)
def test_a_table_without_a_column_for_infixes_says_nothing_of_them(tmp_path, family, infix):
    """But of another family name the known one is no part."""
    mapping = write(tmp_path / "mapping.toml", INFIXES, encoding="utf-8")
    (person,) = take(
        write(tmp_path / "school.csv", "Nr;Achternaam;Facebook", f"P1;{family};nee"), mapping=mapping, known=FULL
    ).people
    assert (person.family_name, person.infix) == (family, infix)
    (person,) = take(write(tmp_path / "people.csv", PEOPLE_HEADER, f"P1;pupil;Noor;;{family};;;"), known=FULL).people
    assert person.infix == "", "an empty cell beside a family name says that there is none"
