"""Does one step of signing, or a recheck, again and again, killed by SIGKILL before each of its acts on a file in turn.

`cut_off.py STEP WORKSPACE COPIES DAY CODE`: each time in a process and a copy of the workspace of its own, COPIES/1,
COPIES/2, ..., until one comes to its end. Acts are counted by Python's own audit events, and what comes before and
after the commit of a transaction counts as well. Says how many there were.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.basis import observations_basis
from pipeline.language import translator
from pipeline.looker import Looked, Looker, Task
from pipeline.models.store import default_store
from pipeline.published.rechecking import Recheck
from pipeline.remedies import job
from pipeline.remedies.confirming import confirm
from pipeline.reporting.published import page
from pipeline.signing import codes
from pipeline.signing.proposing import proposal
from pipeline.signing.releasing import finished, release
from pipeline.signing.runs import read_run
from pipeline.signing.signing import sign
from pipeline.store import Store
from pipeline.workspace import Workspace

RECHECK = "the-recheck"

PATIENCE_S = 120
"""Seconds for one process. A step takes less than two of them."""

ACTS = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.copyfile", "shutil.rmtree"}


def step(name: str, workspace: Path, at: datetime, code: str) -> None:
    """Propose, have the deputy sign, release, cover, or judge again what is public."""
    codes.LOG2_N = 10
    if name == "recheck":
        Recheck.from_parameters(workspace=str(workspace), on=at.date().isoformat(), run_id=RECHECK).run()
        return
    space = Workspace.open(workspace)
    with space.open_store() as store:
        if finished(space, store, "sportdag", at) is not None:
            return
        if name == "cover":
            cover(space, store, at)
            return
        proposed = proposal(space, store, "sportdag", at)
        if name == "sign":
            sign(store, proposed, "deputy", code, dict.fromkeys(proposed.case.questions, True), at=at)
        elif name == "release":
            release(space, store, proposed, at)


def cover(space: Workspace, store: Store, at: datetime) -> None:
    """Cover what needs it, and confirm it. What is seen on the new picture is what was seen on the photo."""
    basis = observations_basis(default_store(), space.school.load_protocol())

    class Seen(Looker):
        def __call__(self, task: Task) -> Looked:
            (photo,) = (p for p in read_run(space, store, "sportdag").photos if p.name == task.file.name)
            before = store.seen_before(photo.sha256, basis, "").observation
            assert before is not None
            return Looked(replace(before, sha256=task.file.sha256))

    job.Looker = Seen  # type: ignore[misc]
    (outcome,) = job.make_remedies(space, "sportdag", at)
    assert outcome.made is not None
    confirm(store, outcome.made, "headteacher", at)


def killed_before_act(number: int, workspace: Path) -> None:
    """Count acts below the workspace from now on, and end the process before that one."""
    seen = 0

    def count() -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax")
        if (event in ACTS or writes) and str(arguments[0]).startswith(str(workspace)):
            count()

    def counted(transaction):
        def begun_and_ended(self):
            inner = self._db.in_transaction
            with transaction(self):
                yield
                if not inner:
                    count()  # all is written, and nothing is committed
            if not inner:
                count()

        return begun_and_ended

    Store.transaction = contextmanager(counted(Store.transaction))  # type: ignore[method-assign]
    sys.addaudithook(heard)


def main() -> None:
    """Say the number of the one that was not killed."""
    name, workspace, copies, at, code = sys.argv[1:]
    if name == "recheck":
        # What a page and a workbook are made with is read and compiled once, and not by each process anew.
        importlib.import_module("pipeline.reporting.sheets")
        environment = page.page_environment(translator("nl"))
        environment.get_template("published.html.j2")
        page.page_environment = lambda tr: environment
    number, status = 0, -1
    while status:
        number += 1
        copy = Path(shutil.copytree(workspace, Path(copies) / str(number)))
        child = os.fork()
        if not child:
            signal.alarm(PATIENCE_S)  # a fork may stand still: then it ends by itself, and the test fails
            killed_before_act(number, copy)
            step(name, copy, datetime.fromisoformat(at), code)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status not in (0, signal.SIGKILL):
            sys.exit(f"{name} failed at {number}")
    print(number)


if __name__ == "__main__":
    main()
