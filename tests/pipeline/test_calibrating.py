"""Calibrating the demo's gallery by the real notebook, and what audits make of it."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from consent.messages import UserError
from consent.register import MATCHING, Answer, ConsentRecord, Medium
from pipeline import calibrating
from pipeline.calibrating import CalibrationJob
from pipeline.candidates import CandidateAudit
from pipeline.cli import cli
from pipeline.demo import DAY, PHOTOS, REFERENCES
from pipeline.keys import VARIABLE
from pipeline.ledger.chain import Kind
from pipeline.matching.calibration import Calibration
from pipeline.matching.identification import MatchingPolicy
from pipeline.reporting.calibration_page import FIGURES, PAGE, TRIALS, read_calibration
from pipeline.run import AuditRun
from pipeline.store import Store
from pipeline.workspace import Workspace
from tests.keys import KEY
from tests.ledger.holding import kinds_of_a_sound_ledger

SOME = ("IMG_2001.jpg", "IMG_2016.jpg", "IMG_2018.jpg")
"""Photos of the demo's event: a clear one, and two with children who look alike."""


def job_of(workspace: Path, references: Path, **given: object) -> CalibrationJob:
    given = {"on": DAY.isoformat(), "run_id": "calibration", **given}
    return CalibrationJob.from_parameters(workspace=str(workspace), references=str(references), **given)


@pytest.fixture(scope="module")
def calibrated(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A copy of the demo's workspace that was calibrated by the command: it, the run folder, what was shown."""
    workspace = Path(shutil.copytree(demo_workspace, tmp_path_factory.mktemp("calibrated") / "copy"))
    arguments = ["gallery", "calibrate", str(REFERENCES), "--on", DAY.isoformat(), "--workspace", str(workspace)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        patch.setenv("PHOTO_CONSENT_LANGUAGE", "nl")
        result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    (folder,) = (path for path in (workspace / "reports").iterdir() if path.name.endswith("-calibrate"))
    return workspace, folder, result.output


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)


@pytest.fixture
def copied(calibrated: tuple[Path, Path, str], tmp_path: Path, unlocked: None) -> Path:
    """The calibrated workspace, to be changed."""
    return Path(shutil.copytree(calibrated[0], tmp_path / "copy"))


@pytest.mark.slow
def test_so_few_children_show_nothing_and_the_threshold_stays_strict(calibrated: tuple[Path, Path, str]):
    workspace, folder, shown = calibrated
    found = read_calibration(folder)
    with Store(workspace / "workspace.db", KEY) as store:
        assert store.calibration("dlib_face_resnet") == found
        assert store.calibration("another") is None
        assert found.gallery == store.gallery("dlib_face_resnet", 128).digest
    assert (found.persons, found.fpir.trials, found.references, found.absent) == (17, 17, 34, 0)
    assert not found.shown and found.persons_needed == 2996
    assert found.threshold <= MatchingPolicy().threshold and found.fpir.errors == 0
    assert found.kin_pairs >= 1, "S07 and S08 were made to look alike"
    assert "2996 personen nodig" in " ".join(shown.split())


@pytest.mark.slow
def test_the_run_folder_is_whole_and_tells_nothing_personal(calibrated: tuple[Path, Path, str]):
    workspace, folder, _ = calibrated
    assert {path.name for path in folder.iterdir()} == {PAGE, FIGURES, TRIALS, "50_calibrate_matching.ipynb"}
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]
    with Store(workspace / "workspace.db", KEY) as store:
        names = {part for p in store.people().values() for part in (p.given_name, p.family_name)}
        vectors = store.gallery("dlib_face_resnet", 128).templates
    numbers = {f"{abs(value):.4f}"[1:] for value in vectors[0][:8]}
    for path in folder.iterdir():
        text = re.sub(r"[A-Za-z0-9+/=\\]{200,}", "", path.read_text("utf-8"))  # pictures as base64
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)], path.name
        assert not all(number in text for number in numbers), path.name
    with (folder / TRIALS).open(encoding="utf-8-sig", newline="") as file:
        trials = list(csv.DictReader(file, delimiter=";"))
    assert len(trials) == 34 * 8 * 2, "34 photos, 8 ways, as a stranger and as a new photo"


@pytest.mark.slow
def test_the_ledger_has_it_and_its_digest_stands_on_the_page(calibrated: tuple[Path, Path, str], unlocked: None):
    workspace, folder, _ = calibrated
    kinds = kinds_of_a_sound_ledger(Workspace.open(workspace))
    assert kinds == [Kind.DATABASE, Kind.REGISTER, Kind.ENROLMENT, Kind.RUN, Kind.CALIBRATION]
    with Store(workspace / "workspace.db", KEY) as store:
        head = store.ledger.head()
    assert json.loads((folder / FIGURES).read_text("utf-8"))["ledger_head"] == head
    assert head in (folder / PAGE).read_text("utf-8").replace(" ", "")


@pytest.mark.slow
def test_the_figures_are_those_of_the_trials(calibrated: tuple[Path, Path, str]):
    """Counted again from the table, without the program's own arithmetic."""
    found = read_calibration(calibrated[1])
    with (calibrated[1] / TRIALS).open(encoding="utf-8-sig", newline="") as file:
        trials = list(csv.DictReader(file, delimiter=";"))
    for threshold in (found.threshold, found.standard):
        near = [t for t in trials if t["named_up_to_widest"] and float(t["distance"]) <= threshold]
        wrong = {t["person_id"] for t in near if t["as"] == "stranger"}
        right = sum(t["as"] == "enrolled" and t["named_up_to_widest"] == t["person_id"] for t in near)
        point = found.at(threshold)
        assert point.fpir.errors == len(wrong)
        # Each of the 17 has two photos, so the mean over persons is the mean over photos.
        assert point.fnir.share == pytest.approx(1 - right / (34 * 8))


def audited(workspace: Path, photos: Path, run_id: str) -> AuditRun:
    audit = CandidateAudit.from_parameters(
        workspace=str(workspace), photos=str(photos), platform="facebook", on=DAY.isoformat(), run_id=run_id
    )
    run = audit.look_and_judge(audit.find())
    audit.write(run)
    return run


@pytest.fixture
def some_photos(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for name in SOME:
        shutil.copy(PHOTOS / name, tmp_path / "photos")
    return tmp_path / "photos"


def names(run: AuditRun) -> set[tuple[str, int, str]]:
    return {(photo.name, number, who) for photo in run.photos for number, who in photo.identified.items()}


@pytest.mark.slow
def test_an_audit_goes_by_the_calibration_and_says_so(
    copied: Path, demo_workspace: Path, some_photos: Path, tmp_path: Path
):
    plain = Path(shutil.copytree(demo_workspace, tmp_path / "plain"))
    without = audited(plain, some_photos, "without")
    assert without.in_force is not None and without.in_force.calibration is None
    page = (plain / "reports/without/report.html").read_text("utf-8")
    assert "niet gekalibreerd met de referentiefoto’s van deze school" in page

    run = audited(copied, some_photos, "with")
    found = run.in_force.calibration
    assert not run.in_force.changed and run.thresholds["matching_threshold"] == found.threshold
    assert names(run) <= names(without), "a stricter threshold gives no new name"
    page = (copied / "reports/with/report.html").read_text("utf-8")
    assert "gekalibreerd op" in page and "2996 personen nodig" in page
    record = json.loads((copied / "reports/with/run.json").read_text("utf-8"))["calibration"]
    assert (record["changed_since"], record["target_shown"], record["threshold"]) == (False, False, found.threshold)
    assert record["fpir"]["trials"] == 17


CHANGES: dict[str, Callable[[Store], None]] = {
    "a person less": lambda store: store.drop_templates({"S01"}),
    "consent for matching taken back, template not erased yet": lambda store: withdraw(store, "S01"),
}


def withdraw(store: Store, person_id: str) -> None:
    line = ConsentRecord(person_id, MATCHING, Medium.PHOTO, Answer.WITHDRAWN, given_on=date(2026, 9, 1))
    store.add([], [line], datetime(2026, 11, 22))


@pytest.mark.slow
@pytest.mark.parametrize("case", CHANGES)
def test_a_gallery_that_changed_since_is_said_and_is_never_matched_more_mildly(
    case: str, copied: Path, some_photos: Path
):
    with Store(copied / "workspace.db", KEY) as store:
        found = store.calibration("dlib_face_resnet")
        mild = Calibration(**{**vars(found), "threshold": 0.5, "shown": True})
        store.add_calibration(mild)
    as_it_was = audited(copied, some_photos, "same")
    assert as_it_was.in_force.policy == MatchingPolicy() and not as_it_was.in_force.changed
    with Store(copied / "workspace.db", KEY) as store:
        CHANGES[case](store)
    run = audited(copied, some_photos, "changed")
    assert run.in_force.changed and run.in_force.policy == MatchingPolicy()
    assert "verouderd" in (copied / "reports/changed/report.html").read_text("utf-8")


# Who takes part.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The references of two persons, one of them twice, and two files that are no enrolled photos."""
    for person_id in ("S01", "S02"):
        shutil.copytree(REFERENCES / person_id, tmp_path / "references" / person_id)
    shutil.copy(REFERENCES / "S01/a.jpg", tmp_path / "references/S01/again.jpg")
    shutil.copy(PHOTOS / SOME[0], tmp_path / "references/S01/event.jpg")
    (tmp_path / "references/S02/broken.jpg").write_bytes(b"no picture")
    return tmp_path / "references"


@pytest.mark.slow
def test_only_photos_that_are_enrolled_take_part_and_the_others_are_counted(copied: Path, folder: Path):
    found = job_of(copied, folder).try_out()
    assert {trial.person_id for trial in found.trials} == {"S01", "S02"}
    assert len({trial.reference for trial in found.trials}) == 4 and len(found.trials) == 4 * 8 * 2
    assert (found.absent, found.others, found.persons) == (30, 2, 17)


@pytest.mark.slow
def test_who_took_the_consent_back_is_neither_tried_nor_compared_with(copied: Path, folder: Path):
    with Store(copied / "workspace.db", KEY) as store:
        withdraw(store, "S02")
    found = job_of(copied, folder).try_out()
    assert {trial.person_id for trial in found.trials} == {"S01"} and found.persons == 16
    assert "S02" not in {trial.named for trial in found.trials}
    expired = job_of(copied, folder, on="2027-08-01", run_id="expired")
    with pytest.raises(UserError, match="nothing to calibrate on"):
        expired.try_out()


@pytest.mark.slow
def test_a_folder_without_an_enrolled_photo_is_told(copied: Path, some_photos: Path):
    with pytest.raises(UserError, match="No photo in “photos” is one that was enrolled"):
        job_of(copied, some_photos).try_out()


def test_a_gallery_of_another_version_is_told_to_be_enrolled_again(copied: Path):
    with Store(copied / "workspace.db", KEY) as store, store.transaction():
        store._db.execute("UPDATE template SET version = 0")
    with pytest.raises(UserError, match="Enrol the reference photos again first"):
        job_of(copied, REFERENCES).try_out()


@pytest.mark.slow
def test_trying_twice_gives_the_same_and_keeps_the_gallery_as_it_was(copied: Path, folder: Path):
    with Store(copied / "workspace.db", KEY) as store:
        before = store.gallery("dlib_face_resnet", 128)
    job = job_of(copied, folder / "S02")
    assert job.try_out() == job.try_out()
    with Store(copied / "workspace.db", KEY) as store:
        assert np.array_equal(store.gallery("dlib_face_resnet", 128).templates, before.templates)


@pytest.mark.slow
def test_a_calibration_that_cannot_be_written_does_not_count(
    copied: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    job = job_of(copied, folder / "S02")
    tried = job.try_out()
    before = sorted(job.folder.parent.iterdir())

    def broken(report: object, place: Path, tr: object) -> None:
        place.mkdir()
        (place / PAGE).touch()
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(calibrating, "write_calibration_folder", broken)
        with pytest.raises(OSError, match="disk full"):
            job.write(tried, job.choose(tried))
    assert sorted(job.folder.parent.iterdir()) == before
    with Store(copied / "workspace.db", KEY) as store:
        assert store._db.execute("SELECT count(*) FROM calibration").fetchone() == (1,)


# What is refused before anything is looked at.

PARAMETERS = {
    "no workspace": ({"workspace": ""}, "The parameter workspace is missing"),
    "no references": ({"references": None}, "The parameter references is not right"),
    "a day that is none": ({"on": "2026-02-30"}, "The parameter on is not right"),
    "a language that is none": ({"language": "xx"}, "xx"),
    "a run elsewhere": ({"run_id": "../x"}, "cannot name a run"),
    "an unknown parameter": ({"threshold": 0.5}, "The parameter threshold is not right"),
    "a target of nought": ({"target_fpir": 0.0}, "The parameter target_fpir is not right"),
    "a target below nought": ({"target_fpir": -0.001}, "The parameter target_fpir is not right"),
    "a target that lets everybody through": (
        {"target_fpir": 0.5},
        "The parameter target_fpir is not right: it is 0.01 at most.",
    ),
    "a target above the highest": ({"target_fpir": 0.5}, "it is 0.01 at most"),
    "a target that is no number": ({"target_fpir": "veel"}, "The parameter target_fpir is not right"),
    "a target that is not a number": ({"target_fpir": float("nan")}, "The parameter target_fpir is not right"),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_wrong_parameter_is_told_at_once(case: str, new_workspace: Callable[..., Workspace]):
    changed, reason = PARAMETERS[case]
    given = {"workspace": str(new_workspace("DPIA-TEST").folder), "references": str(REFERENCES), **changed}
    with pytest.raises(UserError, match=reason):
        CalibrationJob.from_parameters(**given)


def test_nothing_is_calibrated_where_matching_is_off(new_workspace: Callable[..., Workspace]):
    with pytest.raises(UserError, match="Face matching is off"):
        job_of(new_workspace().folder, REFERENCES)
