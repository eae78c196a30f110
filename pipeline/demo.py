"""The demo: a made-up school whose children, photos and consents are computer-generated (CC0)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from consent.importers.importing import read_register_files
from consent.messages import UserError, say
from pipeline.film.writing import write_pictures
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


FILM = "films/sportdag.webm"
"""In the workspace of the demo: seconds of film, made of two of its photos when the demo is made."""

_FILMED = ("IMG_2001.jpg", "IMG_2004.jpg")
"""Three pupils with a yes for film; then two of them and one with a no."""

_SECONDS, _RATE, _SIZE = 3, 10, (960, 540)


def make_film(workspace: Path) -> Path:
    """Write the demo's film: a camera that moves over two photos, one after the other. Gives its folder."""
    target = workspace / FILM
    target.parent.mkdir(mode=0o700, exist_ok=True)
    write_pictures((picture for name in _FILMED for picture in _moving_over(PHOTOS / name)), _RATE, target)
    return target.parent


def _moving_over(photo: Path) -> Iterator[NDArray[np.uint8]]:
    """What a camera sees that moves over a photo from left to right, height x width x 3, RGB."""
    with Image.open(photo) as image:
        pixels = np.asarray(image.convert("RGB"))
    pictures = _SECONDS * _RATE
    width = pixels.shape[1] * 9 // 10
    height = width * _SIZE[1] // _SIZE[0]
    top = (pixels.shape[0] - height) // 2
    for number in range(pictures):
        left = (pixels.shape[1] - width) * number // pictures
        part = pixels[top : top + height, left : left + width]
        yield np.asarray(cv2.resize(part, _SIZE, interpolation=cv2.INTER_AREA), np.uint8)


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
