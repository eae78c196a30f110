"""Looking on a cluster: the same verdicts, nothing lost, and nothing in the open."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask
import pytest
from distributed import Client, KilledWorker, LocalCluster

from consent.messages import UserError
from pipeline import cluster
from pipeline.addresses import private
from pipeline.candidates import CandidateAudit
from pipeline.cluster import ClusterWorkers
from pipeline.cluster_worker import look_there
from pipeline.demo import DAY, PHOTOS
from pipeline.keys import VARIABLE
from pipeline.looker import Task
from pipeline.models.store import default_store
from pipeline.photos import read_file
from pipeline.progress import track
from pipeline.store import Store
from pipeline.workers import open_workers
from tests.keys import KEY
from tests.pipeline.test_film import write_film

NO_SPILL = {"distributed.worker.memory.target": False, "distributed.worker.memory.spill": False}
SOME = ("IMG_2001.jpg", "IMG_2003.jpg", "IMG_2004.jpg", "IMG_2007.jpg", "IMG_2008.jpg", "IMG_2102.png")


# In the open.


@pytest.mark.parametrize(
    ("address", "ok"),
    [
        ("tcp://127.0.0.1:8786", True), ("127.0.0.1:8786", True), ("localhost:8786", True), ("tcp://[::1]:8786", True),
        ("tls://10.0.0.5:8786", True), ("tls://scheduler.school.example:8786", True),
        ("tcp://10.0.0.5:8786", False), ("10.0.0.5:8786", False), ("scheduler.school.example:8786", False),
        ("tcp://localhost.example:8786", False), ("ws://127.0.0.1:8786", False), ("ucx://127.0.0.1", False),
        ("tcp://[::1", False), ("[", False), ("tls://[::1", False),
        ("inproc://127.0.0.1/1/2", False), ("", False), ("tcp://", False), ("tcp://0.0.0.0:8786", False),
    ],
)  # fmt: skip
def test_what_others_could_read_is_refused(address: str, ok: bool):
    assert private(address) is ok
    if not ok:
        with pytest.raises(UserError, match="tls://"):
            ClusterWorkers(address, default_store())


def test_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch):
    for name in ("pipeline.cluster", "pipeline.cluster_worker"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"photo-consent-audit\[cluster\]"):
        open_workers(default_store(), "tls://10.0.0.5:8786")
    with pytest.raises(UserError, match="nonsense is no encrypted connection"):  # which no library would mend
        open_workers(default_store(), "nonsense")


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "_PATIENCE_S", 0.2)
    with pytest.raises(UserError, match=r"No scheduler answers at tcp://127\.0\.0\.1:9 "):
        ClusterWorkers("tcp://127.0.0.1:9", default_store())


def test_missing_certificates_are_told():
    with pytest.raises(UserError, match="TLS__CA_FILE"):
        ClusterWorkers("tls://127.0.0.1:9", default_store())


# What the workers must be like.


def in_this_process(**options: Any) -> LocalCluster:
    return LocalCluster(processes=False, protocol="tcp://", threads_per_worker=1, dashboard_address=None, **options)


def test_workers_that_may_write_to_a_disk_are_refused():
    with in_this_process(n_workers=1) as made, pytest.raises(UserError, match="MEMORY__SPILL=False"):
        ClusterWorkers(made.scheduler_address, default_store())


def test_workers_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "standard", lambda models: "that of tomorrow")
    with (
        dask.config.set(NO_SPILL),
        in_this_process(n_workers=1) as made,
        pytest.raises(UserError, match="another version of this program"),
    ):
        ClusterWorkers(made.scheduler_address, default_store())


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch):
    with in_this_process(n_workers=0) as made:
        monkeypatch.setattr(cluster, "_PATIENCE_S", 1)
        with pytest.raises(UserError, match="no workers"):
            ClusterWorkers(made.scheduler_address, default_store())


# Workers that come and go.


def a_task(name: str = SOME[0]) -> Task:
    return Task(read_file(PHOTOS / name, name), 2048)


async def settled(made: LocalCluster) -> None:
    """As many workers are there as were asked for, and they have been checked."""
    await made


def test_a_worker_that_joins_later_gets_no_photo_where_it_does_not_pass(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ClusterWorkers, "send_paths", False)
    with dask.config.set(NO_SPILL), in_this_process(n_workers=1) as made:
        checked = next(iter(made.workers.values()))
        with ClusterWorkers(made.scheduler_address, default_store()) as workers:
            with dask.config.set({"distributed.worker.memory.spill": 0.7}):
                made.scale(3)
                made.sync(settled, made)
            assert len(made.scheduler.workers) == 3
            looked = [future.result(120) for future in [workers.submit(a_task(name)) for name in SOME[:3]]]
        assert all(one.observation for one in looked)
        assert [bool(worker.state.log) for worker in made.workers.values()] == [
            worker is checked for worker in made.workers.values()
        ], "only the checked worker was ever given anything"


def test_photos_wait_for_a_worker_and_one_that_joins_later_is_used():
    with (
        dask.config.set(NO_SPILL),
        in_this_process(n_workers=1) as made,
        ClusterWorkers(made.scheduler_address, default_store()) as workers,
    ):
        made.scale(0)
        made.sync(settled, made)
        future = workers.submit(a_task())
        while not made.scheduler.unrunnable:  # until it has come to the scheduler
            workers._client.nthreads()
        made.scale(1)
        assert future.result(120).observation is not None


# What goes wrong on the way.


def test_a_connection_that_is_closed_before_a_photo_is_sent_again_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """The worker has another file at that place, so the photo's bytes are to be sent, and just then nobody listens."""
    task = a_task()
    task = replace(task, file=replace(task.file, path=tmp_path / "gone.jpg"))
    with (
        dask.config.set(NO_SPILL),
        in_this_process(n_workers=1) as made,
        ClusterWorkers(made.scheduler_address, default_store()) as workers,
    ):
        result = cluster._result

        def result_and_gone(theirs: Any) -> Any:
            looked = result(theirs)
            workers._client.close()
            return looked

        monkeypatch.setattr(cluster, "_result", result_and_gone)
        future = workers.submit(task)
        with pytest.raises(UserError, match="same command again"):
            future.result(60)
        with pytest.raises(UserError, match="same command again"):
            workers.submit(task)


class Broken:
    """A future of the cluster that never comes."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def result(self, timeout: float) -> None:
        raise self._error


def test_a_photo_at_which_workers_end_is_held():
    looked = cluster._result(Broken(KilledWorker("task", None, 3)))
    assert looked is not None and "ended while" in str(looked.problem)


@pytest.mark.parametrize("error", [CancelledError(), OSError(), TimeoutError()])
def test_a_lost_cluster_is_told(error: BaseException):
    with pytest.raises(UserError, match="same command again"):
        cluster._result(Broken(error))


def test_another_file_at_that_place_is_not_looked_at(tmp_path: Path):
    other = tmp_path / SOME[0]
    shutil.copy(PHOTOS / SOME[1], other)
    task = Task(read_file(PHOTOS / SOME[0], SOME[0]), 2048)
    assert look_there(task, other) is None
    assert look_there(task, tmp_path / "gone.jpg") is None


# The real thing.


@pytest.fixture(scope="module")
def two_workers() -> Iterator[LocalCluster]:
    with (
        dask.config.set(NO_SPILL),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def compared(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo's workspace and some of its photos, audited by this computer alone as `local`."""
    folder = tmp_path_factory.mktemp("cluster")
    workspace, photos = Path(shutil.copytree(demo_workspace, folder / "workspace")), folder / "photos"
    photos.mkdir()
    for name in SOME:
        shutil.copy(PHOTOS / name, photos)
    write_film(photos / "film.mp4", "IMG_2001.jpg", frames=3)
    forget(workspace)  # a photo seen before is decoded smaller for its picture
    audited(workspace, photos, "local", None)
    return workspace, photos


def audited(
    workspace: Path, photos: Path, run_id: str, scheduler: str | None, follow: Callable[..., Any] = track
) -> None:
    audit = CandidateAudit.from_parameters(
        workspace=str(workspace), photos=str(photos), platform="facebook", on=DAY.isoformat(), run_id=run_id,
        scheduler=scheduler,
    )  # fmt: skip
    audit.write(audit.look_and_judge(audit.find(), follow))


def forget(workspace: Path) -> None:
    with Store(workspace / "workspace.db", KEY) as store, store.transaction():
        for table in ("observation", "identification"):
            store._db.execute(f"DELETE FROM {table}")


@pytest.mark.slow
@pytest.mark.parametrize("by_path", [True, False])
def test_the_verdicts_are_those_of_this_computer(
    by_path: bool, compared: tuple[Path, Path], two_workers: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    workspace, photos = compared
    monkeypatch.setenv(VARIABLE, KEY)
    if not by_path:  # as if the workers had no such folder
        monkeypatch.setattr(ClusterWorkers, "send_paths", False)
    forget(workspace)
    run_id = f"by path {by_path}".replace(" ", "-")
    audited(workspace, photos, run_id, two_workers.scheduler_address)
    assert same(workspace, "local", run_id)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="a worker is ended with a signal")
def test_a_worker_that_is_killed_half_way_loses_nothing(
    compared: tuple[Path, Path], two_workers: LocalCluster, monkeypatch: pytest.MonkeyPatch
):
    workspace, photos = compared
    monkeypatch.setenv(VARIABLE, KEY)
    forget(workspace)
    with Client(two_workers.scheduler_address, set_as_default=False) as client:
        processes = list(client.run(os.getpid).values())
    killed = []

    def killing(items: Iterable[Any], label: str, total: int) -> Iterator[Any]:
        for item in items:
            if not killed:  # with the first result there, others are under way at both workers
                killed.append(processes[0])
                os.kill(processes[0], signal.SIGKILL)
            yield item

    audited(workspace, photos, "killed", two_workers.scheduler_address, killing)
    assert killed and same(workspace, "local", "killed")


def same(workspace: Path, one: str, other: str) -> bool:
    """Whether two runs say and show the same, bit for bit."""
    first, second = (workspace / "reports" / run_id for run_id in (one, other))
    tables = [first / name for name in ("verdicts.csv", "findings.csv", "names.csv")]
    shown = [*tables, *(path for path in first.rglob("*.jpg"))]
    return len(shown) > len(tables) and all(
        path.read_bytes() == (second / path.relative_to(first)).read_bytes() for path in shown
    )
