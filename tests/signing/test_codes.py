"""Personal codes: kept as a slow hash, hard to guess, and changed only by whom it concerns or a privacy officer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.messages import UserError
from consent.protocol import load_protocol
from consent.signing import Signer
from pipeline.ledger.chain import Kind
from pipeline.school import School
from pipeline.signing import codes, signers
from pipeline.signing.codes import FIRST_WAIT, FREE_TRIES, LONGEST_WAIT, fits, hashed, waits_until
from pipeline.signing.signers import CodeSet, check_code, codes_set, set_code, signer_called, signers_of
from pipeline.store import Store
from tests.keys import KEY

AT = datetime(2026, 11, 22, 12, 0).astimezone()
DORA, MILA = Signer("dora", ("director",)), Signer("mila", ("mt_member",))
PIA = Signer("pia", ("privacy_officer",))
ALL = (DORA, MILA, PIA)
CODE = "een goede code"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(codes, "LOG2_N", 4)
    Store.create(tmp_path / "workspace.db", KEY)
    with Store(tmp_path / "workspace.db", KEY) as opened:
        set_code(opened, DORA, CODE, AT, signers=ALL)
        yield opened


def test_a_code_is_kept_as_scrypt_as_owasp_asks_for_it():
    kept = hashed(CODE)
    assert kept.cost == "17:8:1"
    assert fits(CODE, kept) and not fits(CODE + " ", kept)
    assert hashed(CODE).salt != kept.salt


def test_a_letter_typed_as_two_characters_is_the_same_letter(store: Store):
    kept = hashed("caf\u00e9 op zolder")
    assert fits("cafe\u0301 op zolder", kept)


def test_the_code_is_not_in_the_database(store: Store, tmp_path: Path):
    dump = str(store._db.execute("SELECT * FROM signer_code").fetchall())
    assert CODE not in dump and CODE.encode().hex() not in dump


def test_after_wrong_codes_there_is_a_wait_in_which_the_right_one_does_not_help(store: Store):
    for left in range(FREE_TRIES - 1, 0, -1):
        with pytest.raises(UserError, match=f"After {left} more"):
            check_code(store, DORA, "another", AT)
    with pytest.raises(UserError, match="there is a wait"):
        check_code(store, DORA, "another", AT)
    for code in ("another", CODE):
        with pytest.raises(UserError, match=r"No code is accepted before 12:01:00"):
            check_code(store, DORA, code, AT + FIRST_WAIT - timedelta(seconds=1))
    check_code(store, DORA, CODE, AT + FIRST_WAIT)
    with pytest.raises(UserError, match=f"After {FREE_TRIES - 1} more"):
        check_code(store, DORA, "another", AT + FIRST_WAIT)


def test_the_wait_is_of_the_signer_and_outlives_the_program(store: Store, tmp_path: Path):
    set_code(store, MILA, CODE, AT, signers=ALL, by=DORA, own=CODE)
    for _ in range(FREE_TRIES):
        with pytest.raises(UserError):
            check_code(store, DORA, "another", AT)
    with Store(tmp_path / "workspace.db", KEY) as again:
        check_code(again, MILA, CODE, AT)
        with pytest.raises(UserError, match="Too many wrong codes for dora"):
            check_code(again, DORA, CODE, AT)


@settings(deadline=None)
@given(st.integers(0, 500))
def test_more_wrong_codes_never_shorten_the_wait(wrong: int):
    until, later = waits_until(wrong, AT), waits_until(wrong + 1, AT)
    assert (until is None) == (wrong < FREE_TRIES)
    if until is not None:
        assert later is not None and until <= later <= AT + LONGEST_WAIT


def test_an_attempt_that_is_cut_off_counts_as_wrong(store: Store, monkeypatch: pytest.MonkeyPatch):
    def cut_off(code: str, kept: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipeline.signing.signers.fits", cut_off)
    with pytest.raises(KeyboardInterrupt):
        check_code(store, DORA, CODE, AT)
    kept = store.signing.code("dora")
    assert kept is not None and kept.wrong == 1


@pytest.mark.parametrize(
    ("by", "own", "reason"),
    [
        (DORA, "another", "not the code of dora"),
        (None, "", "not the code of dora"),
        (MILA, CODE, "by a privacy officer"),
        (PIA, "another", "not the code of pia"),
    ],
)
def test_a_code_is_not_changed_without_the_right_one(by: Signer | None, own: str, reason: str, store: Store):
    for other in (MILA, PIA):
        set_code(store, other, CODE, AT, signers=ALL, by=DORA, own=CODE)
    with pytest.raises(UserError, match=reason):
        set_code(store, DORA, "een nieuwe code", AT, signers=ALL, by=by, own=own)
    check_code(store, DORA, CODE, AT)


@pytest.mark.parametrize("by", [DORA, PIA])
def test_a_code_is_changed_by_its_signer_or_a_privacy_officer_and_the_ledger_tells(by: Signer, store: Store):
    set_code(store, PIA, CODE, AT, signers=ALL, by=DORA, own=CODE)
    set_code(store, DORA, "een nieuwe code", AT, signers=ALL, by=by, own=CODE)
    check_code(store, DORA, "een nieuwe code", AT)
    entries = [dict(entry.body) for entry in store.ledger.entries() if entry.kind is Kind.CODE]
    assert entries[-1] == {"signer": "dora", "by": by.id, "first": 0}


@pytest.mark.parametrize(
    ("by", "own", "reason"),
    [
        (None, "", "--by dora"),
        (MILA, CODE, "--by dora"),
        (PIA, CODE, "--by dora"),
        (DORA, "", "not the code of dora"),
        (DORA, "another", "not the code of dora"),
    ],
)
def test_a_first_code_needs_that_of_somebody_who_has_one(by: Signer | None, own: str, reason: str, store: Store):
    """Else whoever sits at this computer could be the second person who signs."""
    with pytest.raises(UserError, match=reason):
        set_code(store, MILA, CODE, AT, signers=ALL, by=by, own=own)
    assert store.signing.code("mila") is None
    set_code(store, MILA, CODE, AT, signers=ALL, by=DORA, own=CODE)
    check_code(store, MILA, CODE, AT)


def test_the_very_first_code_is_free_again_only_when_nobody_who_may_sign_has_one(store: Store):
    with pytest.raises(UserError, match="others have"):
        set_code(store, MILA, CODE, AT, signers=ALL)
    set_code(store, MILA, CODE, AT, signers=(MILA, PIA))  # dora has left the school
    with pytest.raises(UserError, match="others have"):
        set_code(store, PIA, CODE, AT, signers=(MILA, PIA))


def test_two_first_codes_at_once_are_not_both_free(store: Store, monkeypatch: pytest.MonkeyPatch):
    others = (MILA, PIA)
    needed = signers.code_needed
    seen: list[bool] = []

    def looked(*given: object) -> bool:
        """Somebody else sets a first code after it was looked at whether this one is free."""
        seen.append(needed(*given))
        if len(seen) == 1:
            store.signing.set_code("pia", hashed(CODE), AT)
        return seen[-1]

    monkeypatch.setattr(signers, "code_needed", looked)
    with pytest.raises(UserError, match="others have"):
        set_code(store, MILA, CODE, AT, signers=others)
    assert seen == [False] and store.signing.code("mila") is None


def test_who_signs_next_sees_which_codes_others_set_until_something_is_approved(store: Store):
    later = AT + timedelta(hours=1)
    set_code(store, MILA, CODE, later, signers=ALL, by=DORA, own=CODE)
    set_code(store, MILA, "een nieuwe code", later, signers=ALL, by=MILA, own=CODE)
    assert codes_set(store) == (CodeSet("dora", "dora", AT, True), CodeSet("mila", "dora", later, True))
    with store.transaction():
        store.ledger.append(Kind.RELEASE, {"run": "sportdag"}, later)
    assert codes_set(store) == ()
    set_code(store, PIA, CODE, later, signers=ALL, by=DORA, own=CODE)
    set_code(store, MILA, CODE, later, signers=ALL, by=PIA, own=CODE)
    assert codes_set(store) == (CodeSet("pia", "dora", later, True), CodeSet("mila", "pia", later, False))


def test_a_short_code_is_refused(store: Store):
    with pytest.raises(UserError, match="8 characters"):
        set_code(store, MILA, "1234567", AT, signers=ALL)
    assert store.signing.code("mila") is None


def test_who_has_no_code_is_told_how_to_set_it(store: Store):
    with pytest.raises(UserError, match="photo-consent signers code mila"):
        check_code(store, MILA, CODE, AT)


PROTOCOL = load_protocol("ooh-2019")


@pytest.mark.parametrize(
    ("signers", "reason"),
    [
        ([("dora", ["director"]), ("DORA", ["mt_member"])], "the signer dora is there twice"),
        ([("dora", ["directer"])], "has the role “directer”. The roles are: director"),
        ([("dora", [])], "has the role “”"),
        ([("", ["director"])], "cannot name a signer"),
        ([("../dora", ["director"])], "cannot name a signer"),
        ([("dora\n", ["director"])], "cannot name a signer"),
        ([("d" * 41, ["director"])], "cannot name a signer"),
    ],
)
def test_signers_that_cannot_be_meant_are_refused(signers: list, reason: str):
    school = School("A", "id", signers=tuple(Signer(who, tuple(roles)) for who, roles in signers))
    with pytest.raises(UserError, match=re.escape(reason)):
        signers_of(school, PROTOCOL)


def test_a_signer_is_found_in_whatever_case():
    assert signer_called(" Dora", (MILA, DORA)) is DORA
    with pytest.raises(UserError, match="It knows: mila, dora"):
        signer_called("theo", (MILA, DORA))
    with pytest.raises(UserError, match="names nobody who may sign"):
        signer_called("theo", ())
