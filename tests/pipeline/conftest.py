"""Made-up people and workspaces for the tests of the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from consent.importers.importing import read_register_files
from consent.people import Person, Role
from pipeline.keys import VARIABLE
from pipeline.models.store import default_store
from pipeline.places import DEMO
from pipeline.vision.observer import Observer
from pipeline.workspace import Workspace
from tests.keys import KEY


@pytest.fixture
def people() -> dict[str, Person]:
    """Some people, with the kinds of names that schools have."""
    made_up = (
        Person("S01", Role.PUPIL, "Noor", "van der", "Proef", "3", date(2020, 6, 23)),
        Person("S02", Role.PUPIL, "Zoë", "", "Küçük", "4"),
        Person("S03", Role.PUPIL, "Sam", "de", "Test", "5"),
        Person("S04", Role.PUPIL, "Sam", "de", "Test", "7"),
        Person("T01", Role.STAFF, "Gijs", "'t", "Voorbeeld", left_on=date(2026, 8, 1)),
    )
    return {person.person_id: person for person in made_up}


def made_workspace(folder: Path, patch: pytest.MonkeyPatch, dpia: str = "") -> Workspace:
    """A workspace below `folder` whose register is the demo's; matching is on where a DPIA is given."""
    patch.setenv(VARIABLE, KEY)
    workspace, _ = Workspace.create(folder / "school", "De Proefschool", "en", dpia)
    tables = [DEMO / "people.csv", DEMO / "consents.csv"]
    protocol = workspace.school.load_protocol()
    files = read_register_files(tables, protocol=protocol, today=date(2026, 11, 22), known_people={})
    with workspace.open_store() as store:
        store.add(files.people, files.records, datetime(2026, 11, 22, 12, 0))
    return workspace


@pytest.fixture
def new_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Workspace]:
    """Makes a workspace whose register is the demo's; `dpia`: matching is on where it is given."""
    return lambda dpia="": made_workspace(tmp_path, monkeypatch, dpia)


@pytest.fixture(scope="session")
def observer() -> Iterator[Observer]:
    """The real detectors, loaded once."""
    with Observer(default_store()) as loaded:
        yield loaded
