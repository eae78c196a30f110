"""Tables in an export, found by what their columns are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from consent.importers.tables import Table, as_table, header_of, sheets_of
from consent.messages import UserError
from pipeline.published.archive import Archive
from pipeline.published.contents import MOST_JSON_BYTES
from pipeline.published.post import Fault

Columns = Mapping[str, str]
"""Our name of a column to the one in the table."""


def tables_in(archive: Archive, name: str) -> Iterator[Table | Fault]:
    """The tables of a file: the one of a text file, those of a workbook."""
    try:
        sheets = sheets_of(name, archive.read(name, MOST_JSON_BYTES))
    except UserError as error:
        yield Fault(name, None, error.message)
        return
    for sheet in sheets.values():
        if not header_of(sheet):
            continue
        try:
            yield as_table(sheet)
        except UserError as error:
            yield Fault(name, None, error.message)
