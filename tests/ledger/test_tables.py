"""The ledger in the encrypted database: written with what it records, by several programs, and only ever added to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlcipher3 import dbapi2 as sqlcipher

from consent.people import Person, Role
from pipeline.ledger.chain import Kind
from pipeline.store import Store, database, schema
from tests.keys import KEY
from tests.pipeline.older import make_older

NOW = datetime(2026, 11, 22, 9, 30)
NOOR = Person("S01", Role.PUPIL, "Noor", "", "Proef", "3", date(2020, 6, 23))
KINDS = [Kind.RUN, Kind.DECISION, Kind.SIGN_OFF, Kind.RELEASE]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with five entries."""
    Store.create(tmp_path / "workspace.db", KEY)
    with Store(tmp_path / "workspace.db", KEY) as store:
        for number, kind in enumerate(KINDS):
            with store.transaction():
                store.ledger.append(kind, {"number": number}, NOW)
    return tmp_path / "workspace.db"


def tampered(path: Path, *statements: str) -> list[int | None]:
    """Where the ledger no longer holds, after statements of somebody who has the key."""
    db = database._open(path, KEY)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    with Store(path, KEY) as store:
        return [problem.number for problem in store.ledger.verify()]


WITHOUT_TRIGGERS = (
    "DROP TRIGGER ledger_is_not_changed",
    "DROP TRIGGER ledger_is_not_cut",
    "DROP TRIGGER ledger_is_a_chain",
)


def test_a_ledger_begins_with_the_database_and_holds(path: Path):
    with Store(path, KEY) as store:
        entries = store.ledger.entries()
        assert [entry.kind for entry in entries] == [Kind.DATABASE, *KINDS]
        assert entries[0].body.keys() == {"version", "was", "start"}
        assert entries[-1].body == {"number": 3}
        assert entries[-1].at == NOW.astimezone()
        assert store.ledger.head() == entries[-1].digest
        assert store.ledger.entry(entries[2].digest[:16]) == entries[2]
        assert store.ledger.entry("0" * 16) is None
        assert store.ledger.verify() == ()


def test_two_schools_have_no_digest_in_common(path: Path, tmp_path: Path):
    Store.create(tmp_path / "other.db", KEY)
    with Store(path, KEY) as store, Store(tmp_path / "other.db", KEY) as other:
        assert not {e.digest for e in store.ledger.entries()} & {e.digest for e in other.ledger.entries()}


@pytest.mark.parametrize("version", [1, 4])
def test_the_ledger_of_an_older_database_begins_when_it_is_brought_up_to_date(version: int, path: Path):
    db = database._open(path, KEY)
    make_older(db, version)
    db.close()
    for _ in range(2):  # the second time nothing is left to do
        with Store(path, KEY) as store:
            (entry,) = store.ledger.entries()
            assert (entry.body["was"], entry.body["version"]) == (version, schema.VERSION)
            assert store.ledger.verify() == ()


def test_an_entry_and_what_it_records_are_written_together_or_not_at_all(path: Path):
    with Store(path, KEY) as store:
        before = store.ledger.head()
        with suppress(ZeroDivisionError), store.transaction():
            store.add([NOOR], [], NOW)
            store.ledger.append(Kind.FORGET, {}, NOW)
            store.ledger.opaque("S01")
            raise ZeroDivisionError
        assert (store.ledger.head(), store.people()) == (before, {})
        store.add([NOOR], [], NOW, files=["cd" * 32, "ab" * 32])
        entry = store.ledger.entries()[-1]
        assert (entry.kind, entry.body) == (
            Kind.REGISTER,
            {"files": ["ab" * 32, "cd" * 32], "persons": 1, "new_lines": 0},
        )


def test_nothing_is_written_outside_a_transaction(path: Path):
    with Store(path, KEY) as store:
        for write in (
            lambda: store.ledger.append(Kind.RUN, {}, NOW),
            lambda: store.ledger.opaque("S01"),
            lambda: store.ledger.forget("S01"),
        ):
            with pytest.raises(RuntimeError, match="is written within"):
                write()


def test_a_person_is_a_token_until_forgotten(path: Path):
    with Store(path, KEY) as store, store.transaction():
        first = store.ledger.opaque("S01")
        assert store.ledger.opaque("S01") == first != store.ledger.opaque("S02")
        assert "S01" not in first
        store.ledger.forget("S01")
        assert store.ledger.opaque("S01") != first


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET body = '{}' WHERE number = 2",
        "UPDATE ledger SET kind = kind",
        "DELETE FROM ledger",
        "DELETE FROM ledger WHERE number = 5",
        "INSERT OR REPLACE INTO ledger SELECT * FROM ledger WHERE number = 3",
        "INSERT INTO ledger SELECT number + 2, at, kind, body, previous, digest FROM ledger WHERE number = 5",
        "INSERT INTO ledger SELECT number + 1, at, kind, body, previous, digest FROM ledger WHERE number = 5",
    ],
)
def test_the_database_itself_only_adds(statement: str, path: Path):
    db = database._open(path, KEY)
    with pytest.raises(sqlcipher.IntegrityError, match="only ever added"):
        db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE ledger SET body = '{}' WHERE number = 2"], [2]),
        (["UPDATE ledger SET body = body || ' ' WHERE number = 3"], [3]),
        (["UPDATE ledger SET at = CAST(x'ff00' AS TEXT) WHERE number = 3"], [3]),
        (["UPDATE ledger SET digest = upper(digest) WHERE number = 5"], [5]),
        (["DELETE FROM ledger WHERE number IN (2, 4)"], [3, 5]),
        (["DELETE FROM ledger WHERE number = 1"], [2]),
        (["DELETE FROM ledger"], [None]),
        (["UPDATE ledger SET number = 9 WHERE number = 2", "UPDATE ledger SET number = 2 WHERE number = 3"], [2, 4, 9]),
        (["INSERT INTO ledger SELECT 6, at, kind, body, previous, digest FROM ledger WHERE number = 5"], [6, 6]),
    ],
)
def test_whoever_has_the_key_and_changes_an_entry_is_found(statements: list[str], found: list[int | None], path: Path):
    at = tampered(path, *WITHOUT_TRIGGERS, *statements)
    assert set(found) <= set(at) and at


@pytest.fixture(scope="module")
def open_to_changes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A database with five entries that does not keep anybody from changing them."""
    path = tmp_path_factory.mktemp("ledger") / "workspace.db"
    Store.create(path, KEY)
    with Store(path, KEY) as store:
        for kind in KINDS:
            with store.transaction():
                store.ledger.append(kind, {"photos": 31}, NOW)
        for statement in WITHOUT_TRIGGERS:
            store._db.execute(statement)
        yield store


CHARACTERS = st.text(st.characters(codec="utf-8"))


@given(field=st.sampled_from(["at", "kind", "body", "previous", "digest"]), number=st.integers(1, 5), data=st.data())
def test_any_other_value_in_any_field_is_found(open_to_changes: Store, field: str, number: int, data: st.DataObject):
    store = open_to_changes
    before = store._db.execute(f"SELECT {field} FROM ledger WHERE number = ?", (number,)).fetchone()[0]
    other = data.draw((CHARACTERS | CHARACTERS.map(before.__add__)).filter(lambda text: text != before))
    with suppress(ZeroDivisionError), store.transaction():
        store._db.execute(f"UPDATE ledger SET {field} = ? WHERE number = ?", (other, number))
        assert {problem.number for problem in store.ledger.verify()} & {number, number + 1}
        raise ZeroDivisionError  # for the next example it is as it was
    assert store.ledger.verify() == ()


APPENDING = """
import sys
from datetime import datetime
from pathlib import Path
from pipeline.ledger.chain import Kind
from pipeline.store import Store
with Store(Path(sys.argv[1]), sys.argv[2]) as store:
    for number in range(15):
        with store.transaction():
            store.ledger.append(Kind.DECISION, {"by": sys.argv[3], "number": number}, datetime.now())
"""


@pytest.mark.slow
def test_two_programs_that_write_at_once_make_one_chain(path: Path):
    programs = [subprocess.Popen([sys.executable, "-c", APPENDING, str(path), KEY, who]) for who in ("first", "second")]
    assert [program.wait(timeout=120) for program in programs] == [0, 0]
    with Store(path, KEY) as store:
        entries = [entry.body for entry in store.ledger.entries()[len(KINDS) + 1 :]]
        assert store.ledger.verify() == ()
    for who in ("first", "second"):
        assert [body["number"] for body in entries if body["by"] == who] == list(range(15))
