"""A whole review of the demo's workspace, by the command and its notebook, and its page in a real browser."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from consent.messages import UserError
from consent.published.standing import Standing
from consent.register import MATCHING, Answer, ConsentRecord, Medium, add_months
from pipeline.cli import cli
from pipeline.demo import RUN_ID
from pipeline.keys import VARIABLE
from pipeline.language import translator
from pipeline.ledger.verifying import verify
from pipeline.overseeing.review import Review
from pipeline.overseeing.reviewing import PrivacyReview, first_of_school_year
from pipeline.overseeing.runs import Kind
from pipeline.published.memory import GONE, Stood
from pipeline.reporting.overseeing.points import points
from pipeline.reporting.overseeing.tables import TABLES
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Box
from pipeline.workspace import Workspace
from tests.keys import KEY

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
UNTIL = max(date(2026, 11, 22), date.today())
OLDER = '{"run_id": "<img src=x onerror=alert(1)>", "verdicts": {}}'


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, KEY)


@pytest.fixture(scope="module")
def reviewed(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Path, str]:
    """The demo's workspace with a broken run in it, reviewed by the command: it, the run folder, what was shown."""
    folder = Path(shutil.copytree(demo_workspace, tmp_path_factory.mktemp("reviewed") / "school"))
    older = folder / "reports" / "=1+1 <b>older<b>"
    older.mkdir()
    (older / "run.json").write_text(OLDER, "utf-8")
    left = folder / "reports" / ".killed.unfinished"
    left.mkdir()
    os.utime(left, (0, 0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        patch.setenv("PHOTO_CONSENT_LANGUAGE", "nl")
        given = ["--from", "1-8-2020", "--to", UNTIL.isoformat(), "--run-id", "review", "--workspace", str(folder)]
        result = CliRunner().invoke(cli, ["review", *given], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return Workspace.open(folder), folder / "reports" / "review", result.output


@pytest.mark.slow
def test_the_run_folder_is_whole(reviewed: tuple[Workspace, Path, str]):
    workspace, folder, shown = reviewed
    files = {"report.html", "report.xlsx", "run.json", "40_privacy_review.ipynb", *(table.name for table in TABLES)}
    assert {path.name for path in folder.iterdir()} == files
    assert [path.name for path in workspace.reports.glob(".*")] == [".killed.unfinished"], "it changes nothing"
    assert str(folder / "report.html") in shown.replace("\n", "")


@pytest.mark.slow
def test_every_run_is_there_and_what_could_not_be_read_is_one_line(reviewed: tuple[Workspace, Path, str]):
    _, folder, _ = reviewed
    kinds = [row["kind"] for row in rows(folder / "runs.csv")]
    assert sorted(kinds) == [Kind.CANDIDATES, Kind.ENROLMENT]
    (audit,) = (row for row in rows(folder / "runs.csv") if row["kind"] == Kind.CANDIDATES)
    counts = json.loads((folder.parent / audit["run"] / "run.json").read_text("utf-8"))["counts"]
    told = dict(part.split("=") for part in audit["counts"].split())
    assert {kind: int(count) for kind, count in told.items()} == {k: counts[k] for k in told} and len(told) > 2
    (unread,) = rows(folder / "not_read.csv")
    assert unread["what"] == "'=1+1 <b>older<b>" and "another version" in unread["why"]


@pytest.mark.slow
def test_nothing_in_it_is_a_name_or_a_template(reviewed: tuple[Workspace, Path, str], unlocked: None):
    workspace, folder, shown = reviewed
    with workspace.open_store() as store:
        people = store.people().values()
        vectors = store.gallery("dlib_face_resnet", 128).templates
    names = {person.full_name for person in people} | {person.family_name for person in people}
    told = shown + "".join(path.read_text("utf-8") for path in folder.iterdir() if path.suffix != ".xlsx")
    told += "".join(str(cell.value) for sheet in load_workbook(folder / "report.xlsx") for row in sheet for cell in row)
    words = set(re.findall(r"\w+", told))
    assert not {name for name in names if set(name.split()) <= words and name in told}
    # Seven digits: a moment has six behind its point, and with five one of a hundred moments was a number by chance.
    assert not [number for number in (f"{abs(value):.7f}"[1:] for value in vectors[0]) if number in told]


@pytest.mark.slow
def test_the_page_is_dutch_whole_and_harmless(reviewed: tuple[Workspace, Path, str]):
    page = (reviewed[1] / "report.html").read_text("utf-8")
    for heading in ("Privacyoverzicht", "Nu te doen", "Wat er is gedaan", "Toestemmingsregister op", "Ondertekening"):
        assert heading in page
    assert "<b>older" not in page and "&lt;b&gt;older" in page
    assert "<script" not in page and "://" not in re.sub(r"data:image/png;base64,[\w+/=]+", "", page)


@pytest.mark.slow
def test_the_workbook_has_a_sheet_a_table_and_no_formula(reviewed: tuple[Workspace, Path, str]):
    book = load_workbook(reviewed[1] / "report.xlsx")
    tr = translator("nl")
    assert book.sheetnames == [tr.text("Summary"), *(tr.render(table.title) for table in TABLES)]
    assert not [cell for sheet in book for row in sheet for cell in row if cell.data_type == "f"]
    assert any("<b>older<b>" in str(cell.value) for row in book[tr.text("Not read")] for cell in row)


# In memory, on a register that changes.


@pytest.fixture
def gathered(demo_workspace: Path, tmp_path: Path, unlocked: None) -> Callable[..., Review]:
    """Reviews a copy of the demo's workspace after some more consent lines, or other settings."""
    folder = Path(shutil.copytree(demo_workspace, tmp_path / "school"))

    def gather(
        *records: ConsentRecord,
        settings: tuple[str, str] = ("", ""),
        decisions: tuple[HandDecision, ...] = (),
        until: str = UNTIL.isoformat(),
    ) -> Review:
        file = folder / "school.toml"
        text = file.read_text("utf-8")
        file.write_text(text if settings[1] and settings[1] in text else text.replace(*settings, 1), "utf-8")
        with Workspace.open(folder).open_store() as store:
            store.add([], records, datetime.now().astimezone())
            for decision in decisions:
                store.decisions.make(decision)
        return PrivacyReview.from_parameters(workspace=str(folder), until=until).gather()

    return gather


def withdrawn(purpose: str) -> ConsentRecord:
    return ConsentRecord("S01", purpose, Medium.BOTH, Answer.OBJECTION, given_on=date(2026, 11, 1))


def titles(review: Review) -> list[str]:
    return [str(point.title) for point in points(review)]


@pytest.mark.slow
def test_a_template_of_somebody_who_objects_is_the_first_thing_to_do(gathered: Callable[..., Review]):
    before = gathered()
    assert not before.remains and before.matching.why_not is None and len(before.templates) == 34
    after = gathered(withdrawn(MATCHING))
    assert [remain.what for remain in after.remains] == ["S01"]
    assert titles(after)[0] == "Still there and due to be erased: 1"
    assert points(after)[0].tone == "block"


@pytest.mark.slow
def test_a_post_that_must_come_down_is_the_first_thing_to_do_until_it_is_gone(
    gathered: Callable[..., Review], tmp_path: Path
):
    post = ("facebook", "42")
    with Workspace.open(tmp_path / "school").open_store() as store:
        store.published.add_standings({post: Stood(Standing.WITHDRAWN, (), datetime.now().astimezone())})
    assert titles(gathered())[0] == "Posts that must come down: 1"
    with Workspace.open(tmp_path / "school").open_store() as store:
        store.published.mark([post], GONE, UNTIL)
    assert not [title for title in titles(gathered()) if "come down" in title]


@pytest.mark.slow
def test_where_matching_is_off_every_template_is_due(gathered: Callable[..., Review]):
    review = gathered(settings=("enabled = true", "enabled = false"))
    assert len(review.remains) == review.matching.enrolled == 17
    assert review.matching.in_force is None and review.matching.why_not is not None
    assert MATCHING not in review.health.purposes


@pytest.mark.slow
def test_a_report_that_was_changed_is_the_first_thing_to_do(gathered: Callable[..., Review], tmp_path: Path):
    assert not gathered().ledger.problems
    record = tmp_path / "school" / "reports" / RUN_ID / "run.json"
    record.write_text(record.read_text("utf-8").replace('"verdict": "hold"', '"verdict": "publish"', 1), "utf-8")
    review = gathered()
    assert titles(review)[0] == "The ledger does not hold: 1" and points(review)[0].tone == "block"


@pytest.mark.slow
def test_what_has_had_its_time_is_due_and_a_review_removes_nothing(gathered: Callable[..., Review]):
    later = add_months(UNTIL, 2).isoformat()
    assert not gathered().remains
    told = []
    for _ in range(2):
        review = gathered(settings=("[retention]", "[retention]\nobservations_months = 1"), until=later)
        told.append([str(remain.what) for remain in review.remains])
    assert told[0] == told[1] and any(what.startswith("what was seen on photos: 3") for what in told[0])


@pytest.mark.slow
def test_who_decided_at_the_desk_is_counted_and_nothing_that_they_wrote_is_shown(gathered: Callable[..., Review]):
    now = datetime.now().astimezone()
    face = HandDecision(now, "sha", "a.jpg", "face", 1, Box(0, 0, 9, 9), "S01", by="dir-1", reason="niet van Noor")
    review = gathered(decisions=(face, replace(face, by="", photo="b.jpg")))
    assert [(one.by, one.photo) for one in review.decisions] == [("dir-1", "a.jpg"), ("", "b.jpg")]
    tables = {table.name: list(table.rows(review, translator("nl"))) for table in TABLES}
    assert [row[1] for row in tables["decisions.csv"]] == ["dir-1", "onbekend"]
    assert "niet van" not in str(tables)


@pytest.mark.slow
def test_without_a_calibration_the_errors_are_said_to_be_unknown(gathered: Callable[..., Review]):
    assert "Errors of face matching are not known" in titles(gathered())


def test_an_empty_workspace_is_reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, KEY)
    workspace, _ = Workspace.create(tmp_path / "new", "De <i>Proef</i>", "nl")
    shutil.rmtree(workspace.reports)
    job = PrivacyReview.from_parameters(workspace=str(workspace.folder), run_id="first")
    review = job.gather()
    assert [unread.what for unread in review.runs.unread] == ["reports"]
    assert not review.runs.runs and not review.templates and not review.remains
    page = (job.write(review) / "report.html").read_text("utf-8")
    assert "Het register is leeg." in page and "&lt;i&gt;Proef" in page
    with workspace.open_store() as store:
        assert not verify(store, workspace).problems, "the ledger knows of the review itself"
        (entry,) = (entry for entry in store.ledger.entries() if entry.body.get("run") == "first")
    assert entry.digest == json.loads((job.folder / "run.json").read_text("utf-8"))["ledger_head"]
    assert entry.digest in page.replace(" ", "")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"since": "2026-11-02", "until": "2026-11-01"}, "The period ends"),
        ({"since": "yesterday"}, "since"),
        ({"language": "fr"}, "no language"),
        ({"run_id": "../x"}, "cannot name a run"),
        ({"workspace": ""}, "workspace is missing"),
    ],
)
def test_wrong_parameters_are_told_before_anything_is_read(
    given: dict[str, str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, KEY)
    workspace, _ = Workspace.create(tmp_path / "new", "De Proef", "nl")
    with pytest.raises(UserError, match=reason):
        PrivacyReview.from_parameters(**{"workspace": str(workspace.folder), **given})


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 8, 1), date(2026, 8, 1)),
        (date(2026, 11, 22), date(2026, 8, 1)),
        (date(2027, 7, 31), date(2026, 8, 1)),
        (date(2027, 8, 1), date(2027, 8, 1)),
    ],
)
def test_left_to_itself_a_review_begins_with_the_school_year(
    day: date, first: date, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, KEY)
    workspace, _ = Workspace.create(tmp_path / "new", "De Proef", "nl")
    assert first_of_school_year(workspace.school.load_protocol(), day) == first
    job = PrivacyReview.from_parameters(workspace=str(workspace.folder), until=day.isoformat())
    assert (job.since, job.until) == (first, day)


# In a real browser.


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium here: install it, or name it in CHROMIUM")
def test_the_page_fits_a_phone_a_desk_and_paper(reviewed: tuple[Workspace, Path, str]):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = chromium.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto((reviewed[1] / "report.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width in (320, 390, 768, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            inner = page.evaluate("document.documentElement.scrollWidth")
            assert inner <= width
        pictures = page.evaluate("[...document.images].map(i => [i.naturalWidth > 0, i.alt.length > 20])")
        assert pictures and all(map(all, pictures))
        page.emulate_media(media="print")
        assert page.locator(".signed td").first.bounding_box()["height"] > 30
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        chromium.close()
    assert said == []
