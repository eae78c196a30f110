"""The database: encrypted in truth, all or nothing, and everything comes back as it was."""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from consent.facts import Orientation
from consent.messages import UserError, say
from consent.people import Person, Role
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium, Validity
from pipeline.matching.calibration import Limits
from pipeline.matching.identification import Identification
from pipeline.store import SeenBefore, Store, Template, Unavailable, database, observations, register_digest, schema
from pipeline.vision.observation import Observation
from tests.keys import KEY
from tests.pipeline.older import make_older
from tests.pipeline.seen import SHA256, body, face, seen

NOW = datetime(2026, 11, 22, 9, 30)
DAY = date(2026, 9, 1)
RECOGNISER = "dlib_face_resnet"

RECORDS = (
    ConsentRecord("S01", "facebook", Medium.PHOTO, Answer.YES, "both parents", DAY, date(2027, 7, 31), None, "1", "m1"),
    ConsentRecord("S01", "facebook", Medium.PHOTO, Answer.WITHDRAWN, "parent", DAY, None, date(2026, 10, 1), "1", "m2"),
    ConsentRecord("S02", "matching", Medium.BOTH, Answer.GROUP_ONLY),
    ConsentRecord("T01", "all", Medium.FILM, Answer.OBJECTION, "zelf; '\"", None, None, None, "", "brief\n12"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty database."""
    Store.create(tmp_path / "workspace.db", KEY)
    return tmp_path / "workspace.db"


def vector(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=128).astype(np.float32)


def template(person_id: str, seed: int, recogniser: str = RECOGNISER) -> Template:
    return Template(person_id, recogniser, f"{seed:064x}", DAY, vector(seed))


def fill(store: Store, people: dict[str, Person]) -> None:
    store.add(people.values(), RECORDS, NOW)
    store.replace_templates([template("S01", 1)])
    store.add_observation(seen(face(1, 100), body(1, 300)), "models")


# Locked.


def test_the_file_tells_nothing(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        fill(store, people)
    files = [file.read_bytes() for file in path.parent.iterdir()]
    words = [b"SQLite format 3", b"CREATE TABLE", b"Proef", "Küçük".encode(), b"both parents", b"facebook"]
    assert not [word for word in (*words, vector(1).tobytes()[:16]) for content in files if word in content]


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        KEY.removeprefix("key-"),
        "a key",
        "with 'quotes' and \"more\"",
        "'; DROP TABLE person; --",
        "sleutel ✓",
        " ",
        "x" * 500,
    ],
)
def test_only_its_own_key_opens_it(key: str, tmp_path: Path, people: dict[str, Person]):
    path = tmp_path / "workspace.db"
    Store.create(path, key)
    with Store(path, key) as store:
        fill(store, people)
    with Store(path, key) as store:
        assert store.people() == people
    # Bits are no passphrase: the same letters with or without what tells them apart are another key.
    other = key.removeprefix("key-") if key.startswith("key-") else f"key-{key}"
    for wrong in (key + "x", key[:-1] or "y", key.swapcase() + "?", "key-" + "0" * 64, other):
        with pytest.raises(UserError, match=r"The key does not fit the database workspace\.db"):
            Store(path, wrong)


def test_a_damaged_page_is_found_before_anything_is_judged(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        fill(store, people)
    whole = path.read_bytes()
    page = 4096
    assert len(whole) % page == 0
    for place in range(100, len(whole), page):
        damaged = bytearray(whole)
        damaged[place] ^= 1
        path.write_bytes(damaged)
        with pytest.raises(UserError, match="or the file is damaged"):
            Store(path, KEY)
    path.write_bytes(whole)
    with Store(path, KEY) as store:
        assert store.people() == people


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("whole_pages", [True, False])
def test_a_truncated_file_is_found(part: float, whole_pages: bool, path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        fill(store, people)
    content = path.read_bytes()
    size = int(len(content) * part)
    path.write_bytes(content[: size // 4096 * 4096 if whole_pages else size])
    with pytest.raises(UserError, match=r"damaged|another version"):
        Store(path, KEY)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"\0" * 5000, b"geen database", bytes(8192)])
def test_what_is_no_database_is_said(content: bytes, tmp_path: Path):
    path = tmp_path / "workspace.db"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"workspace\.db"):
        Store(path, KEY)


def test_a_database_that_is_not_locked_is_not_opened(tmp_path: Path):
    path = tmp_path / "workspace.db"
    plain = sqlite3.connect(path)
    plain.executescript(";".join((*schema.ALL, f"PRAGMA user_version = {schema.VERSION}")))
    plain.close()
    with pytest.raises(UserError, match="The key does not fit"):
        Store(path, KEY)


@pytest.mark.parametrize("version", [0, 99])
def test_a_database_of_another_version_is_not_touched(version: int, path: Path):
    db = database._open(path, KEY)
    db.execute(f"PRAGMA user_version = {version}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match=rf"another version of this program \({version}; this one"):
        Store(path, KEY)
    assert path.read_bytes() == before


def test_a_database_of_version_1_is_brought_up_to_date(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        fill(store, people)
        store.replace_templates([replace(template("S01", 1), version=1)])
        enrolled = store.enrolled()
    db = database._open(path, KEY)
    make_older(db, 1)
    db.close()
    for _ in range(2):  # the second time there is nothing left to do
        with Store(path, KEY) as store:
            assert store.people() == people
            assert store.enrolled() == enrolled
            of_unknown_version = store.gallery(RECOGNISER, 128, version=0)
            assert of_unknown_version.person_ids == store.gallery(RECOGNISER, 128).person_ids != ()
            tables = {row[0] for row in store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            assert {"calibration", "identification", "look_alike"} <= tables
            assert {"published_post", "published_photo", "standing"} <= tables


OLDER = {
    "fields less": ({"threshold": 0.25, "margin": 0.07, "smallest_face_px": 48.0}, (0.25, 0.07, 48.0)),
    "hardly anything": ({}, (0.0, 0.0, 0.0)),
    "no number": ({"threshold": None, "margin": 0.07, "smallest_face_px": 48.0}, (0.0, 0.0, 0.0)),
}


@pytest.mark.parametrize("case", OLDER)
def test_a_calibration_of_another_version_stops_nothing_and_its_limits_count(case: str, path: Path):
    content, limits = OLDER[case]
    record = json.dumps({"calibrated_at": NOW.isoformat(), "recogniser": RECOGNISER, "shown": True, **content})
    with Store(path, KEY) as store:
        store._db.execute("INSERT INTO calibration VALUES (?, ?)", (NOW.isoformat(), record))
        assert store.calibration(RECOGNISER) == Limits(NOW, RECOGNISER, *limits)


def test_no_key_makes_no_database(tmp_path: Path):
    with pytest.raises(sqlcipher.OperationalError, match="requires a key"):
        Store.create(tmp_path / "workspace.db", "")


def test_a_missing_database_is_not_made(tmp_path: Path):
    with pytest.raises(UserError, match="is missing"):
        Store(tmp_path / "workspace.db", KEY)
    assert list(tmp_path.iterdir()) == []


def test_a_database_is_never_replaced(path: Path):
    before = path.read_bytes()
    with pytest.raises(UserError, match="There is a database already"):
        Store.create(path, "another key")
    assert path.read_bytes() == before


# The register.


def test_everything_comes_back_as_it_was(path: Path, people: dict[str, Person]):
    people["S05"] = Person("S05", Role.VISITOR)
    people["S06"] = Person("S06", Role.PARENT, "'; --", '"', "naam;\nmet regel", "1/2A", date(1999, 12, 31), DAY)
    validity = Validity(6, 30, 6)
    with Store(path, KEY) as store:
        assert store.add(people.values(), RECORDS, NOW) == (len(people), len(RECORDS))
    with Store(path, KEY) as store:
        assert store.register(validity) == ConsentRegister(people, RECORDS, validity)


def test_the_same_import_twice_adds_nothing(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        store.add(people.values(), RECORDS, NOW)
        assert store.add(people.values(), RECORDS, datetime(2027, 1, 1)) == (len(people), 0)
        assert store.add([], [*RECORDS, *RECORDS], NOW) == (0, 0)
        assert store.register(Validity()).records == RECORDS


def test_a_line_is_known_only_if_every_field_is_the_same(path: Path, people: dict[str, Person]):
    others = {
        "person_id": "S02", "purpose": "twitter", "medium": Medium.FILM, "answer": Answer.NO, "given_by": "parent",
        "given_on": None, "valid_until": None, "withdrawn_on": DAY, "form_version": "2", "evidence": "m9",
    }  # fmt: skip
    assert others.keys() == set(ConsentRecord.__slots__)
    changed = [replace(RECORDS[0], **{name: value}) for name, value in others.items()]
    with Store(path, KEY) as store:
        assert store.add(people.values(), [RECORDS[0], *changed], NOW) == (len(people), 1 + len(changed))


def test_the_latest_word_on_a_person_counts_and_consents_stay(path: Path, people: dict[str, Person]):
    moved = replace(people["S01"], group="4", left_on=DAY, infix="", family_name="Anders")
    with Store(path, KEY) as store:
        store.add(people.values(), RECORDS, NOW)
        store.add([moved], [], NOW)
        assert store.people() == {**people, "S01": moved}
        assert store.register(Validity()).records == RECORDS


def test_what_a_file_leaves_open_takes_nothing_away(path: Path, people: dict[str, Person]):
    """A list of who left has no names, and in texts these are looked for all the same."""
    known = replace(people["S01"], infix="van der", birth_date=DAY, group="8")
    with Store(path, KEY) as store:
        store.add([known], [], NOW)
        store.add([Person("S01", known.role, left_on=DAY)], [], NOW)
        assert store.people()["S01"] == replace(known, left_on=DAY)


def test_an_older_file_without_the_day_does_not_bring_back_who_left(path: Path, people: dict[str, Person]):
    left = replace(people["S01"], left_on=DAY)
    with Store(path, KEY) as store:
        store.add([left, people["S02"]], [], NOW)
        store.add([replace(left, left_on=None, group="8"), people["S02"]], [], NOW)
        assert store.people() == {"S01": replace(left, group="8"), "S02": people["S02"]}
        store.add([replace(left, left_on=date(2027, 7, 1))], [], NOW)
        assert store.people()["S01"].left_on == date(2027, 7, 1), "another day takes its place"


def test_an_import_is_taken_in_whole_or_not_at_all(path: Path, people: dict[str, Person]):
    stranger = replace(RECORDS[0], person_id="S99")
    with Store(path, KEY) as store:
        with pytest.raises(sqlcipher.IntegrityError) as refused:
            store.add(people.values(), [RECORDS[0], stranger, RECORDS[1]], NOW)
        assert store.people() == {} and store.register(Validity()).records == ()
    assert "S99" not in str(refused.value) and "Proef" not in str(refused.value)
    with Store(path, KEY) as store:
        assert store.people() == {} and store.register(Validity()).records == ()


def test_the_digest_is_of_what_is_said_and_not_of_its_order(people: dict[str, Person]):
    digest = register_digest(ConsentRegister(people, RECORDS))
    shuffled = random.Random(5)
    for _ in range(5):
        records = shuffled.sample(RECORDS, len(RECORDS))
        mixed = dict(shuffled.sample(list(people.items()), len(people)))
        assert register_digest(ConsentRegister(mixed, tuple(records))) == digest
    assert register_digest(ConsentRegister(people, RECORDS[1:])) != digest
    assert register_digest(ConsentRegister(people, (*RECORDS[1:], replace(RECORDS[0], answer=Answer.NO)))) != digest
    assert register_digest(ConsentRegister({"S01": people["S01"]}, RECORDS)) != digest


# Templates.


def test_templates_come_back_to_the_bit(path: Path, people: dict[str, Person]):
    kept = [template("S02", 2), template("S01", 3), template("S01", 1)]
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        store.replace_templates([*kept, template("T01", 4, "another recogniser")])
        assert store.enrolled() == {"S01", "S02", "T01"}
    with Store(path, KEY) as store:
        gallery = store.gallery(RECOGNISER, 128)
    assert gallery.person_ids == ("S01", "S01", "S02")
    assert gallery.references == tuple(template("S01", seed).photo_sha256 for seed in (1, 3, 2))
    assert gallery.templates.tobytes() == b"".join(vector(seed).tobytes() for seed in (1, 3, 2))
    assert gallery.templates.dtype == np.float32


def test_templates_take_the_place_of_all_that_their_persons_had(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        store.replace_templates([template("S01", 1), template("S01", 2), template("S01", 3, "old"), template("S02", 4)])
        store.replace_templates([template("S01", 5), replace(template("T01", 6), vector=vector(9)), template("S01", 5)])
        gallery = store.gallery(RECOGNISER, 128)
        assert gallery.person_ids == ("S01", "S02", "T01")
        assert gallery.templates.tobytes() == b"".join(vector(seed).tobytes() for seed in (5, 4, 9))
        assert store.gallery("old", 128).person_ids == ()
        store.replace_templates([])
        assert store.gallery(RECOGNISER, 128).person_ids == gallery.person_ids


def test_a_photo_enrolled_again_is_no_younger(path: Path, people: dict[str, Person]):
    """Its age counts from the first day on which it was enrolled, whoever it was enrolled for."""
    first, later = replace(template("S01", 1), enrolled_on=DAY), replace(template("S01", 1), enrolled_on=date.max)
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        store.replace_templates([first])
        store.replace_templates([later, replace(later, photo_sha256="new")])
        assert store.first_enrolled() == {first.photo_sha256: DAY, "new": date.max}
        store.replace_templates([replace(later, person_id="S02")])
        store.replace_templates([replace(first, enrolled_on=date.min)])
        assert store.first_enrolled() == {first.photo_sha256: date.min}


def test_templates_of_one_version_are_asked_for(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        store.replace_templates([template("S01", 1), replace(template("S02", 2), version=3)])
        assert store.gallery(RECOGNISER, 128).person_ids == ("S01", "S02")
        assert store.gallery(RECOGNISER, 128, version=3).person_ids == ("S02",)
        assert store.gallery(RECOGNISER, 128, version=0).person_ids == ("S01",), "whose version nobody knows"
        assert store.gallery(RECOGNISER, 128, version=2).person_ids == ()


def test_templates_are_replaced_all_or_none(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        store.replace_templates([template("S01", 1), template("S02", 2)])
        with pytest.raises(sqlcipher.IntegrityError):
            store.replace_templates([template("S01", 3), template("S99", 4)])
    with Store(path, KEY) as store:
        gallery = store.gallery(RECOGNISER, 128)
        assert gallery.person_ids == ("S01", "S02")
        assert gallery.templates.tobytes() == vector(1).tobytes() + vector(2).tobytes()


def test_an_empty_gallery_has_the_right_shape(path: Path):
    with Store(path, KEY) as store:
        gallery = store.gallery(RECOGNISER, 128)
    assert gallery.person_ids == () and gallery.templates.shape == (0, 128)


def test_nobody_outside_the_register_gets_a_template(path: Path):
    with Store(path, KEY) as store:
        with pytest.raises(sqlcipher.IntegrityError):
            store.replace_templates([template("S01", 1)])
        assert store.enrolled() == frozenset()


def test_only_the_templates_of_these_persons_are_dropped(path: Path, people: dict[str, Person]):
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        some = [template("S01", 1), template("S01", 2), template("S02", 3), template("S01", 4, "another")]
        store.replace_templates(some)
        store.drop_templates(["S01", "S99"])
        assert store.enrolled() == {"S02"}


class Unlocked(sqlcipher.Connection):
    """A database that is told no key: the same code and settings, but what lies in the file can be looked at."""

    def execute(self, sql: str, *values: object) -> sqlcipher.Cursor:
        return super().execute("SELECT 1 WHERE 0" if sql.startswith(("PRAGMA key", "PRAGMA cipher_")) else sql, *values)


def test_what_is_dropped_is_overwritten(tmp_path: Path, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "plain.db"
    monkeypatch.setattr(database.sqlcipher, "connect", Unlocked)
    Store.create(path, KEY)
    with Store(path, KEY) as store:
        store.add(people.values(), [], NOW)
        store.replace_templates(template("S01" if seed % 2 else "S02", seed) for seed in range(50))
        written = path.read_bytes()
        assert all(vector(seed).tobytes() in written for seed in range(50)), "the test looks at the real place"
        store.drop_templates(["S01"])
        left = path.read_bytes()
    assert {seed for seed in range(50) if vector(seed).tobytes() in left} == set(range(0, 50, 2))
    assert not [seed for seed in range(1, 50, 2) if vector(seed).tobytes()[-64:] in left]


# Observations.


def test_what_was_seen_comes_back_as_it_was(path: Path):
    observation = seen(
        face(1, -3.25), face(2, 1 / 3), body(1, 500, Orientation.FROM_BEHIND), body(2, 700, Orientation.FACING)
    )
    with Store(path, KEY) as store:
        store.add_observation(observation, "models")
    with Store(path, KEY) as store:
        assert store.seen_before(SHA256, "models", "basis").observation == observation
        assert store.seen_before(SHA256, "other models", "basis").observation is None
        assert store.seen_before("0" * 64, "models", "basis").observation is None


def test_a_photo_seen_again_replaces_what_was_seen(path: Path):
    with Store(path, KEY) as store:
        store.add_observation(seen(face(1, 100)), "models")
        store.add_observation(seen(), "models")
        assert store.seen_before(SHA256, "models", "basis").observation == seen()
        store.add_observation(seen(body(1, 3)), "newer models")
        assert store.seen_before(SHA256, "models", "basis").observation is None, "what is out of date is not kept"


# Who was found.

FOUND = (
    Identification(1, "S01", None, 0.1 + 0.2, 1 / 3),
    Identification(2, None, say("The face resembles two persons almost equally."), 0.39, 0.41),
    Identification(3, None, say("Too small."), float("inf"), float("inf")),
    Identification(4, None, say("{one} and {why}", one="S02", why=say("{other}", other="T01")), 0.2, float("inf")),
)


def test_who_was_found_comes_back_as_it_was(path: Path):
    with Store(path, KEY) as store:
        store.add_observation(seen(face(1, 1)), "models")
        store.add_identifications(seen(face(1, 1)), "basis", FOUND, ())
    with Store(path, KEY) as store:
        assert store.seen_before(SHA256, "models", "basis").found == FOUND
        assert store.seen_before(SHA256, "models", "another gallery").found is None
        assert list(store.all_seen_before("models", "basis")) == [(seen(face(1, 1)), FOUND)]
        assert list(store.all_seen_before("models", "another gallery")) == [(seen(face(1, 1)), None)]
        store.add_identifications(seen(face(1, 1)), "another gallery", (), ())
        assert store.seen_before(SHA256, "models", "another gallery").found == ()
        assert store.seen_before(SHA256, "models", "basis").found is None, "what is out of date is not kept"


@pytest.mark.parametrize(
    ("gone", "kept"),
    [(["S01"], False), (["S02"], False), (["T01"], False), (["S03"], True), ([], True), (["S03", "S01"], False)],
)
def test_what_names_a_person_goes_with_the_templates(gone: list[str], kept: bool, path: Path):
    """In a name or anywhere in a reason."""
    with Store(path, KEY) as store:
        for photo, found in (seen(), FOUND), (seen(sha256="0" * 64), FOUND[1:3]):
            store.add_observation(photo, "models")
            store.add_identifications(photo, "basis", found, ())
        store.drop_templates(gone)
        assert (store.seen_before(SHA256, "models", "basis").found is not None) == kept
        assert store.seen_before("0" * 64, "models", "basis").found == FOUND[1:3]


@pytest.mark.parametrize("now", [seen(face(1, 20), face(2, 400)), seen(face(1, 100)), seen()])
@pytest.mark.parametrize("models", ["models", "newer models"])
def test_who_was_found_is_forgotten_with_the_faces_it_was_found_on(now: Observation, models: str, path: Path):
    """Face 1 may be somebody else now."""
    first = seen(face(1, 100), face(2, 400))
    with Store(path, KEY) as store:
        store.add_observation(first, "models")
        store.add_identifications(first, "basis", FOUND[:2], ())
        store.add_observation(first, "models")
        assert store.seen_before(SHA256, "models", "basis").found == FOUND[:2], "the very same was seen"
        store.add_observation(now, models)
        assert store.seen_before(SHA256, models, "basis").observation == now
        assert store.seen_before(SHA256, models, "basis").found is None
        store.add_observation(first, "models")
        assert store.seen_before(SHA256, "models", "basis").found is None, "and it does not come back"


def test_who_was_found_on_other_faces_is_not_read(path: Path):
    """Also where both rows are there, as two audits at once may leave them."""
    now = seen(face(1, 20), face(2, 400))
    with Store(path, KEY) as store:
        store.add_observation(now, "models")
        store.add_identifications(seen(face(1, 100), face(2, 400)), "basis", FOUND[:2], ())
        assert store.seen_before(SHA256, "models", "basis") == SeenBefore(now, None)
        assert list(store.all_seen_before("models", "basis")) == [(now, None)]


def test_remembered_photos_are_read_in_parts_and_none_is_left_out(path: Path, monkeypatch: pytest.MonkeyPatch):
    """Between two of them another program can write."""
    monkeypatch.setattr(observations, "_AT_ONCE", 2)
    photos = [f"{number:064x}" for number in (3, 1, 5, 2, 4)]
    with Store(path, KEY) as store, Store(path, KEY) as other:
        for sha256 in photos:
            store.add_observation(seen(sha256=sha256), "models")
        read = []
        for observation, _ in store.all_seen_before("models", "basis"):
            read.append(observation.sha256)
            other.add_observation(seen(face(1, 1), sha256="0" * 64), f"{len(read)}")
        assert read == sorted(photos)


def test_who_was_erased_meanwhile_is_not_remembered_as_found(path: Path, people: dict[str, Person]):
    """An audit that began before the consent was taken back ends after it."""
    with Store(path, KEY) as store, Store(path, KEY) as other:
        store.add(people.values(), [], NOW)
        store.replace_templates([template("S01", 1), template("S02", 2)])
        store.add_observation(seen(face(1, 1)), "models")
        other.drop_templates(["S01"])
        store.add_identifications(seen(face(1, 1)), "basis", FOUND, ("S01", "S02"))
        assert store.seen_before(SHA256, "models", "basis").found is None
        store.add_identifications(seen(face(1, 1)), "basis", FOUND, ("S02",))
        assert store.seen_before(SHA256, "models", "basis").found == FOUND


# Two programs at once.


def test_nothing_is_kept_of_whoever_may_not_be_enrolled_any_more(path: Path, people: dict[str, Person]):
    """Asked where nobody else can write, so that nobody takes a consent back between the question and the template."""
    with Store(path, KEY) as store, Store(path, KEY) as other:
        other._db.execute("PRAGMA busy_timeout = 0")
        store.add(people.values(), [], NOW)

        def standing() -> list[str]:
            with pytest.raises(Unavailable, match="locked"):
                other.add([], RECORDS, NOW)
            return ["S02"]

        assert store.replace_templates([template("S01", 1), template("S02", 2)], standing) == {"S01"}
        assert store.enrolled() == {"S02"}


def test_two_programs_may_bring_a_database_up_to_date_at_once(path: Path, monkeypatch: pytest.MonkeyPatch):
    """The second one waits for the first, and finds nothing left to do."""
    db = database._open(path, KEY)
    make_older(db, 1)
    db.close()
    read, opened = database._version_if_sound, []

    def overtaken(db: sqlcipher.Connection) -> int | None:
        version = read(db)
        if not opened:
            opened.append(version)
            Store(path, KEY).__exit__()
        return version

    monkeypatch.setattr(database, "_version_if_sound", overtaken)
    with Store(path, KEY) as store:
        assert store.look_alikes() == () and opened == [1]


def test_a_database_in_use_is_not_called_damaged(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(database, "_PATIENCE", 0.01)
    other = database._open(path, KEY)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(UserError, match="Another program is using the database"):
        Store(path, KEY)
    other.close()
