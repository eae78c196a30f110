"""One film's look: first who is seen when, then their best pictures on a contact sheet, with their templates."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from consent.messages import UserError, say
from pipeline.film.container import DAMAGED
from pipeline.film.hidden import hidden_in_film
from pipeline.film.identifying import shown_faces
from pipeline.film.pictures import Album, Pictures, anywhere, decoded
from pipeline.film.reading import Frame, ahead, open_film, unchanged
from pipeline.film.sampling import Scenes, Times, look_is_due
from pipeline.film.sheet import draw_sheet, lay_out
from pipeline.film.tracking import Tracker
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.quality import with_sharpness
from pipeline.matching.recogniser import Templates
from pipeline.photos import PhotoFile
from pipeline.vision.again import joined
from pipeline.vision.observation import Box, Face, Observation, SeenText, on_strip
from pipeline.vision.observer import Observer

MOST_TRACKS = 750
"""With three pictures each the contact sheet is 63,008 px high, and no JPEG is higher than 65,500."""

READ_EVERY_S = 2.0
"""Text is looked for at every cut and as often as this: reading was a sixth of all work, and a text stays longer."""

_MARK_PX = 8

TOO_MANY = say(
    "More than {count} faces and persons come and go in this film. Cut it into shorter films, and audit each of them.",
    count=MOST_TRACKS,
)


def look_at(
    file: PhotoFile,
    long_side: int,
    observer: Observer,
    broken_off: Callable[[], bool] = lambda: False,
    on_part: Callable[[float], None] = lambda part: None,
    *,
    embed: MatchingPolicy | None = None,
) -> tuple[Observation, Pictures]:
    """Who is seen in a film, and when. One frame is in memory at a time, and the next few.

    `on_part` is told now and then which part of the film was looked at, 0 to 1. `embed`: for `show`, which takes the
    pictures.

    Raises `UserError` for a film that cannot be judged, or where nobody waits for the answer any more.
    """
    film, tracker, scenes, last_look, size = open_film(file, long_side), Tracker(), Scenes(), None, None
    album = Album(embed)
    texts: dict[str, SeenText] = {}
    last_read: float | None = None
    with (
        ThreadPoolExecutor(1, "persons") as beside,
        closing(_with_glimpses(ahead(film.frames(Times())), observer)) as frames,
    ):
        for frame, glimpse in frames:
            _go_on(broken_off)
            pixels, cut = frame.pixels, scenes(frame.small)
            if size is not None and pixels.shape[:2] != size:
                raise UserError(say("The size of the pictures changes within the film. Save it anew."))
            size = pixels.shape[:2]
            tracker.move(frame.small, frame.at_s, cut, frame.times)
            glimpsed: tuple[Face, ...] = ()
            if not (cut or look_is_due(frame.at_s, last_look)):
                glimpsed = glimpse.result()
                if not tracker.strangers(glimpsed):
                    tracker.faces(frame.number, frame.at_s, glimpsed, whole=False)
                    continue
            last_look = frame.at_s
            on_part(min(frame.at_s / film.seconds, 0.99) if film.seconds else 0.0)
            reads = cut or last_read is None or frame.at_s - last_read >= READ_EVERY_S - 1e-3
            last_read = frame.at_s if reads else last_read
            for text in _look(partial(observer, beside=beside), tracker, file.sha256, frame, glimpsed, reads=reads):
                texts.setdefault(text.text, replace(text, on_strip=on_strip(frame.at_s, text.box, size[1])))
            album.add(tracker, frame.number, pixels)
            if len(tracker.face_tracks) + len(tracker.body_tracks) > MOST_TRACKS:
                raise UserError(TOO_MANY)
    on_part(1.0)
    if size is None:
        raise UserError(DAMAGED)
    heard = film.seconds, film.sound
    seen = lay_out(file.sha256, (size[1], size[0]), heard, tracker.face_tracks, tracker.body_tracks)
    # What can be read is judged like a text on a photo; it has a mark each at the edge of the sheet, not its place.
    read = tuple(
        replace(text, number=n, box=Box(_MARK_PX * n, 0, _MARK_PX, _MARK_PX))
        for n, text in enumerate(texts.values(), 1)
    )
    hidden = hidden_in_film(file)
    unchanged(file)  # since its pictures were decoded: what hides was read from the same file
    return replace(seen, ending=file.ending, hidden=hidden, texts=read), album.pictures


def _with_glimpses(
    frames: Generator[Frame, None, None], observer: Observer
) -> Generator[tuple[Frame, Future[tuple[Face, ...]]], None, None]:
    """Each frame with a glimpse at it, which is made by another core while the frame before is looked at.

    Where a look is due it is for nothing. What the second core saves is told in docs/measurements.md.
    """
    with closing(frames), ThreadPoolExecutor(1, "glimpse") as thread:
        before: tuple[Frame, Future[tuple[Face, ...]]] | None = None
        try:
            for frame in frames:
                now = frame, thread.submit(observer.glimpse, frame.small, frame.times)
                if before is not None:
                    yield before
                before = now
            if before is not None:
                yield before
        finally:
            thread.shutdown(cancel_futures=True)


def _look(
    look: Callable[[str, NDArray[np.uint8], bool], Observation],
    tracker: Tracker,
    sha256: str,
    frame: Frame,
    glimpsed: tuple[Face, ...],
    *,
    reads: bool,
) -> tuple[SeenText, ...]:
    """A whole look at a frame; whoever a glimpse saw there is not lost. Gives what can be read."""
    seen = look(sha256, frame.pixels, reads)
    faces = joined(seen.faces, with_sharpness(frame.pixels, glimpsed)) if glimpsed else seen.faces
    tracker.faces(frame.number, frame.at_s, faces, whole=True)
    tracker.bodies(frame.number, frame.at_s, seen.bodies, faces)
    return seen.texts


def show(
    file: PhotoFile,
    long_side: int,
    seen: Observation,
    embed: MatchingPolicy | None,
    recogniser: Callable[[], DlibResNet],
    *,
    pictures: Pictures | None = None,
) -> tuple[Observation, NDArray[np.uint8], Templates | None]:
    """The contact sheet of a film that was looked at (height x width x 3, RGB), and templates of its faces.

    `embed`: templates of the faces fit for this policy, one row a face of `shown_faces`; None makes none.
    `pictures`: those that `look_at` kept for the same policy; where one is missing, the film is decoded anew.
    """
    assert seen.film is not None
    wanted = [shown for track in (*seen.film.faces, *seen.film.bodies) for shown in track.shown]
    if pictures is None or not all(anywhere(shown) in pictures for shown in wanted):
        pictures = decoded(file, long_side, wanted, embed)
    found = pictures
    sheet = draw_sheet(seen, lambda shown: one.tile if (one := found.get(anywhere(shown))) else None)
    if embed is None:
        return seen, sheet, None
    chips = {(shown.frame, shown.face): one.chip for shown, one in found.items() if one.chip is not None}
    chosen = shown_faces(seen.film, embed)
    probes = np.empty((len(chosen), DlibResNet.dimensions), np.float32)
    for number in sorted({frame for _, frame, _ in chosen}):
        # All faces of a frame at once and no other's: the same numbers whoever looks.
        here = [i for i, (_, frame, _) in enumerate(chosen) if frame == number]
        probes[here] = recogniser().embed_chips(np.array([chips[chosen[i][1:]] for i in here], np.uint8))
    return seen, sheet, probes


def _go_on(broken_off: Callable[[], bool]) -> None:
    if broken_off():
        raise UserError(say("The audit was broken off while this film was looked at. Audit it again."))
