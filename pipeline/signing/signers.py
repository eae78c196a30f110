"""Who may sign: the signers of school.toml, and the personal code of each."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from consent.messages import Message, UserError, say
from consent.protocol import Protocol
from consent.signing import Signer
from consent.signing.post import ROLES
from pipeline.ledger.chain import Kind
from pipeline.school import School
from pipeline.signing.codes import FREE_TRIES, LEAST_LENGTH, fits, hashed, waits_until
from pipeline.store import Store

PRIVACY_OFFICER = "privacy_officer"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def signers_of(school: School, protocol: Protocol) -> tuple[Signer, ...]:
    """The signers of a school. Raises `UserError` for an id or a role that cannot be meant, and for one given twice."""
    known = dict.fromkeys((*ROLES, *(r for p in protocol.platforms.values() for roles in p.signers for r in roles)))
    for signer in school.signers:
        if not _ID.fullmatch(signer.id):
            raise UserError(
                say(
                    "school.toml: “{id}” cannot name a signer: use letters, digits, dots, hyphens and underscores, "
                    "40 at most. It stands in files that leave the school, so it is better no name.",
                    id=signer.id,
                )
            )
        wrong = [role for role in signer.roles if role not in known]
        if wrong or not signer.roles:
            raise UserError(
                say(
                    "school.toml: the signer {id} has the role “{role}”. The roles are: {known}.",
                    id=signer.id,
                    role=wrong[0] if wrong else "",
                    known=", ".join(known),
                )
            )
    twice = [signer for signer, count in Counter(s.id.casefold() for s in school.signers).items() if count > 1]
    if twice:
        raise UserError(say("school.toml: the signer {id} is there twice. Give each an id of its own.", id=twice[0]))
    return school.signers


def signer_called(signer_id: str, signers: tuple[Signer, ...]) -> Signer:
    """The signer of that id; a `UserError` that lists those there are otherwise."""
    for signer in signers:
        if signer.id.casefold() == signer_id.strip().casefold():
            return signer
    if not signers:
        raise UserError(say("school.toml names nobody who may sign. Add signers to it: an id and roles for each."))
    known = ", ".join(signer.id for signer in signers)
    raise UserError(say("school.toml knows no signer “{id}”. It knows: {known}.", id=signer_id, known=known))


class WrongCodeError(UserError):
    """It was another code, and the next one is looked at at once."""


def check_code(store: Store, signer: Signer, code: str, at: datetime) -> None:
    """Raise `UserError` unless this is the signer's code. After several wrong ones none is looked at for a while.

    It is a `WrongCodeError` as long as the next one is looked at.

    A code is counted as wrong before it is looked at: who is killed half-way, or tries many at once, gains nothing.
    """
    with store.transaction():
        kept = store.signing.code(signer.id)
        if kept is None:
            raise UserError(say("{id} has no code yet. Set it with: photo-consent signers code {id}", id=signer.id))
        until = waits_until(kept.wrong, kept.wrong_at)
        if until is not None and at < until:
            raise UserError(
                say(
                    "Too many wrong codes for {id}. No code is accepted before {time}.",
                    id=signer.id,
                    time=until.astimezone().strftime("%H:%M:%S"),
                )
            )
        store.signing.count_wrong(signer.id, kept.wrong + 1, at)
    if not fits(code, kept.code):
        left = FREE_TRIES - kept.wrong - 1
        if left > 0:
            raise WrongCodeError(
                say(
                    "That is not the code of {id}. After {count} more wrong ones there is a wait.",
                    id=signer.id,
                    count=left,
                )
            )
        raise UserError(say("That is not the code of {id}. Before the next one there is a wait.", id=signer.id))
    store.signing.count_wrong(signer.id, 0, None)


@dataclass(frozen=True, slots=True)
class CodeSet:
    """That a code was set, as the ledger tells. `by`: whose code allowed it; `is_first`: there was none before."""

    signer: str
    by: str
    at: datetime
    is_first: bool


def codes_set(store: Store) -> tuple[CodeSet, ...]:
    """The codes set since something was approved last that somebody else should know of: all but one's own changes.

    Who sets a code could sign with it. So this is shown to whoever signs next.
    """
    found: list[CodeSet] = []
    for entry in store.ledger.entries():
        if entry.kind is Kind.RELEASE:
            found.clear()
        elif entry.kind is Kind.CODE:
            signer, by, is_first = str(entry.body["signer"]), str(entry.body["by"]), bool(entry.body.get("first", 0))
            found += [CodeSet(signer, by, entry.at, is_first)] if is_first or by != signer else []
    return tuple(found)


def of_code(code: CodeSet) -> Message:
    """That a code was set, for whoever signs next."""
    day = code.at.astimezone().date().isoformat()
    if code.by != code.signer:
        return say("The code of {id} was set on {day}, with the code of {by}.", id=code.signer, day=day, by=code.by)
    return say(
        "The code of {id} was set on {day} by whoever set up the signers: nobody had one before.",
        id=code.signer,
        day=day,
    )


def code_needed(store: Store, signer: Signer, by: Signer, signers: tuple[Signer, ...]) -> bool:
    """Whether the code of `by` must be given to set one for this signer: always, but for the very first of a school.

    A code is changed with itself, or by a privacy officer. A first one is set by somebody who has one: else anybody at
    this computer could be the second person who signs. Where none of today's `signers` has one, whoever sets up the
    school begins. Raises `UserError` for a `by` who has no say in this.
    """
    if store.signing.code(signer.id) is not None:
        if by.id != signer.id and PRIVACY_OFFICER not in by.roles:
            raise UserError(
                say("{id} has a code already. It is changed with that code, or by a privacy officer.", id=signer.id)
            )
        return True
    coded = [other.id for other in signers if store.signing.code(other.id) is not None]
    if coded and by.id not in coded:
        raise UserError(
            say(
                "{id} has no code yet, and others have. One of them must allow it, with a code: photo-consent signers "
                "code {id} --by {other}",
                id=signer.id,
                other=coded[0],
            )
        )
    return bool(coded)


def set_code(
    store: Store,
    signer: Signer,
    code: str,
    at: datetime,
    *,
    signers: tuple[Signer, ...],
    by: Signer | None = None,
    own: str = "",
) -> None:
    """Keep a signer's code. `signers`: all of the school; `own`: the code of `by`, where one is needed (`code_needed`).

    Raises `UserError` where that code is wrong, `by` has no say in this, or the new code is too short.
    """
    if len(code) < LEAST_LENGTH:
        raise UserError(say("A code has {least} characters or more. Nothing was changed.", least=LEAST_LENGTH))
    kept, by = hashed(code), by or signer
    needed, before = code_needed(store, signer, by, signers), store.signing.code(signer.id)
    if needed:
        check_code(store, by, own, at)
    else:
        by = signer
    with store.transaction():
        # What was looked at above still holds, or nothing is set.
        same = (store.signing.code(signer.id) is None) == (before is None)
        if not same or code_needed(store, signer, by, signers) != needed:
            raise UserError(say("Somebody else got a code just now. Nothing was changed. Try again."))
        store.signing.set_code(signer.id, kept, at)
        store.ledger.append(Kind.CODE, {"signer": signer.id, "by": by.id, "first": int(before is None)}, at)
