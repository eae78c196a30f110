"""Run folders read back: every kind that the program writes, and whatever else lies there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.judging import Decision
from pipeline.overseeing.overrides import overrides
from pipeline.overseeing.runs import Kind, Runs, read_runs
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Box

SINCE, UNTIL = date(2026, 8, 1), date(2026, 11, 22)
NO_FINDINGS = "photo;face;rule;outcome;person_id;reason\n"
STARTED = "2026-10-05T09:00:00+02:00"


def photo(name: str, verdict: str, by_itself: str | None = None, **other: object) -> dict[str, object]:
    return {"name": name, "sha256": f"{name}-bytes", "verdict": verdict, "verdict_by_itself": by_itself, **other}


def candidates(**other: object) -> dict[str, object]:
    photos = [photo("a.jpg", "publish", "hold"), photo("b.jpg", "hold"), photo("c.jpg", "hold", "hold")]
    counts = {"photos": 3, "publish": 1, "hold": 2, "cover": 0, "block": 0, "persons": 9}
    return {"run_id": "x", "platform": "facebook", "started": STARTED, "counts": counts, "photos": photos, **other}


PUBLISHED = {"platform": "twitter", "started": STARTED, "standings": {"right": 4, "withdrawn": 1}, "photos": []}
RECHECK = {"started": STARTED, "standings": {"right": 5}, "posts": []}
REVIEW = {"kind": "privacy_review", "started": STARTED, "to_do": []}
CALIBRATION = {"calibration": {"calibrated_at": STARTED, "persons": 17, "references": 34, "curve": []}}


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


@pytest.fixture
def put(reports: Path) -> Callable[..., Path]:
    """Writes a file into a run folder: JSON, or text as it is. A table of findings lies there already."""

    def put_file(run: str, content: object, name: str = "run.json") -> Path:
        if not (reports / run).exists():
            (reports / run).mkdir()
            (reports / run / "findings.csv").write_text(NO_FINDINGS, "utf-8")
        text = content if isinstance(content, str) else json.dumps(content)
        (reports / run / name).write_text(text, "utf-8")
        return reports

    return put_file


def read(reports: Path) -> Runs:
    return read_runs(reports, SINCE, UNTIL)


KINDS: dict[str, tuple[str, Any, Kind, dict[str, int]]] = {
    "candidates": ("run.json", candidates(), Kind.CANDIDATES, {"publish": 1, "hold": 2, "cover": 0, "block": 0}),
    "published": ("run.json", PUBLISHED, Kind.PUBLISHED, {"right": 4, "withdrawn": 1}),
    "recheck": ("run.json", RECHECK, Kind.RECHECK, {"right": 5}),
    "review": ("run.json", REVIEW, Kind.REVIEW, {}),
    "calibration": ("calibration.json", CALIBRATION, Kind.CALIBRATION, {"persons": 17, "references": 34}),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_run_is_read_as_what_it_was(case: str, put: Callable[..., Path]):
    name, content, kind, counts = KINDS[case]
    found = read(put("one", content, name))
    (run,) = found.runs
    assert (run.kind, dict(run.counts), run.run_id, run.day) == (kind, counts, "one", date(2026, 10, 5))
    assert not found.unread


def test_an_enrolment_is_dated_by_its_table(put: Callable[..., Path]):
    rows = "file;person_id;refused_because;warning\na.jpg;S01;;\nb.jpg;S02;too small;\n"
    reports = put("enrol", rows, "enrolment.csv")
    found = read_runs(reports, date.today(), date.today())
    (run,) = found.runs
    assert (run.kind, dict(run.counts)) == (Kind.ENROLMENT, {"enrolled": 1, "refused": 1})


@pytest.mark.parametrize(
    ("started", "is_in"),
    [
        ("2026-07-31T23:59:59+00:00", False),
        ("2026-08-01T12:00:00+00:00", True),
        ("2026-11-22T12:00:00+00:00", True),
        ("2026-11-24T00:00:00+00:00", False),
    ],
)
def test_the_first_and_the_last_day_belong_to_the_period(started: str, is_in: bool, put: Callable[..., Path]):
    assert bool(read(put("one", candidates(started=started))).runs) is is_in


def test_runs_come_the_latest_first(put: Callable[..., Path]):
    for day in (5, 9, 7):
        reports = put(f"run-{day}", candidates(started=f"2026-10-0{day}T10:00:00+00:00"))
    assert [run.run_id for run in read(reports).runs] == ["run-9", "run-7", "run-5"]


def test_what_held_photos_up_is_counted_by_photo(put: Callable[..., Path]):
    put("one", candidates())
    rows = "photo;face;rule;outcome;person_id;reason\na.jpg;1;R2;hold;;x\na.jpg;2;R2;hold;;x\nb.jpg;1;R2;block;;x\n"
    reports = put("one", rows + "b.jpg;;R1;advice;;x\nc.jpg;;R4;hold;;x\n", "findings.csv")
    assert read(reports).runs[0].held_by == {"R2": 2, "R4": 1}


BROKEN = {
    "cut off": ("run.json", '{"run_id": ', "run.json is damaged"),
    "empty": ("run.json", "", "run.json is damaged"),
    "nested too deep": ("run.json", "[" * 100_000, "run.json is damaged"),
    "a list": ("run.json", [], "another version"),
    "no moment": ("run.json", {"photos": [], "counts": {}}, "started"),
    "a moment that is none": ("run.json", candidates(started="gisteren"), "started"),
    "no counts": ("run.json", {"started": STARTED, "photos": []}, "counts"),
    "an unknown verdict": ("run.json", candidates(photos=[photo("a.jpg", "fine")]), "photos.0.verdict"),
    "an unknown standing": ("run.json", {**RECHECK, "standings": {"fine": 1}}, "standings.fine"),
    "another calibration": ("calibration.json", {"calibration": {"threshold": 0.4}}, "calibrated_at"),
    "no record": ("photo.txt", "hello", "no other record of a run"),
    "no column": ("enrolment.csv", "file;person_id\na.jpg;S01\n", "enrolment.csv cannot be read"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_read_is_one_line_and_the_rest_goes_on(case: str, put: Callable[..., Path]):
    name, content, why = BROKEN[case]
    put("broken", content, name)
    found = read(put("good", candidates()))
    assert [run.run_id for run in found.runs] == ["good"]
    (unread,) = found.unread
    assert unread.what == "broken" and why in str(unread.why)


def test_a_broken_table_of_findings_is_told_and_its_run_counts(put: Callable[..., Path]):
    put("one", candidates())
    reports = put("one", "photo;rule\na.jpg;R2\n", "findings.csv")
    for _ in ("broken", "missing"):
        found = read(reports)
        assert [run.run_id for run in found.runs] == ["one"] and not found.runs[0].held_by
        assert [unread.what for unread in found.unread] == ["one/findings.csv"]
        (reports / "one" / "findings.csv").unlink(missing_ok=True)


def test_files_and_hidden_folders_are_no_runs(reports: Path):
    (reports / "notes.txt").write_text("x")
    (reports / ".other.unfinished").mkdir()
    assert read(reports) == Runs()


def test_a_missing_folder_of_reports_is_told(tmp_path: Path):
    assert [unread.what for unread in read(tmp_path / "reports").unread] == ["reports"]


ODD = (None, True, -1, 1e400, "x", "2026-13-01", [], [None], {}, {"a": 1}, {"hold": "x"}, [{"name": 1}], [[]])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from([*candidates(), "standings", "kind"]), st.sampled_from(ODD), max_size=6))
def test_whatever_a_record_says_it_is_a_run_or_one_line(tmp_path_factory: pytest.TempPathFactory, changed: dict):
    reports = tmp_path_factory.mktemp("reports")
    (reports / "one").mkdir()
    (reports / "one" / "findings.csv").write_text(NO_FINDINGS, "utf-8")
    (reports / "one" / "run.json").write_text(json.dumps({**candidates(), **changed}), "utf-8")
    found = read_runs(reports, date.min, date.max)
    assert len(found.runs) + len(found.unread) == 1
    shutil.rmtree(reports)


# Overrides.


def test_an_override_is_a_verdict_that_people_changed(put: Callable[..., Path]):
    (one,) = overrides(read(put("one", candidates())).runs)
    assert (one.photo, one.by_itself, one.verdict, one.by) == ("a.jpg", Decision.HOLD, Decision.PUBLISH, ())
    assert one.is_milder


def test_the_same_change_is_told_once_where_last(put: Callable[..., Path]):
    put("first", candidates(started="2026-10-01T10:00:00+00:00"))
    put("elsewhere", candidates(platform="twitter"))
    reports = put("second", candidates(started="2026-10-08T10:00:00+00:00"))
    told = {(one.run_id, one.platform) for one in overrides(read(reports).runs)}
    assert told == {("second", "facebook"), ("elsewhere", "twitter")}


AT = datetime.fromisoformat(STARTED)
HOUR = timedelta(hours=1)


def decided(by: str, at: datetime, ended: datetime | None = None, photo: str = "a.jpg") -> HandDecision:
    return HandDecision(at, f"{photo}-bytes", photo, "face", 1, Box(0, 0, 9, 9), "no_face", by=by, ended_at=ended)


DECIDERS = {
    "before the run": ((decided("dir", AT - HOUR),), ("dir",)),
    "two of them, one twice": ((decided("mt", AT), decided("dir", AT), decided("mt", AT)), ("dir", "mt")),
    "undone after it": ((decided("dir", AT - HOUR, AT + HOUR),), ("dir",)),
    "undone before it": ((decided("dir", AT - 2 * HOUR, AT - HOUR),), ()),
    "after it": ((decided("dir", AT + HOUR),), ()),
    "of another photo": ((decided("dir", AT - HOUR, photo="b.jpg"),), ()),
    "by nobody known": ((decided("", AT - HOUR),), ()),
}


@pytest.mark.parametrize("case", DECIDERS)
def test_who_overrode_a_verdict_is_whose_decision_stood_then(case: str, put: Callable[..., Path]):
    decisions, expected = DECIDERS[case]
    (one,) = overrides(read(put("one", candidates())).runs, decisions)
    assert one.by == expected


WENT = {
    "decided after the report, and approved": (decided("mt", AT + HOUR), "a.jpg-bytes", ("mt",)),
    "decided before the report, and a consent came in": (decided("mt", AT - HOUR), "a.jpg-bytes", None),
    "decided after the approval": (decided("mt", AT + 3 * HOUR), "a.jpg-bytes", None),
    "taken back before the approval": (decided("mt", AT + HOUR, AT + 2 * HOUR), "a.jpg-bytes", None),
    "only its new picture went": (decided("mt", AT + HOUR), "the picture with covers", None),
    "only how it is covered was decided": (replace(decided("mt", AT + HOUR), what="remedy"), "a.jpg-bytes", None),
}


@pytest.mark.parametrize("case", WENT)
def test_what_was_decided_after_the_report_is_an_override_once_the_photo_went_out(case: str, put: Callable[..., Path]):
    decision, source, by = WENT[case]
    held = [photo("a.jpg", "hold")]
    runs = read(put("one", candidates(photos=held))).runs
    found = overrides(runs, [decision], {"one": (AT + 2 * HOUR, {source})})
    assert [(one.by_itself, one.verdict, one.by) for one in found] == (
        [(Decision.HOLD, Decision.PUBLISH, by)] if by else []
    )


def test_a_run_of_an_older_version_does_not_say_that_nobody_changed_anything(put: Callable[..., Path]):
    old = [{key: value for key, value in one.items() if key != "verdict_by_itself"} for one in [photo("a", "hold")]]
    (run,) = read(put("old", candidates(photos=old))).runs
    assert not run.tells_overrides
    assert read(put("old", candidates())).runs[0].tells_overrides
