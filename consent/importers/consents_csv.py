"""Consents: `consents.csv`, and the same columns taken from a school's own table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from consent.importers.checking import CellCheck, bad_cells, date_checks, id_checks, shortened
from consent.importers.dates import parse_date
from consent.importers.tables import Row, RowFault, Table
from consent.importers.words import MEDIUMS, Vocabulary, normal, told
from consent.messages import Message, say
from consent.register import EVERY_PURPOSE, Answer, ConsentRecord, Medium, Validity

COLUMNS = (
    "person_id",
    "purpose",
    "medium",
    "status",
    "given_by",
    "given_on",
    "valid_until",
    "withdrawn_on",
    "form_version",
    "evidence",
)
FORM_FIELDS = ("given_on", "form_version", "evidence")
"""Without these a yes is no written form (R4)."""


def check_consents(table: Table, purposes: Mapping[str, str], answers: Vocabulary, today: date) -> list[RowFault]:
    """Everything that is wrong with the rows of a table with the columns above.

    `purposes` and `answers` give the meaning of each word that is known.
    """
    known = ", ".join(sorted(set(purposes.values())))
    checks = [
        *id_checks(),
        CellCheck(
            "purpose",
            lambda cell: normal(cell) in purposes,
            lambda title, cell: say(
                "“{cell}” in column “{column}” is no purpose of the protocol. It knows: {known}.",
                cell=cell,
                column=title,
                known=known,
            ),
        ),
        CellCheck(
            "medium",
            lambda cell: normal(cell) in MEDIUMS,
            lambda title, cell: say(
                "“{cell}” in column “{column}” is no medium. Use photo, film or both.", cell=cell, column=title
            ),
        ),
        CellCheck("status", lambda cell: normal(cell) in answers, _mapped_answer if table.titles else _plain_answer),
        *date_checks("given_on", table.epoch, today),
        *date_checks("valid_until", table.epoch),
        *date_checks("withdrawn_on", table.epoch, today),
    ]
    faults = bad_cells(table, checks)
    bad = {fault.row for fault in faults}
    for row in table.rows:
        if row.number not in bad and (reason := _contradiction(record_of(row, purposes, answers, table.epoch))):
            faults.append(RowFault(table.file, row.number, reason))
    return faults


def record_of(row: Row, purposes: Mapping[str, str], answers: Vocabulary, epoch: date | None) -> ConsentRecord:
    """The line of the register in a row whose cells have nothing wrong."""
    cells = row.cells
    return ConsentRecord(
        cells["person_id"],
        purposes[normal(cells["purpose"])],
        MEDIUMS[normal(cells["medium"])],
        answers[normal(cells["status"])],
        cells["given_by"],
        parse_date(cells["given_on"], epoch),
        parse_date(cells["valid_until"], epoch),
        parse_date(cells["withdrawn_on"], epoch),
        told(cells["form_version"]),
        told(cells["evidence"]),
    )


def remarks(record: ConsentRecord, table: Table, validity: Validity, today: date) -> list[Message]:
    """What the user should know of a line that is taken in all the same.

    Only of columns that the table has: that a mapping leaves one out is said once, not for each row.
    """
    said = []
    if record.answer is Answer.WITHDRAWN and record.withdrawn_on is None:
        said.append(say("Withdrawn, but not since when: it counts as withdrawn on every day."))
    elif record.answer is Answer.WITHDRAWN and not record.shows_a_form:
        said.append(
            say(
                "Withdrawn, and of the form before it a date, version or evidence is missing. Unless another line has "
                "that form, it counts as no consent on the days before as well (R4)."
            )
        )
    if record.answer_on(today).is_some_yes:
        missing = [table.title(name) for name in FORM_FIELDS if name in table.columns and not getattr(record, name)]
        if missing:
            said.append(
                say(
                    "A yes without {columns} is no written consent and does not count (R4).", columns=", ".join(missing)
                )
            )
        last_day = validity.last_day(record)
        if last_day is not None and last_day < today:
            said.append(say("This form expired on {day} and no longer counts (R4).", day=last_day.isoformat()))
    elif record.answer is Answer.NO and record.given_on is None and "given_on" in table.columns:
        said.append(say("A no without a date stays: no later form of the same giver can take its place."))
    return said


def safeguards(
    row: Row, file: str, purposes: Mapping[str, str], answers: Vocabulary, today: date
) -> list[ConsentRecord]:
    """What is recorded in place of a bad row, so that skipping it leaves no older yes in force.

    A plain yes may be skipped: that makes nothing milder. Everything else may be a refusal or a
    condition, and counts from today as a no of the same giver; an objection stays one. Where the
    purpose cannot be read it counts for every purpose, where the medium cannot, for both.
    """
    cells = row.cells
    answer = answers.get(normal(cells["status"]))
    if answer is Answer.YES and not cells["withdrawn_on"] and row.fault is None:
        return []
    purpose = purposes.get(normal(cells["purpose"]), EVERY_PURPOSE)
    objects = answer is Answer.OBJECTION
    every = purpose == EVERY_PURPOSE and not objects
    return [
        ConsentRecord(
            cells["person_id"],
            each,
            MEDIUMS.get(normal(cells["medium"]), Medium.BOTH),
            Answer.OBJECTION if objects else Answer.NO,
            given_by=cells["given_by"],
            given_on=today,
            evidence=f"{file}:{row.number}",
        )
        for each in (sorted(set(purposes.values()) - {EVERY_PURPOSE}) if every else [purpose])
    ]


def _contradiction(record: ConsentRecord) -> Message | None:
    """What each cell may say, but not together."""
    if record.purpose == EVERY_PURPOSE and record.answer is not Answer.OBJECTION:
        return say("Only an objection can be for “all”. Give every platform its own row.")
    given, withdrawn = record.given_on, record.withdrawn_on
    if given is not None and withdrawn is not None and withdrawn < given:
        return say(
            "Withdrawn on {withdrawn}, before it was given on {given}.",
            withdrawn=withdrawn.isoformat(),
            given=given.isoformat(),
        )
    return None


def _plain_answer(title: str, cell: str) -> Message:
    return say(
        "“{cell}” in column “{column}” is no answer. Use yes, no, withdrawn, group_only, ask_first or objection.",
        cell=shortened(cell),
        column=title,
    )


def _mapped_answer(title: str, cell: str) -> Message:
    return say(
        "What “{cell}” in column “{column}” means is not known. Say so under [answers] in the mapping file.",
        cell=shortened(cell),
        column=title,
    )
