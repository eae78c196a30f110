"""What the ledger tells of a period: whether it holds, how many entries of each kind, and who signed for what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from consent.messages import Message, UserError
from pipeline.ledger import chain
from pipeline.ledger.chain import Entry, Kind, Row


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, a release or a new code, as its entry tells. `run`: what was signed for; `no`: answered with no.

    `whose`: of a code, whose it is; `signers`: with whose code it was set.
    """

    at: datetime
    kind: Kind
    run: str
    signers: tuple[str, ...]
    files: int
    no: tuple[str, ...] = ()
    whose: str = ""


SIGNING = (Kind.SIGN_OFF, Kind.RELEASE, Kind.CODE)


@dataclass(frozen=True)
class LedgerState:
    """The ledger. `head`: the digest of its last entry; `problems`: why it does not hold, if it does not.

    `entries` are counted over all time, `new` in the period; so are `signatures`, the latest first.
    """

    head: str = ""
    entries: int = 0
    problems: tuple[Message, ...] = ()
    new: int = 0
    signatures: tuple[Signature, ...] = ()


def ledger_state(rows: Sequence[Row], problems: Iterable[Message], since: date, until: date) -> LedgerState:
    """What the rows of a ledger tell of a period. `problems`: what verifying it found; unreadable entries are added."""
    entries: list[Entry] = []
    told = list(problems)
    for row in rows:
        try:
            entry = chain.read(row)
        except UserError as error:
            told.append(error.message)
            continue
        if since <= entry.at.astimezone().date() <= until:
            entries.append(entry)
    return LedgerState(
        head=rows[-1].digest if rows else "",
        entries=len(rows),
        problems=tuple(dict.fromkeys(told)),
        new=len(entries),
        signatures=tuple(_signature(e) for e in reversed(entries) if e.kind in SIGNING),
    )


def _signature(entry: Entry) -> Signature:
    """Whatever stands in the body: one that was changed is told by verifying, and shown as it is."""
    body = entry.body
    if entry.kind is Kind.CODE:
        whose = str(body.get("signer", ""))
        return Signature(entry.at, entry.kind, "", _texts([body.get("by", "")]), 0, whose=whose)
    signers = _texts(body.get("signers")) if entry.kind is Kind.RELEASE else _texts([body.get("signer", "")])
    files = body.get("files", 0)
    count = files if isinstance(files, int) else len(_texts(files))
    return Signature(entry.at, entry.kind, str(body.get("run", "")), signers, count, _texts(body.get("no")))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else ()
