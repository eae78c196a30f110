"""A post that the school approved, kept so that a recheck judges it like every other from then on.

Whether, when and with which words it was put on the platform, the program does not know. It counts as public from the
moment of approval, which is the safe reading: who withdraws is told of it at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from consent.published.standing import Standing
from pipeline.published.kept import KeptPicture, KeptPost
from pipeline.published.memory import PublishedMemory, Stood
from pipeline.published.post import PostKind, id_of_approved
from pipeline.run import AuditedPhoto

APPROVED = "approved"
"""The folder of the workspace with what was approved, by platform and run."""


def approved_picture(photo: AuditedPhoto, sha256: str, basis: str) -> KeptPicture:
    """A photo of an approved post. `sha256`: of the file that was approved; `basis`: `Basis.identifications`.

    `photo` is the last look at that very file, or at the one that it is a clean copy of: its facts are judged.
    """
    return KeptPicture(photo.facts, sha256, photo.by_hand, basis)


def keep_approved(
    memory: PublishedMemory, pictures: Iterable[KeptPicture], *, platform: str, run_id: str, at: datetime, text: str
) -> KeptPost:
    """Keep an approved post (`store.published` is the memory), in place of one of the same run and platform.

    It counts as right at this moment, so that a recheck speaks of it only once that changes. `at` has a time zone.
    Within `store.transaction()` it is a part of what else is written there.
    """
    kept = KeptPost(
        platform,
        id_of_approved(run_id),
        PostKind.APPROVED,
        at.astimezone(UTC),
        text,
        file=f"{APPROVED}/{platform}/{run_id}",
        pictures=tuple(pictures),
    )
    memory.keep([kept], at)
    memory.add_standings({(platform, kept.post_id): Stood(Standing.RIGHT, (), at)})
    return kept
