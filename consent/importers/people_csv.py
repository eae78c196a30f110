"""People: `people.csv`, and the same columns taken from a school's own table."""

from __future__ import annotations

from datetime import date

from consent.importers.checking import CellCheck, bad_cells, date_checks, id_checks
from consent.importers.dates import parse_date
from consent.importers.tables import Row, RowFault, Table
from consent.importers.words import ROLES, normal
from consent.messages import say
from consent.people import Person

COLUMNS = ("person_id", "role", "given_name", "infix", "family_name", "group", "birth_date", "left_on")


def check_people(table: Table, today: date) -> list[RowFault]:
    """Everything that is wrong with the rows of a table with the columns above."""
    role = CellCheck(
        "role",
        lambda cell: normal(cell) in ROLES,
        lambda title, cell: say(
            "“{cell}” in column “{column}” is no role. Use pupil, staff, parent or visitor.", cell=cell, column=title
        ),
    )
    dates = [*date_checks("birth_date", table.epoch, today), *date_checks("left_on", table.epoch)]
    return bad_cells(table, [*id_checks(), role, *dates])


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
