"""From the register files of a school to people and consent records, with every bad row named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from consent.importers import consents_csv, people_csv
from consent.importers.checking import shortened
from consent.importers.consents_csv import check_consents, record_of, remarks, safeguards
from consent.importers.mapping import WideMapping, load_mapping
from consent.importers.people_csv import check_people, person_of, take_out_emptied
from consent.importers.tables import RowFault, Sheet, Table, as_table, header_of, read_sheets
from consent.importers.wide_table import RegisterTables, take_apart
from consent.importers.words import ANSWERS, normal, purposes_of
from consent.messages import Message, UserError, say
from consent.people import Person
from consent.protocol import Protocol
from consent.register import ConsentRecord


@dataclass(frozen=True)
class RegisterImport:
    """What the files hold. Where there are `faults`, nothing is taken in unless the user skips bad rows.

    `emptied`: which fields of a person are to be empty from now on, by id; what is empty in `people` else stays as it
    is known. `people` and `records` come from good rows only, but for this: for a bad row that may hold a
    refusal, `records` has a no of today, and `warnings` says so. So whoever takes in `records` as
    they are leaves no older yes in force for a row that was skipped.
    """

    people: tuple[Person, ...]
    records: tuple[ConsentRecord, ...]
    faults: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]
    emptied: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _People:
    good: Mapping[str, Person]
    emptied: Mapping[str, frozenset[str]]
    bad_ids: frozenset[str]
    faults: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]


@dataclass(frozen=True, slots=True)
class _Consents:
    records: tuple[ConsentRecord, ...]
    faults: tuple[RowFault, ...]
    warnings: tuple[RowFault, ...]


def read_register_files(
    paths: Sequence[Path],
    *,
    protocol: Protocol,
    today: date,
    known_people: Mapping[str, Person],
    mapping: Path | None = None,
) -> RegisterImport:
    """Read and check the register files of a school, in any order.

    A file is told by its header: people, consents, or else a school's own table, which needs the
    `mapping` file. `known_people` are those of the register so far, by id. Raises `UserError` for a
    file that cannot be read as a whole; a bad row is a fault in the result.
    """
    plan = None if mapping is None else load_mapping(mapping, protocol)
    parts = [_read_tables(path, plan) for path in sorted(paths)]
    people = _take_people([table for part in parts for table in part.people], today, known_people)
    consents = _take_consents(parts, people, known_people, protocol, today)
    mapped = [warning for part in parts for warning in part.warnings]
    return RegisterImport(
        tuple(people.good[person_id] for person_id in sorted(people.good)),
        consents.records,
        _in_order([*people.faults, *consents.faults]),
        _in_order([*mapped, *people.warnings, *consents.warnings]),
        people.emptied,
    )


def _read_tables(path: Path, mapping: WideMapping | None) -> RegisterTables:
    sheets = read_sheets(path, mapping.header_row if mapping is not None else 1)
    first = next(iter(sheets.values()))
    columns = set(header_of(first)) - {""} if len(sheets) == 1 else set()
    if columns == set(people_csv.COLUMNS):
        return RegisterTables(people=(as_table(first),))
    if columns == set(consents_csv.COLUMNS):
        return RegisterTables(consents=((as_table(first), ANSWERS),))
    if mapping is None:
        raise UserError(_why_not_plain(path, sheets, columns))
    return take_apart(_mapped_table(path, sheets, mapping), mapping)


def _mapped_table(path: Path, sheets: Mapping[str, Sheet], mapping: WideMapping) -> Table:
    if mapping.sheet is not None and "" in sheets:
        raise UserError(
            say("{file} is a text file and has no sheets: leave “sheet” out of the mapping file.", file=path.name)
        )
    chosen = [sheet for name, sheet in sheets.items() if mapping.sheet in (None, name)]
    if len(chosen) != 1:
        raise UserError(
            say(
                "Name the sheet of {file} in the mapping file: sheet = one of {known}.",
                file=path.name,
                known=", ".join(sheets),
            )
        )
    return as_table(chosen[0], mapping.header_row)


def _why_not_plain(path: Path, sheets: Mapping[str, Sheet], columns: set[str]) -> Message:
    if len(sheets) > 1:
        return say(
            "{file} has several sheets: {known}. Keep one, or name one in a mapping file.",
            file=path.name,
            known=", ".join(sheets),
        )
    for expected, telling in ((consents_csv.COLUMNS, {"purpose", "status"}), (people_csv.COLUMNS, {"role"})):
        lacking = [name for name in expected if name not in columns]
        if {"person_id", *telling} <= columns and lacking:
            return say("{file} has no column “{column}”. Add it; it may be empty.", file=path.name, column=lacking[0])
        if {"person_id", *telling} <= columns:
            return say(
                "{file} has a column “{column}” that is not known. Remove it, or use a mapping file.",
                file=path.name,
                column=min(columns - set(expected)),
            )
    return say(
        "{file} is neither people.csv nor consents.csv. For a table of the school's own give a mapping file, "
        "which says what each column is (docs/mapping.md).",
        file=path.name,
    )


def _take_people(tables: Iterable[Table], today: date, known_people: Mapping[str, Person]) -> _People:
    """Each person once. A person on several rows that differ is not taken in at all.

    Nor are ids that differ in capitals alone: they are one child, whose refusal would be overlooked.
    """
    faults: list[RowFault] = []
    warnings: list[RowFault] = []
    found: dict[str, list[tuple[Table, int, Person | None]]] = {}
    said_empty: dict[str, frozenset[str]] = {}
    for table, emptied in map(take_out_emptied, tables):
        wrong = check_people(table, today)
        faults += wrong
        bad = {fault.row for fault in wrong}
        for row in table.rows:
            person_id = row.cells["person_id"]
            known = known_people.get(person_id)
            person = None if row.number in bad else person_of(row, table.epoch)
            if person and known:
                person = _beside(known, person, table)
            found.setdefault(person_id, []).append((table, row.number, person))
            no_more = emptied.get(row.number, frozenset())
            if person and known and _is_whole(person, known, table):
                no_more |= {"given_name"}
            said_empty[person_id] = said_empty.get(person_id, frozenset()) | no_more
    spellings: dict[str, set[str]] = {}
    for person_id in (*found, *known_people):
        spellings.setdefault(normal(person_id), set()).add(person_id)
    good = {}
    for person_id, rows in found.items():
        persons = {person for _, _, person in rows}
        alike = spellings[normal(person_id)] - {person_id}
        if alike:
            same = say(
                "“{id}” and “{other}” differ in capitals alone. Write the id in one way.",
                id=shortened(person_id),
                other=shortened(min(alike)),
            )
            faults += [RowFault(table.file, number, same) for table, number, _ in rows]
            continue
        if len(persons) > 1 and person_id:
            differs = say("The person “{id}” stands on several rows that differ.", id=shortened(person_id))
            faults += [RowFault(table.file, number, differs) for table, number, _ in rows]
        for person in persons if len(persons) == 1 else ():
            if person is not None:
                good[person_id] = person
                first, number, _ = rows[0]
                again = say("The same person as in row {row} of {file}; taken in once.", row=number, file=first.file)
                warnings += [RowFault(table.file, number, again) for table, number, _ in rows[1:]]
    emptied_of = {person_id: said_empty[person_id] for person_id in good if said_empty[person_id]}
    return _People(good, emptied_of, frozenset(found.keys() - good.keys()), tuple(faults), tuple(warnings))


def _beside(known: Person, person: Person, table: Table) -> Person:
    """A person of a table that has not every part of a name, with the parts that are known.

    One that has the whole name in one column says nothing of its parts, and one without infixes nothing of these.
    """
    if "given_name" not in table.columns and normal(person.family_name) == normal(known.full_name):
        parts = known.given_name, known.infix, known.family_name
        return replace(person, given_name=parts[0], infix=parts[1], family_name=parts[2])
    if "infix" not in table.columns and person.family_name == known.family_name:
        return replace(person, infix=known.infix)
    return person


def _is_whole(person: Person, known: Person, table: Table) -> bool:
    """Whether another name than is known stands whole in one column: its given name is no part beside it."""
    given = normal(known.given_name)
    return bool(given) and "given_name" not in table.columns and normal(person.family_name).startswith(f"{given} ")


def _take_consents(
    parts: Iterable[RegisterTables],
    people: _People,
    known_people: Mapping[str, Person],
    protocol: Protocol,
    today: date,
) -> _Consents:
    """The records of good rows; for bad ones that may hold a refusal, a no in their place."""
    purposes = purposes_of(protocol)
    known = people.good.keys() | known_people.keys()
    faults: list[RowFault] = []
    warnings: list[RowFault] = []
    taken: dict[ConsentRecord, tuple[str, int]] = {}
    for table, answers in (each for part in parts for each in part.consents):
        wrong = [*check_consents(table, purposes, answers, today), *_of_nobody(table, people.bad_ids, known)]
        bad = {fault.row for fault in wrong}
        faults += wrong
        for row in table.rows:
            here = (table.file, row.number)
            if row.number not in bad:
                record = record_of(row, purposes, answers, table.epoch)
                said = remarks(record, table, protocol.parameters.validity, today)
                file, number = taken.setdefault(record, here)
                if (file, number) != here:
                    said.append(say("The same as row {row} of {file}; taken in once.", row=number, file=file))
                warnings += [RowFault(*here, remark) for remark in said]
            elif row.cells["person_id"] in known:
                instead = safeguards(row, table.file, purposes, answers, today)
                taken.update(dict.fromkeys(instead, here))
                warnings += [RowFault(*here, _held(instead))] if instead else []
    return _Consents(tuple(taken), tuple(faults), tuple(warnings))


def _held(instead: Iterable[ConsentRecord]) -> Message:
    return say(
        "This row may hold a refusal. If it is skipped, a no counts from today for: {purposes}.",
        purposes=", ".join(record.purpose for record in instead),
    )


def _of_nobody(table: Table, bad_ids: Set[str], known: Set[str]) -> Iterator[RowFault]:
    """The rows of persons who are not known, or whose own row is wrong."""
    for row in table.rows:
        person_id = row.cells["person_id"]
        if person_id and person_id in bad_ids:
            reason = say("The row of person “{id}” is wrong, so this one is left out.", id=shortened(person_id))
            yield RowFault(table.file, row.number, reason)
        elif person_id and person_id not in known:
            reason = say("There is no person “{id}” in the files or the register.", id=shortened(person_id))
            yield RowFault(table.file, row.number, reason)


def _in_order(faults: Iterable[RowFault]) -> tuple[RowFault, ...]:
    """By file and row; what was found in several columns of a row is said once."""
    return tuple(sorted(dict.fromkeys(faults), key=lambda fault: (fault.file, fault.row)))
