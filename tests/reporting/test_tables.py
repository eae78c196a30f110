from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_up_run import HOSTILE, NAMES, made_up_run
from openpyxl import load_workbook

from consent.judging import Decision
from pipeline.language import translator
from pipeline.places import PROJECT
from pipeline.reporting import sheets
from pipeline.reporting.record import record
from pipeline.reporting.tables import FINDING_COLUMNS, VERDICT_COLUMNS, marks
from pipeline.reporting.words import visible
from pipeline.reporting.writing import write_run_folder

GOLDEN = Path(__file__).parent / "golden"
FILES = {"report.html", "report.xlsx", "verdicts.csv", "findings.csv", "run.json"}


@pytest.fixture(scope="module", params=[False, True], ids=["ids only", "with names"])
def written(request, tmp_path_factory):
    pictures = tmp_path_factory.mktemp("pictures")
    folder = tmp_path_factory.mktemp("run")
    run = made_up_run(pictures, names=request.param)
    write_run_folder(run, folder, translator("nl"))
    return run, folder


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def unguarded(cell: str) -> str:
    return cell.removeprefix("'")


def test_the_folder_holds_these_files_and_no_leftovers(written):
    _run, folder = written
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_batch_covers_every_decision(written):
    run, _folder = written
    assert all(run.count(decision) for decision in Decision)


def test_every_photo_is_in_every_table(written):
    run, folder = written
    names = [visible(photo.name) for photo in run.photos]
    assert [unguarded(row["photo"]) for row in rows(folder / "verdicts.csv")] == names
    assert {unguarded(row["photo"]) for row in rows(folder / "findings.csv")} == {*names, ""}
    assert [row["name"] for row in json.loads((folder / "run.json").read_text("utf-8"))["photos"]] == names
    sheet = load_workbook(folder / "report.xlsx").worksheets[1]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == names


def test_every_finding_is_in_its_table(written):
    run, folder = written
    expected = sum(len(marks(finding)) or 1 for photo in run.photos for finding in photo.verdict.findings)
    expected += len(run.in_message)
    assert len(rows(folder / "findings.csv")) == expected
    assert load_workbook(folder / "report.xlsx").worksheets[2].max_row == expected + 1


def test_what_the_text_of_the_post_has_in_it_is_told_by_ids_and_never_in_its_words(written):
    run, folder = written
    of_text = [row for row in rows(folder / "findings.csv") if not row["photo"]]
    who = run.in_message[0].person_ids[0]
    assert [(row["rule"], row["outcome"], row["person_id"]) for row in of_text] == [
        ("R12", "block", who),
        ("R12", "hold", ""),
        ("R6", "hold", ""),
    ]
    assert not [row for row in of_text if "sportdag" in row["reason"]]
    sheet = load_workbook(folder / "report.xlsx").worksheets[2]
    assert [row[0].value for row in sheet.iter_rows(min_row=2, max_row=4)] == ["Het bericht"] * 3


@pytest.mark.parametrize(("file", "columns"), [("verdicts.csv", VERDICT_COLUMNS), ("findings.csv", FINDING_COLUMNS)])
def test_csv_files_open_in_a_dutch_excel_and_hold_no_formula(written, file, columns):
    _run, folder = written
    content = (folder / file).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert tuple(table[0]) == columns
    assert all(len(row) == len(columns) for row in table)
    assert not [cell for row in table for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_numbers_of_a_photo_that_was_not_looked_at_are_empty_and_not_zero(written):
    _run, folder = written
    (row,) = [row for row in rows(folder / "verdicts.csv") if row["photo"] == "IMG_15.jpg"]
    assert row["verdict"] == "hold" and row["rules"] == "photo"
    assert [row[column] for column in VERDICT_COLUMNS[4:]] == [""] * 7


def test_the_workbook_holds_text_and_no_formulas_under_a_heading_that_stays(written):
    _run, folder = written
    book = load_workbook(folder / "report.xlsx")
    assert book.sheetnames == ["Samenvatting", "Foto’s", "Bevindingen", "Open punten"]
    for sheet in book:
        assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == sheet.dimensions
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert book.worksheets[3].max_row == 6


def test_names_are_in_the_readers_files_only_when_asked_and_never_in_the_others(written):
    run, folder = written
    for file in ("verdicts.csv", "findings.csv", "run.json"):
        content = (folder / file).read_text("utf-8")
        assert not [name for name in NAMES.values() if name in content], file
    cells = [c.value for sheet in load_workbook(folder / "report.xlsx") for row in sheet.iter_rows() for c in row]
    html = (folder / "report.html").read_text("utf-8")
    for person, name in NAMES.items():
        label = f"{person} ({name})"
        assert (label in html) == bool(run.names)
        assert any(label in str(cell) for cell in cells) == bool(run.names)


def test_verdicts_and_record_are_as_they_were(written):
    """Golden files: a change of a column, a key or a verdict must be meant."""
    run, folder = written
    assert (folder / "verdicts.csv").read_bytes() == (GOLDEN / "verdicts.csv").read_bytes()
    found = json.loads((folder / "run.json").read_text("utf-8"))
    program = found.pop("program")
    assert program["name"] == "photo-consent-audit" and len(program["sha256"]) == 64
    assert found.pop("protocol")["sha256"] == run.protocol.digest
    expected = json.loads((GOLDEN / "run.json").read_text("utf-8"))
    assert found == expected and list(found) == list(expected)
    assert record(run)["program"] == program


def test_no_folder_of_the_user_and_no_text_of_the_post_is_recorded(written):
    _run, folder = written
    content = (folder / "run.json").read_text("utf-8")
    assert not [part for part in ("fenna", "C:\\\\", "sportdag!", str(PROJECT)) if part in content]
    parameters = json.loads(content)["parameters"]
    assert parameters["folder"] == "sportdag" and parameters["windows"] == "register.xlsx"
    assert parameters["dpia"] == "DPIA/2026/3" and parameters["matching"] is False


def test_text_that_cannot_be_written_is_shown_as_such():
    assert [visible(name) for name in HOSTILE[-3:]] == ["\ufffdgpj.jpg", "half\ufffd.jpg", "nul\ufffd\ufffd[31m.jpg"]
    assert visible("één tab\tregel\n’s") == "één tab\tregel\n’s"


def test_a_run_that_breaks_off_leaves_no_half_file(tmp_path, monkeypatch):
    run = made_up_run(tmp_path)
    folder = tmp_path / "run"

    def broken(photo):
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.reporting.html._picture", broken)
    with pytest.raises(KeyboardInterrupt):
        write_run_folder(run, folder, translator("nl"))
    assert {path.name for path in folder.iterdir()} == FILES - {"report.html"}


def test_what_a_workbook_is_made_of_lies_beside_it_and_nowhere_else(tmp_path: Path):
    """A program that is killed leaves it there, and the next one throws an unfinished folder away."""
    elsewhere = Path(tempfile.gettempdir())
    before, beside = set(elsewhere.glob("openpyxl*")), []

    def rows() -> Iterator[tuple[str]]:
        yield ("a",)
        beside.extend(path.name.split(".")[0] for path in tmp_path.iterdir())

    with sheets.workbook(tmp_path / "report.xlsx") as book:
        sheets.sheet(book, "Photos", (("Photo", 10),), rows())
        assert set(elsewhere.glob("openpyxl*")) <= before
    assert beside == ["openpyxl"] and [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]
    assert Path(tempfile.gettempdir()) == elsewhere
