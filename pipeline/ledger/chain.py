"""The chain itself: entries, each hashed with the one before, and what is wrong with a chain. No database.

Whoever changes, removes, moves or puts in an entry must write all later ones anew. Who has the key of the database
can do that: then a digest on paper no longer occurs in the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from consent.messages import Message, UserError, say

Body = Mapping[str, str | int | Sequence[str | int]]
"""What an entry says: numbers, digests, ids of runs and signers, tokens for persons. No name and no person id."""

LEAST_OF_A_DIGEST = 16
"""Characters of a digest by which its entry is found: nobody can make a second entry with the same 64 bits."""

NEARLY = 0.8
"""The part of a typed digest that must be as in an entry's: two that have nothing to do with each other share half."""

_BODY = TypeAdapter(dict[str, str | int | list[str | int]])


class Kind(StrEnum):
    """What an entry is about."""

    DATABASE = "database"
    """The database was made, or brought up to date; the first entry of every ledger."""
    REGISTER = "register"
    ENROLMENT = "enrolment"
    """Templates were made, or erased."""
    CALIBRATION = "calibration"
    RUN = "run"
    RECHECK = "recheck"
    DECISION = "decision"
    REMEDY = "remedy"
    CODE = "code"
    """The personal code of a signer was set or changed."""
    SIGN_OFF = "sign_off"
    RELEASE = "release"
    FORGET = "forget"
    PURGE = "purge"


class Row(NamedTuple):
    """An entry as it is kept: a number and texts, so that every changed character is found."""

    number: int
    at: str
    kind: str
    body: str
    previous: str
    digest: str

    @property
    def worked_out(self) -> str:
        """The digest that this row must have: SHA-256, in hex, of all the rest of it as JSON."""
        return hashlib.sha256(canonical(self[:-1]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `previous`: the digest of the entry before, empty for the first."""

    number: int
    at: datetime
    kind: Kind
    body: Body
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a ledger. `number`: of the entry where it shows; None where it is about none of them."""

    number: int | None
    what: Message


def link(last: Row | None, kind: Kind, body: Body, at: datetime) -> Row:
    """The row that comes after the last one. Raises `pydantic.ValidationError` for what a body cannot hold."""
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in body.items()}
    row = Row(
        last.number + 1 if last else 1,
        at.astimezone().isoformat(timespec="seconds"),
        kind.value,
        canonical(_BODY.validate_python(plain, strict=True)),
        last.digest if last else "",
        "",
    )
    return row._replace(digest=row.worked_out)


def read(row: Row) -> Entry:
    """The entry of a row. Raises `UserError` for one that cannot be read."""
    try:
        body = _BODY.validate_json(row.body)
        return Entry(row.number, datetime.fromisoformat(row.at), Kind(row.kind), body, row.previous, row.digest)
    except ValueError:
        raise UserError(
            say("Entry {number} of the ledger cannot be read. Run: photo-consent ledger verify", number=row.number)
        ) from None


def problems(rows: Iterable[Row]) -> Iterator[Problem]:
    """What is wrong with a chain, in its order. A chain that was only cut off at its end has nothing wrong with it."""
    last = None
    for row in rows:
        number, follows = row.number, last.number + 1 if last else 1
        if number > follows:
            yield Problem(number, say("Entries are missing: {first} to {last}.", first=follows, last=number - 1))
        elif number < follows or row.previous != (last.digest if last else ""):
            yield Problem(
                number,
                say(
                    "Entry {number} does not follow on the one before it: one of the two was changed, or something "
                    "was removed, put in or moved.",
                    number=number,
                ),
            )
        elif last is None and row.kind != Kind.DATABASE:
            yield Problem(number, say("The beginning of the ledger is missing: entry 1 is about something else."))
        if row.digest != row.worked_out:
            yield Problem(number, say("Entry {number} was changed after it was written.", number=number))
        last = row
    if last is None:
        yield Problem(None, say("The ledger is empty. It always has a first entry, so all of it was removed."))


def typed(head: str) -> str:
    """A digest as somebody typed it over from paper, or the beginning of one. Raises `UserError` for what is none."""
    plain = "".join(head.split()).casefold()
    wrong = sorted(set(plain) - set("0123456789abcdef"))
    if wrong:
        raise UserError(
            say(
                "“{head}” was typed wrongly: a digest has only the digits 0 to 9 and the letters a to f, and here "
                "stands: {wrong}. An o is a zero there, and an l or i is a one.",
                head=head,
                wrong=" ".join(wrong),
            )
        )
    if not LEAST_OF_A_DIGEST <= len(plain) <= 64:
        raise UserError(
            say(
                "“{head}” has {count} characters. Type at least the first {least} of those that the report gives; "
                "all of them are 64.",
                head=head,
                count=len(plain),
                least=LEAST_OF_A_DIGEST,
            )
        )
    return plain


def nearly(head: str, rows: Iterable[Row]) -> Row | None:
    """The entry that a typed digest is nearly that of: a few characters differ, or one is left out or too many.

    No change of an entry leaves its digest nearly the same, so this is a typing error.
    """
    return next((row for row in rows if _alike(head, row.digest[: len(head)]) >= NEARLY), None)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def body_of(row: Row) -> dict[str, Any]:
    """What an entry says; nothing where it was changed into what cannot be read, which `problems` tells."""
    try:
        body = json.loads(row.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def canonical(value: object) -> str:
    """JSON of one form only, in ASCII."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
