"""The sheets of a workbook for people: a heading that stays in view, a filter, and text that stays text.

A module of its own, imported where a workbook is written: most commands write none, and openpyxl is slow to load.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from pipeline.reporting.tables import Value
from pipeline.reporting.words import visible

_ONE_AT_A_TIME = threading.Lock()
"""The folder for temporary files is the whole process's."""

EXCEL_CELL = 32_767
"""Characters that fit in one cell of a workbook; more makes Excel call the file damaged."""


@contextmanager
def workbook(path: Path) -> Iterator[Workbook]:
    """A workbook to be filled, and saved at `path` when it is. Each sheet lies beside it until then.

    openpyxl would put them into the system's own folder for such files, where a program that is killed leaves them:
    outside the workspace, where nobody looks for what was found on photos.
    """
    with _ONE_AT_A_TIME:
        before, tempfile.tempdir = tempfile.tempdir, str(path.parent)
        try:
            book = Workbook(write_only=True)
            yield book
            book.save(path)
        finally:
            tempfile.tempdir = before


def sheet(book: Workbook, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Value]]) -> None:
    """A sheet with a heading that stays in view and a filter. Columns are (heading, width in characters)."""
    made = book.create_sheet(title)
    for index, (_heading, width) in enumerate(columns, start=1):
        made.column_dimensions[get_column_letter(index)].width = width
    made.freeze_panes = "A2"
    made.append([_heading_cell(made, heading) for heading, _width in columns])
    height, like = 1, WriteOnlyCell(made)
    like.alignment = Alignment(vertical="top", wrap_text=True)
    for row in rows:
        made.append([_cell(made, value, like) for value in row])
        height += 1
    made.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{height}"


def _heading_cell(sheet: WriteOnlyWorksheet, heading: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, heading)
    cell.font = Font(bold=True, color="FFFFFF")
    cell.fill = PatternFill("solid", fgColor="1D3A52")
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Value, like: WriteOnlyCell) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, _writable(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        # Text stays text: openpyxl would make a formula of whatever starts with an equals sign.
        cell.data_type = "s"
    cell._style = like._style  # looked up once a sheet: for each cell it took most of the time of a workbook
    return cell


def _writable(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", visible(text)))[:EXCEL_CELL]
