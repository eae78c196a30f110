"""Instagram's download as JSON, in its older form (`posts_1.json`) and its newer one (`label_values`).

Pictures of a carousel lie at different depths in different versions, so every object with a `uri` counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from consent.messages import Message, say
from pipeline.published.archive import Archive
from pipeline.published.contents import (
    doubled,
    listed,
    moment_of,
    not_read,
    objects_in,
    read_json,
    taken_on,
    text_of,
    unreadable,
    wrong_date,
)
from pipeline.published.gathering import gather
from pipeline.published.places import places_of
from pipeline.published.post import Attachment, Export, Fault, Post, PostKind

PLATFORM = "instagram"

_FILES = re.compile(r"(?:.*/)?(posts|stories|reels|igtv_videos)(?:_\d+)?\.json", re.I)
_SIMILAR = re.compile(r"(.*/)?(content|media)/[^/]+\.json", re.I)
_MEDIA = re.compile(r"(.*/)?media/(posts|stories|reels|igtv)/.+", re.I)
_KINDS = {"stories": PostKind.STORY, "reels": PostKind.REEL, "igtv_videos": PostKind.VIDEO}
_NOT_SHOWN = frozenset({"thumbnail", "media_metadata", "cross_post_source"})
_MOMENTS = ("creation_timestamp", "timestamp", "timestamp_value")

_CAPTION = frozenset({"caption", "title", "bijschrift", "titel"})
_DRAFT = frozenset({"draft", "is_draft", "concept"})
_YES = frozenset({"true", "yes", "ja", "1"})
_OTHER_LABELS = frozenset({"url", "media", "location", "locatie", "hashtags", "date", "datum", "creation timestamp"})
"""Labels are in the language of the account. These hold no text of the post."""


def knows(archive: Archive) -> bool:
    """Whether there is a file with Instagram's posts, stories or reels."""
    return any(_FILES.fullmatch(name) for name in archive.names)


def read(archive: Archive) -> Export:
    """All posts, in the order of the files."""
    return gather(PLATFORM, archive, _read(archive), lambda name: bool(_MEDIA.fullmatch(name)))


def _read(archive: Archive) -> Iterator[Post | Fault]:
    for name in archive.names:
        if not (match := _FILES.fullmatch(name)):
            if _SIMILAR.fullmatch(name):
                yield Fault(name, None, not_read())
            continue
        content = read_json(archive, name)
        if isinstance(content, Fault):
            yield content
            continue
        kind = _KINDS.get(match[1].lower(), PostKind.POST)
        for position, entry in enumerate(listed(content), start=1):
            yield _post(archive, name, position, entry, kind)


def _post(archive: Archive, name: str, position: int, entry: Any, kind: PostKind) -> Post | Fault:
    if not isinstance(entry, dict):
        return Fault(name, position, unreadable())
    objects = list(objects_in(entry, _NOT_SHOWN))
    media = [item for item in objects if "uri" in item]
    labelled = [(label.casefold(), item) for item in objects if (label := text_of(item.get("label")))]
    attachments = _attachments(archive, media)
    posted_at = _moment(entry, objects)
    text, problem = _text(entry, labelled, media)
    if kind is PostKind.POST and len(attachments) > 1:
        kind = PostKind.CAROUSEL
    flagged = any(_yes(value) for key, value in entry.items() if key.casefold() in _DRAFT)
    if flagged or any(label in _DRAFT and _says_yes(item) for label, item in labelled):
        kind = PostKind.DRAFT
    problems = (*doubled(entry), *problem)
    if not attachments or not all(isinstance(item["uri"], str) for item in media):
        problems += (unreadable(),)
    if posted_at is None:
        problems += (wrong_date(),)
    return Post(
        PLATFORM, kind, posted_at, text, attachments, name, position, problems=problems, remarks=places_of(entry)
    )


def _attachments(archive: Archive, media: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for item in media:
        if isinstance(item["uri"], str) and (uri := text_of(item["uri"])) not in found:
            caption = text_of(item.get("title")) if len(media) > 1 else ""
            found[uri] = archive.attach(uri, caption=caption, taken_on=taken_on(item))
    return tuple(found.values())


def _moment(entry: dict[str, Any], objects: list[dict[str, Any]]) -> datetime | None:
    """The time of the post itself; else the earliest of its parts, as older exports give it with the picture only."""
    own = [entry[key] for key in _MOMENTS if key in entry]
    if own:
        return moment_of(own[0])
    moments = [moment for item in objects for key in _MOMENTS if (moment := moment_of(item.get(key)))]
    return min(moments, default=None)


def _text(
    entry: dict[str, Any], labelled: list[tuple[str, dict[str, Any]]], media: list[dict[str, Any]]
) -> tuple[str, tuple[Message, ...]]:
    """The words of the post, and why they may be incomplete."""
    captions = [text_of(item.get("value")) for label, item in labelled if label in _CAPTION]
    alone = [text_of(media[0].get("title"))] if len(media) == 1 else []
    words = [text for text in (text_of(entry.get("title")), *captions, *alone) if text]
    known = _CAPTION | _DRAFT | _OTHER_LABELS
    if not words and any(label not in known and text_of(item.get("value")) for label, item in labelled):
        return "", (say("The text of this post has a label in a language that is not known. Look at the post itself."),)
    return "\n".join(dict.fromkeys(words)), ()


def _says_yes(item: dict[str, Any]) -> bool:
    """Whether a label has yes for its value; a number or a mark beside a value that says no is none."""
    if "value" in item:
        return _yes(item["value"])
    return any(_yes(value) for key, value in item.items() if key != "label")


def _yes(value: Any) -> bool:
    return str(value).strip().casefold() in _YES
