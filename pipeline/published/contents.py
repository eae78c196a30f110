"""Values in an export, each checked for what it is: JSON made by others holds anything.

Nothing here raises for bad content: a file that cannot be read is a `Fault`, a value of another kind
is None or "", and whoever needs it says so at the post.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ftfy

from consent.messages import Message, UserError, say
from pipeline.published.archive import Archive
from pipeline.published.post import Fault

MOST_JSON_BYTES = 100_000_000
"""Six times the JSON of 5,000 posts with three pictures each (17 MB)."""

TWICE = "\0twice"
"""The key by which an object says that one of its names occurred twice. No JSON of an export has it."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = datetime(2004, 1, 1, tzinfo=UTC)
"""None of the platforms existed before."""

_MOST_DIGITS = 20
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ASSIGNMENT = re.compile(r"\s*(?:window\.)?YTD\.\w+\.part\d+\s*=\s*")


def read_json(archive: Archive, name: str, *, javascript: bool = False) -> Any | Fault:
    """The JSON of a file; `javascript`: after an assignment, which is cut off and never run.

    A number that is none (NaN) or far too long becomes null.
    """
    try:
        text = archive.read(name, MOST_JSON_BYTES).decode("utf-8-sig")
        if javascript:
            if not (start := _ASSIGNMENT.match(text)):
                return Fault(name, None, say("The file does not begin as the ones that are known. It was not read."))
            text = text[start.end() :].rstrip().removesuffix(";")
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=lambda _: None, parse_int=_integer, parse_float=_number
        )
    except UserError as error:
        return Fault(name, None, error.message)
    except UnicodeDecodeError:
        return Fault(name, None, say("The file is not text in UTF-8. It was not read; download the export again."))
    except json.JSONDecodeError as error:
        reason = say(
            "The file is broken at line {line} and was not read; download the export again.",
            line=error.lineno,
        )
        return Fault(name, None, reason)
    except RecursionError:
        return Fault(name, None, say("The file is nested too deeply to be a real export. It was not read."))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        made[TWICE] = True
    return made


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _number(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def listed(content: Any) -> list[Any]:
    """The entries of a file: its list, the lists in its object, or the object itself."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        known = {"timestamp", "creation_timestamp", "media", "attachments", "label_values", "uri"}
        return [content] if known & content.keys() or not lists else [entry for part in lists for entry in part]
    return [content]


def objects_in(node: Any, skip: frozenset[str] = frozenset()) -> Iterator[dict[str, Any]]:
    """Every object in a value, in reading order, whatever it is nested in; what stands under a key of `skip` is not."""
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += [value for key, value in reversed(item.items()) if key not in skip]
        elif isinstance(item, list):
            waiting += reversed(item)


def doubled(node: Any) -> tuple[Message, ...]:
    """What to say of an entry in which a name occurs twice, so that part of it was lost."""
    if any(TWICE in item for item in objects_in(node)):
        return (say("A part of this post stands there twice, and differs. Look at the post itself."),)
    return ()


def text_of(value: Any) -> str:
    """A text, repaired; "" for anything else.

    Facebook and Instagram write UTF-8 as if it were Latin-1, throughout. Undone exactly where that is
    possible; ftfy mends what is damaged in part. Measured (docs/measurements.md): ftfy alone leaves one
    letter in twelve as it is, mostly of languages that it holds unlikely.
    """
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return _CONTROL.sub("", value)
    try:
        text = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        # Half of a sign that takes two cannot be written to any file.
        whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = ftfy.fix_encoding(whole)
    return _CONTROL.sub("", text)


def moment_of(value: Any) -> datetime | None:
    """Seconds since 1970 as a moment in UTC; None for what cannot be the time of a post.

    That is zero and less, milliseconds, anything before 2004 or later than tomorrow.
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e11:
        return None
    return plausible(_EPOCH + timedelta(seconds=int(value)))


def plausible(moment: datetime) -> datetime | None:
    """The moment in UTC, if something can have been posted then."""
    if moment.tzinfo is None:
        return None
    return moment.astimezone(UTC) if _FIRST <= moment <= datetime.now(UTC) + timedelta(days=1) else None


def iso_moment(text: str) -> datetime | None:
    """A moment written as 2023-05-01T10:00:00Z or 2023-05-01 10:00:00 UTC; None without a time zone."""
    try:
        return plausible(datetime.fromisoformat(re.sub(r"\s*(UTC|Z)$", "+00:00", text.strip())))
    except (ValueError, OverflowError):
        return None


def taken_on(media: dict[str, Any]) -> date | None:
    """The day on which a picture was taken, by the metadata that Facebook and Instagram copy into the JSON."""
    for item in objects_in(media.get("media_metadata")):
        if moment := moment_of(item.get("taken_timestamp")):
            return moment.date()
    return None


def wrong_date() -> Message:
    """What to say where the time of a post is missing or impossible."""
    return say("The time at which this was posted is missing or impossible.")


def not_read() -> Message:
    """What to say of a file that may hold posts but is of no kind that is known."""
    return say("This file is of a kind that is not known and was not read. If it holds posts, look at them yourself.")


def unreadable() -> Message:
    """What to say where a part of a post is not built as in the exports that are known."""
    return say("A part of this post could not be read. Look at the post itself.")
