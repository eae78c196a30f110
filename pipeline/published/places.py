"""Where a post says that it was. It makes no post right or wrong; whoever looks at the post should know it."""

from __future__ import annotations

from typing import Any

from consent.messages import Message, say
from pipeline.published.contents import objects_in, text_of

TAGGED = say(
    "The post is tagged with a place, which everybody who sees the post can read. Take it off where it tells when and "
    "where children can be found."
)
TAKEN_AT = say(
    "The export tells where a photo of this post was taken. Whether visitors can see that, no export says: publish "
    "photos without these data."
)

_TAGS = ("place", "geo", "coordinates", "location")
"""Facebook's and X's own tag; X has coordinates in two forms. Never where a picture was taken."""

_LABELS = frozenset({"location", "locatie", "place", "plaats"})
"""Instagram's newer form, in the language of the account."""


def places_of(entry: Any) -> tuple[Message, ...]:
    """What to say of places in an entry of an export; () where it tells none. The place itself is not repeated."""
    objects = list(objects_in(entry))
    tagged = any(_tells(item.get(tag)) for item in objects for tag in _TAGS)
    tagged = tagged or any(text_of(item.get("label")).casefold() in _LABELS and _tells(item) for item in objects)
    outside = objects_in(entry, frozenset(_TAGS))
    taken = any(_is_place(item.get("latitude"), item.get("longitude")) for item in outside)
    return (*((TAGGED,) if tagged else ()), *((TAKEN_AT,) if taken else ()))


def _tells(tag: Any) -> bool:
    """Whether a tag holds a name, or coordinates in any form."""
    names = ("name", "full_name", "address", "value")
    return any(
        any(text_of(item.get(name)).strip() for name in names)
        or _is_place(item.get("latitude"), item.get("longitude"))
        or (isinstance(pair := item.get("coordinates"), list) and bool(pair))
        for item in objects_in(tag)
    )


def _is_place(latitude: Any, longitude: Any) -> bool:
    """Whether two values are coordinates; zero and zero is what is written where none are known."""
    values = [_number(latitude), _number(longitude)]
    return None not in values and any(values)


def _number(value: Any) -> float | None:
    try:
        return None if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
