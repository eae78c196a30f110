"""Looking at one photo: faces, persons, how persons without a found face stand, and text.

Kept apart are nobody, somebody without a usable face, and a face without a name. Whether a face is
found is the face detector's word; a person's box only tells that somebody is there.
"""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import Executor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from pipeline.matching import quality, recogniser
from pipeline.matching.quality import with_sharpness
from pipeline.models.store import ModelStore
from pipeline.vision import again, faces, orientation, persons, text
from pipeline.vision.faces import CenterFace
from pipeline.vision.observation import Body, Box, Face, Observation
from pipeline.vision.orientation import PoseReader
from pipeline.vision.persons import PersonDetector
from pipeline.vision.text import TextReader

MODELS = ("centerface", "ssd_mobilenet_v3", "ssd_mobilenet_v3_graph", "pose", "text_detector", "text_recogniser")
"""The models that an observation rests on."""

SETTINGS = {
    "face_score": faces.FACE_SCORE,
    "face_detection_side_px": faces.DETECTION_SIDE_PX,
    "doubted_face_score": again.DOUBTED_SCORE,
    "turned_face_score": again.TURNED_SCORE,
    "turned_side_px": again.TURNED_SIDE_PX,
    "person_score": persons.PERSON_SCORE,
    "least_shoulders": orientation.LEAST_SHOULDERS,
    "text_side_px": text.FIRST_SIDE_PX,
    "text_closer_side_px": text.CLOSER_SIDE_PX,
    "text_pixel_score": text.PIXEL_SCORE,
    "text_line_score": text.LINE_SCORE,
    "text_read_score": text.READ_SCORE,
    "text_turned_score": text.TURNED_SCORE,
    "text_sure_score": text.SURE_SCORE,
    "text_sure_letters": text.SURE_LETTERS,
    "text_least_letters": text.LEAST_LETTERS,
}
"""The thresholds that an observation rests on."""

LIBRARIES = ("mediapipe", "numpy", "onnxruntime", "opencv-contrib-python", "pi-heif", "pillow", "pymediainfo")
"""What decodes and looks."""

CODE = sorted(
    [
        *Path(__file__).parent.glob("*.py"),
        Path(__file__).parents[1] / "photos.py",
        *(Path(__file__).parents[1] / "film").glob("*.py"),
        *(Path(str(module.__file__)) for module in (quality, recogniser)),  # the sharpness of a face
    ]
)
"""The program's own part in it."""


def digest(store: ModelStore) -> str:
    """Names all that an observation rests on: one made under another digest is out of date. Loads no model."""
    models = [store.model(name).sha256 for name in MODELS]
    libraries = [version(name) for name in LIBRARIES]
    code = [hashlib.sha256(path.read_bytes()).hexdigest() for path in CODE]
    return hashlib.sha256(json.dumps([SETTINGS, models, libraries, code]).encode()).hexdigest()


class Observer:
    """All the detectors, loaded once. A context manager; looks from one thread at a time, and glimpses beside it."""

    def __init__(self, store: ModelStore) -> None:
        self.digest = digest(store)
        self._faces = CenterFace(store.path("centerface"))
        self._persons = PersonDetector(store.path("ssd_mobilenet_v3"), store.path("ssd_mobilenet_v3_graph"))
        self._pose = PoseReader(store.path("pose"))
        self._text = TextReader(store.path("text_detector"), store.path("text_recogniser"))

    def __enter__(self) -> Observer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pose.__exit__(kind, error, trace)

    def __call__(
        self, sha256: str, pixels: NDArray[np.uint8], read: bool = True, beside: Executor | None = None
    ) -> Observation:
        """What is on a picture (height x width x 3, RGB). A body is a person whose face was not found.

        `read`: look for text as well. `beside`: looks for persons while this thread looks for faces.
        """
        height, width = pixels.shape[:2]
        sought = None if beside is None else beside.submit(self._persons, pixels)
        faces_at_first = self._faces(pixels)
        people = self._persons(pixels) if sought is None else sought.result()
        found = with_sharpness(pixels, self._all_faces(pixels, faces_at_first, [box for box, _ in people]))
        faceless = without_face([box for box, _ in people], found)
        ordered = sorted(faceless, key=lambda i: (people[i][0].x, people[i][0].y))
        bodies = tuple(
            Body(number, people[i][0], people[i][1], self._pose(pixels, people[i][0]))
            for number, i in enumerate(ordered, start=1)
        )
        return Observation(sha256, width, height, found, bodies, texts=self._text(pixels) if read else ())

    def glimpse(self, small: NDArray[np.uint8], times: float) -> tuple[Face, ...]:
        """Faces on a frame of a film (height x width x 3, RGB), made so many times smaller; in pixels of the frame.

        On 640 px of 2048 faces from about 32 px on are found, in a quarter of the time of a look: the small ones are
        left to that.
        """
        return tuple(
            replace(
                face,
                box=face.box.scaled(times, times),
                landmarks=tuple((x * times, y * times) for x, y in face.landmarks),
            )
            for face in self._faces(small)
        )

    def _all_faces(self, pixels: NDArray[np.uint8], found: tuple[Face, ...], people: list[Box]) -> tuple[Face, ...]:
        """The faces found at the first look, and at a second where it is in doubt (`pipeline.vision.again`)."""
        if again.is_doubtful(found, len(without_face(people, found))):
            found = again.joined(found, again.turned(self._faces, pixels))
        if not found and not people and max(pixels.shape) > faces.DETECTION_SIDE_PX:
            found = self._faces(pixels, max(pixels.shape))
        return found


def without_face(people: list[Box], found: tuple[Face, ...]) -> list[int]:
    """Indices of the persons that no found face belongs to; each face belongs to one person at most.

    Faces and persons are paired so that as many faces as possible sit where a head would be.
    """
    if not people or not found:
        return list(range(len(people)))
    from scipy.optimize import linear_sum_assignment  # takes half a second to load

    cost = np.array([[_misfit(person, face.box) for face in found] for person in people])
    rows, columns = linear_sum_assignment(cost)
    paired = {int(r) for r, c in zip(rows, columns, strict=True) if cost[r, c] < _NO_FIT}
    return [i for i in range(len(people)) if i not in paired]


_NO_FIT = 1e6


def _misfit(person: Box, face: Box) -> float:
    """0 for a face at the top and in the middle of a person's box, rising; `_NO_FIT` for one outside."""
    x, y = face.centre
    across = (x - person.x) / person.width - 0.5
    down = (y - person.y) / person.height
    if not (-0.5 <= across <= 0.5 and -0.1 <= down <= 1.0):
        return _NO_FIT
    return abs(across) + abs(down)
