"""A desk on some photos of the demo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.demo import DAY, PHOTOS
from pipeline.desk.session import Desk
from pipeline.keys import VARIABLE
from pipeline.workspace import Workspace
from tests.keys import KEY

ON_THE_DESK = ("IMG_2001.jpg", "IMG_2004.jpg", "IMG_2007.jpg", "IMG_2022.jpg")
"""To publish; to cover; held for the one face that nobody named; nobody on it."""


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of the demo, in which these photos were looked at before."""
    monkeypatch.setenv(VARIABLE, KEY)
    return Workspace.open(Path(shutil.copytree(demo_workspace, tmp_path / "workspace")))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder with some photos of the demo."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ON_THE_DESK:
        shutil.copy(PHOTOS / name, folder)
    return folder


@pytest.fixture
def desk(workspace: Workspace, photos: Path) -> Iterator[Desk]:
    """The desk after its audit."""
    desk = Desk(workspace, "facebook", DAY, photos)
    desk.audit(lambda place, total: None)
    yield desk
    desk.close()
