"""Why a signature counts no more, in words for whoever gave it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from consent.messages import Message, say
from consent.signing import SignOff
from pipeline.signing.proposing import Proposal

FEW = 3
"""So many photos that went are told one by one; of more only how many, since the list of what is left out has them."""


def lapsed(proposed: Proposal, signed: Mapping[str, Collection[str]]) -> tuple[Message, ...]:
    """A sentence or more for each signature that was for another set than this one.

    `signed`: the photos that each signer's last signature was about (`SigningMemory.photos_signed`).
    """
    return tuple(
        say(
            "The signature of {id} was for other files and counts no more. {changes} Look at what would go now, and "
            "sign again.",
            id=said.signer,
            changes=_together(_changes(proposed, said, signed.get(said.signer, ()))),
        )
        for said in proposed.outdated
    )


def _changes(proposed: Proposal, said: SignOff, photos: Collection[str]) -> Iterator[Message]:
    why = {out.photo: out.why for out in proposed.left_out}
    out = [photo for photo in photos if photo not in proposed.photos]
    new = [photo for photo in proposed.photos if photo not in photos]
    if len(out) > FEW:
        yield say("{count} photos do not go along any more.", count=len(out))
    for photo in out if len(out) <= FEW else ():
        reason = why.get(photo)
        if reason is None:
            yield say("{photo} does not go along any more.", photo=photo)
        else:
            yield say("{photo} does not go along any more: {why}", photo=photo, why=reason)
    if new:
        yield say("New among them: {photos}.", photos=", ".join(new))
    if said.digest == proposed.case.seen:
        yield say("A question came up that had not been asked.")
    elif not out and not new:
        yield say(
            "A picture was made anew, the protocol was changed, or by now something else is found in the text of the "
            "post."
        )


def _together(sentences: Iterator[Message]) -> Message:
    first, *others = sentences
    for other in others:
        first = say("{one} {other}", one=first, other=other)
    return first
