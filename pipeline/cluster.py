"""Looking on other computers: an existing Dask cluster looks, this computer names and judges.

Photos and templates travel, so only over this very computer's own lines or encrypted ones, and nothing may
be left on a worker's disk: a worker gets its first photo after it was checked. It holds its models as long as
it lives; one that ends half-way loses nothing, because the scheduler gives its photos to another.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType

import cv2
from distributed import Client, KilledWorker, Security
from distributed import Future as TheirFuture
from distributed.client import ClosedClientError

from consent.messages import Message, UserError, say
from pipeline.addresses import private, readable
from pipeline.cluster_worker import PLUGIN, LookingPlugin, accepted, look_there, standard
from pipeline.looker import Looked, Looker, Task
from pipeline.models.store import ModelStore
from pipeline.photos import decode_photo, is_film
from pipeline.reporting.pictures import LONG_SIDE, shown_size, small_enough
from pipeline.workers import Workers

EACH_AT_ONCE = 4
"""Photos on the way for each thread. Results are given out in order, so that behind a photo that takes long the others
wait: with two of each, a worker had nothing to do then (15.1 to 15.8 s in place of 13.9 to 14.3 with two workers)."""

MOST_AT_ONCE = 32
"""Photos on the way, so that this computer's memory stays flat however large the cluster is."""

_PATIENCE_S = 30
"""Seconds to wait for the scheduler, for a first worker and for a result that is there already."""

_OWN_THREADS = 2


class ClusterWorkers(Workers):
    """The workers of a cluster. A context manager. Photos go by path where the workers can read it, else as bytes."""

    send_paths = True
    """Whether it is tried at all that the workers read the photos themselves."""

    def __init__(self, scheduler: str, models: ModelStore) -> None:
        self._client = _connect(scheduler)
        try:
            self._standard = standard(models)
            threads = _prepare(self._client, self._standard)
        except BaseException:
            self._client.close()
            raise
        self.at_once = min(EACH_AT_ONCE * threads, MOST_AT_ONCE)
        self._by_path = self.send_paths
        self._own = ThreadPoolExecutor(_OWN_THREADS, "fetch")
        self._films = ThreadPoolExecutor(1, "film")
        self._broken_off = threading.Event()
        self._looker = Looker(models, self._broken_off.is_set)

    def submit(self, task: Task) -> Future[Looked]:
        """Have a photo looked at there; one of which everything is known is only decoded, here."""
        ours: Future[Looked] = Future()
        if is_film(task.file):  # it would travel whole, and is decoded one frame after the other anyway
            self._films.submit(_answer, ours, partial(self._film, task))
            return ours
        if task.file.problem is not None or task.is_known:
            self._own.submit(_answer, ours, partial(_here, task))
        else:
            self._send(ours, task, task.file.path if self._by_path else None)
        return ours

    def _film(self, task: Task) -> Looked:
        """A film is looked at by this computer, with the models that the workers were compared with."""
        cv2.setNumThreads(1)
        return self._looker(task)

    def break_off(self) -> None:
        """Do not finish films."""
        self._broken_off.set()

    def _send(self, ours: Future[Looked], task: Task, path: Path | None) -> None:
        sent = replace(task, file=replace(task.file, content=b"", path=None)) if path else task
        try:
            theirs = self._client.submit(look_there, sent, path, pure=False, resources={accepted(self._standard): 1})
        except ClosedClientError as error:
            raise UserError(_lost()) from error
        ours.add_done_callback(lambda done: theirs.cancel() if done.cancelled() else None)
        theirs.add_done_callback(lambda done: self._own.submit(self._arrived, ours, done, task, path))

    def _arrived(self, ours: Future[Looked], theirs: TheirFuture[Looked | None], task: Task, path: Path | None) -> None:
        """A result is there, or will never be: fetch it."""
        if ours.cancelled():
            return
        try:
            looked = _result(theirs)
            if looked is None:  # the workers have no such folder, or something else in it
                self._by_path = False
                self._send(ours, task, None)
                return
        except BaseException as error:  # noqa: BLE001 - raised again where the result is waited for
            _answer(ours, partial(_raise, error))
            return
        _answer(ours, lambda: looked)

    def __enter__(self) -> ClusterWorkers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._own.shutdown()
        self._films.shutdown(cancel_futures=True)
        self._looker.__exit__(kind, error, trace)


def _answer(ours: Future[Looked], make: Callable[[], Looked]) -> None:
    """Give the result, or what it raised, to whoever waits, if anybody still does."""
    if not ours.set_running_or_notify_cancel():
        return
    try:
        ours.set_result(make())
    except BaseException as error:  # noqa: BLE001 - raised again where the result is waited for
        ours.set_exception(error)


def _raise(error: BaseException) -> Looked:
    raise error


def _result(theirs: TheirFuture[Looked | None]) -> Looked | None:
    """What a worker gave. `UserError` where the cluster is gone; a photo at which worker after worker ended is held."""
    try:
        looked: Looked | None = theirs.result(timeout=_PATIENCE_S)
    except KilledWorker:
        return Looked(problem=say("The programs on the cluster ended while they looked at this photo."))
    except (CancelledError, OSError, TimeoutError) as error:
        raise UserError(_lost()) from error
    return looked


def _lost() -> Message:
    return say("The cluster cannot be reached any more. What was seen is kept: give the same command again to go on.")


def _here(task: Task) -> Looked:
    """A photo of which everything is known, or that cannot be opened: nothing to look for."""
    photo = decode_photo(task.file, LONG_SIDE)
    if photo.pixels is None:
        return Looked(problem=photo.problem)
    assert task.known is not None, "one that cannot be opened has no pixels"
    size = shown_size(task.known.width, task.known.height)
    return Looked(task.known, pixels=small_enough(photo.pixels, size))


def _connect(scheduler: str) -> Client:
    if not private(scheduler):
        raise UserError(readable(scheduler))
    if scheduler.startswith("tls://") and not _certified():
        raise UserError(
            say(
                "Give this computer its TLS certificates for {address}: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
                "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY to the paths "
                "that the keeper of the cluster gives you.",
                address=scheduler,
            )
        )
    try:
        return Client(scheduler, timeout=_PATIENCE_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError, RuntimeError, TypeError) as error:
        raise UserError(
            say("No scheduler answers at {address} ({kind}).", address=scheduler, kind=type(error).__name__)
        ) from None


def _certified() -> bool:
    """Whether Dask has certificates for TLS. One that is named but cannot be read is told by the connection."""
    try:
        return Security().get_connection_args("client").get("ssl_context") is not None
    except (OSError, ValueError):
        return True


def _prepare(client: Client, expected: str) -> int:
    """Have every worker checked, also those to come; gives the number of their threads now."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_S)
    except TimeoutError:
        raise UserError(say("The cluster has no workers.")) from None
    try:
        client.register_plugin(LookingPlugin(expected), name=PLUGIN)
    except UserError:
        raise
    except Exception as error:
        raise UserError(
            say(
                "The workers of the cluster cannot look at photos ({kind}). Install this program there and its models.",
                kind=type(error).__name__,
            )
        ) from error
    return sum(client.nthreads().values())
