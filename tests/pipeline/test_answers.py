"""What comes back is held against what was asked for; and a database in use ends no audit."""

from __future__ import annotations

import pickle
from collections.abc import Callable, ItemsView
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from consent.judging import Decision
from pipeline.looker import Looked, Looker, Task
from pipeline.looking import NOT_THIS_PHOTO, _answers
from pipeline.matching.conditions import MatchingSettings
from pipeline.photos import PhotoFile
from pipeline.store import database as module
from pipeline.vision.observation import Box, Observation
from tests.pipeline import test_looking
from tests.pipeline.conftest import KEY
from tests.pipeline.seen import face
from tests.pipeline.test_looking import Batch, Models

batch = test_looking.batch

Change = Callable[[Looked], Looked]


@dataclass
class Worker:
    """Looks as it should, and gives back something else."""

    looker: Looker
    change: Change

    def __call__(self, task: Task) -> Looked:
        return self.change(self.looker(task))

    def __exit__(self, *_: object) -> None:
        pass


@dataclass
class Astray(Models):
    """The models of a worker whose answers are changed on the way."""

    change: Change = lambda looked: looked

    def looker(self) -> Looker:
        return Worker(super().looker(), self.change)  # type: ignore[return-value]


def other(**seen: object) -> Change:
    """What was seen is changed in this."""
    return lambda looked: replace(looked, observation=replace(looked.observation, **seen))


CHANGES: dict[str, Change] = {
    "another photo": other(sha256="0" * 64),
    "another size": other(width=999),
    "larger than it is published": lambda looked: replace(other(width=4000)(looked), pixels=None),
    "other pixels": lambda looked: replace(looked, pixels=np.zeros((1000, 500, 3), np.uint8)),
    "a face without its template": lambda looked: replace(looked, probes=looked.probes[:1]),
    "a template without its face": lambda looked: other(faces=looked.observation.faces[1:])(looked),
    "no templates": lambda looked: replace(looked, probes=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_about_something_else_holds_the_photo_and_is_not_remembered(change: str, batch: Batch):
    batch.photos = {"a.jpg": batch.photos["a.jpg"]}
    batch.models = Astray(change=CHANGES[change])
    (wrong,) = batch.audit()
    assert wrong.verdict.decision is Decision.HOLD
    assert [finding.reason for finding in wrong.verdict.reasons] == [NOT_THIS_PHOTO]
    with batch.workspace.open_store() as store:
        for table in ("observation", "identification"):
            assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    batch.models = Models()
    (right,) = batch.audit()
    assert right.verdict.decision is Decision.PUBLISH and batch.models.calls["look"] == 1
    assert wrong.sha256 == right.sha256


def test_what_was_seen_before_does_not_come_back_as_something_else(batch: Batch):
    batch.photos = {"a.jpg": batch.photos["a.jpg"]}
    batch.audit(matching=MatchingSettings())
    batch.models = Astray(change=other(faces=(face(1, 400), face(2, 100))))
    (photo,) = batch.audit()
    assert batch.models.calls == {"embed": 1}
    assert [finding.reason for finding in photo.verdict.reasons] == [NOT_THIS_PHOTO]


class Taken(dict[str, Path]):
    """Photos, from the first of which on another program has the database to itself."""

    def take(self, database: Path) -> None:
        self.by = module._open(database, KEY)

    def items(self) -> ItemsView[str, Path]:
        def each():
            self.by.execute("BEGIN EXCLUSIVE")
            yield from super(Taken, self).items()

        return each()  # type: ignore[return-value]


def test_a_database_in_use_ends_no_audit(batch: Batch, monkeypatch: pytest.MonkeyPatch):
    """Nothing is remembered then, and the verdicts are the same."""
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    free, batch.photos = batch.photos, Taken(batch.photos)
    batch.photos.take(batch.workspace.database)
    photos = batch.audit()
    assert {photo.verdict.decision for photo in photos} == {Decision.PUBLISH}
    batch.photos.by.close()
    batch.photos = free
    assert test_looking.said(batch.audit()) == test_looking.said(photos)
    assert batch.models.calls == {"look": 4, "embed": 4}, "looked at again, and remembered now"
    batch.audit()
    assert batch.models.calls == {}


def test_a_measure_that_is_no_number_comes_back_as_it_went():
    """Through another process: nan equals nothing, and the photo would be held for ever."""
    unmeasured = replace(face(1, 10.0), sharpness=float("nan"))
    known = Observation("0" * 64, 100, 100, (unmeasured,), ())
    task = Task(PhotoFile("a.jpg", ".jpg", "0" * 64), 2048, known)
    assert _answers(task, Looked(pickle.loads(pickle.dumps(known))))
    assert not _answers(task, Looked(replace(known, width=99)))


def test_a_place_that_is_no_number_holds_its_photo_alone(batch: Batch):
    nowhere = replace(face(1, 100.0), box=Box(float("nan"), 0.0, 60.0, 60.0))
    batch.models = Astray(change=other(faces=(nowhere, face(2, 400))))
    photos = batch.audit()
    assert {photo.verdict.decision for photo in photos} == {Decision.HOLD}
    assert all(photo.name_rows == () for photo in photos)
