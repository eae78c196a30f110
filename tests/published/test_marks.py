"""What is noted of posts beside their facts: not in newer downloads, taken down, and to come down without a name."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from consent.facts import FaceFact, PhotoFacts
from consent.messages import UserError
from consent.people import Person, Role
from consent.published.standing import Publishing, Standing
from consent.register import MATCHING, Answer, ConsentRecord
from pipeline.cli import cli
from pipeline.language import translator
from pipeline.ledger.chain import Kind
from pipeline.ledger.words import details
from pipeline.published.absence import absent, renamed
from pipeline.published.judging import judge_post
from pipeline.published.kept import KeptPicture
from pipeline.published.memory import ABSENT, GONE, Stood
from pipeline.published.post import PostKind
from pipeline.published.rechecking import Recheck, Rechecked
from pipeline.published.refusals import forgetting, not_named_again, refusals_left_by, refusals_of, with_refusals
from pipeline.published.taking_down import TAKEN_DOWN_ON
from pipeline.reporting.published.tables import write_takedown
from pipeline.reporting.published.words import reasons
from pipeline.store import Store
from pipeline.workspace import Workspace
from tests.keys import KEY
from tests.published.test_kept import NOON, kept, pictures
from tests.test_laws import PEOPLE, law
from tests.test_standing import POSTED, TODAY, judges, line, publishing

TWO = PhotoFacts("photo.jpg", (FaceFact(1, 100.0, "p1"), FaceFact(2, 100.0, "p2")))
PICTURE = KeptPicture(TWO, "a" * 64, basis="basis")
WITHDREW = line(withdrawn_on=date(2026, 11, 3))


# Somebody who refused, and whose name had to be forgotten.


def test_who_refused_leaves_a_mark_and_no_name():
    judge = publishing(WITHDREW)
    without = forgetting(kept(PICTURE), judge, {"p2"})
    (picture,) = without.pictures
    assert [face.person_id for face in picture.facts.faces] == [None, "p2"]
    assert picture.refused_since == date(2026, 11, 3)
    found = judge_post(without, judge)
    assert (found.standing, found.wrong_since) == (Standing.WITHDRAWN, date(2026, 11, 3))
    assert found.taken_back == ("p1",), "told this once, while it is known"
    refusals = refusals_of([without])
    assert refusals == {("facebook", "a" * 64): date(2026, 11, 3)}
    later = judge_post(with_refusals(replace(without, pictures=(replace(picture, refused=()),)), refusals), judge)
    assert (later.standing, later.wrong_since, later.taken_back) == (Standing.WITHDRAWN, date(2026, 11, 3), ())


def test_who_said_yes_or_was_named_by_hand_leaves_no_mark():
    assert refusals_of([forgetting(kept(PICTURE), publishing(line()), set())]) == {}
    by_hand = replace(PICTURE, by_hand=frozenset({1}))
    assert refusals_of([forgetting(kept(by_hand), publishing(WITHDREW), {"p2"})]) == {}


def test_a_mark_no_longer_counts_once_everybody_has_a_name():
    marked = replace(PICTURE, refused_since=date(2026, 11, 3))
    assert judge_post(kept(marked), publishing(line())).standing is Standing.RIGHT
    nameless = replace(marked, facts=replace(TWO, faces=(TWO.faces[1], FaceFact(3, 100.0))))
    assert judge_post(kept(nameless), publishing(line())).standing is Standing.WITHDRAWN
    looked_at = replace(nameless, facts=replace(TWO, faces=(*TWO.faces, FaceFact(3, 100.0, ruled_out=True))))
    assert judge_post(kept(looked_at), publishing(line())).standing is Standing.RIGHT


def test_a_refusal_from_nobody_knows_when_is_one_too():
    never_asked = publishing()
    found = judge_post(forgetting(kept(PICTURE), never_asked, {"p2"}), never_asked)
    assert (found.standing, found.wrong_since) == (Standing.WITHDRAWN, None)


LATE = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("lines", "since"),
    [
        ([line(valid_until=date(2026, 10, 1))], POSTED),
        ([line(evidence="")], POSTED),
        ([line(Answer.ASK_FIRST, given_on=LATE)], LATE),
        ([line(valid_until=date(2026, 11, 5), given_on=LATE)], date(2026, 11, 6)),
    ],
    ids=["ran out before", "no form", "came later, to be asked first", "came later, ran out"],
)
def test_a_post_that_comes_down_without_a_refusal_still_does_when_the_name_is_erased(
    lines: list[ConsentRecord], since: date
):
    judge = publishing(*lines)
    assert judge_post(kept(PICTURE), judge).standing.comes_down
    without = forgetting(kept(PICTURE), judge, {"p2"})
    found = judge_post(without, judge)
    assert (found.standing, found.wrong_since, found.taken_back) == (Standing.WITHDRAWN, since, ("p1",))
    told = " ".join(map(translator("en").render, reasons(found, {})))
    assert "There is no yes today: p1" in told and "taken back, or refused" not in told
    (post,) = not_named_again([kept(replace(PICTURE, by_hand=frozenset({1})))], [kept(PICTURE.unknown({"p1"}))], judge)
    assert refusals_of([post]).keys() == refusals_of([without]).keys() != set()


def test_who_was_named_by_hand_and_refused_still_comes_down_where_the_name_is_not_given_again():
    judge = publishing(WITHDREW)
    by_hand = kept(replace(PICTURE, by_hand=frozenset({1})))
    again = kept(PICTURE.unknown({"p1"}))
    refusals = refusals_of(not_named_again([by_hand], [again], judge))
    assert refusals == {("facebook", "a" * 64): date(2026, 11, 3)}
    assert judge_post(again, judge).standing is Standing.UNSURE
    assert judge_post(with_refusals(again, refusals), judge).standing is Standing.WITHDRAWN


@pytest.mark.parametrize(
    ("lines", "again"),
    [
        ([line()], PICTURE.unknown({"p1"})),
        ([WITHDREW], PICTURE),
        ([WITHDREW], replace(PICTURE.unknown({"p1"}), by_hand=frozenset({1}))),
        ([WITHDREW], replace(PICTURE.unknown({"p1"}), sha256="b" * 64)),
    ],
    ids=["has a yes", "has the name", "a person says that it is nobody known", "another picture"],
)
def test_no_mark_for_a_name_that_is_not_missed(lines: list[ConsentRecord], again: KeptPicture):
    by_hand = kept(replace(PICTURE, by_hand=frozenset({1})))
    assert refusals_of(not_named_again([by_hand], [kept(again)], publishing(*lines))) == {}


def test_a_mark_stays_on_a_platform_that_the_protocol_no_longer_knows():
    judge = publishing(WITHDREW)
    post = replace(kept(PICTURE), platform="a platform of before")
    assert {of for of, _ in refusals_left_by({"p1"}, [post], judge.register, judge.protocol, TODAY)} == {post.platform}


@law
@given(judges(), pictures(), st.sets(st.sampled_from(sorted(PEOPLE))))
def test_forgetting_a_name_never_makes_a_post_milder_that_must_come_down_for_it(
    judge: Publishing, picture: KeptPicture, allowed: set[str]
):
    before, after = kept(picture), forgetting(kept(picture), judge, allowed)
    found = judge_post(after, judge)
    by_program = {f.person_id for f in picture.facts.faces if f.number not in picture.by_hand}
    refused = {who for who in judge.refused(picture.facts) if who in by_program and who not in allowed}
    if refused or judge_post(before, judge).standing.comes_down:
        assert found.standing.comes_down
    clear = (Standing.RIGHT, Standing.RIGHT_SINCE)
    if found.standing in clear:
        assert judge_post(before, judge).standing in clear
    # A mark alone, without the names, says no less.
    again = judge_post(with_refusals(after, refusals_of([after])), judge)
    assert (again.standing, again.wrong_since) == (found.standing, found.wrong_since)


# Posts that a newer download does not hold.

OTHER = replace(kept(PICTURE), post_id="2")


def test_what_a_newer_download_lacks_is_absent_from_that_day_on():
    (missing,) = absent([kept(PICTURE), OTHER], [OTHER], TODAY)
    assert (missing.post_id, missing.absent_since) == ("1", TODAY)
    assert absent([missing], [OTHER], TODAY + timedelta(9))[0].absent_since == TODAY, "the first such day"
    assert absent([replace(OTHER, gone_on=TODAY), replace(OTHER, kind=PostKind.APPROVED)], [], TODAY) == ()
    assert judge_post(missing, publishing(line())).standing is Standing.RIGHT, "it is judged as before"


@pytest.mark.parametrize(
    ("old", "is_same"),
    [
        ({"text": "An edited text"}, True),
        ({}, True),
        ({"posted_at": NOON + timedelta(seconds=1)}, False),
        ({"posted_at": None}, False),
        ({"pictures": (PICTURE, replace(PICTURE, sha256="b" * 64))}, False),
        ({"pictures": ()}, False),
        ({"kind": PostKind.ALBUM}, False),
        ({"is_own": False}, False),
        ({"link": "https://example.org/1"}, True),
        ({"link": "https://example.org/2"}, False),
    ],
)
def test_a_post_under_another_id_is_the_same_only_with_all_its_pictures(old: dict[str, object], is_same: bool):
    now = kept(PICTURE, text="The text", link="https://example.org/1")
    before = replace(now, post_id="old", **old)
    assert renamed([before], [now]) == ((("facebook", "old"),) if is_same else ())
    assert renamed([now], [now]) == ()


@pytest.mark.parametrize(("text", "is_same"), [("The text", True), ("Another", False)])
def test_without_a_day_the_text_tells_as_well(text: str, is_same: bool):
    now = replace(kept(PICTURE, text="The text"), posted_at=None)
    before = replace(now, post_id="old", text=text)
    assert bool(renamed([before], [now])) == is_same
    assert renamed([replace(before, text="")], [replace(now, text="")]) == (), "an album, perhaps, or another one"


# The memory, and the commands.


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "en")
    Workspace.create(tmp_path / "school", "De Proefschool", "en")
    with Workspace.open(tmp_path / "school").open_store() as store:
        store.add([Person(who, Role.PUPIL) for who in PEOPLE], [line(), line(who="p2")], datetime(2026, 9, 2))
        store.published.keep([kept(PICTURE), replace(OTHER, link="https://example.org/2")], NOON)
    return tmp_path / "school"


def recheck(workspace: Path, **given: str) -> Rechecked:
    return Recheck.from_parameters(workspace=str(workspace), **{"on": TODAY.isoformat(), **given}).run()


def test_marks_stay_until_a_download_holds_the_post(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        memory = store.published
        memory.mark([("facebook", "1")], ABSENT, TODAY)
        memory.mark([("facebook", "1")], ABSENT, TODAY + timedelta(1))
        memory.mark([("facebook", "2")], GONE, TODAY)
        memory.add_refusals({("facebook", "a" * 64): TODAY})
        memory.add_refusals({("facebook", "a" * 64): POSTED, ("twitter", "a" * 64): TODAY})
        first, second = memory.posts()
        assert (first.absent_since, first.gone_on, second.absent_since, second.gone_on) == (TODAY, None, None, TODAY)
        assert {p.refused_since for post in (first, second) for p in post.pictures} == {POSTED}
        memory.keep([kept(PICTURE), OTHER], NOON)
        assert [(p.absent_since, p.gone_on) for p in memory.posts()] == [(None, None)] * 2
        memory.add_standings({("facebook", "1"): Stood(Standing.RIGHT, (), NOON)})
        memory.drop([("facebook", "1")])
        assert [post.post_id for post in memory.posts()] == ["2"] and memory.standings() == {}
        assert list(memory.posts("twitter")) == []


def taken_down(workspace: Path, folder: Path, *rows: tuple[str, ...], columns: str = "") -> Result:
    table = folder / "takedown.csv"
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([(columns or f"platform;post_id;link;{TAKEN_DOWN_ON}").split(";"), *rows])
    return CliRunner().invoke(cli, ["taken-down", str(table), "--workspace", str(workspace)])


def test_what_somebody_took_down_is_not_judged_again(workspace: Path, tmp_path: Path):
    rounded = ("facebook", "1,80E+18", "https://example.org/2", "22-11-2026")
    for _ in range(2):
        result = taken_down(workspace, tmp_path, ("facebook", "1", "", ""), rounded)
        assert result.exit_code == 0 and "Noted as taken down: 1 posts" in result.output
    assert [found.post.post_id for found in recheck(workspace).posts] == ["1"]
    with Workspace.open(workspace).open_store() as store:
        (entry,) = [entry for entry in store.ledger.entries() if entry.kind is Kind.DECISION]
        assert store.ledger.verify() == ()
    digest = hashlib.sha256(b'["facebook","2","2026-11-22"]').hexdigest()
    table = hashlib.sha256((tmp_path / "takedown.csv").read_bytes()).hexdigest()
    assert entry.body == {"taken_down": [digest], "file": table}
    assert details(entry, translator("nl")) == "berichten die weg zijn: 1"


@pytest.mark.parametrize("reader", ["nl", "en"])
@pytest.mark.parametrize("written", ["nl", "en"])
def test_the_table_of_a_report_is_read_back_in_whatever_language_it_was_written(
    written: str, reader: str, workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As in a spreadsheet: the last column is filled in. Those of older versions are called as in English."""
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", reader)

    class Run:
        with_duties = tuple(f for f in [judge_post(kept(PICTURE), publishing())] if f.duties)

    table = tmp_path / "takedown.csv"
    write_takedown(Run, table, translator(written))  # type: ignore[arg-type]
    header, row = table.read_text("utf-8-sig").splitlines()
    titles = header.split(";")
    assert ("weggehaald op" in titles) is (written == "nl") and (TAKEN_DOWN_ON in titles) is (written == "en")
    assert row.startswith("nooit in orde" if written == "nl" else "never right")
    table.write_text(f"{header}\n{row}22-11-2026\n", "utf-8-sig")
    result = CliRunner().invoke(cli, ["taken-down", str(table), "--workspace", str(workspace)])
    assert result.exit_code == 0, result.output
    with Workspace.open(workspace).open_store() as store:
        assert [post.post_id for post in store.published.posts() if post.gone_on == TODAY] == ["1"]


def test_a_table_without_any_day_is_not_noted_in_silence(workspace: Path, tmp_path: Path):
    result = taken_down(workspace, tmp_path, ("facebook", "1", "", ""), ("facebook", "2", "", " "))
    assert isinstance(result.exception, UserError) and "Noted as taken down" not in result.output
    told = str(result.exception)
    assert "no day is filled in" in told and f"column “{TAKEN_DOWN_ON}”" in told
    assert len(recheck(workspace).posts) == 2


def again(workspace: Path) -> str:
    result = CliRunner().invoke(cli, ["recheck", "--on", TODAY.isoformat(), "--workspace", str(workspace)])
    assert result.exit_code == 0
    return result.output.replace("\n", "")


def test_what_was_told_before_is_told_with_the_table_in_which_it_stands(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        store.add([], [WITHDREW], datetime(2026, 11, 3))
    first = recheck(workspace)
    assert first.folder is not None and first.waiting == () and first.told_in == {}
    later = recheck(workspace)
    table = first.folder / "takedown.csv"
    assert dict(later.told_in) == {("facebook", "1"): table, ("facebook", "2"): table}
    told = again(workspace)
    assert f"{first.folder.name}" in told and "takedown.csv" in told and "photo.jpg" not in told
    command = f"taken-down {table} --workspace {workspace.resolve()}"
    assert command in told, "it can be copied as it stands"
    assert command in (first.folder / "report.html").read_text("utf-8")
    (first.folder / "run.json").write_text("{}", "utf-8")
    told = again(workspace)
    assert recheck(workspace).told_in == {}
    assert "https://example.org/2" in told and "no report any more" in told


def test_a_post_whose_standing_changed_to_less_hides_none_that_waits(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        store.add([], [WITHDREW], datetime(2026, 11, 3))
    recheck(workspace)
    with Workspace.open(workspace).open_store() as store:
        store.published.add_standings({("facebook", "1"): Stood(Standing.RIGHT, (), NOON)})
    found = recheck(workspace)
    assert [post.post.post_id for post in found.changed] == ["1"]
    assert [post.post.post_id for post in found.waiting] == ["2"] and list(found.told_in) == [("facebook", "2")]


def test_a_link_of_two_posts_tells_nothing(workspace: Path, tmp_path: Path):
    with Workspace.open(workspace).open_store() as store:
        store.published.keep([kept(PICTURE, link="https://example.org/2")], NOON)
    result = taken_down(workspace, tmp_path, ("facebook", "1,80E+18", "https://example.org/2", "22-11-2026"))
    assert result.exit_code != 0 and "No post of this platform and id" in result.output
    assert len(recheck(workspace).posts) == 2


def test_an_old_table_does_not_hide_what_a_download_brought_back(workspace: Path, tmp_path: Path):
    row = ("facebook", "1", "", "14-10-2026")
    assert taken_down(workspace, tmp_path, row).exit_code == 0
    with Workspace.open(workspace).open_store() as store:
        store.published.keep([kept(PICTURE)], NOON + timedelta(1))
    result = taken_down(workspace, tmp_path, row)
    assert result.exit_code != 0 and "with this post was read in" in " ".join(result.output.split())
    assert len(recheck(workspace).posts) == 2


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("facebook", "3", "", "22-11-2026"), "No post of this platform and id"),
        (("twitter", "1", "", "22-11-2026"), "No post of this platform and id"),
        (("facebook", "1", "", "yesterday"), "is no day"),
        (("facebook", "1", "", "22-11-2126"), "is in the future"),
        (("facebook", "1", "", "22-11-2026", "more"), "This row has"),
    ],
)
def test_a_wrong_row_is_told_and_nothing_is_noted(row: tuple[str, ...], says: str, workspace: Path, tmp_path: Path):
    result = taken_down(workspace, tmp_path, ("facebook", "2", "", "22-11-2026"), row)
    assert result.exit_code != 0 and says in " ".join(result.output.split())
    assert len(recheck(workspace).posts) == 2


def test_another_table_is_told(workspace: Path, tmp_path: Path):
    result = taken_down(workspace, tmp_path, ("facebook", "1"), columns="platform;post_id")
    assert result.exit_code != 0 and "has no column taken_down_on" in str(result.exception)


def test_the_take_down_is_told_with_names_before_they_are_erased_and_stays_without(workspace: Path):
    recheck(workspace)
    withdrawal = {"answer": Answer.WITHDRAWN, "withdrawn_on": date(2026, 11, 3)}
    with Workspace.open(workspace).open_store() as store:
        store.add([], [line(**withdrawal), line(purpose=MATCHING, **withdrawal)], datetime(2026, 11, 22))
        # Nobody is enrolled here, so that every name that the program gave is one that it may not give any more.
        told = recheck(workspace)
        assert {found.taken_back for found in told.changed} == {("p1",)}
        assert told.folder is not None and "p1" in (told.folder / "takedown.csv").read_text("utf-8-sig")
        erase(store, workspace, "p1")
        assert "p1" not in str(list(store.published.posts()))
        assert all("p1" not in stood.people for stood in store.published.standings().values())
    after = recheck(workspace)
    assert {found.standing for found in after.posts} == {Standing.WITHDRAWN}
    assert after.changed == (), "it was told"


def test_a_report_tells_how_many_were_judged_beside_how_many_changed(workspace: Path):
    recheck(workspace)
    with Workspace.open(workspace).open_store() as store:
        store.published.keep([replace(OTHER, text="edited", pictures=())], NOON)
    folder = recheck(workspace).folder
    assert folder is not None
    page = " ".join((folder / "report.html").read_text("utf-8").split())
    assert "2 posts were judged again." in page and "stands here: 1 posts." in page
    assert "1 post was judged." not in page


def test_who_ends_matching_first_is_told_to_be_lost_to_a_later_withdrawal(workspace: Path):
    recheck(workspace)
    withdrawal = {"answer": Answer.WITHDRAWN, "withdrawn_on": date(2026, 11, 3)}
    with Workspace.open(workspace).open_store() as store:
        store.add([], [line(purpose=MATCHING, **withdrawal)], datetime(2026, 11, 22))
        assert not any("cannot find these posts" in str(note) for note in recheck(workspace).notes)
        erase(store, workspace, "p1")
        store.add([], [line(**withdrawal)], datetime(2026, 11, 22))
    after = recheck(workspace)
    assert {found.standing for found in after.posts} == {Standing.UNSURE}
    assert any(str(note).startswith("On 2 posts somebody has no name any more") for note in after.notes)
    for found in after.posts:
        assert any("may not find this post" in str(reason) for reason in reasons(found, {}))


def erase(store: Store, workspace: Path, who: str) -> None:
    protocol = Workspace.open(workspace).school.load_protocol()
    register = store.register(protocol.parameters.validity)
    with store.transaction():
        store.published.add_refusals(refusals_left_by({who}, store.published.posts(), register, protocol, TODAY))
        store.drop_templates([who])


def test_a_recheck_of_an_earlier_day_says_so(workspace: Path):
    asked = ["recheck", "--on", "20-10-2026", "--workspace", str(workspace)]
    result = CliRunner().invoke(cli, asked, catch_exceptions=False)
    assert "Judged as if it were" in " ".join(result.output.split())
    assert any("Judged as if" in str(note) for note in recheck(workspace, on="2026-10-20").notes)
    today = recheck(workspace, on=date.today().isoformat())
    assert not any("Judged as if" in str(note) for note in today.notes)


def test_an_absent_post_is_told_in_the_report(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        store.published.mark([("facebook", "1")], ABSENT, TODAY)
        store.add([], [line(Answer.NO, who="p2", given_on=date(2026, 11, 3))], datetime(2026, 11, 22))
    folder = recheck(workspace).folder
    assert folder is not None
    assert "It was in an earlier download" in (folder / "takedown.csv").read_text("utf-8-sig")


def test_the_workbook_says_what_the_report_says_and_runs_no_formula(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        store.published.keep([replace(OTHER, text="=1+1 Sportdag", link="https://example.org/2")], NOON)
        store.add([], [line(Answer.NO, who="p2", given_on=date(2026, 11, 3))], datetime(2026, 11, 22))
    found = recheck(workspace)
    assert found.folder is not None
    book = openpyxl.load_workbook(found.folder / "report.xlsx")
    assert book.sheetnames == ["Summary", "To do", "Posts", "Photos", "What could not be read"]
    summary = dict(book["Summary"].iter_rows(min_row=2, values_only=True))
    assert (summary["Posts"], summary["Taken back"], summary["Right"]) == (2, 2, 0)
    assert summary["Judged again"] == 2
    heading, *rows = book["To do"].iter_rows(values_only=True)
    to_do = [dict(zip(heading, row, strict=True)) for row in rows]
    assert {row["Standing"] for row in to_do} == {"taken back"} and all(row["What to do"] for row in to_do)
    assert {(row["Link"], row["Days too long"]) for row in to_do} == {(None, 19), ("https://example.org/2", 19)}
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "=1+1 Sportdag" in {cell.value for cell in cells} and not any(cell.data_type == "f" for cell in cells)
    assert book["Posts"].max_row == 3 and book["Photos"].max_row == 3


def test_posts_of_one_second_that_differ_in_pictures_both_stay():
    both = [kept(PICTURE), replace(OTHER, pictures=(replace(PICTURE, sha256="b" * 64),))]
    assert renamed([replace(post, post_id=f"old-{post.post_id}") for post in both], both) == (
        ("facebook", "old-1"),
        ("facebook", "old-2"),
    )
