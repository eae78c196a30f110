"""Whoever is not compared any more stays protected: no look-alike gets a name on that person's photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from consent.judging import Decision
from consent.register import EVERY_PURPOSE, MATCHING, Answer, ConsentRecord, Medium
from pipeline.enrolment import erase_taken_back
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.store import Store, Template, database
from pipeline.vision.observation import Face
from pipeline.workspace import Workspace
from tests.pipeline import test_looking
from tests.pipeline.conftest import KEY
from tests.pipeline.older import make_older
from tests.pipeline.test_looking import DAY, Batch, Models

batch = test_looking.batch


def at(*numbers: float) -> np.ndarray:
    """A template that begins with these numbers and goes on with zeros."""
    return np.pad(np.array(numbers, np.float32), (0, DlibResNet.dimensions - len(numbers)))


S01, S04, FAR = at(0.0), at(0.27), at(0, 0, 3)
"""S01 and S04 look alike: 0.27 apart, as the two pupils of the demo who were made to look alike."""
ELSEWHERE = at(0, 0, 0, 3)


def template(person_id: str, vector: np.ndarray, day: date = DAY) -> Template:
    photo = f"{abs(hash((person_id, vector.tobytes()))):064x}"
    return Template(person_id, DlibResNet.name, photo, day, vector, day, DlibResNet.version)


ENROLLED = (template("S01", S01), template("S02", FAR), template("S04", S04))


@dataclass
class OneOfTwo(Models):
    """Face 1 is S04, who lies 0.26 from the own reference and 0.32 from that of S01; face 2 is S02."""

    def embed(self, pixels: np.ndarray, faces: Sequence[Face]) -> np.ndarray:
        self.calls["embed"] += 1
        return np.stack([{1: at(0.2, 0.25), 2: FAR}[face.number] for face in faces])


@pytest.fixture
def refused(batch: Batch) -> Batch:
    """One photo of S04, who may not be shown, and of S02, who may. S01, who looks like S04, may be shown too."""
    batch.photos, batch.models = {"a.jpg": batch.photos["a.jpg"]}, OneOfTwo()
    batch.say("S04", "facebook", Answer.NO)
    enrol(batch, ENROLLED)
    return batch


def enrol(batch: Batch, templates: Sequence[Template]) -> None:
    with batch.workspace.open_store() as store:
        store.replace_templates(templates)


def taken_in(batch: Batch, record: ConsentRecord) -> None:
    """What an import does: the line, and whoever said yes no more is erased."""
    with batch.workspace.open_store() as store:
        store.add([], [record], datetime(2026, 11, 22, 13))
        erase_taken_back(store, store.register(batch.protocol.parameters.validity), DAY, batch.protocol)


def word(answer: Answer, purpose: str = MATCHING, **fields: object) -> ConsentRecord:
    return replace(
        ConsentRecord("S04", purpose, Medium.BOTH, answer, "both parents", DAY, None, None, "1", "m"), **fields
    )


OLD = DAY - timedelta(days=560)
ENDINGS: dict[str, Callable[[Batch], None]] = {
    "an objection": lambda batch: taken_in(batch, word(Answer.OBJECTION, EVERY_PURPOSE)),
    "consent for matching withdrawn": lambda batch: taken_in(batch, word(Answer.WITHDRAWN)),
    "withdrawn, and not yet erased": lambda batch: batch.say("S04", MATCHING, Answer.WITHDRAWN),
    "a form that expired": lambda batch: taken_in(
        batch, word(Answer.YES, given_on=DAY - timedelta(days=2), valid_until=DAY - timedelta(days=1))
    ),
    "a reference that aged": lambda batch: enrol(batch, [template("S04", S04, OLD)]),
    "one of two references that aged": lambda batch: enrol(
        batch, [template("S04", S04, OLD), template("S04", ELSEWHERE)]
    ),
    "a template of another version": lambda batch: enrol(batch, [replace(ENROLLED[2], version=0)]),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_look_alike_who_is_not_compared_any_more_still_keeps_the_name_back(ending: str, refused: Batch):
    (before,) = refused.audit()
    assert before.verdict.decision is Decision.HOLD and before.identified == {2: "S02"}
    ENDINGS[ending](refused)
    (after,) = refused.audit()
    assert refused.models.calls == {"embed": 1}, "what was found before does not hold any more"
    assert after.verdict.decision is Decision.HOLD and after.identified == {2: "S02"}
    assert str(after.facts.faces[0].why_unnamed).startswith("The face resembles S01. Somebody who looks like S01")
    assert [photo.verdict.decision for photo in refused.rejudged([after])] == [Decision.HOLD]


def test_it_is_the_look_alike_that_keeps_the_name_back(refused: Batch):
    """Who never looked like anybody else leaves nothing behind: the same face has a name then."""
    enrol(refused, [replace(ENROLLED[2], vector=ELSEWHERE)])
    taken_in(refused, word(Answer.WITHDRAWN))
    (photo,) = refused.audit()
    assert photo.identified == {1: "S01", 2: "S02"}


def alike(store: Store) -> list[tuple[str, str]]:
    return list(store.look_alikes())


def test_who_looks_alike_is_noted_at_every_enrolment_and_never_lost_with_a_template(refused: Batch):
    with refused.workspace.open_store() as store:
        assert alike(store) == [("S01", "S04")]
        store.drop_templates(["S04"])
        store.replace_templates([replace(ENROLLED[0], vector=ELSEWHERE)])
        assert alike(store) == [("S01", "S04")], "how near the new photo is nobody can tell any more"
        store.drop_templates(["S01"])
        assert alike(store) == [("S01", "S04")]
        store.replace_templates([replace(ENROLLED[0], vector=ELSEWHERE), ENROLLED[2]])
        assert alike(store) == [], "both are there: compared again"
        store.replace_templates([replace(one, version=0) for one in ENROLLED])
        store.replace_templates([ENROLLED[0]])
        assert alike(store) == [("S01", "S04")], "templates of two versions tell nothing of each other"
        store.replace_templates([replace(ENROLLED[0], vector=ELSEWHERE), ENROLLED[2]])
        store.replace_templates([replace(ENROLLED[1], vector=at(0.1))])
        assert alike(store) == [("S02", "S04")]


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_database_knows_who_looks_alike_before_a_template_can_go(version: int, new_workspace, tmp_path: Path):
    workspace: Workspace = new_workspace("DPIA-TEST")
    with workspace.open_store() as store:
        store.replace_templates(ENROLLED)
    db = database._open(workspace.database, KEY)
    make_older(db, version)
    db.close()
    for _ in range(2):
        with workspace.open_store() as store:
            assert alike(store) == [("S01", "S04")]
            store.drop_templates(["S04"])
