"""A school's own table, one row a child and one column a platform, through the school's mapping file.

Which column is consent is never guessed: the mapping file says so (docs/mapping.md). From there on the
table is checked exactly as `people.csv` and `consents.csv` are, a table for each consent column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from consent.importers import consents_csv, people_csv
from consent.importers.checking import shortened
from consent.importers.mapping import FORM_FIELDS, Column, Fixed, PersonColumns, Source, WideMapping, meanings
from consent.importers.tables import Row, RowFault, Table
from consent.importers.words import ANSWERS, Vocabulary, normal
from consent.messages import UserError, say
from consent.register import EVERY_PURPOSE, Answer


@dataclass(frozen=True, slots=True)
class RegisterTables:
    """Tables with the columns of `people.csv`, and with those of `consents.csv` and the words of their answers."""

    people: tuple[Table, ...] = ()
    consents: tuple[tuple[Table, Vocabulary], ...] = ()
    warnings: tuple[RowFault, ...] = ()


def take_apart(table: Table, mapping: WideMapping) -> RegisterTables:
    """People, if their role is mapped, and a table for each consent column.

    Raises `UserError` if the table lacks a column of the mapping.
    """
    named = [source.name for source in _sources(mapping) if isinstance(source, Column)]
    lacking = [name for name in dict.fromkeys(named) if name not in table.columns]
    if lacking:
        # The columns that are there are not listed: in a table without a header they are somebody's name.
        raise UserError(
            say(
                "{file} has no column “{column}” in row {row}, although the mapping names it.",
                file=table.file,
                column=lacking[0],
                row=table.header_row,
            )
        )
    person = _person_sources(mapping.person)
    people = (_retold(table, person, people_csv.COLUMNS),) if mapping.person.role is not None else ()
    consents: list[tuple[Table, Vocabulary]] = []
    said = []
    for column in mapping.consent:
        sources: dict[str, Source | None] = {
            "person_id": mapping.person.person_id,
            "purpose": Fixed(column.purpose),
            "medium": Fixed(column.medium),
            "status": Column(column.column),
            **{name: getattr(column.form, name) or getattr(mapping.form, name) for name in FORM_FIELDS},
        }
        answers = {**ANSWERS, **meanings(mapping.answers), **meanings(column.answers)}
        consents.append((_retold(table, sources, consents_csv.COLUMNS), answers))
        absent = ", ".join(name for name in consents_csv.FORM_FIELDS if sources[name] is None)
        if absent:
            reason = say(
                "The mapping gives no {fields} for “{column}”: a yes there is no written consent and does not "
                "count (R4), and a no without a date stays.",
                fields=absent,
                column=column.column,
            )
            said.append(RowFault(table.file, table.header_row, reason))
    if mapping.objection is not None:
        consents.append((_objections(table, mapping.person.person_id, mapping.objection), ANSWERS))
    unread = [name for name in table.columns if name not in named and any(row.cells[name] for row in table.rows)]
    if unread:
        # These are titles, and no names of a table without a header: every column of the mapping stands beside them.
        reason = say(
            "Not read, because the mapping does not name them: {columns}. What is written there, such as an objection "
            "or a condition, does not count.",
            columns=", ".join(f"“{shortened(name)}”" for name in unread),
        )
        said.append(RowFault(table.file, table.header_row, reason))
    return RegisterTables(people, tuple(consents), tuple(said))


def _objections(table: Table, person_id: Column, objection: Column) -> Table:
    """Objections to every use: whatever is written in that column, except a no."""
    title = objection.name
    objecting = tuple(row for row in table.rows if ANSWERS.get(normal(row.cells[title])) is not Answer.NO)
    sources: dict[str, Source | None] = {
        "person_id": person_id,
        "purpose": Fixed(EVERY_PURPOSE),
        "medium": Fixed("both"),
        "status": Fixed("objection"),
    }
    return _retold(replace(table, rows=objecting), sources, consents_csv.COLUMNS)


def _retold(table: Table, sources: Mapping[str, Source | None], columns: tuple[str, ...]) -> Table:
    """The same rows under the columns of `people.csv` or `consents.csv`; what has no source is empty."""
    rows = tuple(
        Row(row.number, {name: _cell(sources.get(name), row) for name in columns}, row.fault) for row in table.rows
    )
    present = tuple(name for name in columns if sources.get(name) is not None)
    titles = {name: source.name for name, source in sources.items() if isinstance(source, Column)}
    return Table(table.file, present, rows, table.epoch, table.header_row, titles)


def _cell(source: Source | None, row: Row) -> str:
    if isinstance(source, Column):
        return row.cells[source.name]
    return "" if source is None else source.text


def _person_sources(person: PersonColumns) -> dict[str, Source | None]:
    """A name in one column goes whole into the family name: where it splits is not for us to guess."""
    sources: dict[str, Source | None] = {name: getattr(person, name) for name in people_csv.COLUMNS}
    return sources | {"family_name": person.full_name or person.family_name}


def _sources(mapping: WideMapping) -> Iterator[Source]:
    parts: list[Source | None] = [mapping.objection, *_person_sources(mapping.person).values()]
    for form in (mapping.form, *(column.form for column in mapping.consent)):
        parts += [getattr(form, name) for name in FORM_FIELDS]
    yield from (part for part in parts if part is not None)
    yield from (Column(column.column) for column in mapping.consent)
