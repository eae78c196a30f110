"""Purging a real workspace: what has had its time goes, and nothing that still protects somebody."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from consent.forgetting import BY_FORGETTING, is_forgotten
from consent.messages import UserError
from consent.register import Answer, Validity
from consent.signing import SignOff
from pipeline.cli import cli
from pipeline.erasing.purging import KINDS, Part, purge
from pipeline.erasing.retention import Period, Retention, Swept
from pipeline.ledger.approved import GONE
from pipeline.ledger.chain import Kind as LedgerKind
from pipeline.matching.calibration import Calibration, takes_the_place_of
from pipeline.naming_words import Word
from pipeline.published.approved import keep_approved
from pipeline.school import load_school
from pipeline.signing.memory import Approval
from pipeline.store import RunSource
from pipeline.store.decisions import ADULT_WITH_PERMISSION, PHOTO
from pipeline.workspace import Workspace
from tests.erasing import test_forgetting
from tests.erasing.test_forgetting import AT, LINES, OTHER, PERSON, decision
from tests.forked import ended, started
from tests.pipeline.test_look_alikes import S04, template
from tests.reporting.made_up_run import CALIBRATION
from tests.test_laws import law

space = test_forgetting.space
TODAY = AT.date()


def run_of(space: Workspace, run_id: str, day: date) -> Path:
    """A run folder of that day, with a numbered picture."""
    folder = space.reports / run_id
    (folder / "numbered").mkdir(parents=True)
    record = {"finished": f"{day}T12:00:00+01:00", "photos": [{"name": "a.jpg"}]}
    (folder / "run.json").write_text(json.dumps(record), "utf-8")
    (folder / "report.html").write_text("x", "utf-8")
    (folder / "numbered" / "a.jpg.jpg").write_bytes(b"x")
    with space.open_store() as store:
        store.keep_source(run_id, RunSource(Path("/photos")))
    return folder


def imported(space: Workspace, day: date) -> Path:
    folder = space.folder / "imports" / f"{day:%Y%m%d}-120000-000000"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(b"x")
    return folder


def removed(parts: dict[str, Part]) -> dict[str, int]:
    return {kind: part.removed for kind, part in parts.items() if part.removed}


# Periods.


@law
@given(st.dates(date(2015, 1, 1), date(2040, 1, 1)), st.integers(0, 120), st.integers(0, 366))
def test_a_period_ends_on_the_first_day_on_which_it_is_over(day: date, months: int, days: int):
    period = Period(months, days)
    assert day < period.before(period.ends(day))
    assert not day < period.before(period.ends(day) - timedelta(1))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("run_folders_months = 0", "retention.run_folders_months"),
        ("proof_months = 121", "retention.proof_months"),
        ("proof_months = 6.5", "retention.proof_months"),
        ("proof_months = true", "retention.proof_months"),
        ("imports_days = 367", "retention.imports_days"),
        ("signatures_months = 0", "retention.signatures_months"),
        ('decisions_months = "12"', "retention.decisions_months"),
        ("runs = 3", "retention.runs"),
    ],
)
def test_a_wrong_period_is_told_by_its_place(line: str, told: str, tmp_path: Path):
    (tmp_path / "school.toml").write_text(f'name = "x"\nworkspace_id = "x"\n[retention]\n{line}\n', "utf-8")
    with pytest.raises(UserError, match=f"wrong at {told}"):
        load_school(tmp_path / "school.toml")


def test_every_period_is_explained_to_who_keeps_the_school_s_data():
    page = Path(__file__, "../../../docs/keeping.md").resolve().read_text("utf-8")
    for name, value in ((f, getattr(Retention(), f)) for f in Retention.__dataclass_fields__):
        assert f"| `{name}` | {value} |" in page, name


# What goes.


def test_a_fresh_workspace_keeps_everything(space: Workspace):
    run_of(space, "run-1", TODAY)
    imported(space, TODAY)
    with space.open_store() as store:
        before = store.ledger.head()
    done = purge(space, TODAY, AT)
    assert removed(done.parts) == {} and done.foreign == () and done.parts.keys() == KINDS.keys()
    assert done.parts["runs"] == Part(0, 1, date(2027, 11, 24))
    assert done.parts["templates"].kept == 2
    with space.open_store() as store:
        assert store.ledger.head() == before, "nothing was done, so there is nothing to note"


def test_files_that_had_their_time_go_and_the_rest_stays(space: Workspace):
    old = run_of(space, "old", date(2025, 11, 22))
    pictures = run_of(space, "pictures", date(2026, 10, 23))
    young = run_of(space, "young", date(2026, 10, 24))
    gone, kept = imported(space, date(2026, 10, 23)), imported(space, date(2026, 10, 24))
    (old / "notes.txt").write_text("mine", "utf-8")
    (space.reports / "holiday").mkdir()
    (space.reports / "holiday" / "report.html").write_text("mine", "utf-8")
    (space.folder / "imports" / "mine").mkdir()
    (space.folder / "imports" / "mine" / "a.jpg").write_text("mine", "utf-8")
    before = {path for path in space.folder.rglob("*") if path.is_file()}
    expected = purge(space, TODAY, AT, dry_run=True)
    assert before == {path for path in space.folder.rglob("*") if path.is_file()}
    done = purge(space, TODAY, AT)
    assert done.parts == expected.parts
    assert removed(done.parts) == {"runs": 1, "pictures": 1, "imports": 1}
    assert done.foreign == ("old/notes.txt",)
    assert [path.name for path in old.iterdir()] == ["notes.txt"]
    assert not (pictures / "numbered").exists() and (pictures / "report.html").exists()
    assert (young / "numbered" / "a.jpg.jpg").exists() and kept.exists() and not gone.exists()
    assert (space.reports / "holiday" / "report.html").exists() and (space.folder / "imports/mine/a.jpg").exists()
    with space.open_store() as store:
        assert store.source_runs() == ("pictures", "young")
        last = store.ledger.entries()[-1]
        assert last.kind is LedgerKind.PURGE and (last.body["runs"], last.body["pictures"]) == (["old"], 1)
    assert removed(purge(space, TODAY, AT).parts) == {}


def approved_of(space: Workspace, run_id: str, day: date) -> Path:
    """What is left of a run that was approved on that day: folder, signatures and approval, and the post as public."""
    at = datetime.combine(day, AT.time()).astimezone()
    folder = space.folder / "approved" / "facebook" / run_id
    folder.mkdir(parents=True)
    (folder / "approved.json").write_text(json.dumps({"approved_at": at.isoformat()}), "utf-8")
    for name in ("photo-001.jpg", "message.txt"):
        (folder / name).write_bytes(b"x")
    with space.open_store() as store:
        store.signing.add_sign_off(run_id, SignOff("dir", ("director",), at, {"R3": True}, "digest"), ("a.jpg",))
        store.signing.add_approval(Approval(run_id, "facebook", at, "digest", {"photo-001.jpg": "c" * 64}))
        store.signing.keep_clean_file(run_id, "photo-001.jpg", "e" * 64, "c" * 64)
        keep_approved(store.published, [], platform="facebook", run_id=run_id, at=at, text="")
    return folder


def test_what_was_approved_goes_after_a_year_and_what_somebody_else_put_there_stays(space: Workspace):
    old, young = approved_of(space, "old", date(2025, 11, 22)), approved_of(space, "young", date(2025, 11, 23))
    (old / "notes.txt").write_text("mine", "utf-8")
    (space.folder / "approved" / "facebook" / "mine").mkdir()
    (space.folder / "approved" / "facebook" / "mine" / "photo-001.jpg").write_bytes(b"mine")
    expected = purge(space, TODAY, AT, dry_run=True)
    assert (old / "photo-001.jpg").exists()
    done = purge(space, TODAY, AT)
    assert done.parts == expected.parts and removed(done.parts) == {"approved": 1}
    assert done.parts["approved"] == Part(1, 1, date(2026, 11, 24)) and done.foreign == ("old/notes.txt",)
    assert [path.name for path in old.iterdir()] == ["notes.txt"]
    assert len(list(young.iterdir())) == 3 and (old.with_name("mine") / "photo-001.jpg").exists()
    with space.open_store() as store:
        assert store.ledger.entries()[-1].body[GONE] == ["old"]
        assert store.signing.approval("old") is not None and store.signing.sign_offs("old")
    assert removed(purge(space, TODAY, AT).parts) == {}


def test_signatures_outlive_the_post_and_go_when_no_claim_is_left(space: Workspace):
    folders = [approved_of(space, "run-old", date(2021, 11, 22)), approved_of(space, "run-young", date(2021, 11, 23))]
    approved_of(space, "run-public", date(2021, 1, 1))
    (space.reports / "run-1").mkdir()
    with space.open_store() as store:
        (post,) = (one for one in store.published.posts() if one.post_id == "approved-run-public")
        store.published.keep([post], AT)
        store.signing.keep_clean_file("run-1", "photo-001.jpg", "f" * 64, "d" * 64)  # not signed for yet
    done = purge(space, TODAY, AT)
    assert done.parts["signatures"] == Part(1, 2, date(2026, 11, 24)) and not any(f.exists() for f in folders)
    with space.open_store() as store:
        assert not store.signing.sign_offs("run-old") and store.signing.approval("run-old") is None
        assert [one.run_id for one in store.signing.approvals()] == ["run-young", "run-public"]
        assert store.signing.made_of("e" * 64) == {"c" * 64}, "of those that stay"
        assert store.signing.made_of("f" * 64) == {"d" * 64}
        store.drop_source("run-1")
        for run_id in ("run-young", "run-public"):
            store.published.drop([("facebook", f"approved-{run_id}")])
        assert store.signing.drop_old(date(2027, 1, 1)) == Swept(2, 0)
        assert not store.signing.made_of("e" * 64) and not store.signing.made_of("f" * 64)


def test_what_a_run_was_made_from_goes_with_its_folder(space: Workspace):
    run_of(space, "old", date(2025, 11, 22))
    (space.reports / ".run-1.unfinished").mkdir()
    purge(space, TODAY, AT)
    with space.open_store() as store:
        assert store.source_runs() == ("run-1",)


def test_what_was_seen_and_what_was_published_goes_by_its_day(space: Workspace):
    later = date(2029, 11, 24)
    done = purge(space, date(2027, 2, 23), datetime(2027, 2, 23).astimezone())
    assert done.parts["observations"].removed == 0
    done = purge(space, later, datetime(2029, 11, 24).astimezone())
    assert removed(done.parts) == {"observations": 1, "decisions": 1, "templates": 2, "published": 2}
    with space.open_store() as store:
        for table in ("observation", "identification", "published_post", "published_photo", "standing", "template"):
            assert store._db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_an_old_decision_goes_and_what_it_held_stays_held(space: Workspace):
    with space.open_store() as store:
        harm = store.decisions.make(decision(0, Word.MAY_HARM, what=PHOTO))
        for number, who in enumerate((Word.NO_FACE, Word.NOT_RECOGNISABLE, ADULT_WITH_PERMISSION), start=2):
            store.decisions.make(decision(number, who))
        ended = store.decisions.make(decision(5, "S01"))
        store.decisions.end([ended.id], AT)
        first = store.decisions.all()[0]
        assert first.who == "S04"
        last_day = Period(12).ends(TODAY) - timedelta(1)
        assert store.decisions.drop_old(Period(12).before(last_day)) == Swept(0, 6, TODAY)
        assert store.decisions.drop_old(Period(12).before(last_day + timedelta(1))) == Swept(5, 0)
        assert store.decisions.drop_old(Period(12).before(last_day + timedelta(1))) == Swept()
        named, kept = store.decisions.all()
        assert kept == harm
        assert named.id == first.id and is_forgotten(named.who) and named.reason == ""
        assert (named.box, named.photo_sha256) == (first.box, first.photo_sha256)


YES = LINES[1]
USES = {
    "a form that ended": ([], date(2027, 7, 31)),
    "a photo that aged": ([YES, replace(YES, given_on=date(2027, 8, 2))], date(2028, 5, 22)),
    "left the school": ([], date(2027, 1, 31)),
}


@pytest.mark.parametrize("use", USES)
def test_a_template_goes_some_months_after_it_could_be_used_last(use: str, space: Workspace):
    lines, last = USES[use]
    with space.open_store() as store:
        later = [replace(YES, given_on=date(2027, 8, 2)), replace(YES, given_on=date(2028, 8, 2))]
        store.add(
            [replace(PERSON, left_on=last if use.startswith("left") else None), OTHER],
            [*lines, *(later if use.startswith("a photo") else ())],
            AT,
        )
        store.drop_templates(["S01"])
    goes = Period(3).ends(last)
    for day, left in ((goes - timedelta(1), {"S04"}), (goes, set())):
        done = purge(space, day, datetime.combine(day, AT.time()).astimezone())
        with space.open_store() as store:
            assert store.enrolled() == left
            assert any("S04" in pair for pair in store.look_alikes()), "whom S04 looked like is still protected"
        if left:
            assert done.parts["templates"].goes_on == goes


def test_one_of_two_photos_that_aged_is_not_taken_alone(space: Workspace):
    """The rest would seem to be all of the person, and a look-alike could get the name."""
    with space.open_store() as store:
        old = template("S04", S04, date(2024, 1, 1))
        store.replace_templates([old, template("S04", S04 + 1)])
    assert purge(space, TODAY, AT).parts["templates"].removed == 0
    with space.open_store() as store:
        assert len([one for one in store.kept_templates() if one.person_id == "S04"]) == 2


def test_proof_goes_years_after_leaving_and_the_objection_stays_as_long_as_a_picture(space: Workspace):
    with space.open_store() as store:
        store.add([replace(PERSON, left_on=date(2021, 11, 22)), replace(OTHER, left_on=date(2021, 11, 23))], [], AT)
    done = purge(space, TODAY, AT)
    assert done.parts["proof"] == Part(1, 1, date(2026, 11, 24))
    with space.open_store() as store:
        (mark,) = filter(is_forgotten, store.people())
        (line,) = (one for one in store.register(Validity()).records if one.person_id != "S01")
        assert (line.person_id, line.answer, line.given_by) == (mark, Answer.OBJECTION, BY_FORGETTING)
        assert store.published.shows(mark) and not store.published.shows("S04")
        assert store.forgotten(["S04"]) and "S01" in store.people()
    assert test_forgetting.tells(space) == []
    assert purge(space, TODAY, AT).parts["proof"] == Part(0, 1, date(2026, 11, 24))
    done = purge(space, date(2030, 1, 1), datetime(2030, 1, 1).astimezone())
    assert removed(done.parts)["published"] == 2
    with space.open_store() as store:
        assert store.people().keys() == {mark}, "a decision still names this person"
        store.decisions.end([one.id for one in store.decisions.all()], AT)
    purge(space, date(2030, 1, 2), datetime(2030, 1, 2).astimezone())
    with space.open_store() as store:
        assert store.people() == {} and store.register(Validity()).records == () and store.look_alikes() == ()


def test_a_calibration_goes_only_where_a_later_one_knows_all_that_it_knew(space: Workspace):
    day = datetime(2020, 1, 1).astimezone()
    made = [
        replace(CALIBRATION, calibrated_at=day, threshold=threshold, gallery=gallery)
        for threshold, gallery in ((0.3, "a"), (0.4, "a"), (0.35, "b"), (0.3, "b"), (0.4, "c"))
    ]
    with space.open_store() as store:
        for one in made:
            store.add_calibration(one)
        assert purge(space, TODAY, AT).parts["calibrations"] == Part(1, 4)
        assert store.calibrations(CALIBRATION.recogniser) == [made[4], made[3], made[1], made[0]]


@pytest.mark.parametrize(("changes", "expected"), [({}, True), ({"threshold": 0.4}, False), ({"basis": "x"}, False)])
def test_when_a_calibration_takes_the_place_of_another(changes: dict[str, object], expected: bool):
    older: Calibration = replace(CALIBRATION, threshold=0.35)
    assert takes_the_place_of(replace(older, **changes), older) is expected


# When.


def test_a_day_to_come_is_only_looked_at(space: Workspace):
    with pytest.raises(UserError, match=r"2026-11-24 is still to come.*--dry-run"):
        purge(space, TODAY + timedelta(1), AT)
    with space.open_store() as store:
        before = (store.people(), store.register(Validity()), store.enrolled(), store.ledger.head())
    told = purge(space, date(2040, 1, 1), AT, dry_run=True)
    assert removed(told.parts)["templates"] == 2
    with space.open_store() as store:
        assert before == (store.people(), store.register(Validity()), store.enrolled(), store.ledger.head())


@pytest.mark.slow
def test_killed_at_any_file_or_statement_the_next_purge_does_the_rest(space: Workspace):
    with space.open_store() as store:
        store.add([replace(PERSON, left_on=date(2021, 11, 22))], [], AT)

    def killed(step: int) -> bool:
        def work() -> None:
            count = 0

            def count_down(*_: object) -> None:
                nonlocal count
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

            unlink = Path.unlink

            def counted(path: Path, *args: object) -> None:
                count_down()
                unlink(path, *args)

            Path.unlink = counted  # type: ignore[method-assign]
            opened = Workspace.open_store

            def traced(self: Workspace) -> object:
                store = opened(self)
                store._db.set_trace_callback(count_down)
                return store

            Workspace.open_store = traced  # type: ignore[method-assign,assignment]
            purge(space, TODAY, AT)

        return ended(started(work)) == -signal.SIGKILL

    steps = [1, 2, 3, 4, 12, 30, 60, 10_000]
    for number, step in enumerate(steps):
        run_of(space, f"old-{number}", date(2025, 11, 22))
        approved_of(space, f"approved-{number}", date(2021, 11, 22))
        assert killed(step) is (step < 10_000)
        with space.open_store() as store:
            assert store.ledger.verify() == ()
            assert "S04" in store.people() or "S04" in store.forgotten(["S04"])
    assert not [path for path in space.reports.iterdir() if path.name.startswith("old")]
    assert not list((space.folder / "approved").rglob("*.*"))
    assert removed(purge(space, TODAY, AT).parts) == {}
    with space.open_store() as store:
        assert store.signing.approvals() == ()
        told = [run for entry in store.ledger.entries() for run in entry.body.get(GONE, ())]
    assert {f"approved-{number}" for number in range(len(steps))} == set(told), "no file is missing without an entry"


def test_the_command_tells_of_each_kind(space: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "en")
    (run_of(space, "old", date(2025, 1, 1)) / "mine.txt").write_text("x")
    told = []
    for options in (["--dry-run"], [], ["--on", "01-01-2099", "--dry-run"]):
        result = CliRunner().invoke(cli, ["purge", *options, "--workspace", str(space.folder)], catch_exceptions=False)
        assert result.exit_code == 0
        told.append(" ".join(result.output.split()))
    assert "Would go" in told[0] and "run folders 1 0" in told[0]
    assert "Removed" in told[1] and "run folders 1 0" in told[1] and "old/mine.txt" in told[1]
    assert "persons with a template without use 2 0" in told[2]
    result = CliRunner().invoke(cli, ["purge", "--on", "morgen", "--workspace", str(space.folder)])
    assert isinstance(result.exception, UserError)
