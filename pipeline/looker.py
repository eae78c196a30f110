"""One photo's look: what a worker does with it, in a thread of this computer or on another one.

In goes a file's content, out comes what was seen. Everything about persons (the register, the gallery,
the verdict) stays with whoever asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from consent.messages import Message, UserError, say
from pipeline.film.look import look_at, show
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.identification import MatchingPolicy, comparable
from pipeline.matching.recogniser import Templates
from pipeline.metadata.reading import hidden_in
from pipeline.models.store import ModelStore
from pipeline.photos import PhotoFile, decode_photo, is_film
from pipeline.progress import partly
from pipeline.reporting.pictures import LONG_SIDE, shown_size, small_enough
from pipeline.vision import orientation
from pipeline.vision.observation import Face, Observation
from pipeline.vision.observer import Observer


@dataclass(frozen=True, slots=True)
class Task:
    """A photo to look at. `long_side_px`: of the picture as published.

    `known`: what was seen before, which is not looked for again. `embed`: make templates of the faces
    that this policy finds fit to be compared; None makes none.
    """

    file: PhotoFile
    long_side_px: int
    known: Observation | None = None
    embed: MatchingPolicy | None = None

    @property
    def is_known(self) -> bool:
        """Whether the photo is only to be shown: a JPEG is decoded in half the time then, or less."""
        return self.known is not None and self.embed is None


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of a task. Exactly one of `observation` and `problem` is there.

    `probes`: templates of the faces fit to be compared, one row a face, where they were asked for: biometric,
    so never written down. `pixels`: the photo as `small_enough` makes it, or a film's sheet; height x width x 3,
    uint8 RGB. `seconds` by step.
    """

    observation: Observation | None = None
    problem: Message | None = None
    probes: Templates | None = field(default=None, repr=False)
    pixels: NDArray[np.uint8] | None = field(default=None, repr=False)
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if (self.observation is None) == (self.problem is None):
            raise ValueError("a look gives an observation or a problem, and not both")


class Looker:
    """The models, each loaded when it is first needed. A context manager; used from one thread at a time."""

    def __init__(self, models: ModelStore, broken_off: Callable[[], bool] = lambda: False) -> None:
        self._models = models
        self.broken_off = broken_off
        """Asked at every frame of a film: whether nobody waits for it any more."""

    @cached_property
    def _observer(self) -> Observer:
        return Observer(self._models)

    @cached_property
    def _recogniser(self) -> DlibResNet:
        return DlibResNet(self._models.path(DlibResNet.name))

    def glimpse(self, small: NDArray[np.uint8], times: float) -> tuple[Face, ...]:
        """Faces on a frame of a film, found quickly; as `Observer.glimpse`."""
        return self._observer.glimpse(small, times)

    def __enter__(self) -> Looker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_observer" in self.__dict__:
            self._observer.__exit__(kind, error, trace)

    def __call__(self, task: Task) -> Looked:
        """Look at one photo. Never raises for a photo: what fails is its problem, and the others go on.

        Raises `UserError` for a library that does not load: it is no fault of the photo, and each would be held for it.
        """
        try:
            return self._film(task, {}) if is_film(task.file) else self._photo(task, {})
        except ImportError as error:
            raise orientation.unloadable(str(error)) from error

    def _photo(self, task: Task, seconds: dict[str, float]) -> Looked:
        with _timed(seconds, "decode"):
            photo = decode_photo(task.file, LONG_SIDE if task.is_known else task.long_side_px)
        if photo.pixels is None:
            return Looked(problem=photo.problem, seconds=seconds)
        try:
            return self._look(task, photo.pixels, seconds)
        except ImportError:
            raise
        except Exception as error:  # noqa: BLE001 - one bad photo must not end the batch; it is held and listed
            reason = say("The program could not look at this photo ({kind}).", kind=type(error).__name__)
            return Looked(problem=reason, seconds=seconds)

    def _film(self, task: Task, seconds: dict[str, float]) -> Looked:
        try:
            with _timed(seconds, "look"):
                file, side, seen, kept = task.file, task.long_side_px, task.known, None
                if seen is None:
                    told = partial(partly, file.sha256)
                    seen, kept = look_at(file, side, self._observer, self.broken_off, told, embed=task.embed)
                seen, pixels, probes = show(file, side, seen, task.embed, lambda: self._recogniser, pictures=kept)
        except ImportError:
            raise
        except UserError as error:
            reason = error.message
        except Exception as error:  # noqa: BLE001 - one bad film must not end the batch; it is held and listed
            reason = say("The program could not look at this film ({kind}).", kind=type(error).__name__)
        else:
            return Looked(seen, None, probes, pixels, seconds)
        partly(task.file.sha256, 1.0)
        return Looked(problem=reason, seconds=seconds)

    def _look(self, task: Task, pixels: NDArray[np.uint8], seconds: dict[str, float]) -> Looked:
        seen, probes = task.known, None
        if seen is None:
            with _timed(seconds, "look"):
                hidden = hidden_in(task.file.content, pixels)
                seen = replace(self._observer(task.file.sha256, pixels), ending=task.file.ending, hidden=hidden)
        if task.embed is not None:
            faces, _ = comparable(seen.faces, task.embed)
            with _timed(seconds, "embed"):
                # All faces of a photo at once and no other's: the same numbers whoever looks.
                probes = self._recogniser.embed(pixels, faces)
        with _timed(seconds, "shrink"):
            shown = small_enough(pixels, shown_size(seen.width, seen.height))
        return Looked(seen, None, probes, shown, seconds)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - start
