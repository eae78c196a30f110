"""An audit of a folder by hand: what people said counts, is carried on and can be traced, and nothing is lost."""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path, PurePath

import numpy as np
import pytest
from PIL import Image

from consent.judging import Decision
from consent.messages import UserError
from consent.register import EVERY_PURPOSE, Answer, ConsentRecord, Medium
from pipeline import candidates, jobs
from pipeline.candidates import CandidateAudit
from pipeline.demo import DAY, PHOTOS
from pipeline.language import translator
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.naming_table import COLUMNS
from pipeline.photos import file_digest
from pipeline.reporting.tables import write_csv
from pipeline.run import AuditRun
from pipeline.run_folders import LEFTOVER, LEFTOVER_S
from pipeline.store import Template
from pipeline.vision.observation import Box
from pipeline.workspace import Workspace
from tests.demo.truth import who

pytestmark = pytest.mark.slow

THREE, NOBODY = "IMG_2001.jpg", "IMG_2022.jpg"
"""A photo of three pupils who all have a yes, and one without anybody."""

Audit = Callable[..., AuditRun]


class Today(datetime):
    """A clock that stands still on the demo's day."""

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return datetime(2026, 11, 22, 12, 0)


@pytest.fixture
def workspace(new_workspace: Callable[..., Workspace]) -> Workspace:
    return new_workspace()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in (THREE, NOBODY):
        shutil.copy(PHOTOS / name, folder)
    return folder


@pytest.fixture
def audit(workspace: Workspace, photos: Path, monkeypatch: pytest.MonkeyPatch) -> Audit:
    """Audits the photos and writes the run folder."""
    monkeypatch.setattr(candidates, "datetime", Today)

    def run(run_id: str, on: date = DAY, names: Path | None = None) -> AuditRun:
        job = CandidateAudit.from_parameters(
            workspace=str(workspace.folder),
            photos=str(photos),
            platform="facebook",
            on=on.isoformat(),
            run_id=run_id,
            names_file=str(names or ""),
        )
        result = job.look_and_judge(job.find())
        job.write(result)
        return result

    return run


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def save(path: Path, rows: list[dict[str, str]]) -> Path:
    write_csv(path, COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    return path


@pytest.fixture
def filled_in(audit: Audit, workspace: Workspace, tmp_path: Path) -> Path:
    """The names.csv of a first run, filled in by somebody who knows the children."""
    audit("first")
    rows = table(workspace.reports / "first" / "names.csv")
    assert [(row["photo"], row["what"]) for row in rows] == [
        *[(THREE, "face")] * 3,
        (THREE, "photo"),
        (NOBODY, "photo"),
    ]
    for row in rows[:3]:
        row["who"] = who(THREE, Box(*(float(row[side]) for side in ("x", "y", "width", "height")))) or ""
    assert {row["who"] for row in rows[:3]} == {"S01", "S02", "S03"}
    return save(tmp_path / "names.csv", rows)


def decisions(run: AuditRun) -> dict[str, Decision]:
    return {photo.name: photo.verdict.decision for photo in run.photos}


# A day that is past.

SINCE = {
    "withdrew": (Answer.WITHDRAWN, "facebook", date(2026, 11, 20)),
    "refused": (Answer.NO, "facebook", date(2026, 11, 20)),
    "objected": (Answer.OBJECTION, EVERY_PURPOSE, date(2026, 11, 22)),
}


@pytest.mark.parametrize("case", SINCE)
def test_who_took_the_yes_back_since_is_not_cleared_for_a_day_that_is_past(
    case: str, audit: Audit, workspace: Workspace, filled_in: Path
):
    past = date(2026, 11, 10)
    assert decisions(audit("before", past, filled_in))[THREE] is Decision.PUBLISH
    answer, purpose, day = SINCE[case]
    withdrawn_on = day if answer is Answer.WITHDRAWN else None
    given_on = date(2026, 9, 1) if withdrawn_on else day
    record = ConsentRecord("S02", purpose, Medium.BOTH, answer, "both parents", given_on, withdrawn_on=withdrawn_on)
    with workspace.open_store() as store:
        store.add([], [record], datetime(2026, 11, 22))
    run = audit("after", past, filled_in)
    (photo,) = [p for p in run.photos if p.name == THREE]
    (number,) = [n for n, person in photo.identified.items() if person == "S02"]
    assert photo.verdict.decision is Decision.COVER and photo.verdict.cover == (number,)
    assert number not in photo.cleared


# What people said.


def test_answers_are_carried_into_the_next_run(audit: Audit, workspace: Workspace, filled_in: Path):
    rows = table(filled_in)
    rows[0]["who"], rows[-1]["who"] = "niet herkenbaar: ver weg", "kan schaden"
    save(filled_in, rows)
    second = decisions(audit("second", names=filled_in))
    assert second == {THREE: Decision.PUBLISH, NOBODY: Decision.HOLD}
    carried = workspace.reports / "second" / "names.csv"
    assert table(carried) == table(filled_in)
    third = audit("third", names=carried)
    assert decisions(third) == second
    assert table(workspace.reports / "third" / "names.csv") == table(filled_in)


def test_a_photo_that_changed_since_it_was_named_is_held(audit: Audit, photos: Path, filled_in: Path):
    rows = table(filled_in)
    rows[-1]["who"] = "kan schaden"
    save(filled_in, rows)
    for name in (THREE, NOBODY):
        with Image.open(photos / name) as image:
            image.save(photos / name, quality=80)
    run = audit("second", names=filled_in)
    assert set(decisions(run).values()) == {Decision.HOLD}
    assert all("another version of this file" in str(photo.verdict.reasons[0].reason) for photo in run.photos)
    assert run.notes == (), "the photos are there, in another version"


def test_names_of_photos_that_are_not_there_are_told(audit: Audit, workspace: Workspace, photos: Path, filled_in: Path):
    rows = table(filled_in)
    rows[-1]["who"] = "kan schaden"
    save(filled_in, rows)
    (photos / NOBODY).unlink()
    run = audit("second", names=filled_in)
    assert [NOBODY in str(note) and THREE not in str(note) for note in run.notes] == [True]
    folder = workspace.reports / "second"
    assert translator("en").render(run.notes[0]) in (folder / "report.html").read_text("utf-8")
    assert json.loads((folder / "run.json").read_text("utf-8"))["notes"] == [str(run.notes[0])]
    (photos / THREE).rename(photos / "renamed.jpg")
    shutil.copy(PHOTOS / NOBODY, photos)
    assert audit("third", names=filled_in).notes == (), "a photo is known by its content, whatever its name"


def test_what_people_said_can_be_traced(audit: Audit, workspace: Workspace, filled_in: Path):
    run = audit("second", names=filled_in)
    folder = workspace.reports / "second"
    said = [row for row in table(folder / "findings.csv") if row["rule"] == "hand"]
    expected = [(row["photo"], row["number"], row["who"]) for row in table(filled_in) if row["what"] == "face"]
    assert [(row["photo"], row["face"], row["person_id"]) for row in said] == expected
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert record["parameters"]["names_file"] == "names.csv"
    assert record["parameters"]["names_file_sha256"] == file_digest(filled_in)
    assert {p["name"]: p["named_by_hand"] for p in record["photos"]} == {THREE: [1, 2, 3], NOBODY: []}
    html = (folder / "report.html").read_text("utf-8")
    tr = translator("en")
    (photo,) = [p for p in run.photos if p.name == THREE]
    for finding in photo.verdict.findings:
        if finding.rule == "hand":
            assert tr.render(finding.reason) in html
    first = json.loads((workspace.reports / "first" / "run.json").read_text("utf-8"))
    assert first["parameters"]["names_file_sha256"] is None
    assert not [row for row in table(workspace.reports / "first" / "findings.csv") if row["rule"] == "hand"]


def test_a_name_given_by_hand_never_joins_the_gallery(
    new_workspace: Callable[..., Workspace], photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Or one wrong answer would go on to name other faces wrongly."""
    monkeypatch.setattr(candidates, "datetime", Today)
    workspace = new_workspace(dpia="DPIA 1")
    someone = Template("S16", DlibResNet.name, "a" * 64, DAY, np.full(128, 0.1, np.float32), version=DlibResNet.version)
    with workspace.open_store() as store:
        store.replace_templates([someone])
        before = store.gallery(DlibResNet.name, 128)

    def run(run_id: str, names: Path | None = None) -> AuditRun:
        job = CandidateAudit.from_parameters(
            workspace=str(workspace.folder), photos=str(photos), platform="facebook", on=DAY.isoformat(),
            run_id=run_id, names_file=str(names or ""),
        )  # fmt: skip
        result = job.look_and_judge(job.find())
        job.write(result)
        return result

    assert decisions(run("first"))[THREE] is Decision.HOLD
    rows = table(workspace.reports / "first" / "names.csv")
    for row in rows[:3]:
        row["who"] = who(THREE, Box(*(float(row[side]) for side in ("x", "y", "width", "height")))) or ""
    assert decisions(run("second", save(tmp_path / "names.csv", rows)))[THREE] is Decision.PUBLISH
    with workspace.open_store() as store:
        after = store.gallery(DlibResNet.name, 128)
        assert store.enrolled() == {"S16"}
    assert (after.digest, after.references) == (before.digest, before.references)
    assert decisions(run("third"))[THREE] is Decision.HOLD, "and the next photo is named by nobody's answer"


# What goes wrong on the way.


def test_a_photo_that_cannot_be_drawn_keeps_its_verdict_and_its_row(
    audit: Audit, workspace: Workspace, filled_in: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    drawn = audit("drawn", names=filled_in)
    monkeypatch.setattr("pipeline.looking.draw", broken)
    bare = audit("bare", names=filled_in)
    assert [(p.verdict, p.name_rows, p.identified) for p in bare.photos] == [
        (p.verdict, p.name_rows, p.identified) for p in drawn.photos
    ]
    assert all(p.picture for p in drawn.photos) and not any(p.picture for p in bare.photos)
    html = (workspace.reports / "bare" / "report.html").read_text("utf-8")
    assert html.count("No picture") == 2 and "<img" not in html
    assert table(workspace.reports / "bare" / "verdicts.csv") == table(workspace.reports / "drawn" / "verdicts.csv")


def test_a_second_run_of_one_name_is_told_and_disturbs_nothing(workspace: Workspace, photos: Path):
    job = CandidateAudit.from_parameters(
        workspace=str(workspace.folder), photos=str(photos), platform="facebook", on=DAY.isoformat(), run_id="one"
    )
    job.unfinished.mkdir()
    (job.unfinished / "growing").touch()
    with pytest.raises(UserError, match=r"“one” is under way.*\.one\.unfinished"):
        job.look_and_judge(job.find())
    assert [path.name for path in job.unfinished.iterdir()] == ["growing"]


def test_what_a_killed_run_left_behind_goes_after_a_day(audit: Audit, workspace: Workspace):
    old, young = LEFTOVER_S + 60, LEFTOVER_S - 60
    ages = {"killed": (old, old), "under-way": (young, young), "slow": (old, young), "undrawn": (young, old)}
    for name, (age, age_of_file) in ages.items():
        folder = workspace.reports / f".{name}.unfinished"
        (folder / "pictures").mkdir(parents=True)
        (folder / "pictures" / "0.jpg").touch()
        os.utime(folder / "pictures" / "0.jpg", (time.time() - age_of_file,) * 2)
        for place in (folder / "pictures", folder):
            os.utime(place, (time.time() - age,) * 2)
    (workspace.reports / "an old run").mkdir()
    os.utime(workspace.reports / "an old run", (0, 0))
    audit("new")
    left = {f".{name}.unfinished" for name in ("under-way", "slow", "undrawn")}
    assert {path.name for path in workspace.reports.iterdir()} == {*left, "an old run", "new"}
    assert timedelta(seconds=LEFTOVER_S) == timedelta(days=1)


def test_a_run_shows_at_every_photo_that_it_goes_on(workspace: Workspace, photos: Path):
    job = CandidateAudit.from_parameters(
        workspace=str(workspace.folder), photos=str(photos), platform="facebook", on=DAY.isoformat(), run_id="long"
    )
    job.begin()
    for _ in job.going_on(range(2)):
        assert time.time() - job.unfinished.stat().st_mtime < LEFTOVER_S
        os.utime(job.unfinished, (0, 0))


def test_the_notebook_of_a_killed_run_is_a_leftover_as_well(
    workspace: Workspace, photos: Path, monkeypatch: pytest.MonkeyPatch
):
    """It grows in a folder that the next run knows by its name."""
    growing: list[str] = []

    def killed(name: str, parameters: object, executed: Path, on_step: object) -> None:
        growing.append(executed.parent.name)
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "run_notebook", killed)
    with pytest.raises(KeyboardInterrupt):
        jobs.audit_candidates(workspace.folder, photos, DAY, lambda *_: None, platform="facebook")
    (name,) = growing
    assert PurePath(name).match(f".*{LEFTOVER}")
