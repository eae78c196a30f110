"""Signing at the desk: what would go, who has signed, and the folder once everybody has.

The functions are those of `photo-consent approve`; nothing here judges or signs by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from consent.judging import Decision
from consent.messages import Message, UserError, say
from pipeline.signing.lapsing import lapsed
from pipeline.signing.proposing import Proposal, proposal
from pipeline.signing.releasing import finished, release
from pipeline.signing.signers import codes_set, of_code
from pipeline.signing.signing import sign
from pipeline.signing.standing import Today, standing_today
from pipeline.store import Store
from pipeline.workspace import Workspace

OnStep = Callable[[int, int], None]


@dataclass(frozen=True)
class Post:
    """What would go of a run. `approved`: its folder once everybody has signed, and then there is no proposal.

    `lapsed`: why signatures count no more; `codes`: which codes were set since something was approved; `without_code`:
    ids of signers who cannot sign before they have one.
    """

    proposed: Proposal | None
    approved: Path | None = None
    lapsed: tuple[Message, ...] = ()
    codes: tuple[Message, ...] = ()
    without_code: frozenset[str] = frozenset()
    today: Today | None = None
    """How what was approved before stands today."""


def post(space: Workspace, run: str, on_step: OnStep = lambda done, total: None) -> Post:
    """What would go at this moment; makes the clean files that are not there yet, `on_step(done, total)` after each.

    Raises `UserError` for a run that cannot be signed for, and for a file that was changed.
    """
    with space.open_store() as store:
        folder = finished(space, store, run, _now())
        if folder is not None:
            return Post(None, folder, today=standing_today(space, store, run, _now().date()))
        return _post(space, store, proposal(space, store, run, _now(), on_step=on_step))


def approved_before(space: Workspace, run: str) -> Today | None:
    """How a run that was approved stands today; None where it was not approved."""
    with space.open_store() as store:
        if store.signing.approval(run) is None:
            return None
        return standing_today(space, store, run, _now().date())


def sign_post(
    space: Workspace, run: str, signed_for: str, *, signer: str, code: str, answers: Mapping[str, bool]
) -> Post:
    """Sign for the very set that was shown, `signed_for` its digest; with every signature there, approve it.

    Raises `UserError` where the set is another one by now, and for all that `sign` and `release` refuse.
    """
    with space.open_store() as store:
        proposed = proposal(space, store, run, _now())
        if proposed.case.seen != signed_for:
            raise UserError(
                say("What would go has changed since it was shown. Look at it as it is now, and sign for that.")
            )
        sign(store, proposed, signer, code, answers, at=_now())
        return _post(space, store, proposal(space, store, run, _now()))


def _post(space: Workspace, store: Store, proposed: Proposal) -> Post:
    if proposed.verdict.decision is Decision.PUBLISH:
        return Post(None, release(space, store, proposed, _now()))
    signers = proposed.case.signers
    return Post(
        proposed,
        lapsed=lapsed(proposed, store.signing.photos_signed(proposed.case.about)),
        codes=tuple(map(of_code, codes_set(store))),
        without_code=frozenset(signer.id for signer in signers if store.signing.code(signer.id) is None),
    )


def _now() -> datetime:
    return datetime.now().astimezone()
