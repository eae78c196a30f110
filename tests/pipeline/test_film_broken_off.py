"""Ctrl-C while a film is looked at, in a process of its own: what was seen before stays, and nothing half is left."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.basis import observations_basis
from pipeline.candidates import CandidateAudit
from pipeline.demo import DAY, PHOTOS
from pipeline.models.store import default_store
from pipeline.photos import file_digest
from pipeline.workspace import Workspace
from tests.pipeline.test_film import write_film

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal between processes"),
]

AUDIT = """
import json, os, signal, sys, threading
from pipeline.candidates import CandidateAudit
from pipeline.film.tracking import Tracker
from pipeline.workers import LocalWorkers

move, frames = Tracker.move, []
break_off, heard = LocalWorkers.break_off, threading.Event()

def broken_off(self):
    break_off(self)
    heard.set()

def pressed(*at, **more):
    frames.append(at)
    if len(frames) == 2:
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.wait(60)
    return move(*at, **more)

Tracker.move, LocalWorkers.break_off = pressed, broken_off
job = CandidateAudit.from_parameters(**json.loads(sys.argv[1]))
job.write(job.look_and_judge(job.find()))
"""


def test_ctrl_c_in_the_middle_of_a_film_loses_nothing(new_workspace: Callable[..., Workspace], tmp_path: Path):
    workspace, photos = new_workspace(), tmp_path / "photos"
    photos.mkdir()
    shutil.copy(PHOTOS / "IMG_2022.jpg", photos / "a photo.jpg")
    write_film(photos / "film.mp4", "IMG_2001.jpg", frames=20)
    seen = {path.name: file_digest(path) for path in photos.iterdir()}

    def known() -> set[str]:
        models = observations_basis(default_store(), workspace.school.load_protocol())
        with workspace.open_store() as store:
            return {name for name, sha256 in seen.items() if store.seen_before(sha256, models, "").observation}

    asked = {"workspace": str(workspace.folder), "photos": str(photos), "platform": "facebook", "on": DAY.isoformat()}
    broken_off = subprocess.run(
        [sys.executable, "-c", AUDIT, json.dumps(asked | {"run_id": "broken"})],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (broken_off.returncode, "KeyboardInterrupt" in broken_off.stderr) == (-signal.SIGINT, True), (
        broken_off.stderr
    )
    assert known() == {"a photo.jpg"}
    assert not (workspace.reports / "broken").exists()
    assert {path.name: file_digest(path) for path in photos.iterdir()} == seen
    job = CandidateAudit.from_parameters(**asked, run_id="again")
    run = job.look_and_judge(job.find())
    job.write(run)
    assert [(photo.name, photo.observation is not None) for photo in run.photos] == [(n, True) for n in sorted(seen)]
    assert known() == {*seen}
