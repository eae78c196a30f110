"""Who the tracks of a film are: by their best faces, which must all agree.

A name counts for the whole track, so it must hold for every face that was compared: one that is farther from this
person than two persons are apart may be somebody else, and then nobody is named.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from consent.facts import together
from consent.messages import say
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import Identification, MatchingPolicy, comparable, identify
from pipeline.matching.recogniser import Templates
from pipeline.vision.observation import Face, Film, Track


def shown_faces(film: Film, policy: MatchingPolicy) -> tuple[tuple[Track, int, Face], ...]:
    """The faces to compare, in the order of their templates: the track, the number of the frame, the face on it."""
    return tuple(
        (track, shown.frame, shown.face)
        for track in film.faces
        for shown in track.shown
        if shown.face is not None and comparable([shown.face], policy)[0]
    )


def identify_tracks(
    film: Film, probes: Templates, gallery: Gallery, policy: MatchingPolicy, unguarded: Collection[str] = ()
) -> tuple[Identification, ...]:
    """Name the tracks of a film. `probes`: one row a face of `shown_faces`. Never one name to two seen at once."""
    faces = shown_faces(film, policy)
    if len(faces) != len(probes):
        raise ValueError(f"{len(faces)} faces need as many probes, not {len(probes)}")
    compare = partial(identify, gallery=gallery, policy=policy, unguarded=unguarded)
    return tuple(_track(track, faces, probes, gallery, policy, compare) for track in film.faces)


def _track(  # noqa: PLR0917 - one comparison, told apart from `identify_tracks` only to be read
    track: Track,
    faces: Sequence[tuple[Track, int, Face]],
    probes: Templates,
    gallery: Gallery,
    policy: MatchingPolicy,
    compare: Callable[[Sequence[Face], Templates], tuple[Identification, ...]],
) -> Identification:
    own = [i for i, (of, _, _) in enumerate(faces) if of.number == track.number]
    if not own:
        # Nothing of it can be compared; the best face says why.
        (unfit, *_) = comparable([track.shown[0].face], policy)[1] if track.shown[0].face else ()
        some = any(one.identifiable for s in track.shown if s.face for one in comparable([s.face], policy)[1])
        return replace(unfit, face=track.number, identifiable=some)
    others = [i for i, (of, _, _) in enumerate(faces) if of.number != track.number and together(of.span, track.span)]
    # Whoever is seen at the same time is a rival for the name, as on a photo.
    found = [compare([faces[j][2] for j in (i, *others)], probes[[i, *others]])[0] for i in own]
    names = {one.person_id for one in found if one.person_id is not None}
    if len(names) > 1:
        reason = say("The faces of this track resemble different persons.")
        return replace(found[0], face=track.number, person_id=None, why_unnamed=reason)
    if not names:
        return replace(found[0], face=track.number)
    (who,) = names
    people, distances = gallery.distances(probes[own])
    apart = distances[:, people.index(who)]
    named = next(one for one in found if one.person_id is not None)
    if not np.all(apart <= policy.unlike):
        reason = say("Not every face of this track resembles {person}: it may show two persons.", person=who)
        return replace(named, face=track.number, person_id=None, why_unnamed=reason)
    return replace(named, face=track.number)
