"""Ways to publish at the desk: offered, made by one press, and confirmed or thrown away by a person.

What is made, how it is judged and what a confirmation takes are the functions of `photo-consent cover` and `approve`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consent.messages import UserError
from pipeline.judged import Publication
from pipeline.remedies.back_view import is_back_view
from pipeline.remedies.confirming import NOT_THIS_FILE, Remade, confirmed_by, remade, throw_away
from pipeline.remedies.cover import DEFAULT
from pipeline.remedies.job import CROP, make_remedies
from pipeline.remedies.propose import propose
from pipeline.remedies.remedy import How, Kind, Remedy
from pipeline.run import AuditedPhoto
from pipeline.signing.runs import read_run
from pipeline.signing.signers import signer_called, signers_of
from pipeline.signing.signing import confirm_new
from pipeline.store import Store
from pipeline.workspace import Workspace

HOWS = (DEFAULT, *(how for how in How if how is not DEFAULT))
"""What a face can be covered with, that which tells least first."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way to publish, one press each. `how`: as `make_remedies` takes it; empty where nothing has to be made."""

    remedy: Remedy
    how: str = ""


def ways(photo: AuditedPhoto, publication: Publication, instead: AuditedPhoto | None = None) -> tuple[Way, ...]:
    """The ways for a photo as it is judged now, the cheapest first. `instead`: the same scene from behind."""
    found = [way for remedy in propose(photo, publication) for way in _presses(remedy, photo.facts.film is not None)]
    if instead is not None and is_back_view(instead) and photo.verdict.decision.severity:
        found.insert(0, Way(Remedy(Kind.BACK_VIEW, instead=instead.name)))
    return tuple(found)


def _presses(remedy: Remedy, of_film: bool) -> tuple[Way, ...]:
    if remedy.kind is Kind.CROP:
        return (Way(remedy, CROP),)
    if of_film:  # blocks and blurs that change with each picture tell more than one of them
        return (Way(remedy, DEFAULT.value),)
    return tuple(Way(remedy, how.value) for how in HOWS)


def new_picture(space: Workspace, store: Store, run: str, photo: str) -> Remade | None:
    """What was made of a photo of a run, as it is judged now; None where there is nothing."""
    if not any(made.photo == photo for made in store.remedies.of_run(run)):
        return None
    return next(iter(remade(space, store, read_run(space, store, run), _now(), [photo])), None)


def make(space: Workspace, run: str, photo: str, how: str) -> None:
    """Make the new picture of a photo. Raises `UserError` with the reason where nothing could be made."""
    for outcome in make_remedies(space, run, _now(), [photo], how=how):
        if outcome.told is not None:
            raise UserError(outcome.told)


def confirm(space: Workspace, run: str, photo: str, sha256: str, *, signer: str, code: str) -> None:
    """Keep that a signer looked at this very file: nobody without a yes can be recognised on it any more.

    Raises `UserError` where that is not theirs to say, the code is wrong, or there is another file by now.
    """
    with space.open_store() as store:
        new, run_read = _this_one(space, store, run, photo, sha256), read_run(space, store, run)
        protocol = space.school.load_protocol()
        who = signer_called(signer, signers_of(space.school, protocol))
        confirm_new(store, who, code, [new], platform=protocol.platform(run_read.platform_id), at=_now())


def discard(space: Workspace, run: str, photo: str, sha256: str) -> None:
    """Throw a new picture away, confirmed or not."""
    with space.open_store() as store:
        throw_away(store, read_run(space, store, run), _this_one(space, store, run, photo, sha256).made, _now())


def who_confirmed(store: Store, new: Remade) -> tuple[str, ...]:
    """Ids of those who confirmed it."""
    return confirmed_by(store, new.made)


def _this_one(space: Workspace, store: Store, run: str, photo: str, sha256: str) -> Remade:
    new = new_picture(space, store, run, photo)
    if new is None or new.made.sha256 != sha256:
        raise UserError(NOT_THIS_FILE)
    return new


def _now() -> datetime:
    return datetime.now().astimezone()
