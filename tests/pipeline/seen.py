"""Made-up observations, for tests that need no picture."""

from __future__ import annotations

from consent.facts import Orientation
from pipeline.naming_words import SetAside, Word
from pipeline.vision.observation import Body, Box, Face, Observation

NO_FACE = SetAside(Word.NO_FACE, "een pop")
FAR_AWAY = SetAside(Word.NOT_RECOGNISABLE, "far away, and blurred")
"""What sets a face or a person aside: a word with its reason."""

SHA256 = "5ca1ab1e" * 8


def face(number: int, x: float, y: float = 100.0, side: float = 60.0) -> Face:
    """A face of `side` px with its landmarks where those of an upright face are."""
    places = ((0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.35, 0.8), (0.65, 0.8))
    return Face(number, Box(x, y, side, side), 0.9, tuple((x + side * a, y + side * b) for a, b in places))


def body(number: int, x: float, orientation: Orientation = Orientation.UNKNOWN) -> Body:
    """A person 100 px wide whose face was not found."""
    return Body(number, Box(x, 50.0, 100.0, 300.0), 0.8, orientation)


def seen(*things: Face | Body, sha256: str = SHA256) -> Observation:
    """An observation of a picture of 1000 x 500 px."""
    faces = tuple(thing for thing in things if isinstance(thing, Face))
    return Observation(sha256, 1000, 500, faces, tuple(thing for thing in things if isinstance(thing, Body)))
