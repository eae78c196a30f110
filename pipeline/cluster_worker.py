"""What runs on a worker of a cluster: the check before its first photo, and one photo's look at a time."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import replace
from pathlib import Path

import cv2
from distributed import Status, Worker, WorkerPlugin
from distributed.spill import SpillBuffer

from consent.messages import UserError, say
from pipeline.addresses import private, readable
from pipeline.looker import Looked, Looker, Task
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import ModelStore, default_store
from pipeline.photos import read_file
from pipeline.reporting.record import program_digest
from pipeline.vision import observer

PLUGIN = "photo-consent"

_own = threading.local()
"""The models of each of the worker's threads, loaded once."""


def standard(models: ModelStore) -> str:
    """Names all that a result rests on: whoever has the same gives the same. Opens no model."""
    parts = [observer.digest(models), models.model(DlibResNet.name).sha256, program_digest()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def accepted(standard: str) -> str:
    """What only a checked worker has. Dask calls it a resource, and gives a photo to nobody without it."""
    return f"{PLUGIN}-{standard}"


class LookingPlugin(WorkerPlugin):
    """The check of a worker. Made where the scheduler is asked; set up on each worker, also on one that joins later.

    Of a worker that joins later nobody hears that its check failed, and it stays in the cluster. So the check
    is what gives a worker the resource without which it gets no photo.
    """

    name = PLUGIN

    def __init__(self, expected: str) -> None:
        self._expected = expected

    async def setup(self, worker: Worker) -> None:
        """Check this worker before it gets a photo. `UserError` says what is wrong with it."""
        if not private(worker.address):
            raise UserError(readable(worker.address))
        if isinstance(worker.data, SpillBuffer):
            raise UserError(
                say(
                    "The workers of the cluster may write what they hold to their disks, and templates must never "
                    "lie there. Start them with DASK_DISTRIBUTED__WORKER__MEMORY__TARGET=False and "
                    "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL=False in their environment."
                )
            )
        models = default_store()
        for model in (*observer.MODELS, DlibResNet.name):
            models.path(model)
        if standard(models) != self._expected:
            raise UserError(
                say(
                    "A worker of the cluster has another version of this program, its libraries or its models. "
                    "Install the same there; results would not be the same."
                )
            )
        cv2.setNumThreads(1)
        await worker.set_resources(**{accepted(self._expected): worker.state.nthreads})
        if worker.status == Status.running:  # photos that wait for a worker are given out when one begins to run
            worker.status = Status.paused
            worker.status = Status.running

    def teardown(self, worker: Worker) -> None:
        """Nothing to do: the models go with the process."""


def look_there(task: Task, path: Path | None) -> Looked | None:
    """Look at one photo in the thread that Dask gives.

    Pixels go back for the report's picture, no more than it needs: a second decoding by whoever asked took longer.
    `path`: where the photo may lie for this worker too; None where what lies there is another file.
    """
    if path is not None:
        file = read_file(path, task.file.name)
        if file.sha256 != task.file.sha256:
            return None
        task = replace(task, file=file)
    if not hasattr(_own, "looker"):
        _own.looker = Looker(default_store())
    looked: Looked = _own.looker(task)
    return looked
