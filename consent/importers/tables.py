"""Table files as schools make them: CSV of any common encoding and separator, or an Excel sheet.

A table is text. What a date, a role or an answer is, is decided later; a row that cannot be trusted
keeps its cells and says why, so that nothing in it is lost.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from consent.messages import Message, UserError, say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_TEXT_FILES = (".csv", ".txt", ".tsv")
_SEPARATORS = (";", "\t", ",")
_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
"""First bytes of a compound file (MS-CFB 2.2): a workbook of before 2007, or one with a password."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong or remarkable with a row. `row` counts from 1, as a spreadsheet program shows it."""

    file: str
    row: int
    reason: Message


@dataclass(frozen=True, slots=True)
class SheetRow:
    """The cells of a row from left to right, stripped. `fault`: why they cannot be trusted."""

    number: int
    cells: tuple[str, ...]
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of a sheet or text file. `epoch`: day 0 of its date serials; None for text, which has none."""

    file: str
    rows: tuple[SheetRow, ...]
    epoch: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row below the header, its cells by column. `fault`: why they cannot be trusted."""

    number: int
    cells: Mapping[str, str]
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows. `titles`: what the file itself calls a column, where that differs."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    epoch: date | None = None
    header_row: int = 1
    titles: Mapping[str, str] = field(default_factory=dict)

    def title(self, column: str) -> str:
        """The name under which the user finds a column in the file."""
        return self.titles.get(column, column)


def read_sheets(path: Path, header_row: int = 1) -> dict[str, Sheet]:
    """Read the sheets of a workbook that hold anything, by name; a text file is one sheet named "".

    `header_row` (from 1) is the row of the column names, which tells the separator of a text file.
    Raises `UserError` for what cannot be read.
    """
    if path.is_dir():
        raise UserError(say("“{file}” is a folder. Give a file.", file=str(path)))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(say("There is no file “{file}”.", file=str(path))) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UserError(say("The file {file} cannot be opened: {why}.", file=path.name, why=why)) from None
    return sheets_of(path.name, content, header_row)


def sheets_of(file: str, content: bytes, header_row: int = 1) -> dict[str, Sheet]:
    """The same from a file's bytes, which may stand in an archive; `file`: its name, for errors and its ending."""
    suffix = PurePath(file).suffix.lower()
    if not content:
        raise UserError(say("The file {file} is empty.", file=file))
    if suffix == ".xls" or content.startswith(_OLD_EXCEL):
        raise UserError(
            say("{file} is an old or a protected workbook. Save it as .xlsx without a password.", file=file)
        )
    if suffix == ".xlsx":
        sheets = _workbook_sheets(file, content)
    elif suffix in _TEXT_FILES:
        sheets = {"": _text_sheet(file, content, header_row)}
    else:
        raise UserError(say("{file} is no table that can be read: give a .csv, .txt, .tsv or .xlsx file.", file=file))
    filled = {name: sheet for name, sheet in sheets.items() if any(any(row.cells) for row in sheet.rows)}
    if not filled:
        raise UserError(say("The file {file} is empty.", file=file))
    return filled


def header_of(sheet: Sheet, header_row: int = 1) -> tuple[str, ...]:
    """The column names in a row (from 1), spaces and line breaks made one space; () where there is no such row."""
    cells = sheet.rows[header_row - 1].cells if 0 < header_row <= len(sheet.rows) else ()
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def as_table(sheet: Sheet, header_row: int = 1, *, may_be_empty: bool = False) -> Table:
    """Put the rows below the header under their column names; empty rows are passed over.

    A row with too few or too many cells keeps what it has and gets a fault. Raises `UserError` for a
    header that does not name every filled column once, and where there are no rows, unless it `may_be_empty`.
    """
    header = header_of(sheet, header_row)
    rows = [row for row in sheet.rows[header_row:] if any(row.cells)]
    if not header:
        raise UserError(say("{file} has no column names in row {row}.", file=sheet.file, row=header_row))
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        # Told by place: what stands in the header of a table without one is somebody's name.
        first, second = [place for place, name in enumerate(header, start=1) if name == twice[0]][:2]
        raise UserError(
            say(
                "Columns {first} and {second} of {file} have the same name in row {row}. Give each its own.",
                first=first,
                second=second,
                file=sheet.file,
                row=header_row,
            )
        )
    for place, name in enumerate(header):
        if not name and any(len(row.cells) > place and row.cells[place] for row in rows):
            raise UserError(
                say(
                    "Column {place} of {file} has no name in row {row}. Give it one.",
                    place=place + 1,
                    file=sheet.file,
                    row=header_row,
                )
            )
    if not rows and not may_be_empty:
        raise UserError(say("{file} has no rows below its column names.", file=sheet.file))
    columns = tuple(name for name in header if name)
    return Table(sheet.file, columns, tuple(_under(header, row) for row in rows), sheet.epoch, header_row)


def _under(header: tuple[str, ...], row: SheetRow) -> Row:
    fault = row.fault
    if len(row.cells) < len(header) or any(row.cells[len(header) :]):
        fault = say(
            "This row has {found} cells, the header has {expected}. Is there a separator too many or too few?",
            found=len(row.cells),
            expected=len(header),
        )
    padded = row.cells + ("",) * len(header)
    return Row(row.number, {name: cell for name, cell in zip(header, padded, strict=False) if name}, fault)


def _text_sheet(file: str, content: bytes, header_row: int) -> Sheet:
    text = _decode(file, content)
    if "\0" in text:
        raise UserError(say("{file} is not plain text. Save it again as “CSV UTF-8”.", file=file))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text, header_row), strict=True)
    rows: list[SheetRow] = []
    try:
        for cells in reader:
            rows.append(SheetRow(len(rows) + 1, tuple(_unprotected(cell.strip()) for cell in cells)))
    except csv.Error:
        raise UserError(
            say(
                "{file} cannot be read beyond row {row}: a quotation mark is not closed, or a cell is far too long.",
                file=file,
                row=len(rows),
            )
        ) from None
    return Sheet(file, tuple(rows))


def _decode(file: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(say("{file} is not plain text. Save it again as “CSV UTF-8”.", file=file))


def _separator(text: str, header_row: int) -> str:
    """The separator that occurs most in the header line, outside quotation marks.

    A file without a line there has its header on top, as `people.csv` next to a mapping for another file.
    """
    lines = re.split(r"\r\n|\r|\n", re.sub(r'"[^"]*"', "", text))
    line = "".join(lines[header_row - 1 : header_row]) or lines[0]
    return max(_SEPARATORS, key=line.count)


def _unprotected(cell: str) -> str:
    """Undo the apostrophe that keeps a spreadsheet from taking text for a formula; 't Hof keeps its own."""
    return cell[1:].strip() if re.match(r"'[=+\-@\t\r]", cell) else cell


def _workbook_sheets(file: str, content: bytes) -> dict[str, Sheet]:
    from openpyxl import load_workbook  # slow to load, and most tables are CSV

    # Read twice: once for the values, once to see where a formula stands that was never worked out.
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and of dates out of range; the former do not matter, the latter
            # come as error cells and become row faults.
            warnings.simplefilter("ignore")
            values = load_workbook(io.BytesIO(content), data_only=True)
            formulas = load_workbook(io.BytesIO(content))
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails in as many ways as it has parts
        raise UserError(
            say(
                "{file} cannot be read as an Excel workbook ({kind}). Open it in Excel and save it again as .xlsx.",
                file=file,
                kind=type(error).__name__,
            )
        ) from None
    epoch = values.epoch.date()
    return {
        sheet.title: Sheet(file, _worksheet_rows(sheet, formulas[sheet.title]), epoch) for sheet in values.worksheets
    }


def _worksheet_rows(values: Worksheet, formulas: Worksheet) -> tuple[SheetRow, ...]:
    from openpyxl.cell.cell import TYPE_ERROR, TYPE_FORMULA

    merged = {number for area in values.merged_cells.ranges for number in range(area.min_row, area.max_row + 1)}
    rows = []
    for number, (cells, sources) in enumerate(
        zip(values.iter_rows(min_row=1, min_col=1), formulas.iter_rows(min_row=1, min_col=1), strict=True), start=1
    ):
        fault = None
        if number in merged:
            fault = say("This row has merged cells: it is unclear what they hold. Split them in Excel.")
        for cell, source in zip(cells, sources, strict=True):
            unknown = source.data_type == TYPE_FORMULA and cell.value is None
            if unknown or cell.data_type == TYPE_ERROR:
                fault = say(
                    "The cell {cell} holds no value but a formula or an error. Paste the value in its place.",
                    cell=cell.coordinate,
                )
        rows.append(SheetRow(number, tuple(_text(cell.value) for cell in cells), fault))
    return tuple(rows)


def _text(value: object) -> str:
    """A cell as text: dates in ISO form, whole numbers without `.0`, `true` and `false` for a tick box."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
