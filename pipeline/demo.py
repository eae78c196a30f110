"""The demo: a made-up school whose children, photos and consents are computer-generated (CC0)."""

from __future__ import annotations

import os
import shutil
from datetime import date, datetime
from pathlib import Path

from consent.importers.importing import read_register_files
from consent.messages import UserError, say
from pipeline.keys import VARIABLE
from pipeline.photos import file_digest
from pipeline.places import DEMO
from pipeline.workspace import Workspace

REFERENCES = DEMO / "reference"
PHOTOS = DEMO / "event"
PLATFORM = "facebook"
DAY = date(2026, 11, 22)
"""The day that the demo's expected verdicts are for."""

RUN_ID = "demo-facebook"
SCHOOL = "Basisschool De Zonnewijzer (demo)"
KEY = "demo"
_MARK = ".demo"


def build_demo(folder: Path) -> Workspace:
    """A fresh workspace with the demo's register. Only an earlier demo is ever replaced.

    The register is synthetic, so its key may be known: the one in the environment, or "demo".
    """
    os.environ.setdefault(VARIABLE, KEY)
    if (folder / _MARK).is_file():
        shutil.rmtree(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise UserError(
            say("“{folder}” is not empty and no earlier demo. Give another --workspace.", folder=str(folder))
        )
    workspace, _ = Workspace.create(folder, SCHOOL, "nl", dpia_reference="DPIA-DEMO-2026")
    (workspace.folder / _MARK).touch()
    tables = [DEMO / "people.csv", DEMO / "consents.csv"]
    files = read_register_files(
        tables,
        protocol=workspace.school.load_protocol(),
        today=date.today(),
        known_people={},
    )
    assert not files.faults, files.faults
    with workspace.open_store() as store:
        store.add(files.people, files.records, datetime.now().astimezone(), map(file_digest, tables))
    return workspace
