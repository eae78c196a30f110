"""What the ledger tells of a period, read from a real chain that holds, and from one that does not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from pipeline.ledger import chain
from pipeline.ledger.chain import Body, Kind, Row
from pipeline.overseeing.entries import SIGNING, ledger_state
from pipeline.reporting.overseeing.words import ENTRIES

SIGNED: Body = {"run": "sportdag", "signer": "dir", "roles": ["director"], "files": 3, "yes": ["R3"], "no": ["R6"]}
RELEASED: Body = {"run": "sportdag", "platform": "facebook", "files": ["a", "b", "c"], "signers": ["dir", "mt"]}
STORY: tuple[tuple[int, Kind, Body], ...] = (
    (1, Kind.DATABASE, {"version": 5, "was": 0}),
    (2, Kind.REGISTER, {"files": ["a"]}),
    (5, Kind.SIGN_OFF, SIGNED),
    (6, Kind.RELEASE, RELEASED),
    (9, Kind.PURGE, {"files": 3}),
    (10, Kind.CODE, {"signer": "mt", "by": "dir", "first": 1}),
)


def rows() -> list[Row]:
    made: list[Row] = []
    for day, kind, body in STORY:
        made.append(chain.link(made[-1] if made else None, kind, body, datetime(2026, 10, day, 12, tzinfo=UTC)))
    return made


def test_a_period_has_its_own_entries_and_the_ledger_all():
    state = ledger_state(rows(), (), date(2026, 10, 2), date(2026, 10, 6))
    assert (state.new, state.entries, state.head, state.problems) == (3, 6, rows()[-1].digest, ())


def test_who_signed_for_how_much_is_told_the_latest_first():
    code, released, signed = ledger_state(rows(), (), date.min, date.max).signatures
    assert (released.kind, released.signers, released.files, released.run) == (
        Kind.RELEASE,
        ("dir", "mt"),
        3,
        "sportdag",
    )
    assert (code.kind, code.whose, code.signers) == (Kind.CODE, "mt", ("dir",))
    assert (signed.kind, signed.signers, signed.files, signed.no) == (Kind.SIGN_OFF, ("dir",), 3, ("R6",))


@pytest.mark.parametrize("changed", [{"body": "{"}, {"at": "gisteren"}, {"kind": "party"}, {"body": '{"a": {"b": 1}}'}])
def test_an_entry_that_cannot_be_read_is_a_problem_and_the_others_count(changed: dict[str, str]):
    broken = rows()
    broken[2] = broken[2]._replace(**changed)
    problems = [problem.what for problem in chain.problems(broken)]
    state = ledger_state(broken, problems, date.min, date.max)
    assert len(state.problems) >= len(problems) > 0
    assert state.new == 5 and [one.kind for one in state.signatures] == [Kind.CODE, Kind.RELEASE]


@pytest.mark.parametrize("body", [{}, {"signer": 3, "files": "many", "no": 7}, {"signers": "dir", "files": [1]}])
@pytest.mark.parametrize("kind", [Kind.SIGN_OFF, Kind.RELEASE, Kind.CODE])
def test_whatever_stands_in_a_body_is_shown_and_never_a_crash(kind: Kind, body: Body):
    row = chain.link(None, kind, body, datetime(2026, 10, 1, tzinfo=UTC))
    (signature,) = ledger_state([row], (), date.min, date.max).signatures
    assert signature.kind is kind and signature.run == ""


@pytest.mark.parametrize("kind", SIGNING)
def test_each_has_a_word_in_the_report(kind: Kind):
    assert kind in ENTRIES


def test_an_empty_ledger_has_no_head():
    assert ledger_state([], (), date.min, date.max).head == ""
