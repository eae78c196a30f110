"""What a film's file says of itself, before a picture of it is decoded: kind, length, size and whether it has sound.

MediaInfo reads it, because OpenCV tells nothing of sound and nothing of what else lies in a file. What cannot be made
out is never taken for good: sound is then unknown, and a film without a length is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consent.facts import Sound
from consent.messages import UserError, say
from pipeline.film.asking import EndlessError, ask_mediainfo

FORMATS = {
    ".mp4": ("MPEG-4",),
    ".m4v": ("MPEG-4",),
    ".mov": ("MPEG-4", "QuickTime"),
    ".3gp": ("MPEG-4",),
    ".webm": ("WebM",),
    ".mkv": ("Matroska", "WebM"),
    ".avi": ("AVI",),
}
"""Ending to what MediaInfo may find inside. MediaInfo calls QuickTime MPEG-4. Other kinds of film are held."""

MOST_SECONDS = 3600.0
"""An hour takes about an hour to look at (docs/measurements.md); what is longer is held."""

MOST_PIXELS = 40_000_000
"""Of one frame: above 8K (33 megapixels), which no camera in a school makes."""

MOST_DECODED = 3600 * 60 * 3840 * 2160
"""Pixels of all its frames together: an hour of 4K at 60 frames a second, which takes hours to decode alone."""

_NO_SOUND = frozenset({"General", "Video", "Text", "Image", "Menu"})
"""Kinds of tracks that are heard by nobody. Of any other kind nobody knows."""


DAMAGED = say(
    "The film is damaged or incomplete and cannot be shown whole, so nobody can judge it. Copy it once more from where "
    "it was made, or save it anew, and then audit it again."
)

ENDLESS = say(
    "Reading what this film says of itself takes too long or too much memory: it is damaged, or made to keep programs "
    "busy. Copy it once more from where it was made, or save it anew, and then audit it again."
)

TOO_MUCH_TO_DECODE = say("The film has too many or too large pictures to look at all of them. Cut it into parts.")


@dataclass(frozen=True, slots=True)
class Container:
    """`seconds`: how long the film lasts; `frames`: how many pictures it says to have, `size`: of each, in pixels."""

    seconds: float
    frames: int
    sound: Sound
    size: int = 1


def read_container(path: Path, ending: str) -> Container:
    """What a film says of itself. Raises `UserError` for whatever cannot be judged, with the reason."""
    tracks = tracks_of(path)
    general = tracks[0] if tracks else {}
    videos = [track for track in tracks if track["track_type"] == "Video"]
    found = str(general.get("format", ""))
    if not found or general.get("istruncated") == "Yes":
        raise UserError(DAMAGED)
    if found not in FORMATS.get(ending, ()):
        raise UserError(
            say(
                "The file is called {ending}, but it is {found}. Give it its right name, so that every program "
                "shows what was judged.",
                ending=ending,
                found=found,
            )
        )
    if not videos and sound_of(tracks) is not Sound.PRESENT:
        raise UserError(DAMAGED)
    if not videos:
        raise UserError(say("The file holds sound and no picture. Listen to it: voices need a yes as well."))
    if len(videos) > 1:
        raise UserError(say("The film holds several films at once, and only one is shown. Save it anew as one film."))
    return _of_video(videos[0], sound_of(tracks))


def _of_video(video: dict[str, Any], sound: Sound) -> Container:
    try:
        seconds, frames = float(video["duration"]) / 1000, int(video["frame_count"])
        size = int(video["width"]) * int(video["height"])
        square = abs(float(video.get("pixel_aspect_ratio", 1)) - 1) < 0.01
    except (KeyError, ValueError):
        seconds, frames, size, square = 0.0, 0, 1, True
    if not (seconds > 0 and frames > 0):
        raise UserError(say("How long the film lasts cannot be made out. Save it anew with a program for films."))
    if seconds > MOST_SECONDS:
        raise UserError(
            say("The film is longer than {minutes} minutes. Cut it into parts.", minutes=round(MOST_SECONDS / 60))
        )
    if size > MOST_PIXELS:
        raise UserError(say("The pictures of the film are enormous and were not opened."))
    if frames * size > MOST_DECODED:
        raise UserError(TOO_MUCH_TO_DECODE)
    if not square:
        raise UserError(say("The film is stretched when it is shown. Save it anew with square pixels."))
    return Container(seconds, frames, sound, size)


def sound_of(tracks: Sequence[dict[str, Any]]) -> Sound:
    """Whether there is sound. A track of a kind that nobody knows leaves it unknown."""
    kinds = {track["track_type"] for track in tracks}
    if "Audio" in kinds:
        return Sound.PRESENT
    return Sound.NONE if kinds and kinds <= _NO_SOUND else Sound.UNKNOWN


def sound_in(content: bytes) -> Sound:
    """Whether a moving picture that Pillow reads has sound."""
    return sound_of(tracks_of(content))


def tracks_of(source: Path | bytes) -> list[dict[str, Any]]:
    """What MediaInfo says of a file as a whole, first, and of each of its tracks; nothing where it is damaged.

    Raises `UserError` for a file with which it does not come to an end.
    """
    try:
        return ask_mediainfo(source)
    except EndlessError as error:
        raise UserError(ENDLESS) from error
