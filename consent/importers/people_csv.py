"""People: `people.csv`, and the same columns taken from a school's own table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from consent.importers.checking import CellCheck, bad_cells, date_checks, id_checks
from consent.importers.dates import parse_date
from consent.importers.tables import Row, RowFault, Table
from consent.importers.words import EMPTIED, ROLES, normal
from consent.messages import say
from consent.people import Person

COLUMNS = ("person_id", "role", "given_name", "infix", "family_name", "group", "birth_date", "left_on")


CAN_BE_EMPTIED = ("infix", "group", "birth_date", "left_on")
"""Not a name: texts are searched for it. A wrong one is overwritten with the right one."""


def take_out_emptied(table: Table) -> tuple[Table, Mapping[int, frozenset[str]]]:
    """The table with nothing in the cells that say that they are to be empty, and which columns these are, by row."""
    emptied = {
        row.number: columns
        for row in table.rows
        if (columns := frozenset(name for name in CAN_BE_EMPTIED if normal(row.cells[name]) in EMPTIED))
    }
    rows = (
        replace(
            row, cells={name: "" if name in emptied.get(row.number, ()) else cell for name, cell in row.cells.items()}
        )
        for row in table.rows
    )
    return replace(table, rows=tuple(rows)), emptied


def check_people(table: Table, today: date) -> list[RowFault]:
    """Everything that is wrong with the rows of a table with the columns above."""
    role = CellCheck(
        "role",
        lambda cell: normal(cell) in ROLES,
        lambda title, cell: say(
            "“{cell}” in column “{column}” is no role. Use pupil, staff, parent or visitor.", cell=cell, column=title
        ),
    )
    names = [
        CellCheck(
            name,
            lambda cell: normal(cell) not in EMPTIED,
            lambda title, _: say(
                "A name is not emptied, because texts are searched for it. Write the right one in column “{column}”.",
                column=title,
            ),
        )
        for name in ("given_name", "family_name")
    ]
    dates = [*date_checks("birth_date", table.epoch, today), *date_checks("left_on", table.epoch)]
    return bad_cells(table, [*id_checks(), role, *names, *dates])


def person_of(row: Row, epoch: date | None) -> Person:
    """The person in a row that `check_people` found nothing wrong with."""
    cells = row.cells
    return Person(
        cells["person_id"],
        ROLES[normal(cells["role"])],
        cells["given_name"],
        cells["infix"],
        cells["family_name"],
        cells["group"],
        parse_date(cells["birth_date"], epoch),
        parse_date(cells["left_on"], epoch),
    )
