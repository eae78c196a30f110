"""What the database remembers of a photo, as JSON, and back: what was seen, and who was found.

A template must not come back out of this. Of a face there are its box and five landmarks, a name or a
reason, and two distances: to the best candidate and to the second. Distances to as many persons as a
template has numbers would give the template away, so no others are kept.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import asdict
from math import inf, isfinite
from typing import Any

from consent.facts import Orientation, Sound
from consent.hidden import Hides
from consent.messages import Message
from consent.people import Person
from consent.texts import Sought, personal_data_in
from pipeline.matching.identification import Identification
from pipeline.metadata.hidden import Hidden
from pipeline.vision.observation import Body, Box, Face, Film, Observation, SeenText, Shown, Track


def of_observation(seen: Observation) -> str:
    """What was seen, as text."""
    return json.dumps(asdict(seen))


def digest(seen: str) -> str:
    """SHA-256 of what `of_observation` wrote, which whoever was found on it is tied to."""
    return hashlib.sha256(seen.encode()).hexdigest()


def observation(text: str) -> Observation:
    """What `of_observation` wrote."""
    content = json.loads(text)
    faces = tuple(map(_face, content["faces"]))
    bodies = tuple(
        Body(**{**b, "box": Box(**b["box"]), "orientation": Orientation(b["orientation"])}) for b in content["bodies"]
    )
    hidden = tuple(
        Hidden(**{**h, "kind": Hides(h["kind"]), "areas": tuple(tuple(area) for area in h["areas"])})
        for h in content["hidden"]
    )
    texts = tuple(map(_text, content["texts"]))
    film = _film(content["film"])
    whole = {"faces": faces, "bodies": bodies, "hidden": hidden, "texts": texts, "film": film}
    return Observation(**{**content, **whole})


def _text(content: dict[str, Any]) -> SeenText:
    strip = content["on_strip"]
    return SeenText(**{**content, "box": Box(**content["box"]), "on_strip": strip and Box(**strip)})


def _film(content: dict[str, Any] | None) -> Film | None:
    if content is None:
        return None
    tracks = {kind: tuple(map(_track, content[kind])) for kind in ("faces", "bodies")}
    return Film(**{**content, "sound": Sound(content["sound"]), **tracks})


def _track(content: dict[str, Any]) -> Track:
    shown, path = tuple(map(_shown, content["shown"])), tuple(map(tuple, content["path"]))
    return Track(content["number"], tuple(content["span"]), content["side_px"], shown, path)


def _shown(content: dict[str, Any]) -> Shown:
    face, hidden = content["face"], tuple(Box(**box) for box in content["hidden"])
    boxes = {name: Box(**content[name]) for name in ("part", "place")}
    return Shown(**{**content, **boxes, "face": face and _face(face), "hidden": hidden})


def _face(content: dict[str, Any]) -> Face:
    content["box"], content["landmarks"] = Box(**content["box"]), tuple([(x, y) for x, y in content["landmarks"]])
    return Face(**content)


def of_identifications(found: Iterable[Identification]) -> str:
    """Who was found, as text."""
    return json.dumps([_plain(one) for one in found], allow_nan=False)


def identifications(text: str) -> tuple[Identification, ...]:
    """What `of_identifications` wrote."""
    return tuple(
        Identification(
            face,
            person_id,
            Message.from_plain(reason) if reason else None,
            inf if distance is None else distance,
            inf if second is None else second,
            identifiable,
            resembles,
        )
        for face, person_id, reason, distance, second, identifiable, resembles in json.loads(text)
    )


def places_of_named(seen: str, found: str) -> list[Box]:
    """Boxes of the faces with a name in what this version or an older one wrote, in parts of width and height."""
    content = json.loads(seen)
    named = {face for face, person_id, *_ in json.loads(found) if person_id is not None}
    boxes = (Box(**face["box"]) for face in content["faces"] if face["number"] in named)
    return [box.scaled(1 / content["width"], 1 / content["height"]) for box in boxes]


def tells_of(text: str, person_ids: Collection[str]) -> bool:
    """Whether what `of_identifications` wrote names one of these persons, as found or within a reason."""
    return any(value in person_ids for value in _texts(json.loads(text)))


def names(text: str, person: Person) -> bool:
    """Whether a person is named in what `of_observation` wrote, wholly or in part, or nearly in what can be read."""
    content, wanted, sought = json.loads(text), _folded(person.full_name), Sought([person])
    words = [(part["text"], kind == "texts") for kind in ("texts", "hidden") for part in content.get(kind, ())]
    return any(wanted in _folded(value) for value in _texts(content)) or any(
        person.person_id in found.person_ids
        for value, is_read in words
        for found in personal_data_in(value, sought, is_read=is_read)
    )


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _plain(one: Identification) -> list[Any]:
    reason = one.why_unnamed.plain() if one.why_unnamed else None
    distances = (d if isfinite(d) else None for d in (one.distance, one.second))
    return [one.face, one.person_id, reason, *distances, one.identifiable, one.resembles]


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
