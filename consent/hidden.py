"""What may hide in a photo's file besides the picture, by kind, and what the protocol says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import StrEnum

from consent.findings import Finding, Outcome
from consent.messages import say


class Hides(StrEnum):
    """A kind of thing in a file that the picture does not show."""

    PLACE = "place"
    """Where it was taken: coordinates, or a place in words."""
    PERSON = "person"
    """A field that is meant for somebody's name: who is shown, who made it, whose camera it was."""
    TEXT = "text"
    """Words: captions, keywords, comments."""
    MOMENT = "moment"
    DEVICE = "device"
    """What tells one camera from all others: serial numbers, and a maker's own notes, which may hold more."""
    THUMBNAIL = "thumbnail"
    """A small copy of the picture."""
    BEFORE = "before"
    """A small copy that shows something else than the picture: what was cut away, covered or changed since."""
    PICTURE = "picture"
    """A second picture, or a map of depths."""
    FILM = "film"
    """Film or sound behind a still picture."""
    ORIGIN = "origin"
    """A signed account of how it was made (C2PA), which may hold names and earlier pictures."""
    OTHER = "other"
    UNREADABLE = "unreadable"
    """Something that could not be read, so that nobody knows what it holds."""


_TOLD = {
    Hides.PLACE: say("The file tells where the photo was taken."),
    Hides.PERSON: say("The file has fields for names of persons, and they are filled in."),
    Hides.BEFORE: say(
        "A small copy inside the file shows something else than the photo: what was cut off or covered can still be "
        "seen there."
    ),
    Hides.PICTURE: say("There is a second picture in the file."),
    Hides.FILM: say("There is film or sound behind the photo in the file."),
    Hides.UNREADABLE: say("Something in the file could not be read. It may hold a name or a place."),
}
"""What a person should know of; the other kinds tell of a camera, not of a child."""


def what_hides(kinds: Collection[Hides]) -> Iterator[Finding]:
    """What hides in a file, as advice (R12): the copy that is published is made without it.

    It stands beside a verdict and has no part in it: what is published is judged by what it shows. So it can neither
    hold a photo up nor clear one.
    Example: a photo with coordinates gets the advice to publish the clean copy and never the file itself.
    """
    for kind, told in _TOLD.items():
        if kind in kinds:
            reason = say(
                "{what} The copy that is published is made without these data: never publish this file.", what=told
            )
            yield Finding("R12", Outcome.ADVICE, reason)


_BESIDE = {
    Hides.PLACE: say("A file beside the photo tells where it was taken. Never send that file along."),
    Hides.PERSON: say("A file beside the photo holds names of persons. Never send that file along."),
    Hides.UNREADABLE: say("A file beside the photo could not be read. It may hold a name or a place."),
}


def what_stands_beside(kinds: Collection[Hides]) -> Iterator[Finding]:
    """What files beside a photo tell of it (Google Photos, XMP), as advice (R12): they are not published with it.

    Example: Google Photos names who is on a photo in a file of its own; whoever sends the folder sends that along.
    """
    for kind, told in _BESIDE.items():
        if kind in kinds:
            yield Finding("R12", Outcome.ADVICE, told)
