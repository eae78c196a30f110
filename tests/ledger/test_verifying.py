"""Verifying: the ledger against the reports of the workspace and against paper; and the commands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.messages import UserError
from pipeline.cli import cli
from pipeline.language import translator
from pipeline.ledger import bodies
from pipeline.ledger.chain import Body, Entry, Kind
from pipeline.ledger.verifying import Verified, verify
from pipeline.ledger.words import KINDS, details
from pipeline.naming_words import Word
from pipeline.overseeing.reviewing import PrivacyReview
from pipeline.run import AuditRun
from pipeline.workspace import Workspace
from tests.ledger import conftest

AsTheOwner = Callable[[str], None]


def of(workspace: Workspace, head: str | None = None) -> Verified:
    with workspace.open_store() as store:
        return verify(store, workspace, head)


def said(workspace: Workspace) -> list[tuple[int | None, str]]:
    return [(problem.number, str(problem.what)) for problem in of(workspace).problems]


def change(record: Path, **changes: object) -> None:
    """Change the record of a run; None takes a key away."""
    content = {**json.loads(record.read_text("utf-8")), **changes}
    record.write_text(json.dumps({key: value for key, value in content.items() if value is not None}), "utf-8")


def test_a_ledger_and_its_reports_hold(workspace: Workspace):
    found = of(workspace)
    assert (found.problems, found.notes, found.proven) == ((), (), None)
    assert [row.kind for row in found.rows] == ["database", "register", "run"]


def test_a_digest_on_paper_is_found_however_it_is_typed(workspace: Workspace):
    head = json.loads((workspace.reports / "sportdag" / "run.json").read_text("utf-8"))["ledger_head"]
    for typed in (head, head.upper(), f" {head[:8]} {head[8:16]} ", head[:40]):
        found = of(workspace, typed)
        assert found.problems == () and found.proven is not None and found.proven.kind == "run"


def test_a_digest_that_is_in_no_entry_is_a_problem(workspace: Workspace):
    found = of(workspace, "0" * 16)
    assert found.problems == () and found.proven is None
    told = str(found.not_found)
    assert told.startswith("No entry has the digest 0000000000000000.") and "privacy officer" in told


def mistyped(head: str) -> dict[str, str]:
    other = "0" if head[5] != "0" else "1"
    return {
        "another character": head[:5] + other + head[6:],
        "one left out": head[:5] + head[6:],
        "one too many": head[:5] + other + head[5:-1],
        "two the other way round": head[:6] + head[7] + head[6] + head[8:],
    }


@pytest.mark.parametrize("length", [20, 64])
def test_a_mistyped_digest_is_called_a_typing_error_and_never_accepted(length: int, workspace: Workspace):
    head = json.loads((workspace.reports / "sportdag" / "run.json").read_text("utf-8"))["ledger_head"]
    for typed in mistyped(head[:length]).values():
        found = of(workspace, typed)
        assert found.proven is None or head.startswith(typed)
        assert found.proven or f"nearly that of entry {len(found.rows)}," in str(found.not_found)


@pytest.mark.parametrize(("head", "why"), [("o" + "0" * 15, "stands: o."), ("0" * 15, "15 ch"), ("0" * 65, "65 ch")])
def test_what_cannot_be_a_digest_is_named(head: str, why: str, workspace: Workspace):
    with pytest.raises(UserError, match=why):
        of(workspace, head)


def test_a_cut_off_end_is_found_by_the_report_that_it_leaves(workspace: Workspace, as_the_owner: AsTheOwner):
    as_the_owner("DELETE FROM ledger WHERE number = 3")
    ((number, text),) = said(workspace)
    assert number is None and "the report of the run “sportdag”" in text and "cut off" in text


def test_a_ledger_that_was_removed_is_found(workspace: Workspace, as_the_owner: AsTheOwner):
    as_the_owner("DELETE FROM ledger")
    assert [number for number, _ in said(workspace)] == [None, None]


def test_a_changed_entry_is_told_by_its_number(workspace: Workspace, as_the_owner: AsTheOwner):
    as_the_owner("UPDATE ledger SET body = 'no JSON at all' WHERE number = 2")
    assert said(workspace) == [(2, "Entry 2 was changed after it was written.")]


def test_a_verdict_that_was_changed_in_a_report_is_found(workspace: Workspace):
    record = workspace.reports / "sportdag" / "run.json"
    photos = json.loads(record.read_text("utf-8"))["photos"]
    assert photos[1]["verdict"] == "cover"
    photos[1]["verdict"] = "publish"
    change(record, photos=photos)
    assert said(workspace) == [
        (3, "run.json of the run “sportdag” says something else than entry 3, which was written with it.")
    ]


def test_what_was_found_in_the_text_and_taken_out_of_a_report_is_found(workspace: Workspace):
    record = workspace.reports / "sportdag" / "run.json"
    assert len(json.loads(record.read_text("utf-8"))["in_message"]) == 3
    change(record, in_message=[])
    ((number, text),) = said(workspace)
    assert number == 3 and "says something else" in text


def test_a_run_of_a_version_that_did_not_prove_what_was_found_in_the_text_is_noted(
    workspace: Workspace, as_the_owner: AsTheOwner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bodies, "contents", bodies.contents_without_text)
    monkeypatch.setattr(conftest, "of_candidates", without_text(bodies.of_candidates))
    older = conftest.recorded(workspace, replace(conftest.RUN, run_id="ouder"))
    found = of(workspace)
    assert found.problems == () and ["“ouder”" in str(note) for note in found.notes] == [True]
    photos = json.loads((older / "run.json").read_text("utf-8"))["photos"]
    change(older / "run.json", photos=photos[:1])
    assert len(of(workspace).problems) == 1, "its verdicts are proven"


def without_text(body_of: Callable[[AuditRun], Body]) -> Callable[[AuditRun], Body]:
    return lambda run: {name: value for name, value in body_of(run).items() if name != bodies.IN_TEXT}


def test_what_is_put_into_a_report_as_found_in_its_text_is_found(workspace: Workspace):
    quiet = conftest.recorded(workspace, replace(conftest.RUN, run_id="stil", in_message=()))
    assert said(workspace) == []
    change(quiet / "run.json", in_message=[{"rule": "R3"}])
    ((number, _),) = said(workspace)
    assert number == 4


def test_a_report_under_another_name_is_found(workspace: Workspace):
    shutil.copytree(workspace.reports / "sportdag", workspace.reports / "zomerfeest")
    ((number, text),) = said(workspace)
    assert number == 3 and "“zomerfeest”" in text


@pytest.mark.parametrize("head", [None, "", "ab" * 32, 7])
def test_a_report_without_its_digest_is_found(head: object, workspace: Workspace):
    change(workspace.reports / "sportdag" / "run.json", ledger_head=head)
    ((_, text),) = said(workspace)
    assert text.startswith("No entry has the digest that the report of the run “sportdag” gives")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"finished": "yesterday"}', b'{"finished": null}'])
def test_a_report_that_cannot_be_read_is_told(content: bytes, workspace: Workspace):
    (workspace.reports / "sportdag" / "run.json").write_bytes(content)
    assert said(workspace) == [(None, "run.json of the run “sportdag” cannot be read.")]


def test_a_report_from_before_the_ledger_is_noted(workspace: Workspace):
    old = workspace.reports / "old"
    shutil.copytree(workspace.reports / "sportdag", old)
    change(old / "run.json", ledger_head=None, run_id="old", finished="2025-01-01T12:00:00+00:00")
    found = of(workspace)
    assert found.problems == () and list(map(str, found.notes)) == ["The run “old” is older than the ledger."]


def test_a_privacy_review_that_was_changed_is_found(workspace: Workspace):
    review = PrivacyReview.from_parameters(workspace=str(workspace.folder), run_id="review")
    record = review.write(review.gather()) / "run.json"
    assert said(workspace) == []
    change(record, review={**json.loads(record.read_text("utf-8"))["review"], "to_do": []})
    ((number, _),) = said(workspace)
    assert number == 4


def test_a_removed_report_is_noted_unless_its_time_was_over(workspace: Workspace):
    shutil.rmtree(workspace.reports / "sportdag")
    found = of(workspace)
    assert found.problems == () and "no longer there" in str(found.notes[0]) and "sportdag" in str(found.notes[0])
    with workspace.open_store() as store, store.transaction():
        store.ledger.append(Kind.PURGE, {"runs": ["sportdag"]}, datetime.now())
    assert of(workspace).notes == ()


# The commands.


def run(workspace: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["ledger", *arguments, "--workspace", str(workspace.folder)])


def test_verify_says_that_all_is_well_and_what_to_keep(workspace: Workspace):
    with workspace.open_store() as store:
        head = store.ledger.head()
    for arguments in ([], ["--head", head[:16]]):
        result = run(workspace, "verify", *arguments)
        assert result.exit_code == 0, result.output
        assert head in result.output and "Het logboek klopt. Regels: 3." in result.output
        assert ("Het kenmerk op papier is dat van regel 3" in result.output) == bool(arguments)


def test_verify_ends_with_status_1_names_the_entry_and_the_way_out(workspace: Workspace, as_the_owner: AsTheOwner):
    as_the_owner("UPDATE ledger SET at = '2026-01-01T00:00:00+01:00' WHERE number = 2")
    result = run(workspace, "verify")
    assert result.exit_code == 1
    assert "Regel 2 is veranderd" in result.output and "reservekopieën" in result.output


def test_verify_ends_with_status_1_where_paper_says_otherwise(workspace: Workspace):
    unknown = run(workspace, "verify", "--head", "f" * 64)
    assert unknown.exit_code == 1 and "Geen regel heeft het kenmerk" in unknown.output
    result = run(workspace, "verify", "--head", "none")
    assert isinstance(result.exception, UserError)


def test_show_is_a_table_in_the_readers_language(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "200")
    result = run(workspace, "show")
    assert result.exit_code == 0, result.output
    assert "register ingelezen" in result.output and "controle: sportdag" in result.output
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "en")
    assert "photos audited" in run(workspace, "show", "--since", "2029-12-31").output
    assert "register" not in run(workspace, "show", "--since", "2029-12-31").output
    assert run(workspace, "show", "--since", "2031-01-01").output == "There is no entry of that day or later.\n"


def test_show_leaves_out_what_only_a_program_compares(workspace: Workspace):
    with workspace.open_store() as store:
        shown = [details(entry, translator("en")) for entry in store.ledger.entries()]
    assert shown[2] == (
        "audit: photos to publish; do not publish: 0; cover first: 1; faces: 5; hold: 0; found in the text: 3; "
        "not looked at: 0; for the day: 2026-11-20; other files: 2; persons: 5; "
        "photos: 2; platform: facebook; publish: 1; run: sportdag"
    )


def test_what_was_decided_is_shown_in_words():
    body = {"decision": 3, "what": "face", "number": 2, "who": Word.NO_FACE.value, "by": "mt", "stands": 1}
    entry = Entry(1, datetime(2026, 11, 20, 9, 15, tzinfo=UTC), Kind.DECISION, body, "", "0" * 64)
    assert details(entry, translator("nl")) == (
        "door: mt; nummer van de beslissing: 3; nummer op de foto: 2; van kracht: 1; over: gezicht; "
        "wat gezegd werd: geen gezicht"
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_entry_has_a_word(kind: Kind):
    assert kind in KINDS
