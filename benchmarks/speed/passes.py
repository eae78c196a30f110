"""One pass over photos as an audit looks at them: read, decode, look and make templates. Nothing is judged."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import onnxruntime
from mediapipe.tasks.python import vision

from pipeline import looker
from pipeline.looker import Looked, Looker, Task
from pipeline.matching.identification import MatchingPolicy
from pipeline.models.store import default_store
from pipeline.photos import read_file
from pipeline.vision.persons import PersonDetector
from pipeline.workers import LocalWorkers, Workers, in_order

LONG_SIDE_PX = 2048
"""Of a picture as published (the protocol's own number)."""


@dataclass(frozen=True)
class Pass:
    """What a pass took, in seconds of the clock and of the processor in this process, and how many faces it found."""

    seconds: float
    own_seconds: float
    photos: int
    faces: int


def tasks(photos: Sequence[Path]) -> Iterator[Task]:
    """The photos as a worker gets them, nothing known before."""
    return (Task(read_file(path, path.name), LONG_SIDE_PX, None, MatchingPolicy()) for path in photos)


def one_pass(workers: Workers, photos: Sequence[Path]) -> Pass:
    """Look at all the photos. Models are loaded before the clock starts."""
    warm = [workers.submit(task) for task in tasks(photos[:1] * workers.at_once)]
    _ = [future.result() for future in warm]
    start, own = time.perf_counter(), time.process_time()
    looks: list[Looked] = [looked for _, looked in in_order(workers.submit, tasks(photos), workers.at_once)]
    seconds, own_seconds = time.perf_counter() - start, time.process_time() - own
    return Pass(seconds, own_seconds, len(photos), sum(len(one.observation.faces) for one in looks if one.observation))


def local_pass(photos: Sequence[Path], threads: int | None = None) -> Pass:
    """A pass of this computer's threads."""
    with LocalWorkers(default_store(), threads) as workers:
        return one_pass(workers, photos)


def pure_seconds(photos: Sequence[Path]) -> float:
    """Seconds of decoding and of the models themselves, one photo after another, in one thread.

    Counted are the calls into Pillow's decoding (with reading to scale), ONNX Runtime, OpenCV's detector and
    MediaPipe, and nothing between them.
    """
    spent = [0.0]
    with ExitStack() as stack:
        for owner, name in (
            (looker, "decode_photo"),
            (onnxruntime.InferenceSession, "run"),
            (PersonDetector, "__call__"),
            (vision.PoseLandmarker, "detect"),
            (vision.FaceDetector, "detect"),
        ):
            stack.enter_context(_counted(owner, name, spent))
        with Looker(default_store()) as look:
            look(next(tasks(photos)))
            spent[0] = 0.0
            for task in tasks(photos):
                look(task)
    return spent[0]


@contextmanager
def _counted(owner: Any, name: str, spent: list[float]) -> Iterator[None]:
    original = getattr(owner, name)

    def counted(*given: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return original(*given, **named)
        finally:
            spent[0] += time.perf_counter() - start

    with patch.object(owner, name, counted):
        yield


class Counting:
    """Workers that count what they are asked to do."""

    def __init__(self, workers: Workers) -> None:
        self.at_once = workers.at_once
        self._workers = workers
        self.detections = self.embeddings = 0

    def submit(self, task: Task) -> Future[Looked]:
        """Count and pass on."""
        self.detections += task.known is None and task.file.problem is None
        self.embeddings += task.embed is not None
        return self._workers.submit(task)
