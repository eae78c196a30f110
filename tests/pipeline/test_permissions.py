"""A permission for somebody outside the register never counts for somebody of it, also when no template tells so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from consent.facts import Orientation
from consent.judging import Decision
from consent.messages import say
from consent.register import Answer
from pipeline.deciding import outweighed
from pipeline.facts import facts_of
from pipeline.matching.conditions import MatchingSettings
from pipeline.matching.gallery import Gallery
from pipeline.matching.identification import TAKEN_FOR, Identification, MatchingPolicy, identify
from pipeline.naming import BODY, FACE, HandRow, NamesFile
from pipeline.naming_words import NO_FACE_OF_REGISTER, Permission, Permissions, SetAside
from pipeline.remembered import digest
from pipeline.run import AuditedPhoto
from pipeline.store import database
from pipeline.vision.observation import Body, Box
from tests.pipeline import test_look_alikes, test_looking
from tests.pipeline.conftest import KEY
from tests.pipeline.older import make_older
from tests.pipeline.seen import NO_FACE, body, face, seen
from tests.pipeline.test_look_alikes import ELSEWHERE, ENDINGS, ENROLLED, Batch, at, enrol, taken_in, word

batch, refused = test_looking.batch, test_look_alikes.refused
PERMISSION = Permission("facebook", "mail of 3 November")
OFF = MatchingSettings()


def tell(batch: Batch, sha256: str, told: Permission | SetAside) -> None:
    """Somebody says this in a table of the face of S04; S02 beside it has a yes."""
    box = face(1, 100).box
    batch.names = NamesFile({sha256: (HandRow("a.jpg", FACE, 1, box, told),)})


@pytest.fixture
def seen_once(refused: Batch) -> Batch:
    """The program took face 1 for S04."""
    refused.names = NamesFile()
    (photo,) = refused.audit()
    tell(refused, photo.sha256, NO_FACE)
    return refused


@pytest.fixture
def permitted(seen_once: Batch) -> Batch:
    """Somebody says that it is an adult from outside."""
    (sha256,) = seen_once.names.rows
    tell(seen_once, sha256, PERMISSION)
    return seen_once


def audited_without_marks(batch: Batch) -> list[AuditedPhoto]:
    """As if the program had never taken face 1 for S04."""
    with batch.workspace.open_store() as store:
        store._db.execute("DELETE FROM taken_for")
        store._db.commit()
    taken_in(batch, word(Answer.WITHDRAWN))
    enrol(batch, [replace(ENROLLED[0], vector=ELSEWHERE)])
    return batch.audit()


def held_for_the_register(batch: Batch, matching: MatchingSettings = test_looking.ON) -> None:
    (photo,) = batch.audit(matching=matching)
    assert photo.verdict.decision is Decision.HOLD
    assert "and that person's own answer counts" in str(photo.facts.faces[0].why_unnamed)
    if matching.enabled:
        assert [one.verdict.decision for one in batch.rejudged([photo])] == [Decision.HOLD]


@pytest.mark.parametrize(
    ("ending", "alike"),
    [
        ("consent for matching withdrawn", True),
        ("consent for matching withdrawn", False),
        ("withdrawn, and not yet erased", False),
        ("a reference that aged", False),
        ("a template of another version", False),
        ("matching switched off", False),
    ],
)
def test_the_end_of_a_template_gives_no_permission_back(ending: str, alike: bool, permitted: Batch):
    """S04 has no yes. With a look-alike beside the face has no name at all, without one it has S04's."""
    if not alike:
        enrol(permitted, [replace(ENROLLED[0], vector=ELSEWHERE)])
    held_for_the_register(permitted)
    if ending == "matching switched off":
        held_for_the_register(permitted, OFF)
    else:
        ENDINGS[ending](permitted)
        held_for_the_register(permitted)


def held_as_a_face(batch: Batch, matching: MatchingSettings = test_looking.ON) -> None:
    (photo,) = batch.audit(matching=matching)
    assert photo.verdict.decision is Decision.HOLD
    assert photo.facts.faces[0].why_unnamed == NO_FACE_OF_REGISTER
    if matching.enabled:
        assert [one.verdict.decision for one in batch.rejudged([photo])] == [Decision.HOLD]


@pytest.mark.parametrize("ending", [*ENDINGS, "matching switched off"])
def test_no_word_that_it_is_no_face_clears_whom_the_register_knows(ending: str, seen_once: Batch):
    """Nor does it once the template is gone."""
    held_as_a_face(seen_once)
    if ending == "matching switched off":
        held_as_a_face(seen_once, OFF)
    else:
        ENDINGS[ending](seen_once)
        held_as_a_face(seen_once)


def test_what_was_never_taken_for_anybody_may_be_no_face(seen_once: Batch):
    (photo,) = audited_without_marks(seen_once)
    assert [face.number for face in photo.facts.faces] == [2]


@pytest.mark.parametrize(("marked", "left"), [(True, 1), (False, 0)])
def test_a_person_where_somebody_of_the_register_was_found_once_is_no_statue(marked: bool, left: int):
    """Another version may find only a body where one found a face."""
    photo = seen(face(1, 600), body(1, 100, Orientation.FACING))
    (person,) = photo.bodies
    rows = (HandRow("", BODY, 1, photo.place(person), NO_FACE),)
    marks = (photo.place(person).scaled(1 / photo.width, 1 / photo.height),) if marked else ()
    said = NamesFile({photo.sha256: rows}, {photo.sha256: marks}).for_photo("a.jpg", photo)
    facts = facts_of("a.jpg", photo, {}, said, say("Nobody said."))
    assert len([one for one in facts.bodies if not one.ruled_out]) == left


def test_whom_the_program_never_saw_there_may_be_an_adult_from_outside(permitted: Batch):
    """The permission itself is worth something: it is the register that outweighs it."""
    (photo,) = audited_without_marks(permitted)
    assert photo.facts.faces[0].permitted_for == {"facebook"}


def test_a_template_erased_while_its_photo_is_looked_at_leaves_the_mark_too(permitted: Batch):
    with permitted.workspace.open_store() as store:
        store._db.execute("DELETE FROM taken_for")
        store._db.commit()
        store.drop_templates(["S04"])
        photo = seen(face(1, 100), sha256="c" * 64)
        store.add_identifications(photo, "basis", [Identification(1, "S04", None, 0.2, 0.5)], ["S04"])
        assert store.seen_before(photo.sha256, "models", "basis").found is None
        assert len(store.taken_for(photo.sha256)) == 1


def test_the_mark_tells_nobody_and_outlives_what_was_seen(permitted: Batch):
    with permitted.workspace.open_store() as store:
        store.forget("S04", datetime(2026, 11, 23).astimezone())
        store.drop_observations(date(2100, 1, 1))
        rows = store._db.execute("SELECT * FROM taken_for").fetchall()
    assert rows and all(isinstance(value, float) for _, *place in rows for value in place)
    held_for_the_register(permitted)


def test_an_older_database_marks_whom_it_found_before_a_template_can_go(permitted: Batch):
    enrol(permitted, [replace(ENROLLED[0], vector=ELSEWHERE)])
    held_for_the_register(permitted)
    db = database._open(permitted.workspace.database, KEY)
    make_older(db, 5)
    ((seen_then,),) = db.execute("SELECT content FROM observation").fetchall()
    ((found_then,),) = db.execute("SELECT content FROM identification").fetchall()
    seen_then = json.dumps({k: v for k, v in json.loads(seen_then).items() if k not in ("hidden", "texts")})
    found_then = json.dumps([one[:6] for one in json.loads(found_then)])
    db.execute("UPDATE observation SET models = 'older', content = ?", (seen_then,))
    db.execute("UPDATE identification SET content = ?, observation_sha256 = ?", (found_then, digest(seen_then)))
    db.commit()
    db.close()
    taken_in(permitted, word(Answer.WITHDRAWN))
    held_for_the_register(permitted)


PLACES = {
    "the same": (1.0, 0.0),
    "a little aside": (1.0, 12.0),
    "half as large": (0.5, 10.0),
    "a larger picture": (2, 0),
}


@pytest.mark.parametrize("where", PLACES)
def test_the_mark_is_found_where_the_face_is_found_otherwise(where: str, permitted: Batch):
    """Another version of the models draws the box otherwise, another protocol looks at a larger picture."""
    sha256, box = "d" * 64, Box(100, 100, 60, 60)
    scale, aside = PLACES[where]
    then, now = (seen(face(1, 60), sha256=sha256) for _ in range(2))
    then = replace(then, faces=(replace(then.faces[0], box=box),))
    if where == "a larger picture":
        now = replace(now, width=2 * then.width, height=2 * then.height)
        box = box.scaled(2, 2)
    else:
        box = Box(box.x + aside, box.y + aside, box.width * scale, box.height * scale)
    now = replace(now, faces=(replace(now.faces[0], box=box),), bodies=(Body(1, box, 0.9, Orientation.UNKNOWN),))
    with permitted.workspace.open_store() as store:
        store.add_identifications(then, "basis", [Identification(1, "S01")], ["S01"])
        rows = tuple(HandRow("d.jpg", what, 1, box, PERMISSION) for what in (FACE, "person"))
        told = outweighed(NamesFile({sha256: rows}), store).for_photo("d.jpg", now)
    assert told.faces[1] == told.bodies[1] == Permissions((PERMISSION,), outweighed=True)


NEAR, FAR = 0.9 * TAKEN_FOR, 1.1 * TAKEN_FOR


@pytest.mark.parametrize(
    ("distances", "policy", "who"),
    [
        ((NEAR, NEAR + 0.01), MatchingPolicy(), "S01"),  # two almost equally
        ((NEAR, 3), replace(MatchingPolicy(), threshold=0.1), "S01"),  # a school that calibrated
        ((FAR, 3), MatchingPolicy(), None),
        ((FAR, 3), replace(MatchingPolicy(), threshold=0.1), None),
        ((FAR, np.nan), MatchingPolicy(), "S02"),
    ],
)
def test_a_face_without_a_name_is_taken_for_whoever_is_near(distances, policy: MatchingPolicy, who: str | None):
    away = [at(*(d if n == i else 0 for n in range(2))) for i, d in enumerate(distances)]
    gallery = Gallery(("S01", "S02"), ("1", "2"), np.array(away, np.float32))
    (one,) = identify([face(1, 100)], np.array([at(0.0)]), gallery, policy)
    assert (one.person_id, one.taken_for) == (None, who)
