"""The archive of X, formerly Twitter: JavaScript files that hold one assignment, of which only the JSON is read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from consent.messages import Message, say
from pipeline.published.archive import Archive
from pipeline.published.contents import (
    doubled,
    iso_moment,
    listed,
    not_read,
    plausible,
    read_json,
    text_of,
    unreadable,
    wrong_date,
)
from pipeline.published.gathering import gather
from pipeline.published.places import places_of
from pipeline.published.post import Attachment, Export, Fault, Post, PostKind

PLATFORM = "twitter"

_FILES = re.compile(r"(.*/)?tweets?(-part\d+)?\.js", re.I)
_SIMILAR = re.compile(r"(.*/)?[a-z-]+-tweets?(-part\d+)?\.js", re.I)
_MEDIA = re.compile(r"(.*/)?tweets?_media/.+", re.I)
_CREATED = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) \+0000 (\d{4})")
_RETWEET = re.compile(r"RT @\w+:")
"""What the platform puts before a retweet. Words of the school's own may begin with RT as well."""
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PERMALINK = "https://x.com/i/web/status/{id}"
"""Leads to a post by its id alone, without the name of the account."""


def knows(archive: Archive) -> bool:
    """Whether there is a file with posts of X."""
    return any(_FILES.fullmatch(name) for name in archive.names)


def read(archive: Archive) -> Export:
    """All posts and retweets, in the order of the files."""
    return gather(PLATFORM, archive, _read(archive), lambda name: bool(_MEDIA.fullmatch(name)))


def _read(archive: Archive) -> Iterator[Post | Fault]:
    for name in archive.names:
        if not _FILES.fullmatch(name):
            if _SIMILAR.fullmatch(name):
                yield Fault(name, None, not_read())
            continue
        content = read_json(archive, name, javascript=True)
        if isinstance(content, Fault):
            yield content
            continue
        for position, row in enumerate(listed(content), start=1):
            # Older archives have the post itself where newer ones wrap it.
            tweet = row["tweet"] if isinstance(row, dict) and "tweet" in row else row
            yield _post(archive, name, position, tweet)


def _post(archive: Archive, name: str, position: int, tweet: Any) -> Post | Fault:
    if not isinstance(tweet, dict):
        return Fault(name, position, unreadable())
    given = str(tweet.get("id_str") or tweet.get("id") or "")
    given_id = given if re.fullmatch(r"[0-9]{1,20}", given) else None
    posted_at = _moment(tweet.get("created_at"))
    words = tweet.get("full_text", tweet.get("text"))
    text = html.unescape(text_of(words))
    attachments, problems = _attachments(archive, tweet, given_id)
    if not isinstance(words, str):
        problems += (unreadable(),)
    if posted_at is None:
        problems += (wrong_date(),)
    # Anybody can type what the platform puts before a retweet, above a picture of their own.
    typed = bool(_RETWEET.match(text)) and not _has_own_media(tweet, given_id)
    is_retweet = typed or isinstance(tweet.get("retweeted_status"), dict)
    return Post(
        PLATFORM,
        PostKind.RETWEET if is_retweet else PostKind.POST,
        posted_at,
        text,
        attachments,
        name,
        position,
        given_id,
        _PERMALINK.format(id=given_id) if given_id else None,
        problems=(*doubled(tweet), *problems),
        remarks=places_of(tweet),
    )


def _moment(created: Any) -> datetime | None:
    """`Wed Nov 01 10:00:00 +0000 2023`, read without the system's language; or ISO."""
    if not isinstance(created, str):
        return None
    if not (match := _CREATED.fullmatch(created)):
        return iso_moment(created)
    month, day, hour, minute, second, year = match.groups()
    try:
        whole = (int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second))
        return plausible(datetime(*whole, tzinfo=UTC))
    except ValueError:  # no such month, day or hour
        return None


def _attachments(
    archive: Archive, tweet: dict[str, Any], given_id: str | None
) -> tuple[tuple[Attachment, ...], tuple[Message, ...]]:
    """Pictures and films, and what is wrong with their list. `entities` holds the first alone, so it comes second."""
    media, well_built = _media(tweet)
    found: dict[str, Attachment] = {}
    for item in media:
        addresses = _addresses(item)
        well_built = well_built and bool(addresses)
        # Both lists give a picture, or the still of a film, the same address.
        if addresses and (still := addresses[-1]) not in found:
            found[still] = _attachment(archive, addresses, given_id)
    return tuple(found.values()), () if well_built else (unreadable(),)


def _media(tweet: dict[str, Any]) -> tuple[list[Any], bool]:
    """What the post says of its pictures and films, and whether that is built as it should be."""
    media: list[Any] = []
    well_built = True
    for key in ("extended_entities", "entities"):
        group = tweet.get(key, {})
        part = group.get("media", []) if isinstance(group, dict) else None
        well_built = well_built and isinstance(part, list)
        media += part if isinstance(part, list) else []
    return media, well_built


def _has_own_media(tweet: dict[str, Any], given_id: str | None) -> bool:
    """Whether a picture or film is, or may be, this post's own: only a source elsewhere says that it is not."""
    media, well_built = _media(tweet)
    return not well_built or any(_source(item) in ("", given_id) for item in media)


def _source(item: Any) -> str:
    """The id of the post that a picture was first in; empty where that is not told."""
    told = (item.get("source_status_id_str") or item.get("source_status_id")) if isinstance(item, dict) else None
    return str(told or "")


def _addresses(item: Any) -> list[str]:
    """Where it was on the web. A film has several sizes, of which the archive holds one; the still is last."""
    if not isinstance(item, dict):
        return []
    info = item.get("video_info")
    variants = info.get("variants") if isinstance(info, dict) else None
    films = [v.get("url") for v in variants if isinstance(v, dict)] if isinstance(variants, list) else []
    still = item.get("media_url_https") or item.get("media_url")
    return [url for url in (*films, still) if isinstance(url, str) and url]


def _attachment(archive: Archive, addresses: list[str], given_id: str | None) -> Attachment:
    """Files are called `<id of the post>-<base name of the address>`."""
    sizes = addresses[:-1] or addresses
    bases = [re.split(r"[?#]", address)[0].rpartition("/")[2] for address in sizes]
    found = archive.based_on(f"{given_id}-{base}" for base in bases if base and given_id)
    in_place = [name for name in found if _MEDIA.fullmatch(name)]
    missing = say("{file} is not in the export. If the export has more parts, put them together.", file=bases[0])
    return archive.attach(sizes[0], name=in_place[0] if len(in_place) == 1 else missing)
