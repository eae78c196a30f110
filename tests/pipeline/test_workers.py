"""The way through the workers: overlapping, in order, bounded, and nothing that was seen is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from consent.messages import UserError, say
from pipeline.looker import Looker, Task
from pipeline.models.store import default_store
from pipeline.photos import PhotoFile
from pipeline.progress import hearing_parts
from pipeline.vision import orientation
from pipeline.workers import LocalWorkers, in_order


class ByHand:
    """Takes tasks and finishes them when it is told to."""

    def __init__(self) -> None:
        self.futures: dict[int, Future[int]] = {}

    def submit(self, item: int) -> Future[int]:
        self.futures[item] = Future()
        return self.futures[item]

    def finish(self, item: int) -> None:
        self.futures[item].set_result(item * 10)


def test_two_are_worked_on_at_a_time():
    """Each task waits for another to begin: one after the other they would wait for ever."""
    together = threading.Barrier(2, timeout=60)

    def work(item: int) -> int:
        together.wait()
        return item

    with ThreadPoolExecutor(2) as pool:
        done = list(in_order(lambda item: pool.submit(work, item), range(6), at_once=2))
    assert done == [(item, item) for item in range(6)]


@given(st.permutations(range(5)), st.integers(1, 7))
def test_whatever_is_ready_first_the_order_is_that_of_the_items(order: list[int], at_once: int):
    workers = ByHand()
    kept: list[int] = []

    def submit(item: int) -> Future[int]:
        future = workers.submit(item)
        if len(workers.futures) == 5 or len(workers.futures) % at_once == 0:
            for one in order:
                if one in workers.futures and not workers.futures[one].done():
                    workers.finish(one)
        return future

    assert list(in_order(submit, range(5), at_once, lambda _, result: kept.append(result))) == [
        (n, n * 10) for n in range(5)
    ]
    assert sorted(kept) == [0, 10, 20, 30, 40], "each is kept once"


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_no_more_are_on_the_way_than_allowed(at_once: int):
    drawn = 0
    given_out = 0
    workers = ByHand()

    def items() -> Iterator[int]:
        nonlocal drawn
        for number in range(40):
            drawn += 1
            assert drawn - given_out <= at_once
            yield number

    def submit(item: int) -> Future[int]:
        future = workers.submit(item)
        workers.finish(item)
        return future

    for _ in in_order(submit, items(), at_once):
        given_out += 1
    assert drawn == given_out == 40


def test_what_is_seen_is_kept_before_its_turn():
    workers = ByHand()
    kept: list[int] = []

    def submit(item: int) -> Future[int]:
        future = workers.submit(item)
        if item == 2:
            for ready in (2, 1):  # the first is still being looked at
                workers.finish(ready)
        return future

    def keep(_: int, result: int) -> None:
        kept.append(result)
        if len(kept) == 2:
            workers.finish(0)

    results = in_order(submit, range(3), 3, keep)
    assert next(results) == (0, 0)
    assert sorted(kept[:2]) == [10, 20] and kept[2] == 0
    results.close()


class Interrupted(BaseException):
    """As Ctrl-C is."""


def test_breaking_off_keeps_what_was_seen_and_starts_nothing_more():
    started: list[int] = []
    kept: list[int] = []
    second, go_on = threading.Event(), threading.Event()

    def work(item: int) -> int:
        started.append(item)
        if item == 1:
            second.set()
            assert go_on.wait(60)
        return item

    with (
        pytest.raises(Interrupted),
        ThreadPoolExecutor(1) as pool,
        closing(
            in_order(lambda item: pool.submit(work, item), range(100), 4, lambda _, result: kept.append(result))
        ) as results,
    ):
        for _item, _result in results:
            assert second.wait(60)
            go_on.set()
            raise Interrupted
    assert kept == started, "what was begun is finished and kept"
    assert 2 <= len(started) <= 4


def test_what_a_task_raises_is_raised_in_its_turn_and_the_others_are_kept():
    kept: list[int] = []

    def work(item: int) -> int:
        if item == 1:
            raise ZeroDivisionError
        return item

    with ThreadPoolExecutor(1) as pool:
        results = in_order(lambda item: pool.submit(work, item), range(3), 3, lambda _, result: kept.append(result))
        assert next(results) == (0, 0)
        with pytest.raises(ZeroDivisionError):
            next(results)
    assert sorted(kept) == [0, 2]


def test_a_library_that_is_not_there_is_told_before_the_first_photo(monkeypatch: pytest.MonkeyPatch):
    """And not as the reason why each photo is held."""
    monkeypatch.setattr(orientation, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"A library cannot be loaded \(.*mediapipe.*\)\. Run: photo-consent doctor"):
        LocalWorkers(default_store())


FILES = {"a photo": "a.jpg", "a film": "a.mp4"}


def looker_that_fails(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Looker:
    """A looker of which every look ends so."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise error

    monkeypatch.setattr("pipeline.looker.look_at", fail)
    looker = Looker(default_store())
    looker.__dict__["_observer"] = fail
    return looker


def task_of(name: str) -> Task:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    content = out.getvalue() if name.endswith("jpg") else b"a film"
    return Task(PhotoFile(name, name[-4:], "a" * 64, content), 8)


@pytest.mark.parametrize("name", FILES.values(), ids=FILES)
def test_a_library_that_does_not_load_ends_the_batch_with_one_sentence_and_holds_no_photo_for_it(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    looker = looker_that_fails(monkeypatch, ImportError("libEGL.so.1: cannot open"))
    with pytest.raises(UserError, match=r"A library cannot be loaded \(libEGL.*\)\. Run: photo-consent doctor"):
        looker(task_of(name))


def test_a_library_that_misses_something_of_the_system_does_not_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    task = tmp_path / "pose.task"
    task.write_bytes(b"")

    def missing() -> NoReturn:
        raise OSError("libGLESv2.so.2: cannot open")

    monkeypatch.setattr(orientation, "keep_mediapipe_silent", missing)
    with pytest.raises(ImportError, match="libGLESv2"):
        _ = orientation.PoseReader(task)._landmarker


@pytest.mark.parametrize("error", [ZeroDivisionError(), UserError(say("This film is broken."))], ids=type)
def test_of_a_film_that_fails_the_progress_ends(error: Exception, monkeypatch: pytest.MonkeyPatch):
    told: list[tuple[str, float]] = []
    with hearing_parts(lambda *part: told.append(part)):
        looked = looker_that_fails(monkeypatch, error)(task_of("a.mp4"))
    assert looked.problem is not None and told == [("a" * 64, 1.0)]


def test_what_is_slow_to_load_is_loaded_when_it_is_needed():
    """The desk imports nearly all of the program for each page that is opened."""
    slow = {"matplotlib", "mediapipe", "nbformat", "openpyxl", "papermill", "scipy"}
    code = f"import sys, pipeline.desk.widget; print(sorted({slow} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
