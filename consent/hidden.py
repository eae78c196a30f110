"""What may hide in a photo's file besides the picture, by kind: what a rule needs to know of it, and no more."""

from enum import StrEnum


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
