"""Who looks at photos: threads of this computer, each with models of its own, and the way through them.

One thread spent 97 % of its time in decoding and in the models (docs/measurements.md), so what is left to
gain is a photo for each core. ONNX Runtime and OpenCV let go of Python's lock, so decoding, detecting and
embedding of different photos overlap.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Protocol, TypeVar

import cv2

from consent.messages import UserError, say
from pipeline.addresses import private, readable
from pipeline.looker import Looked, Looker, Task
from pipeline.models.store import ModelStore
from pipeline.vision import orientation

MOST_THREADS = 4
"""Each has models and a photo of its own in memory: two took 1.6 GiB (docs/measurements.md), so more hardly fit."""

T = TypeVar("T")
R = TypeVar("R")


class Workers(Protocol):
    """Take tasks and give what came of them. `at_once`: how many may be on the way, so that memory stays flat."""

    at_once: int

    def submit(self, task: Task) -> Future[Looked]:
        """Have a photo looked at."""
        ...

    def break_off(self) -> None:
        """Nobody waits any more for what takes long."""
        return

    def __enter__(self) -> Workers: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class LocalWorkers(Workers):
    """Threads of this computer. A context manager. `make`: gives a thread its models, when it first needs them.

    Raises `UserError` where a library that looks is missing, since each photo would be held for it.
    """

    def __init__(self, models: ModelStore, threads: int | None = None, make: Callable[[], Looker] | None = None):
        orientation.check_installed()
        threads = threads or min(_cores(), MOST_THREADS)
        self.at_once = 2 * threads  # while one result is judged and drawn, nobody waits
        self._broken_off = threading.Event()
        self._make = make or (lambda: Looker(models, self._broken_off.is_set))
        self._own = threading.local()
        self._lookers: list[Looker] = []
        self._pool = ThreadPoolExecutor(threads, "look")
        cv2.setNumThreads(1)  # for the process: OpenCV would start as many threads again as there are cores

    def submit(self, task: Task) -> Future[Looked]:
        """Have a photo looked at by the first thread that is free."""
        return self._pool.submit(self._look, task)

    def break_off(self) -> None:
        """Do not finish films: they take long, and are looked at again by the next audit."""
        self._broken_off.set()

    def _look(self, task: Task) -> Looked:
        if not hasattr(self._own, "looker"):
            self._own.looker = self._make()
            self._lookers.append(self._own.looker)
        looked: Looked = self._own.looker(task)
        return looked

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        for looker in self._lookers:
            looker.__exit__(kind, error, trace)


def open_workers(models: ModelStore, scheduler: str | None) -> Workers:
    """Threads of this computer, or the cluster of the scheduler at that address."""
    if scheduler is None:
        return LocalWorkers(models)
    if not private(scheduler):  # asked first: who has to mend the address should not install a library before
        raise UserError(readable(scheduler))
    try:
        from pipeline.cluster import ClusterWorkers
    except ImportError:
        raise UserError(
            say(
                "The library for other computers (distributed) is not installed. Install it with: "
                "pip install 'photo-consent-audit[cluster]'"
            )
        ) from None
    return ClusterWorkers(scheduler, models)


def in_order(
    submit: Callable[[T], Future[R]],
    items: Iterable[T],
    at_once: int,
    keep: Callable[[T, R], None] = lambda item, result: None,
) -> Generator[tuple[T, R], None, None]:
    """Each item with its result, in the order of the items; at most `at_once` of them are on the way.

    `keep` is called in this thread for every item and result as soon as it can be, before its turn to be given out:
    what was seen is remembered even if the caller breaks off. So close this iterator, whatever happens.
    An item is drawn only when there is room for it. What a task raised is raised in its turn.
    """
    waiting: deque[tuple[T, Future[R]]] = deque()
    unkept: dict[Future[R], T] = {}

    def keep_finished() -> None:
        for future in [future for future in unkept if future.done()]:
            item = unkept.pop(future)
            if not future.cancelled() and future.exception() is None:
                keep(item, future.result())

    def first() -> tuple[T, R]:
        item, future = waiting.popleft()
        while future in unkept:
            wait(unkept, return_when=FIRST_COMPLETED)
            keep_finished()
        return item, future.result()

    try:
        for item in items:
            future = submit(item)
            waiting.append((item, future))
            unkept[future] = item
            if len(waiting) >= at_once:
                yield first()
        while waiting:
            yield first()
    finally:
        wait([future for future in unkept if not future.cancel()])  # what was begun is finished and remembered
        keep_finished()


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
