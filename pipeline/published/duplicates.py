"""What is there more than once: a post that an export gives twice, a picture that is on three platforms.

Joining shares work and lists together what belongs together. It never lets the verdict of one picture
stand for another, unless their bytes are the same: in a burst, the next picture may show another child.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from consent.messages import Message, say
from pipeline.photos import read_photo
from pipeline.published.post import Attachment, Post, PostKind

MOST_DISTANCE = 2
"""Bits of 64 in which the perceptual hashes of two pictures that are listed together may differ.

Measured (docs/measurements.md): 623 of 623 photos that were made smaller and saved again differ in 2 at most,
different photos in 17 at least. But of photos in which one head was exchanged 48 of 88 differ in 2 or less: so
this never decides anything.
"""

_SIDE = 256
"""Pixels to which a picture is brought before hashing; the hash itself looks at 32."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a file is known by. `look`: perceptual hash of the upright picture; None for film and what is unreadable."""

    sha256: str
    look: int | None


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in all its files. `copies`: places in the list that was given, grouped by equal bytes."""

    copies: tuple[tuple[int, ...], ...]

    @property
    def places(self) -> tuple[int, ...]:
        """All places where this picture stands, whatever its bytes."""
        return tuple(sorted(place for copy in self.copies for place in copy))


def join_posts(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Posts that an export gives more than once, as one with the attachments of all.

    The same is: the same id, or the same time and text, on the same platform. A draft or a share is never
    joined with a post: the one is not out, the other somebody else's. Where two differ in what they should
    share, the joined post says so, and is held.
    """
    joined: dict[object, Post] = {}
    for place, post in enumerate(posts):
        key: object = place
        if post.given_id:
            key = (post.platform, post.is_published, post.is_own, post.given_id)
        elif post.posted_at and (post.text or post.attachments):
            key = (
                post.platform,
                post.is_published,
                post.is_own,
                post.kind is PostKind.STORY,
                post.posted_at,
                post.text,
            )
        joined[key] = _joined(joined[key], post) if key in joined else post
    return tuple(joined.values())


def _joined(first: Post, second: Post) -> Post:
    problems = (*first.problems, *second.problems)
    if (first.posted_at, first.text) != (second.posted_at, second.text):
        problems += (say("The export gives this post twice, with different times or texts."),)
    return united(first, second, problems)


def united(first: Post, second: Post, problems: Iterable[Message]) -> Post:
    """Two posts as one that has everything of both, and these problems. Where the times differ, none is known."""
    return replace(
        first,
        posted_at=first.posted_at if first.posted_at == second.posted_at else None,
        text="\n".join(dict.fromkeys(text for text in (first.text, second.text) if text)),
        attachments=_union((*first.attachments, *second.attachments)),
        comments=tuple(dict.fromkeys((*first.comments, *second.comments))),
        problems=tuple(dict.fromkeys(problems)),
        remarks=tuple(dict.fromkeys((*first.remarks, *second.remarks))),
    )


def _union(attachments: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """Each file once, but for other words to it; each missing one once, by its address."""
    found: dict[object, Attachment] = {}
    for attachment in attachments:
        found.setdefault((attachment.name or attachment.uri, attachment.caption), attachment)
    return tuple(found.values())


def fingerprint(content: bytes, file: str) -> Fingerprint:
    """The fingerprint of a file's bytes; `file`: its name, for the ending."""
    sha256 = hashlib.sha256(content).hexdigest()
    photo = read_photo(content, file, file, _SIDE)
    if photo.pixels is None:
        return Fingerprint(sha256, None)
    digest = cv2.img_hash.pHash(cv2.cvtColor(photo.pixels, cv2.COLOR_RGB2BGR))
    return Fingerprint(sha256, int.from_bytes(digest.tobytes(), "big"))


def join_pictures(fingerprints: Sequence[Fingerprint]) -> tuple[Picture, ...]:
    """Files that show one picture, in order of their first place.

    Files with the same bytes are one copy. Copies that look alike are listed as one picture: each is compared
    with the first of a picture, so that no chain of small steps joins what is far apart.
    """
    copies: dict[str, list[int]] = {}
    for place, print_ in enumerate(fingerprints):
        copies.setdefault(print_.sha256, []).append(place)
    pictures: list[list[tuple[int, ...]]] = []
    looks = np.empty(len(copies), dtype=np.uint64)
    with_look: list[int] = []
    for places in copies.values():
        look = fingerprints[places[0]].look
        if look is not None and with_look:
            distances = np.bitwise_count(looks[: len(with_look)] ^ np.uint64(look))
            nearest = int(distances.argmin())
            if distances[nearest] <= MOST_DISTANCE:
                pictures[with_look[nearest]].append(tuple(places))
                continue
        if look is not None:
            looks[len(with_look)] = look
            with_look.append(len(pictures))
        pictures.append([tuple(places)])
    return tuple(Picture(tuple(group)) for group in pictures)
