"""Facebook's download as JSON, of a page or a profile: posts, albums, videos and loose photos.

The files lie in folders that change with every version, so they are known by their own names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
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

PLATFORM = "facebook"

_POSTS = re.compile(r"(.*/)?(profile_posts|your_posts|your_posts__check_ins__photos_and_videos)(_\d+)?\.json", re.I)
_ALBUM = re.compile(r"(.*/)?album/\d+\.json", re.I)
_LOOSE = re.compile(r"(.*/)?(your_)?(videos|uncategorized_photos)\.json", re.I)
_SIMILAR = re.compile(r"(.*/)?(posts|album|stories|reels|groups)/[^/]+\.json", re.I)
_MEDIA = re.compile(r"(.*/)?posts/(media/|album/)?.+", re.I)
_SHARED = re.compile(r"\bshared (a|an|the|his|her|their)\b|\bheeft .* gedeeld|\bdeelde\b", re.I)
"""Only the title tells that a post is somebody else's, in the words of the account's language."""

_PICTURED = re.compile(
    r"\b(photo|foto|picture|image|afbeelding|plaatje|album|video|film|filmpje|reel)([’']?s|en)?\b", re.I
)
"""A title that speaks of a picture. Where the export holds none, it is missing: nobody knows whose it was."""

_NOT_SHOWN = frozenset({"thumbnail", "cover_photo", "media_metadata"})
"""Copies and remarks beside a picture. A film's still is not posted by itself."""


def knows(archive: Archive) -> bool:
    """Whether there is a file with Facebook's posts or albums."""
    return any(_POSTS.fullmatch(name) or _ALBUM.fullmatch(name) for name in archive.names)


def read(archive: Archive) -> Export:
    """All posts, in the order of the files."""
    return gather(PLATFORM, archive, _read(archive), lambda name: bool(_MEDIA.fullmatch(name)))


def _read(archive: Archive) -> Iterator[Post | Fault]:
    for name in archive.names:
        if _POSTS.fullmatch(name):
            yield from _posts(archive, name)
        elif _ALBUM.fullmatch(name):
            yield from _album(archive, name)
        elif _LOOSE.fullmatch(name):
            yield from _loose(archive, name)
        elif _SIMILAR.fullmatch(name):
            yield Fault(name, None, not_read())


def _posts(archive: Archive, name: str) -> Iterator[Post | Fault]:
    content = read_json(archive, name)
    if isinstance(content, Fault):
        yield content
        return
    for position, entry in enumerate(listed(content), start=1):
        yield _post(archive, name, position, entry)


def _post(archive: Archive, name: str, position: int, entry: Any) -> Post | Fault:
    if not isinstance(entry, dict):
        return Fault(name, position, unreadable())
    posted_at = moment_of(entry.get("timestamp"))
    inside = list(objects_in(entry, _NOT_SHOWN))
    words = [part.get("post") for part in objects_in(entry.get("data"))] + [part.get("text") for part in inside]
    attachments = _attachments(archive, inside)
    outside = [part["external_context"] for part in inside if isinstance(part.get("external_context"), dict)]
    shared = [url for part in outside if (url := text_of(part.get("url")))]
    title = text_of(entry.get("title"))
    is_missing = not attachments and bool(_PICTURED.search(title))
    is_share = not attachments and not is_missing and bool(shared or _SHARED.search(title))
    problems = doubled(entry)
    if is_missing:
        problems += (say("The export speaks of a photo or film with this post, but holds none. Look at it online."),)
    if not _is_well_built(entry) or not all(isinstance(part["uri"], str) for part in inside if "uri" in part):
        problems += (unreadable(),)
    if posted_at is None:
        problems += (wrong_date(),)
    return Post(
        PLATFORM,
        PostKind.SHARE if is_share else PostKind.POST,
        posted_at,
        "\n".join(dict.fromkeys(text for word in words if (text := text_of(word)))),
        attachments,
        name,
        position,
        shared_url=shared[0] if shared else None,
        comments=_comments(inside),
        problems=problems,
        remarks=places_of(entry),
    )


def _is_well_built(entry: dict[str, Any]) -> bool:
    """Whether everything that could hold a picture or a text is built as in the exports that are known."""
    parts = entry.get("attachments", [])
    data = entry.get("data", [])
    if not isinstance(parts, list) or not isinstance(data, list) or not all(isinstance(d, dict) for d in data):
        return False
    if not all(isinstance(word, str) for d in data if (word := d.get("post")) is not None):
        return False
    inside: list[Any] = [part.get("data", []) if isinstance(part, dict) else None for part in parts]
    if not all(isinstance(group, list) and all(isinstance(item, dict) for item in group) for group in inside):
        return False
    media = [item["media"] for group in inside for item in group if "media" in item]
    return all(isinstance(one, dict) and isinstance(one.get("uri"), str) for one in media)


def _attachments(archive: Archive, objects: list[dict[str, Any]]) -> tuple[Attachment, ...]:
    found: dict[str, Attachment] = {}
    for media in objects:
        if isinstance(media.get("uri"), str) and (uri := text_of(media["uri"])) not in found:
            words = {"caption": text_of(media.get("description")), "title": text_of(media.get("title"))}
            found[uri] = archive.attach(uri, **words, taken_on=taken_on(media))
    return tuple(found.values())


def _comments(objects: list[dict[str, Any]]) -> tuple[str, ...]:
    words = [comment.get("comment") for media in objects for comment in objects_in(media.get("comments"))]
    return tuple(dict.fromkeys(text for word in words if (text := text_of(word))))


def _album(archive: Archive, name: str) -> Iterator[Post | Fault]:
    content = read_json(archive, name)
    if isinstance(content, Fault):
        yield content
    elif not isinstance(content, dict) or not isinstance(content.get("photos"), list):
        yield Fault(name, None, unreadable())
    else:
        words = (text_of(content.get("name")), text_of(content.get("description")))
        text = "\n".join(word for word in words if word)
        yield from _by_day(archive, name, content["photos"], kind=PostKind.ALBUM, text=text, problems=doubled(content))


def _loose(archive: Archive, name: str) -> Iterator[Post | Fault]:
    content = read_json(archive, name)
    if isinstance(content, Fault):
        yield content
        return
    kind = PostKind.VIDEO if "videos" in name.rpartition("/")[2].lower() else PostKind.POST
    for position, entry in enumerate(listed(content), start=1):
        text = text_of(entry.get("title")) if isinstance(entry, dict) else ""
        yield from _by_day(archive, name, [entry], kind=kind, text=text, problems=doubled(entry), first=position)


def _by_day(
    archive: Archive,
    name: str,
    photos: list[Any],
    *,
    kind: PostKind,
    text: str,
    problems: tuple[Message, ...],
    first: int = 1,
) -> Iterator[Post | Fault]:
    """One post for every day (UTC) on which pictures were put there: consent is asked of that day."""
    days: dict[date | None, list[int]] = {}
    for place, photo in enumerate(photos):
        if isinstance(photo, dict):
            moment = moment_of(photo.get("creation_timestamp"))
            days.setdefault(moment.date() if moment else None, []).append(place)
        else:
            yield Fault(name, first + place, unreadable())
    for day, places in days.items():
        of_day = [photos[place] for place in places]
        wrong = () if day else (wrong_date(),)
        built = all(isinstance(photo.get("uri"), str) for photo in of_day)
        moments = [moment for photo in of_day if (moment := moment_of(photo.get("creation_timestamp")))]
        yield Post(
            PLATFORM,
            kind,
            min(moments, default=None) if day else None,
            text,
            _attachments(archive, of_day),
            name,
            first + places[0],
            comments=_comments(of_day),
            problems=(*problems, *wrong, *(() if built else (unreadable(),))),
            remarks=places_of(of_day),
        )
