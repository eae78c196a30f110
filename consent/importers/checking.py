"""Checks of cells, all at once: every bad row with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pandera.pandas as pa

from consent.importers.dates import parse_date
from consent.importers.tables import RowFault, Table
from consent.messages import Message, say


@dataclass(frozen=True, slots=True)
class CellCheck:
    """What the cells of a column must be, and what is said of one that is not: of its title and the cell."""

    column: str
    accepts: Callable[[str], bool]
    reason: Callable[[str, str], Message]


def bad_cells(table: Table, checks: Iterable[CellCheck]) -> list[RowFault]:
    """Every cell that fails a check, and every row that could not be trusted to begin with."""
    checks = tuple(checks)
    faults = [RowFault(table.file, row.number, row.fault) for row in table.rows if row.fault is not None]
    columns = list(dict.fromkeys(check.column for check in checks))
    frame = pd.DataFrame(
        [[row.cells[column] for column in columns] for row in table.rows],
        columns=columns,
        index=[row.number for row in table.rows],
        dtype=object,
    )
    schema = pa.DataFrameSchema(
        {
            column: pa.Column(
                object,
                [
                    pa.Check(check.accepts, element_wise=True, error=str(number))
                    for number, check in enumerate(checks)
                    if check.column == column
                ],
            )
            for column in columns
        }
    )
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        for case in error.failure_cases.to_dict("records"):
            check = checks[int(case["check"])]
            reason = check.reason(table.title(check.column), shortened(case["failure_case"]))
            faults.append(RowFault(table.file, int(case["index"]), reason))
    return faults


def shortened(cell: str) -> str:
    """A cell short enough to quote: a long one is a remark, and may tell more than a report should."""
    return cell if len(cell) <= 40 else f"{cell[:39]}…"


def id_checks() -> list[CellCheck]:
    """A person id is there, and can be shown."""
    return [
        CellCheck("person_id", bool, lambda title, _: say("The column “{column}” is empty.", column=title)),
        CellCheck(
            "person_id",
            str.isprintable,
            lambda title, _: say("The column “{column}” holds characters that cannot be shown.", column=title),
        ),
    ]


def date_checks(column: str, epoch: date | None, latest: date | None = None) -> list[CellCheck]:
    """A cell is empty or a date, and not after `latest`."""

    def in_time(cell: str) -> bool:
        day = parse_date(cell, epoch)
        return day is None or latest is None or day <= latest

    return [
        CellCheck(
            column,
            lambda cell: not cell or parse_date(cell, epoch) is not None,
            lambda title, cell: say(
                "“{cell}” in column “{column}” is no date. Write it as 31-12-2026 or 2026-12-31.",
                cell=cell,
                column=title,
            ),
        ),
        CellCheck(
            column,
            in_time,
            lambda title, cell: say("“{cell}” in column “{column}” is in the future.", cell=cell, column=title),
        ),
    ]
