"""The chain: whatever is changed, removed, moved, put in or cut off is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from consent.messages import UserError
from pipeline.ledger import chain
from pipeline.ledger.chain import Kind, Row

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TEXTS = st.text(max_size=8)
BODIES = st.dictionaries(TEXTS, TEXTS | st.integers() | st.lists(TEXTS | st.integers(), max_size=3), max_size=3)


def made(bodies: list[dict]) -> list[Row]:
    """A chain with these bodies after its beginning."""
    rows = [chain.link(None, Kind.DATABASE, {"version": 5}, AT)]
    for number, body in enumerate(bodies):
        rows.append(chain.link(rows[-1], list(Kind)[number % len(Kind)], body, AT))
    return rows


CHAINS = st.lists(BODIES, min_size=1, max_size=6).map(made)


def found(rows: list[Row]) -> list[int | None]:
    return [problem.number for problem in chain.problems(rows)]


@given(CHAINS)
def test_a_chain_as_it_was_written_holds_and_is_read_back(rows: list[Row]):
    assert found(rows) == []
    assert [chain.read(row).number for row in rows] == list(range(1, len(rows) + 1))


@given(st.lists(BODIES, min_size=1, max_size=3))
def test_a_body_is_read_back_as_it_was(bodies: list[dict]):
    assert [chain.read(row).body for row in made(bodies)[1:]] == bodies


@given(CHAINS, st.data())
def test_a_changed_character_is_found(rows: list[Row], data: st.DataObject):
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(Row._fields))
    old = getattr(rows[at], field)
    new = data.draw(
        (st.integers(-2, 9) if field == "number" else TEXTS | st.just(old + " ")).filter(lambda n: n != old)
    )
    assert found([*rows[:at], rows[at]._replace(**{field: new}), *rows[at + 1 :]])


@given(CHAINS, st.data())
def test_an_entry_that_was_changed_with_its_digest_is_found_by_the_next(rows: list[Row], data: st.DataObject):
    at = data.draw(st.integers(0, len(rows) - 2))
    changed = rows[at]._replace(body=data.draw(TEXTS))
    changed = changed._replace(digest=changed.worked_out)
    assert found([*rows[:at], changed, *rows[at + 1 :]]) == [at + 2]


@given(CHAINS, st.data())
def test_removed_entries_are_found_and_their_numbers_are_told(rows: list[Row], data: st.DataObject):
    first = data.draw(st.integers(0, len(rows) - 2))
    behind = data.draw(st.integers(first + 1, len(rows) - 1))
    (problem,) = chain.problems([*rows[:first], *rows[behind:]])
    assert dict(problem.what.values) == {"first": first + 1, "last": behind}


@given(CHAINS, st.data())
def test_removed_entries_are_found_where_the_rest_was_numbered_anew(rows: list[Row], data: st.DataObject):
    at = data.draw(st.integers(0, len(rows) - 2))
    rest = [row._replace(number=row.number - 1) for row in rows[at + 1 :]]
    rest = [row._replace(digest=row.worked_out) for row in rest]
    assert found([*rows[:at], *rest])


@given(CHAINS, st.data())
def test_entries_that_changed_places_are_found(rows: list[Row], data: st.DataObject):
    first, second = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=2, max_size=2)))
    moved = list(rows)
    moved[first], moved[second] = rows[second], rows[first]
    assert found(moved)
    numbered = [row._replace(number=number) for number, row in enumerate(moved, start=1)]
    assert found(numbered)
    assert found([row._replace(digest=row.worked_out) for row in numbered])


@given(CHAINS, BODIES, st.data())
def test_an_entry_that_was_put_in_is_found(rows: list[Row], body: dict, data: st.DataObject):
    at = data.draw(st.integers(1, len(rows) - 1))
    new = chain.link(rows[at - 1], Kind.SIGN_OFF, body, AT)
    later = [row._replace(number=row.number + 1) for row in rows[at:]]
    assert found([*rows[:at], new, *rows[at:]])
    assert found([*rows[:at], new, *later])
    assert found([*rows[:at], new, *(row._replace(digest=row.worked_out) for row in later)])


@given(CHAINS, st.data())
def test_what_is_cut_off_leaves_its_digest_nowhere(rows: list[Row], data: st.DataObject):
    left = data.draw(st.integers(0, len(rows) - 1))
    assert rows[-1].digest not in {row.digest for row in rows[:left]}
    assert found(rows[:left]) == ([] if left else [None])


def test_another_beginning_is_found():
    other = chain.link(None, Kind.RUN, {}, AT)
    assert found([other]) == [1]


@pytest.mark.parametrize("value", [1.5, True, None, b"x", {"a": 1}, [["a"]], [1.5]])
def test_a_body_holds_texts_numbers_and_lists_of_them(value: object):
    with pytest.raises(ValidationError):
        chain.link(None, Kind.RUN, {"value": value}, AT)


@pytest.mark.parametrize(
    "row",
    [
        Row(7, "yesterday", "run", "{}", "", ""),
        Row(7, "2026-11-22T10:30:00+01:00", "party", "{}", "", ""),
        Row(7, "2026-11-22T10:30:00+01:00", "run", "{", "", ""),
        Row(7, "2026-11-22T10:30:00+01:00", "run", '{"a": 1.5}', "", ""),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_by_its_number(row: Row):
    with pytest.raises(UserError, match=r"Entry 7 .* photo-consent ledger verify"):
        chain.read(row)


def test_a_digest_is_typed_over_from_paper():
    digest = "0123456789abcdef" * 4
    assert chain.typed(" 01234567 89ABcdef\n0123 ") == "0123456789abcdef0123"
    assert chain.typed(digest) == digest


@pytest.mark.parametrize("typed", ["", "0123456789abcde", "0" * 65, "g" * 16, "0123456789abcdeé", "٣" * 20])
def test_what_is_no_digest_is_refused(typed: str):
    with pytest.raises(UserError, match=r"was typed wrongly|Type at least the first 16"):
        chain.typed(typed)
