"""The measurements of speed run and count rightly; what they measure is no test."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import dask
import distributed  # noqa: F401 - it brings its own settings
import pytest

from benchmarks.results import Row
from benchmarks.speed import again
from benchmarks.speed.passes import Counting, tasks
from benchmarks.speed.rows import AS_STARTED, _or_why_not
from consent.messages import UserError, say
from pipeline.keys import VARIABLE
from pipeline.looker import Looked, Task
from pipeline.matching.identification import MatchingPolicy
from pipeline.photos import PhotoFile
from tests.keys import KEY
from tests.pipeline.seen import seen


@pytest.mark.parametrize(
    "error", [UserError(say("No internet.")), ImportError("no dlib"), subprocess.CalledProcessError(1, "python")]
)
def test_what_cannot_be_measured_is_said(error: Exception):
    def fails() -> Iterator[Row]:
        yield Row("first", "1")
        raise error

    first, second = _or_why_not("the whole", fails)
    assert first.value == "1"
    assert (second.what, second.value) == ("the whole", "not measured") and type(error).__name__ in second.note


def test_made_up_photos_are_judged_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, KEY)
    clock, own = again.rejudging_seconds(20)
    assert clock > 0 and own > 0


class Nobody:
    """Workers that see nobody."""

    at_once = 2

    def submit(self, task: Task) -> Future[Looked]:
        future: Future[Looked] = Future()
        future.set_result(Looked(seen()))
        return future


def test_what_is_asked_of_workers_is_counted():
    counting = Counting(Nobody())
    photo, bad = PhotoFile("a", ".jpg", "0"), PhotoFile("b", ".jpg", "1", problem=say("Bad."))
    for task in (Task(photo, 10), Task(photo, 10, seen(), MatchingPolicy()), Task(photo, 10, seen()), Task(bad, 10)):
        counting.submit(task)
    assert (counting.detections, counting.embeddings) == (1, 1)


def test_the_cluster_is_started_as_the_readme_says():
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    said = dict(re.findall(r"^export (DASK_DISTRIBUTED__[A-Z_]+)=(\S+)$", readme, re.MULTILINE))
    plain: dict[str, object] = {}
    dask.config.update(plain, dask.config.collect_env(said))
    assert len(said) == len(AS_STARTED)
    for key, value in AS_STARTED.items():
        assert dask.config.get(key, config=plain) == value
        assert dask.config.get(key) is not None, "a setting that Dask has"


def test_a_pass_knows_nothing_before(tmp_path: Path):
    (tmp_path / "a.jpg").write_bytes(b"x")
    (task,) = tasks([tmp_path / "a.jpg"])
    assert task.known is None and task.embed is not None
