"""What hides in a film's file beside its pictures: a place, names, words, dates. Told like that of a photo.

MediaInfo names every field that it finds; here each name is put with the kind of thing that stands there. What a
moving picture hides is read as that of a photo, and of GIF the comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any

from PIL import Image

from consent.hidden import Hides
from pipeline.film.container import tracks_of
from pipeline.metadata.hidden import Hidden, SmallCopy, as_text, bounded
from pipeline.metadata.reading import read_hidden
from pipeline.photos import FILMS, PhotoFile

_FIELDS = {
    Hides.PLACE: ("location", "xyz", "gps", "latitude", "longitude", "country", "city"),
    Hides.PERSON: (
        *("performer", "artist", "author", "director", "actor", "producer", "composer", "lyricist", "owner"),
        *("writtenby", "encodedby", "copyright", "publisher", "people", "person"),
    ),
    Hides.TEXT: ("title", "movie", "album", "comment", "description", "keyword", "synopsis", "summary", "subject"),
    Hides.DEVICE: ("make", "manufacturer", "model", "serial", "imei"),
    Hides.MOMENT: ("date", "creationtime", "encodeddate", "taggeddate", "recordeddate", "releaseddate"),
}
"""How the names of fields begin, without the signs between their words and what a maker put before them."""

_MAKERS = re.compile(r"^com(?:apple(?:quicktime)?|android|google|samsung)")
_TRACKS = {"Text": Hides.TEXT, "Menu": Hides.TEXT, "Image": Hides.PICTURE, "Other": Hides.UNREADABLE}
"""What a track holds that is neither film nor sound: subtitles, chapters, a cover; and what a camera writes beside."""


def hidden_in_film(file: PhotoFile) -> tuple[Hidden, ...]:
    """What hides in the file of a film or a moving picture, each thing once."""
    if file.ending in FILMS:
        assert file.path is not None
        return hidden_in_tracks(tracks_of(file.path))
    found = read_hidden(file.content) if file.ending != ".gif" else bounded(_of_gif(file.content))
    # Which of the pictures a small copy shows, nobody knows.
    return tuple(Hidden(one.kind, one.where, one.name) if isinstance(one, SmallCopy) else one for one in found)


def hidden_in_tracks(tracks: Sequence[dict[str, Any]]) -> tuple[Hidden, ...]:
    """The same, from what MediaInfo says of a file as a whole and of each of its tracks."""
    where = str(tracks[0].get("format", "")) if tracks else ""
    return bounded(_of_tracks(tracks, where))


def _of_tracks(tracks: Iterable[dict[str, Any]], where: str) -> Iterator[Hidden]:
    for track in tracks:
        if kind := _TRACKS.get(track["track_type"]):
            yield Hidden(kind, where, track["track_type"])
        for name, value in track.items():
            if name.startswith(("other_", "file_", "count_", "format", "complete_name")):
                continue  # of the file as it lies here, or how MediaInfo says a thing in other words
            if name == "cover":
                yield Hidden(Hides.PICTURE, where, name)
            elif known := _known(name):
                kind, field = known
                words = kind in (Hides.PERSON, Hides.TEXT) or not any(map(str.isdigit, str(value)))
                # Whoever made the film may have made up the name of a field too, so it is told by the list's own.
                yield Hidden(kind, where, field, str(value) if words else "")


def _known(name: str) -> tuple[Hides, str] | None:
    plain = _MAKERS.sub("", re.sub(r"[^a-z]", "", name.casefold()))
    plain = plain.removeprefix("recorded") if plain.startswith("recordedl") else plain  # recorded_location
    ways = ((kind, start) for kind, starts in _FIELDS.items() for start in starts)
    return next((way for way in ways if plain.startswith(way[1])), None)


def _of_gif(content: bytes) -> Iterator[Hidden]:
    with Image.open(BytesIO(content)) as image:
        if comment := image.info.get("comment"):
            yield Hidden(Hides.TEXT, "GIF", "comment", as_text(comment))
