"""A remedy: a way to publish a photo that is held or blocked as it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from consent.messages import say
from pipeline.vision.observation import Box

CONVERTED = say(
    "A new film is a WebM file. If the platform takes only MP4: convert it with another program, and watch the whole "
    "MP4 before you post it. It is another file than the one that was looked at and signed for."
)
"""What whoever covers a film or removes its sound has to know."""


class Kind(StrEnum):
    """What is done. Another picture is already there, and nothing has to be made of it."""

    BACK_VIEW = "back_view"
    COVER = "cover"
    CROP = "crop"
    SILENCE = "silence"
    """A film as it is, without its sound."""


class How(StrEnum):
    """What a face is covered with."""

    SOLID = "solid"
    PIXELATE = "pixelate"
    BLUR = "blur"


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out for one photo. `faces`, `bodies`, `texts`: numbers of what is covered or cut away.

    `keep`: the part that stays of a crop, in whole pixels of the picture as published. `instead`: the name of the
    photo that takes its place. `lost`: the part of the picture that is not seen any more, 0 to 1: its price.
    """

    kind: Kind
    faces: tuple[int, ...] = ()
    bodies: tuple[int, ...] = ()
    keep: Box | None = None
    instead: str = ""
    lost: float = 0.0
    texts: tuple[int, ...] = ()
