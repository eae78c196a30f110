"""The mapping file of a school: which column of its own table is what (docs/mapping.md).

Unknown keys are refused, so that a misspelt one cannot be overlooked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from consent.importers.dates import parse_date
from consent.importers.words import ANSWERS, MEDIUMS, ROLES, normal, purposes_of
from consent.messages import Message, UserError, say
from consent.protocol import Protocol
from consent.register import EVERY_PURPOSE, Answer

_STRICT = ConfigDict(extra="forbid")
Meaning = Literal["yes", "no", "withdrawn", "group_only", "ask_first", "objection"]
"""What a school may say that a word means."""


@dataclass(frozen=True, slots=True)
class Column:
    """Taken from a column of the table."""

    column: str
    __pydantic_config__ = _STRICT

    @property
    def name(self) -> str:
        """The column as a table names it, with single spaces."""
        return " ".join(self.column.split())


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same for every row."""

    value: str | date
    __pydantic_config__ = _STRICT

    @property
    def text(self) -> str:
        """The value as a cell would hold it."""
        return self.value.isoformat() if isinstance(self.value, date) else self.value.strip()


Source = Column | Fixed


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """Where the fields of a person stand. Without a role only consents are taken in."""

    person_id: Column
    role: Source | None = None
    given_name: Source | None = None
    infix: Source | None = None
    family_name: Source | None = None
    full_name: Source | None = None
    group: Source | None = None
    birth_date: Source | None = None
    left_on: Source | None = None
    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class Form:
    """Where the fields of a form stand. What is not given stays empty."""

    given_by: Source | None = None
    given_on: Source | None = None
    valid_until: Source | None = None
    withdrawn_on: Source | None = None
    form_version: Source | None = None
    evidence: Source | None = None
    __pydantic_config__ = _STRICT


FORM_FIELDS = tuple(each.name for each in fields(Form))


@dataclass(frozen=True, slots=True)
class ConsentColumn:
    """A column that holds consent. What it says of form or answers goes before the mapping's own."""

    column: str
    purpose: str
    medium: str
    answers: Mapping[str, Meaning] = field(default_factory=dict)
    form: Form = Form()
    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class WideMapping:
    """A mapping file. `sheet` and `header_row` (from 1) say where in an Excel file the table stands."""

    person: PersonColumns
    consent: tuple[ConsentColumn, ...]
    form: Form = Form()
    answers: Mapping[str, Meaning] = field(default_factory=dict)
    objection: Column | None = None
    sheet: str | None = None
    header_row: int = 1
    __pydantic_config__ = _STRICT


def load_mapping(path: Path, protocol: Protocol) -> WideMapping:
    """Read a mapping file; raises `UserError` naming what is wrong in it."""
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
        mapping = TypeAdapter(WideMapping).validate_python(table)
    except FileNotFoundError:
        raise UserError(say("There is no file “{file}”.", file=str(path))) from None
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UserError(say("The file {file} cannot be opened: {why}.", file=path.name, why=why)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(say("The mapping {file} cannot be read: {why}", file=path.name, why=str(error))) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            say("The mapping {file} is wrong at {where}: {why}", file=path.name, where=where, why=first["msg"])
        ) from None
    misused = next(_misused(mapping, protocol), None)
    if misused is not None:
        where, reason = misused
        raise UserError(say("The mapping {file} is wrong at {where}: {why}", file=path.name, where=where, why=reason))
    return mapping


def meanings(answers: Mapping[str, Meaning]) -> dict[str, Answer]:
    """The words of an answers table as they are looked up."""
    return {normal(word): Answer(meaning) for word, meaning in answers.items()}


def _misused(mapping: WideMapping, protocol: Protocol) -> Iterator[tuple[str, Message]]:
    """What the form of a mapping allows and its meaning does not: where, and why."""
    if mapping.header_row < 1:
        yield "header_row", say("Rows are counted from 1.")
    if not mapping.consent and mapping.objection is None:
        yield "consent", say("No column is named as consent.")
    yield from _misused_person(mapping.person)
    yield from _misused_form("form", mapping.form)
    yield from _misused_answers("answers", mapping.answers)
    purposes = purposes_of(protocol)
    for column in mapping.consent:
        where = f"consent “{column.column}”"
        if purposes.get(normal(column.purpose), EVERY_PURPOSE) == EVERY_PURPOSE:
            known = ", ".join(sorted(set(purposes.values()) - {EVERY_PURPOSE}))
            yield f"{where}.purpose", say("Use one of {known}.", known=known)
        if normal(column.medium) not in MEDIUMS:
            yield f"{where}.medium", say("Use photo, film or both.")
        yield from _misused_form(f"{where}.form", column.form)
        yield from _misused_answers(f"{where}.answers", column.answers)


def _misused_person(person: PersonColumns) -> Iterator[tuple[str, Message]]:
    if person.full_name is not None and (person.given_name or person.infix or person.family_name):
        yield "person.full_name", say("Give the name in one column or in parts, not both.")
    if person.role is None and person != PersonColumns(person.person_id):
        yield "person.role", say("People are only taken in with a role: pupil, staff, parent or visitor.")
    if isinstance(person.role, Fixed) and normal(person.role.text) not in ROLES:
        yield "person.role", say("Use pupil, staff, parent or visitor.")


def _misused_form(where: str, form: Form) -> Iterator[tuple[str, Message]]:
    for name in ("given_on", "valid_until", "withdrawn_on"):
        source = getattr(form, name)
        if isinstance(source, Fixed) and parse_date(source.text) is None:
            yield f"{where}.{name}", say("Write a date as 31-12-2026 or 2026-12-31.")


def _misused_answers(where: str, answers: Mapping[str, Meaning]) -> Iterator[tuple[str, Message]]:
    for word, answer in meanings(answers).items():
        if word in ANSWERS and answer.strictness < ANSWERS[word].strictness:
            yield where, say("“{word}” cannot mean more than it says; an empty cell is no.", word=word)
