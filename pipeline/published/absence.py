"""Posts of an earlier download that a newer one does not hold.

A post may be missing because somebody removed it, and also because the download is of another account, of a part of
the time, or lacks one of its files: an export says none of this for certain. So such a post still counts as public and
is judged, with a mark, until a person says that it is gone (`photo-consent taken-down`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from consent.texts import Sought
from pipeline.published.kept import KeptPost
from pipeline.published.memory import Key
from pipeline.published.post import PostKind
from pipeline.published.words import as_before


def absent(before: Iterable[KeptPost], now: Iterable[KeptPost], on: date) -> tuple[KeptPost, ...]:
    """Posts kept earlier that are not among those of a whole download, each marked with the first such day.

    What was approved here, and nobody has seen in an export yet, cannot be missing from one; what is gone is not
    missed.
    """
    there = {post.post_id for post in now}
    return tuple(
        replace(post, absent_since=post.absent_since or on)
        for post in before
        if post.post_id not in there and post.kind is not PostKind.APPROVED and post.gone_on is None
    )


def renamed(before: Iterable[KeptPost], now: Iterable[KeptPost]) -> tuple[Key, ...]:
    """Posts kept earlier that a download holds under another id: of the same second, with all the same pictures.

    Where an export gives no ids, an edited text or a folder with another name makes another digest. All that is
    judged is the same, so the older one can be forgotten.
    """
    others = ((old.platform, old.post_id) for old, new in _going_on(before, now) if old.post_id != new.post_id)
    return tuple(dict.fromkeys(others))


def read_again(before: Iterable[KeptPost], now: Iterable[KeptPost], sought: Sought) -> tuple[KeptPost, ...]:
    """The posts of a download, as what was kept of them earlier allows: see `words.as_before`."""
    now = list(now)
    earlier: dict[str, list[KeptPost]] = {}
    for old, new in _going_on(before, now):
        earlier.setdefault(new.post_id, []).append(old)
    return tuple(as_before(post, earlier.get(post.post_id, ()), sought) for post in now)


def _going_on(before: Iterable[KeptPost], now: Iterable[KeptPost]) -> Iterator[tuple[KeptPost, KeptPost]]:
    """Posts kept earlier, each with those of a download that it is: the one of its id, else those it is renamed to."""
    now = list(now)
    by_id = {post.post_id: post for post in now}
    by_moment: dict[datetime | None, list[KeptPost]] = {}
    for post in now:
        by_moment.setdefault(post.posted_at, []).append(post)
    for old in before:
        if old.post_id in by_id:
            yield old, by_id[old.post_id]
        elif old.kind is not PostKind.APPROVED:
            yield from ((old, new) for new in by_moment.get(old.posted_at, ()) if _holds_all_of(old, new))


def _holds_all_of(old: KeptPost, new: KeptPost) -> bool:
    """Whether the new post has all the pictures of the old one. Without any, or without a day, the text tells too."""
    if (old.kind, old.is_own) != (new.kind, new.is_own):
        return False
    if old.link and new.link and old.link != new.link:
        return False
    if not old.pictures or old.posted_at is None:
        return bool(old.text) and old.text == new.text and _files(old) == _files(new)
    return _files(old) <= _files(new)


def _files(post: KeptPost) -> set[str]:
    """Its pictures by their bytes; a film or a missing one by its name."""
    return {picture.sha256 or picture.facts.name.rpartition("/")[2] for picture in post.pictures}
