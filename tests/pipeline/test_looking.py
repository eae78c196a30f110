"""A batch with made-up models: what is looked at again and what is not, and what stays behind."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from consent.facts import Case
from consent.judging import Decision
from consent.once import once
from consent.people import Person, Role
from consent.protocol import Protocol
from consent.register import Answer, ConsentRecord, Medium
from pipeline.judged import Publication
from pipeline.looker import Looker
from pipeline.looking import Looking
from pipeline.matching.conditions import MatchingSettings
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.rejudging import NOT_COMPARED, NOT_SEEN, rejudge
from pipeline.run import AuditedPhoto
from pipeline.store import Store, Template
from pipeline.vision.observation import Face, Observation
from pipeline.workers import LocalWorkers
from pipeline.workspace import Workspace
from tests.pipeline.seen import face, seen

DAY = date(2026, 11, 22)
NAMES = ("a.jpg", "b.jpg", "c.jpg", "d.jpg")
ON = MatchingSettings(enabled=True, dpia_reference="DPIA-TEST")


def template_of(person: int) -> np.ndarray:
    """The template of a made-up person, by number."""
    return np.random.default_rng(person).normal(size=128).astype(np.float32)


@dataclass
class Models:
    """Stands for all the models of a batch: every photo shows the persons 1 and 2, and counts are kept."""

    calls: Counter[str] = field(default_factory=Counter)
    fails_on: str = ""

    def __call__(self, sha256: str, pixels: np.ndarray) -> Observation:
        self.calls["look"] += 1
        if sha256 == self.fails_on:
            raise ZeroDivisionError
        height, width = pixels.shape[:2]
        return replace(seen(face(1, 100), face(2, 400), sha256=sha256), width=width, height=height)

    def embed(self, pixels: np.ndarray, faces: Sequence[Face]) -> np.ndarray:
        self.calls["embed"] += 1
        return np.stack([template_of(f.number) + np.float32(0.001) for f in faces])

    def __exit__(self, *_: object) -> None:
        pass

    def looker(self) -> Looker:
        looker = Looker(default_store())
        looker.__dict__ |= {"_observer": self, "_recogniser": self}
        return looker


@dataclass
class Batch:
    """Four photos, a workspace in which two persons are enrolled, and the models that look."""

    workspace: Workspace
    photos: dict[str, Path]
    models: Models = field(default_factory=Models)
    runs: int = 0
    names: NamesFile = field(default_factory=NamesFile)

    @property
    def protocol(self) -> Protocol:
        return self.workspace.school.load_protocol()

    def publication(self, store: Store, protocol: Protocol | None = None) -> Publication:
        protocol = protocol or self.protocol
        return Publication("facebook", DAY, protocol, store.register(protocol.parameters.validity), DAY)

    def audited(self, protocol: Protocol | None = None, matching: MatchingSettings = ON) -> Iterator[AuditedPhoto]:
        self.models.calls.clear()
        self.runs += 1
        folder = self.workspace.folder / str(self.runs)
        folder.mkdir()
        with self.workspace.open_store() as store:
            looking = Looking(store, self.publication(store, protocol), matching, self.names, folder)
            with (
                LocalWorkers(default_store(), threads=2, make=self.models.looker) as workers,
                closing(looking.audit(((path, name) for name, path in self.photos.items()), workers)) as photos,
            ):
                yield from photos

    def audit(self, protocol: Protocol | None = None, matching: MatchingSettings = ON) -> list[AuditedPhoto]:
        return list(self.audited(protocol, matching))

    def rejudged(self, photos: Sequence[AuditedPhoto], protocol: Protocol | None = None) -> list[AuditedPhoto]:
        with self.workspace.open_store() as store:
            asked = [(photo.name, photo.sha256) for photo in photos]
            return sorted(
                rejudge(store, self.publication(store, protocol), ON, asked, self.names), key=lambda photo: photo.name
            )

    def say(self, person_id: str, purpose: str, answer: Answer) -> None:
        record = ConsentRecord(person_id, purpose, Medium.BOTH, answer, "both parents", DAY)
        with self.workspace.open_store() as store:
            store.add([], [record], datetime(2026, 11, 22, 13))

    def enrol(self, **persons: int) -> None:
        templates = [
            Template(who, "dlib_face_resnet", f"{n:064x}", DAY, template_of(n), version=DlibResNet.version)
            for who, n in persons.items()
        ]
        with self.workspace.open_store() as store:
            store.replace_templates(templates)


@pytest.fixture
def batch(new_workspace: Callable[..., Workspace], tmp_path: Path) -> Batch:
    photos = {}
    for number, name in enumerate(NAMES):
        photos[name] = tmp_path / name
        Image.new("RGB", (1000, 500), (40 * number, 90, 120)).save(photos[name])
    batch = Batch(new_workspace("DPIA-TEST"), photos)
    batch.enrol(S01=1, S02=2)
    return batch


def said(photos: Sequence[AuditedPhoto]) -> list[object]:
    """All that is known of the photos, without the pictures."""
    return [replace(photo, picture=None) for photo in photos]


def test_every_photo_is_looked_at_once_and_named(batch: Batch):
    photos = batch.audit()
    assert batch.models.calls == {"look": 4, "embed": 4}
    assert [photo.name for photo in photos] == list(NAMES)
    assert [photo.identified for photo in photos] == [{1: "S01", 2: "S02"}] * 4
    assert {photo.verdict.decision for photo in photos} == {Decision.PUBLISH}
    assert all(photo.picture and photo.picture.is_file() for photo in photos)


CHANGES: dict[str, tuple[Callable[[Batch], object], dict[str, int]]] = {
    "nothing": (lambda batch: None, {}),
    "a yes for the platform withdrawn": (lambda batch: batch.say("S01", "facebook", Answer.WITHDRAWN), {}),
    "matching of somebody who is not enrolled": (lambda batch: batch.say("S05", "matching", Answer.NO), {}),
    "somebody more enrolled": (lambda batch: batch.enrol(S03=3), {"embed": 4}),
    "another reference": (lambda batch: batch.enrol(S01=5), {"embed": 4}),
    "matching of somebody who is enrolled": (lambda batch: batch.say("S01", "matching", Answer.NO), {"embed": 4}),
    "a photo": (lambda batch: Image.new("RGB", (1000, 500)).save(batch.photos["b.jpg"]), {"look": 1, "embed": 1}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_only_what_changed_is_done_again(change: str, batch: Batch):
    first = batch.audit()
    make, calls = CHANGES[change]
    make(batch)
    second = batch.audit()
    assert batch.models.calls == calls
    if change == "nothing":
        assert said(second) == said(first), "as if it had been looked at"
    batch.audit()
    assert batch.models.calls == {}, "once is enough"


def test_another_policy_compares_again_and_another_size_looks_again(batch: Batch):
    batch.audit()
    stricter = batch.audit(matching=replace(ON, threshold=0.3))
    assert batch.models.calls == {"embed": 4} and stricter[0].identified
    batch.audit(matching=MatchingSettings())
    assert batch.models.calls == {}
    parameters = batch.protocol.parameters
    batch.audit(replace(batch.protocol, parameters=replace(parameters, min_pupils=3)))
    assert batch.models.calls == {"embed": 4}, "the first policy again"
    batch.audit(replace(batch.protocol, parameters=replace(parameters, published_long_side_px=4096)))
    assert batch.models.calls == {"look": 4, "embed": 4}


def test_one_photo_that_fails_holds_only_itself(batch: Batch):
    batch.photos["b.jpg"].write_bytes(b"no picture")
    batch.photos["e.jpg"] = batch.photos["a.jpg"].with_name("gone.jpg")
    fails = batch.audit()[2].sha256
    with batch.workspace.open_store() as store, store.transaction():
        store._db.execute("DELETE FROM observation")
    batch.models.fails_on = fails
    photos = {photo.name: photo for photo in batch.audit()}
    assert {name: photo.verdict.decision.value for name, photo in photos.items()} == {
        "a.jpg": "publish", "b.jpg": "hold", "c.jpg": "hold", "d.jpg": "publish", "e.jpg": "hold",
    }  # fmt: skip
    assert "ZeroDivisionError" in str(photos["c.jpg"].verdict.reasons[0].reason)
    with batch.workspace.open_store() as store:
        assert store._db.execute("SELECT count(*) FROM observation").fetchone() == (2,)


@pytest.mark.parametrize("fails", ["is_cleared", "unidentifiable", "unseen"])
def test_what_is_told_of_a_photo_is_worked_out_while_it_can_be_held(
    batch: Batch, monkeypatch: pytest.MonkeyPatch, fails: str
):
    """Later nobody would hold that photo: the report of all of them could not be written."""

    def failing(case: Case, *_: object) -> object:
        return 1 / 0 if case.photo.name == "b.jpg" and case.photo.problem is None else worked(case, *_)

    worked = vars(Case)[fails]
    if isinstance(worked, once):
        worked = worked._work_out
        monkeypatch.setattr(Case, fails, property(failing))
    else:
        monkeypatch.setattr(Case, fails, failing)
    photos = {photo.name: photo for photo in batch.audit()}
    assert photos["b.jpg"].verdict.decision is Decision.HOLD
    assert "ZeroDivisionError" in str(photos["b.jpg"].facts.problem)
    for photo in photos.values():
        photo.work_out()


def test_a_photo_is_shown_in_an_error_without_the_names_of_the_register(batch: Batch):
    with batch.workspace.open_store() as store:
        store.add([Person("S77", Role.PUPIL, "Quirijn", "", "Zonderland", "3")], [], datetime(2026, 11, 22, 13))
        publication = batch.publication(store)
    assert "Quirijn" in publication.register.people["S77"].full_name
    for shown in (batch.audit()[0], batch.audit()[0].case, publication):
        assert "Quirijn" not in repr(shown)


def test_breaking_off_keeps_what_was_seen(batch: Batch):
    with closing(batch.audited()) as photos:
        assert next(photos).name == "a.jpg"
    looked = batch.models.calls["look"]
    with batch.workspace.open_store() as store:
        assert store._db.execute("SELECT count(*) FROM observation").fetchone() == (looked,)
    assert len(batch.audit()) == 4
    assert batch.models.calls["look"] == 4 - looked, "the same command goes on"


def test_no_template_is_anywhere_but_in_its_own_table(batch: Batch):
    batch.audit()
    vectors = [template_of(n) + np.float32(0.001) for n in (1, 2)] + [template_of(n) for n in (1, 2)]
    with batch.workspace.open_store() as store:
        tables = [row[0] for row in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        contents = {table: store._db.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    assert contents["observation"] and contents["identification"]
    assert len(contents.pop("template")) == 2
    for vector in vectors:
        parts = [vector[:2].astype(kind).tobytes() for kind in ("<f4", "<f8", "<f2")]
        texts = [f"{abs(number):.5f}" for number in vector]
        for value in (value for rows in contents.values() for row in rows for value in row):
            content = value if isinstance(value, bytes) else str(value).encode()
            assert not [part for part in parts if part in content]
            assert not [text for text in texts if text.encode() in content]
    for *_, content in contents["identification"]:
        assert [len(one) for one in json.loads(content)] == [7, 7], "face, name, reason, distances, comparable, nearest"


@pytest.mark.parametrize("size", [(4031, 3023), (2999, 2001), (1001, 1999), (2049, 7), (1000, 500)], ids=str)
def test_a_photo_seen_before_is_only_shown(batch: Batch, size: tuple[int, int]):
    """It is decoded smaller than it was looked at, and rounded elsewhere: its picture has the same size."""
    photo = batch.photos.popitem()[1]
    Image.new("RGB", size, (90, 120, 60)).save(photo)
    batch.photos = {photo.name: photo}
    (first,), (again,) = batch.audit(), batch.audit()
    assert batch.models.calls == {} and said([again]) == said([first])
    shown = [cv2.imread(str(p.picture)).shape for p in (first, again)]
    assert shown[0] == shown[1] and max(shown[0]) == min(1000, max(size))


# Judging again.


def test_judged_again_is_judged_the_same_without_a_file(batch: Batch):
    photos = batch.audit()
    for path in batch.photos.values():
        path.unlink()
    assert said(batch.rejudged(photos)) == said(photos)


def test_judged_again_is_by_the_register_and_the_protocol_of_now(batch: Batch):
    photos = batch.audit()
    batch.say("S01", "facebook", Answer.WITHDRAWN)
    # With S01 covered a single pupil would stay, so no covering helps.
    assert {photo.verdict.decision for photo in batch.rejudged(photos)} == {Decision.BLOCK}
    stricter = replace(batch.protocol, parameters=replace(batch.protocol.parameters, min_pupils=3))
    batch.say("S01", "facebook", Answer.YES)
    assert {photo.verdict.decision for photo in batch.rejudged(photos, stricter)} == {Decision.BLOCK}


@pytest.mark.parametrize("ending", ["jpg", "JPG", "png", "webp", "mp4", "tiff", "txt", ""])
def test_judged_again_holds_an_ending_that_an_audit_would_refuse(batch: Batch, ending: str):
    seen = batch.audit()[0]
    twin = batch.workspace.folder / f"twin.{ending}"
    twin.write_bytes(batch.photos[seen.name].read_bytes())
    (again,) = batch.rejudged([replace(seen, name=twin.name)])
    batch.photos = {twin.name: twin}
    (audited,) = batch.audit()
    assert again.verdict.decision is audited.verdict.decision
    assert (again.observation is None) == (audited.observation is None)


def test_a_name_that_rests_on_another_gallery_is_no_name(batch: Batch):
    photos = batch.audit()
    batch.say("S01", "matching", Answer.WITHDRAWN)
    for photo in batch.rejudged(photos):
        assert photo.verdict.decision is Decision.HOLD and photo.identified == {}
        assert NOT_COMPARED in [finding.reason for finding in photo.verdict.findings]


def test_what_was_not_seen_in_this_way_is_held(batch: Batch):
    photos = batch.audit()
    stranger = replace(photos[0], name="z.jpg", sha256="0" * 64)
    twin = replace(photos[0], name="twin.jpg")
    *rest, held = batch.rejudged([*photos, stranger, twin])
    assert (held.name, held.verdict.decision, held.verdict.reasons[0].reason) == ("z.jpg", Decision.HOLD, NOT_SEEN)
    assert [photo.name for photo in rest] == [*NAMES, "twin.jpg"]
    larger = replace(batch.protocol, parameters=replace(batch.protocol.parameters, published_long_side_px=4096))
    assert {photo.verdict.decision for photo in batch.rejudged(photos, larger)} == {Decision.HOLD}
