"""The audit of what is public and the recheck, on exports filled with demo photos, by the demo's register."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from consent.messages import UserError
from consent.published.standing import Standing
from consent.register import MATCHING, Answer, ConsentRecord, Medium
from pipeline.cli import cli
from pipeline.demo import DAY, PHOTOS
from pipeline.enrolment import erase_taken_back
from pipeline.keys import VARIABLE
from pipeline.language import translator
from pipeline.ledger.chain import Kind
from pipeline.naming_table import COLUMNS
from pipeline.published.auditing import PublishedAudit
from pipeline.published.kept import NAME_ERASED
from pipeline.published.memory import GONE
from pipeline.published.rechecking import Recheck, Rechecked
from pipeline.published.run import PublishedRun
from pipeline.reporting.published.board import BOARD_FILE
from pipeline.reporting.published.tables import TAKEDOWN_COLUMNS
from pipeline.reporting.published.words import STANDINGS
from pipeline.reporting.tables import write_csv
from pipeline.terminal import INTERRUPTED
from pipeline.workspace import Workspace
from tests.dpia.calibrated import CALIBRATION
from tests.keys import KEY
from tests.ledger.holding import kinds_of_a_sound_ledger
from tests.published.making import golden_export

pytestmark = pytest.mark.slow

THREE, NOBODY, UNKNOWN = "IMG_2001.jpg", "IMG_2022.jpg", "IMG_2003.jpg"
"""A photo of S01, S02 and S03, who have a yes for three platforms; one of nobody."""

SHIFT_S = 847 * 24 * 60 * 60
"""From the days of the skeleton to the autumn for which the demo's consents are."""


@dataclass(frozen=True)
class Audited:
    """The workspace after three audits, and the first one's folder and command line."""

    workspace: Path
    exports: dict[str, Path]
    result: Result

    @property
    def folder(self) -> Path:
        return self.workspace / "reports" / "of-facebook"


def facebook(folder: Path) -> Path:
    """The skeleton of a page, a later year, with photos of the demo."""
    export = golden_export("facebook-page", folder)
    for path in export.rglob("*.json"):
        text = path.read_text("utf-8")
        path.write_text(re.sub(r'(timestamp": )(\d{10})', lambda m: f"{m[1]}{int(m[2]) + SHIFT_S}", text), "utf-8")
    for path in export.rglob("*.jpg"):
        shutil.copy(PHOTOS / (THREE if path.name in ("501.jpg", "801.jpg") else NOBODY), path)
    return export


def by_hand(folder: Path, *rows: str) -> Path:
    """A folder of photos with a table of the school's own."""
    folder.mkdir()
    for name in (THREE, NOBODY):
        shutil.copy(PHOTOS / name, folder)
    shutil.copy(PHOTOS / THREE, folder / "again.jpg")
    (folder / "film.mp4").write_bytes(b"a film")
    (folder / "posts.csv").write_text("\n".join(("bestand;datum;tekst;link", *rows)) + "\n", "utf-8")
    return folder


def audit(workspace: Path, export: Path, platform: str, run_id: str, names: Path | None = None) -> PublishedRun:
    given = {"workspace": str(workspace), "export": str(export), "names_file": str(names or "")}
    job = PublishedAudit.from_parameters(**given, platform=platform, on=DAY.isoformat(), run_id=run_id)
    run = job.look_and_judge(job.read())
    job.write(run)
    return run


def recheck(workspace: Path) -> Rechecked:
    return Recheck.from_parameters(workspace=str(workspace), on=DAY.isoformat()).run()


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def withdraws(workspace: Path, who: str, *purposes: str, on: date = date(2026, 11, 20)) -> None:
    form = {"given_on": date(2026, 9, 3), "withdrawn_on": on, "form_version": "2026-1", "evidence": "letter"}
    lines = [ConsentRecord(who, p, Medium.PHOTO, Answer.WITHDRAWN, "both parents", **form) for p in purposes]
    with Workspace.open(workspace).open_store() as store:
        store.add([], lines, datetime(2026, 11, 22))


@pytest.fixture(scope="module")
def audited(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """Three platforms, audited once: the first by the real notebook."""
    place = tmp_path_factory.mktemp("published")
    workspace = place / "school"
    shutil.copytree(demo_workspace, workspace)
    exports = {
        "facebook": facebook(place),
        "twitter": by_hand(place / "twitter", f"{THREE};14-10-2026;=Sportdag!;https://example.org/1"),
        "social_schools": by_hand(place / "social", f"{THREE};14-10-2026;Sportdag;", "again.jpg;;Zonder dag;"),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        patch.setenv("PHOTO_CONSENT_LANGUAGE", "en")
        asked = ["audit", "published", str(exports["facebook"]), "--platform", "facebook", "--on", DAY.isoformat()]
        asked += ["--run-id", "of-facebook", "--workspace", str(workspace), "--language", "en"]
        result = CliRunner().invoke(cli, asked, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        for platform in ("twitter", "social_schools"):
            audit(workspace, exports[platform], platform, f"of-{platform}")
        yield Audited(workspace, exports, result)


@pytest.fixture
def workspace(audited: Audited, tmp_path: Path) -> Path:
    """A copy to change, as the three audits left it."""
    return Path(shutil.copytree(audited.workspace, tmp_path / "school"))


def standings(run: PublishedRun) -> dict[str, Standing]:
    return {found.post.post_id: found.standing for found in run.posts}


def test_the_run_folder_is_whole_and_sorted_by_urgency(audited: Audited):
    names = {path.name for path in audited.folder.iterdir()}
    assert {"report.html", "run.json", "takedown.csv", "posts.csv", "findings.csv", "names.csv"} <= names
    assert "30_audit_published.ipynb" in names and "pictures" not in names
    rows = table(audited.folder / "takedown.csv")
    assert rows and tuple(rows[0]) == tuple(title.text for title in TAKEDOWN_COLUMNS)
    words = {STANDINGS[standing].text: standing.urgency for standing in Standing}
    urgency = [words[row["standing"]] for row in rows]
    assert urgency == sorted(urgency, reverse=True)
    assert all(row["to_do"] and row["owner"] and row["deadline"] and row["reason"] for row in rows)
    assert f"Posts to do something about: {len(rows)}" in audited.result.output
    record = json.loads((audited.folder / "run.json").read_text("utf-8"))
    assert sum(record["standings"].values()) == len(table(audited.folder / "posts.csv")) == len(record["posts"])
    assert record["standings"]["unsure"] and record["standings"]["right"]


def test_pictures_of_equal_bytes_are_looked_at_once_and_whatever_is_missing_is_held(audited: Audited):
    record = json.loads((audited.folder / "run.json").read_text("utf-8"))
    looked = [photo["sha256"] for photo in record["photos"]]
    assert len(looked) == len(set(looked)) == 3
    decisions = {photo["name"].rpartition(".")[2]: photo["verdict"] for photo in record["photos"]}
    assert decisions["mp4"] == "hold", "a film that is none"
    pictures = [picture for post in record["posts"] for picture in post["pictures"]]
    assert len(pictures) > 4
    for picture in pictures:
        if picture["sha256"] is None:
            assert picture["today"] == "hold", "a film, or a picture that is missing"
            assert picture["standing"] == "unsure"


def test_nothing_that_was_not_read_whole_is_right(audited: Audited):
    with Workspace.open(audited.workspace).open_store() as store:
        posts = list(store.published.posts())
        stood = store.published.standings()
    assert {post.platform for post in posts} == {"facebook", "twitter", "social_schools"}
    for post in posts:
        standing = stood[post.platform, post.post_id].standing
        if post.questions or any(picture.facts.problem for picture in post.pictures):
            assert standing.urgency >= Standing.UNSURE.urgency, post
        if not post.is_own:
            assert post.pictures == ()


def test_a_post_right_then_and_now_stays_and_a_formula_is_harmless(audited: Audited):
    rows = {row["standing"]: row for row in table(audited.workspace / "reports" / "of-twitter" / "posts.csv")}
    assert set(rows) == {"right", "unsure"}
    assert "'=Sportdag!" not in (audited.workspace / "reports" / "of-twitter" / "takedown.csv").read_text("utf-8")


def test_the_page_holds_everything_and_runs_nothing(audited: Audited):
    page = (audited.folder / "report.html").read_text("utf-8")
    assert "<script" not in page and "http-equiv" in page
    assert re.findall(r'src="(?!data:)', page) == []
    assert "Pictures and films:" in page and page.count("data:image/png") == 2
    assert "Face matching was not calibrated" in page


def test_a_letter_of_withdrawal_is_found_on_three_platforms_once(workspace: Path):
    quiet = recheck(workspace)
    assert quiet.changed == () and quiet.folder is None and quiet.outdated == 0
    withdraws(workspace, "S02", "facebook", "twitter", "social_schools")
    found = recheck(workspace)
    down = [post for post in found.changed if post.standing is Standing.WITHDRAWN]
    assert {post.post.platform for post in down} == {"facebook", "twitter", "social_schools"}
    assert all(post.taken_back == ("S02",) for post in down)
    dated = [post for post in down if post.judged.posted_on]
    assert {post.wrong_since for post in dated} == {date(2026, 11, 20)} and {p.days_wrong for p in dated} == {2}
    assert found.asks_for_work and found.folder is not None
    rows = table(found.folder / "takedown.csv")
    assert {row["personen"] for row in rows if row["stand"] == "teruggenomen"} == {"S02"}
    twitter = {row["eerste woorden"]: row["link"] for row in rows if row["platform"] == "twitter"}
    assert twitter["'=Sportdag!"] == "https://example.org/1"
    board = (found.folder / BOARD_FILE).read_text("utf-8")
    assert "Twitter" in board and "S02" not in board and "20 november 2026" in board
    assert "data:image/jpeg" not in (found.folder / "report.html").read_text("utf-8"), "no picture was opened"
    again = recheck(workspace)
    assert again.changed == () and again.folder is None and not again.asks_for_work
    withdraws(workspace, "S03", "twitter")
    more = recheck(workspace).changed
    assert more and {(post.post.platform, post.standing) for post in more} == {("twitter", Standing.WITHDRAWN)}
    assert {post.taken_back for post in more} == {("S02", "S03")}, "another child on a post that is still up is new"


def test_audit_and_recheck_tell_the_error_rates_of_matching_and_their_date(audited: Audited, workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        store.add_calibration(CALIBRATION)
    withdraws(workspace, "S02", "twitter")
    folder = recheck(workspace).folder
    assert folder is not None
    audit(workspace, audited.exports["twitter"], "twitter", "again")
    for told in (folder, workspace / "reports" / "again"):
        page = (told / "report.html").read_text("utf-8")
        assert "De gezichtsvergelijking is gekalibreerd op 3 oktober 2026. Referentiefoto’s: 34." in page
        assert "Van 1000 gezichten van onbekenden krijgen er hoogstens 162 een verkeerde naam" in page
        assert "Sindsdien zijn de ingeschreven foto’s of het programma veranderd" in page
        figures = json.loads((told / "run.json").read_text("utf-8"))["calibration"]
        assert figures["fpir"]["trials"] == 17 and figures["changed_since"] is True
        rows = load_workbook(told / "report.xlsx").worksheets[0].iter_rows(values_only=True)
        assert any(item == "Kalibratie" and "3 oktober 2026" in str(value) for item, value, *_ in rows)


def test_a_recheck_that_is_killed_before_it_noted_anything_tells_it_again(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
):
    withdraws(workspace, "S02", "twitter")
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.published.memory.PublishedMemory.add_standings", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            recheck(workspace)
    job = Recheck.from_parameters(workspace=str(workspace), on=DAY.isoformat(), run_id="once-more")
    assert {(post.post.platform, post.standing) for post in job.run().changed} == {("twitter", Standing.WITHDRAWN)}


CHANGES = {
    "nothing": (),
    "facebook": ("facebook",),
    "twitter and matching": ("twitter", MATCHING),
    "matching": (MATCHING,),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_recheck_says_what_a_fresh_audit_says(change: str, audited: Audited, workspace: Path):
    withdraws(workspace, "S01", *CHANGES[change])
    judged = {(found.post.platform, found.post.post_id): found.standing for found in recheck(workspace).posts}
    for platform, export in audited.exports.items():
        fresh = standings(audit(workspace, export, platform, f"fresh-{platform}"))
        assert fresh == {post_id: standing for (of, post_id), standing in judged.items() if of == platform}


def test_every_job_has_its_entry_and_every_report_its_digest(workspace: Path):
    """A whole cycle: register, templates, audits, a letter of withdrawal, rechecks. No entry tells of anybody."""
    opened = Workspace.open(workspace)
    recheck(workspace)
    withdraws(workspace, "S01", "facebook", MATCHING)
    protocol = opened.school.load_protocol()
    with opened.open_store() as store:
        erase_taken_back(store, store.register(protocol.parameters.validity), DAY, protocol)
    recheck(workspace)
    start = [Kind.DATABASE, Kind.REGISTER, Kind.ENROLMENT, Kind.RUN]
    after = [Kind.RECHECK, Kind.REGISTER, Kind.ENROLMENT, Kind.RECHECK]
    assert kinds_of_a_sound_ledger(opened) == [*start, *[Kind.RUN] * 3, *after]
    with opened.open_store() as store:
        entries = {entry.digest: entry for entry in store.ledger.entries()}
    reports = {path.parent.name: path.read_text("utf-8") for path in opened.reports.glob("*/report.html")}
    assert len(reports) == 5
    for run_id, page in reports.items():
        head = json.loads((opened.reports / run_id / "run.json").read_text("utf-8"))["ledger_head"]
        assert entries[head].body["run"] == run_id
        assert head in page.replace(" ", "")


def test_names_that_the_program_gave_go_with_the_consent_for_matching(workspace: Path):
    opened = Workspace.open(workspace)
    with opened.open_store() as store:
        assert "S01" in said(store)
        store.drop_templates(["S01"])
        assert "S01" not in said(store) and "S02" in said(store)
        faces = [f for post in store.published.posts() for p in post.pictures for f in p.facts.faces]
    assert any(face.why_unnamed == NAME_ERASED for face in faces)
    assert all(post.standing is not Standing.RIGHT for post in recheck(workspace).changed)


def test_a_name_given_by_hand_outlives_the_consent_for_matching(audited: Audited, workspace: Path, tmp_path: Path):
    rows = table(workspace / "reports" / "of-twitter" / "names.csv")
    for row in rows:
        row["who"] = row["found"]
    write_csv(tmp_path / "names.csv", COLUMNS, [[row[column] for column in COLUMNS] for row in rows])
    run = audit(workspace, audited.exports["twitter"], "twitter", "by-hand", tmp_path / "names.csv")
    assert Standing.RIGHT in standings(run).values()
    for who in ("S01", "S02", "S03"):
        withdraws(workspace, who, MATCHING)
    found = recheck(workspace)
    assert {post.post.platform for post in found.changed} == {"facebook", "social_schools"}, "named by the program"
    of_twitter = {p.post.post_id: p.standing for p in found.posts if p.post.platform == "twitter"}
    assert of_twitter == standings(run)


def said(store: object) -> str:
    rows = store._db.execute("SELECT facts FROM published_photo").fetchall()  # type: ignore[attr-defined]
    return " ".join(facts for (facts,) in rows)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["nowhere.zip"], "There is no file or folder"),
        ([".", "--platform", "hyves"], "knows no platform “hyves”"),
        ([".", "--since", "soon"], "“soon” is no day"),
    ],
)
def test_the_command_line_says_what_is_wrong(given: list[str], says: str, audited: Audited):
    asked = [*given, "--platform", "facebook"] if "--platform" not in given else given
    result = CliRunner().invoke(cli, ["audit", "published", *asked, "--workspace", str(audited.workspace)])
    assert result.exit_code != 0 and says in str(result.exception)


def test_posts_before_the_first_day_are_left_out_and_undated_ones_never(audited: Audited):
    def job(since: str) -> PublishedAudit:
        return PublishedAudit.from_parameters(
            workspace=str(audited.workspace),
            export=str(audited.exports["social_schools"]),
            platform="social_schools",
            since=since,
        )

    assert {post.posted_at is None for post in job("2026-10-14").read().posts} == {True, False}
    assert {post.posted_at is None for post in job("2026-10-15").read().posts} == {True}


def reading(audited: Audited, export: Path, platform: str) -> PublishedAudit:
    return PublishedAudit.from_parameters(workspace=str(audited.workspace), export=str(export), platform=platform)


def test_two_posts_of_one_day_in_a_table_by_hand_are_two(audited: Audited, tmp_path: Path):
    links = [f"https://example.org/{number}" for number in range(4)]
    texts = ("", "", "Dag", "Dag")
    rows = (f"{THREE};14-10-2026;{text};{link}" for text, link in zip(texts, links, strict=True))
    export = by_hand(tmp_path / "a", *rows)
    posts = [post for post in reading(audited, export, "social_schools").read().posts if post.link]
    assert [post.link for post in posts] == links
    assert len({post.post_id for post in posts}) == 4, "or what is said of one would be said of another"


def test_an_export_of_which_nothing_can_be_read_says_why(audited: Audited, tmp_path: Path):
    (tmp_path / "tweets.js").write_text("window.YTD.tweets.part0 = [{", "utf-8")
    with pytest.raises(UserError, match=r"the first with tweets\.js: The file is broken at line 1"):
        reading(audited, tmp_path, "twitter").read()


def test_the_command_line_of_a_recheck_is_one_line_and_a_status(workspace: Path):
    asked = ["recheck", "--on", DAY.isoformat(), "--workspace", str(workspace)]
    quiet = CliRunner().invoke(cli, asked, catch_exceptions=False)
    summary, note = quiet.output.strip().splitlines()
    assert quiet.exit_code == 0 and "Changed since the last time: 0" in summary
    assert note.startswith("Judged as if it were"), "the day of the demo is past"
    withdraws(workspace, "S02", "facebook")
    loud = CliRunner().invoke(cli, asked, catch_exceptions=False)
    assert loud.exit_code == 1 and "Report:" in loud.output
    assert CliRunner().invoke(cli, asked, catch_exceptions=False).exit_code == 0
    assert translator().language == "en"


def imports(workspace: Path, folder: Path, *purposes: str) -> Result:
    """Take in a letter in which the parents of S02 withdraw."""
    columns = "person_id;purpose;medium;status;given_by;given_on;valid_until;withdrawn_on;form_version;evidence"
    rows = [f"S02;{purpose};photo;withdrawn;both parents;03-09-2026;;20-11-2026;;" for purpose in purposes]
    (folder / "letter.csv").write_text("\n".join((columns, *rows)) + "\n", "utf-8")
    asked = ["register", "import", str(folder / "letter.csv"), "--workspace", str(workspace)]
    return CliRunner().invoke(cli, asked, catch_exceptions=False)


def test_an_import_tells_at_once_what_must_come_down(workspace: Path, tmp_path: Path):
    recheck(workspace)
    quiet = imports(workspace, tmp_path, "instagram")
    assert quiet.exit_code == 0 and "Of these to take down now: 0" in quiet.output, "nothing of it is public"
    loud = imports(workspace, tmp_path, "twitter")
    assert loud.exit_code == 1 and "twitter" in loud.output and "S02" in loud.output
    assert "takedown.csv" in loud.output and "https://example.org/1" in "".join(loud.output.split())
    again = imports(workspace, tmp_path, "twitter")
    assert again.exit_code == 0 and "Changed since the last time: 0" in again.output, "told once"


def test_what_is_true_of_all_pictures_is_told_again_only_where_it_changed(workspace: Path, tmp_path: Path):
    told = imports(workspace, tmp_path, "twitter", MATCHING)  # a template less, so that all were compared otherwise
    quiet = CliRunner().invoke(cli, ["recheck", "--workspace", str(workspace)])
    note = "published pictures the faces were compared"
    assert note in told.output and note not in quiet.output


def test_one_letter_takes_back_publication_and_matching_and_the_take_down_is_told_first(
    workspace: Path, tmp_path: Path
):
    result = imports(workspace, tmp_path, "twitter", MATCHING)
    assert result.exit_code == 1 and "Templates erased, because consent for matching ended: S02" in result.output
    (folder,) = (workspace / "reports").glob("*-recheck")
    (row,) = [row for row in table(folder / "takedown.csv") if row["link"] == "https://example.org/1"]
    assert (row["stand"], row["personen"]) == ("teruggenomen", "S02")
    with Workspace.open(workspace).open_store() as store:
        assert "S02" not in said(store) and "S01" in said(store)
        assert all("S02" not in stood.people for stood in store.published.standings().values())
    after = Recheck.from_parameters(workspace=str(workspace)).run()
    assert after.changed == (), "everything was told"
    fresh = audit(workspace, the_table_again(workspace), "twitter", "fresh")
    for posts in (after.posts, fresh.posts):
        (found,) = [found for found in posts if found.post.link == "https://example.org/1"]
        assert found.standing is Standing.WITHDRAWN, "it must come down, though nobody says any more for whom"
        assert (found.wrong_since, found.taken_back) == (date(2026, 11, 20), ())


def test_an_import_that_is_stopped_says_whose_names_it_erased_and_what_to_run_next(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(job: Recheck) -> Rechecked:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recheck, "run", interrupted)
        result = imports(workspace, tmp_path, "twitter", MATCHING)
    assert result.exit_code == INTERRUPTED
    assert "Templates erased, because consent for matching ended: S02" in result.output
    assert "without the id" in result.output
    assert result.output.rstrip().endswith(f"recheck --workspace {workspace}")
    after = Recheck.from_parameters(workspace=str(workspace)).run()
    (found,) = [found for found in after.changed if found.post.link == "https://example.org/1"]
    assert found.standing is Standing.WITHDRAWN and found.taken_back == ()


def the_table_again(workspace: Path) -> Path:
    """The photos of the school's own table, as the first audit found them."""
    return by_hand(workspace / "again", f"{THREE};14-10-2026;=Sportdag!;https://example.org/1")


def test_a_post_that_a_newer_download_lacks_stays_and_is_told(audited: Audited, workspace: Path, tmp_path: Path):
    newer = Path(shutil.copytree(audited.exports["facebook"], tmp_path / "newer"))
    posts = next(newer.rglob("profile_posts_1.json"))
    entries = json.loads(posts.read_text("utf-8"))
    posts.write_text(json.dumps([*entries[:2], *entries[3:]]), "utf-8")
    run = audit(workspace, newer, "facebook", "newer")
    missing = [found for found in run.posts if found.post.absent_since]
    assert len(missing) == 1 and any("not in this one" in str(note) for note in run.notes)
    (key,) = ((found.post.platform, found.post.post_id) for found in missing)
    with Workspace.open(audited.workspace).open_store() as store:
        before = store.published.standings()
    assert missing[0].standing is before[key].standing, "judged as before"
    rows = table(workspace / "reports" / "newer" / "posts.csv")
    assert [row["post_id"] for row in rows if row["absent_since"]] == [key[1]]
    assert key in {(found.post.platform, found.post.post_id) for found in recheck(workspace).posts}
    part = PublishedAudit.from_parameters(
        workspace=str(workspace), export=str(newer), platform="facebook", on=DAY.isoformat(), since="2020-01-01"
    )
    assert not any(found.post.absent_since for found in part.look_and_judge(part.read()).posts), "a part says nothing"
    with Workspace.open(workspace).open_store() as store:
        store.published.mark([key], GONE, DAY)
    assert key not in {(found.post.platform, found.post.post_id) for found in recheck(workspace).posts}
    again = audit(workspace, audited.exports["facebook"], "facebook", "once-more")
    assert not any(found.post.absent_since for found in again.posts)
    assert any("said to be taken down" in str(note) for note in again.notes)
    assert key in {(found.post.platform, found.post.post_id) for found in recheck(workspace).posts}


def test_a_download_that_is_moved_to_another_folder_brings_no_post_twice(
    audited: Audited, workspace: Path, tmp_path: Path
):
    moved = Path(shutil.copytree(audited.exports["facebook"], tmp_path / "moved"))
    for path in moved.rglob("profile_posts_*.json"):
        text = path.read_text("utf-8").replace("this_profile's_activity_across_facebook", "your_facebook_activity")
        path.write_text(text, "utf-8")
    (moved / "this_profile's_activity_across_facebook").rename(moved / "your_facebook_activity")
    audit(workspace, moved, "facebook", "moved")
    with Workspace.open(audited.workspace).open_store() as store:
        before = [post for post in store.published.posts("facebook") if post.pictures]
    with Workspace.open(workspace).open_store() as store:
        after = [post for post in store.published.posts("facebook") if post.pictures]
    assert len(after) == len(before) and {post.post_id for post in after} != {post.post_id for post in before}
