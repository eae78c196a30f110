"""What is known of a film that was made: of its people by their tracks, of the new file by what is seen on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count

from consent.facts import BodyFact, FaceFact, PhotoFacts, Sound, TextFact, TextPlace
from consent.messages import say
from pipeline.film.container import DAMAGED
from pipeline.film.tracking import LINKED
from pipeline.remedies.cover import with_cover
from pipeline.remedies.film import Cover, Covers, Whereabouts
from pipeline.remedies.memory import Made
from pipeline.vision.observation import Box, Face, Film, Observation, Track
from pipeline.vision.observer import without_face
from pipeline.vision.persons import LARGEST_FACE

NEW_FACE = say("This face was found only on the new picture. Look whose it is.")

NEAR_S = 1.05
"""How far apart in time a person without a face is the same: from one whole look to the next."""


def known_of_film(facts: PhotoFacts, seen: Observation, made: Made) -> PhotoFacts:
    """What is known of the film that was made: without sound, and who is under a cover all the time is covered."""
    return facts.silenced().covering(_hidden(seen, made)[0])


def facts_of_film(facts: PhotoFacts, seen: Observation, made: Made, result: Observation) -> tuple[PhotoFacts, ...]:
    """All that may be true of a film that was made; the strictest counts.

    Who is covered now and then is still seen, and may not be counted as company of others. `result`: what is seen on
    the new file; who is new there is there as well.
    """
    assert seen.film is not None
    always, sometimes = _hidden(seen, made)
    known = facts.silenced().covering(always)
    if result.film is None or result.film.sound is not Sound.NONE:
        known = replace(known, film=facts.film)
    if result.film is None:  # nobody knows who is seen on it when, so it holds
        return (replace(known, problem=DAMAGED),)
    numbers = count(
        1 + max((n for n in (*(f.number for f in seen.faces), *(b.number for b in seen.bodies))), default=0)
    )
    covers, known_tracks = _covers(made), [Whereabouts(track) for track in seen.film.faces]
    faces = tuple(
        FaceFact(next(numbers), track.side_px, why_unnamed=NEW_FACE, span=track.span)
        for track in result.film.faces
        if not all(_is_known(spot, known_tracks, covers) for spot in track.path if spot[5])
    )
    bodies = tuple(
        BodyFact(next(numbers), body.orientation, LARGEST_FACE * result.side_px(body), span=result.span(body))
        for body, track in zip(result.bodies, result.film.bodies, strict=True)
        if not all(_is_somebody(spot, seen.film, known_tracks, covers) for spot in track.path)
    )
    read = {text.text for text in seen.texts}
    first = 1 + max((text.number for text in seen.texts), default=0)
    fresh = [text.text for text in result.texts if text.text not in read]
    texts = tuple(TextFact(number, TextPlace.VISIBLE, text) for number, text in enumerate(fresh, first))
    whole = replace(known, faces=(*known.faces, *faces), bodies=(*known.bodies, *bodies), texts=(*known.texts, *texts))
    return (known, known.covering(sometimes), whole)


def _covers(made: Made) -> Covers:
    return Covers(Cover(box, span) for box, span in zip(made.covered, made.spans, strict=True))


def _hidden(seen: Observation, made: Made) -> tuple[list[int], list[int]]:
    """Numbers of the tracks that lie under a cover all the time, and of those that do so at some time."""
    assert seen.film is not None
    covers = _covers(made)
    always, sometimes = [], []
    for track in seen.film.faces:
        under = [covers.hide(Box(*spot[1:5]), spot[0]) for spot in track.path]
        if under and all(under):
            always.append(track.number)
        elif any(covers.hide(Box(*spot[1:5]), spot[0], 0.5) for spot in track.path):
            sometimes.append(track.number)
    return always, sometimes


def _is_known(spot: tuple[float, ...], tracks: Iterable[Whereabouts], covers: Covers) -> bool:
    """Whether a face of the new film is one of the film that it was made from, or lies under a cover."""
    at_s, box = spot[0], Box(*spot[1:5])
    places = (track.at(at_s) for track in tracks)
    return covers.hide(box, at_s) or any(place is not None and place.share(box) >= LINKED for place in places)


def _is_somebody(spot: tuple[float, ...], film: Film, tracks: Iterable[Whereabouts], covers: Covers) -> bool:
    """Whether a person without a face is one who was known, or belongs to a face that was: covered, maybe."""
    at_s, box = spot[0], Box(*spot[1:5])
    if any(_stood_there(track, at_s, box) for track in film.bodies):
        return True
    places = [place for track in tracks if (place := track.at(at_s, NEAR_S)) is not None]
    faces = tuple(Face(number, place, 1.0, ()) for number, place in enumerate(places, 1))
    return not without_face([with_cover(box, covers.at(at_s))], faces)


def _stood_there(track: Track, at_s: float, box: Box) -> bool:
    return any(abs(spot[0] - at_s) <= NEAR_S and Box(*spot[1:5]).share(box) >= LINKED for spot in track.path)
