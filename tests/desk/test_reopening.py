"""An earlier check is on the desk again as it was left, and no photo is looked at again."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from consent.judging import Decision
from consent.messages import UserError
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import Answer, ConsentRecord, Medium
from consent.texts import Sought
from pipeline.candidates import CandidateAudit
from pipeline.demo import DAY
from pipeline.desk import remedying, reopening, showing, showing_post
from pipeline.desk.importing import IMPORTS
from pipeline.desk.reopening import CHANGED, GONE, Earlier, earlier
from pipeline.desk.session import Desk
from pipeline.language import translator
from pipeline.looker import Looker
from pipeline.naming import FACE
from pipeline.rejudging import NOT_SEEN
from pipeline.remedies.confirming import confirm
from pipeline.workspace import Workspace
from tests.desk.test_session import HELD, TO_COVER, TO_PUBLISH, UNNAMED

NOW = datetime.now().astimezone()
TODAY = max(DAY, date.today())


@pytest.fixture
def left(workspace: Workspace, photos: Path) -> Desk:
    """A desk that was left after its audit, a name and a confirmed cover."""
    desk = Desk(workspace, "facebook", TODAY, photos, message=" Wat een dag! ")
    desk.audit(lambda place, total: None)
    desk.open(HELD)
    desk.decide(HELD, FACE, UNNAMED, "S13")
    remedying.make(workspace, desk.run, desk.entries[TO_COVER].audited.name, "solid")
    confirm(desk.store, desk.new_picture(TO_COVER).made, "headteacher", NOW)
    desk.close()
    return desk


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can look at a photo."""

    def look(*_: object) -> None:
        raise AssertionError("a photo was looked at again")

    monkeypatch.setattr(Looker, "__call__", look)


def taken_up(workspace: Workspace, run: str) -> Desk:
    desk = Desk.of_run(workspace, run)
    desk.take_up(lambda place, total: None)
    return desk


def cards(desk: Desk) -> list[tuple[str, str]]:
    told = [showing.card(p, e, translator("en"), {}, desk.new.get(p)) for p, e in sorted(desk.entries.items())]
    return [(card["name"], card["verdict"], card["new"]) for card in told]


def test_an_earlier_check_is_there_again_with_what_was_said_covered_and_confirmed(left: Desk, blind: None):
    desk = taken_up(left.workspace, left.run)
    assert [card[1] for card in cards(desk)] == ["publish"] * 4
    assert cards(desk)[TO_COVER][2] == "The new picture goes, and not the photo"
    assert (desk.platform, desk.on, desk.message, desk.not_there) == ("facebook", TODAY, "Wat een dag!", None)
    desk.open(HELD)
    desk.take_back(HELD, FACE, UNNAMED)
    assert desk.entries[HELD].audited.verdict.decision is Decision.HOLD
    desk.undo()
    assert desk.entries[HELD].audited.verdict.decision is Decision.PUBLISH
    desk.open(TO_COVER)
    assert desk.ways(TO_COVER), "and another cover can be made"
    desk.close()


def why_of(desk: Desk, face: int) -> list[str]:
    """What the opened photo says of a face."""
    told = showing.photo(HELD, desk.entries[HELD], translator("en"), {}, {})
    return next(thing["why"] for thing in told["things"] if (thing["what"], thing["number"]) == (FACE, face))


def test_a_photo_that_is_gone_or_was_changed_is_held_with_the_reason(left: Desk, blind: None):
    names = [left.entries[place].path for place in (TO_PUBLISH, HELD)]
    names[0].unlink()
    names[1].write_bytes(names[1].read_bytes() + b"more")
    desk = taken_up(left.workspace, left.run)
    for place, why in ((TO_PUBLISH, GONE), (HELD, CHANGED)):
        verdict = desk.open(place).audited.verdict
        assert verdict.decision is Decision.HOLD
        assert str(why) in [str(reason.reason) for reason in verdict.reasons]
    assert cards(desk)[TO_COVER][1] == "publish"
    desk.close()
    shutil.rmtree(left.photos)
    desk = taken_up(left.workspace, left.run)
    assert str(left.photos) in str(desk.not_there)
    assert {card[1] for place, card in enumerate(cards(desk)) if place != TO_COVER} == {"hold"}
    desk.close()


def test_what_a_table_says_counts_and_is_contradicted_at_the_desk_not_taken_back(workspace: Workspace, photos: Path):
    def run(run_id: str, **names: str) -> Path:
        audit = CandidateAudit.from_parameters(
            workspace=str(workspace.folder),
            photos=str(photos),
            platform="facebook",
            on=TODAY.isoformat(),
            run_id=run_id,
            **names,
        )
        return audit.write(audit.look_and_judge(audit.find()))

    first = run("first")
    table = (first / "names.csv").read_text("utf-8-sig")
    lines = [line.split(";") for line in table.splitlines()]
    for cells in lines:
        if cells[:3] == ["IMG_2007.jpg", "face", str(UNNAMED)]:
            cells[4] = "S13"
    filled = workspace.folder / "filled.csv"
    filled.write_text("\n".join(";".join(cells) for cells in lines), "utf-8-sig")
    second = run("second", names_file=str(filled))
    desk = taken_up(workspace, "second")
    desk.open(HELD)
    assert desk.entries[HELD].audited.verdict.decision is Decision.PUBLISH
    assert desk.table == second / "names.csv"
    for names, becomes in ((desk.table, Decision.PUBLISH), (None, Decision.HOLD)):
        other = Desk(workspace, "facebook", TODAY, photos, names=names)
        other.audit(lambda place, total: None)
        assert other.entries[HELD].audited.verdict.decision is becomes, "a new report goes by it too"
        assert (other.table is None) is (names is None)
        other.close()
    with pytest.raises(UserError, match=r"names\.csv"):
        desk.take_back(HELD, FACE, UNNAMED)
    desk.decide(HELD, FACE, UNNAMED, "S10")
    assert desk.entries[HELD].audited.verdict.decision is Decision.HOLD, "a word that may hold is never refused"
    assert str(showing.AGAINST_TABLE) in why_of(desk, UNNAMED)
    other = taken_up(workspace, "second")
    assert other.entries[HELD].audited.verdict.decision is Decision.HOLD
    other.close()
    desk.take_back(HELD, FACE, UNNAMED)
    assert desk.entries[HELD].audited.verdict.decision is Decision.PUBLISH
    desk.decide(HELD, FACE, UNNAMED, "S10")
    desk.decide(HELD, FACE, UNNAMED, "S13")
    assert desk.entries[HELD].audited.verdict.decision is Decision.PUBLISH
    assert str(showing.AGAINST_TABLE) not in why_of(desk, UNNAMED)
    desk.close()
    (second / "names.csv").write_text(table, "utf-8-sig")
    with pytest.raises(UserError, match=r"names\.csv"):
        Desk.of_run(workspace, "second")
    with pytest.raises(UserError):
        Desk.of_run(workspace, "../elsewhere")


def test_the_checks_are_listed_the_newest_first(left: Desk):
    (left.workspace.reports / "demo-facebook" / "run.json").write_text("{}", "utf-8")
    with left.workspace.open_store() as store:
        newest, damaged = earlier(left.workspace, store)
    assert (newest.run_id, newest.photos, newest.platform_id) == (left.run, 4, "facebook")
    assert (newest.signed, newest.approved) == ((), False)
    assert (newest.folder, newest.words) == ("photos", "Wat een dag!")
    assert newest.counts == {Decision.PUBLISH: 2, Decision.COVER: 1, Decision.HOLD: 1}
    assert damaged.made_at is None and damaged.why_not is not None
    shutil.rmtree(left.workspace.reports / "demo-facebook")
    with left.workspace.open_store() as store:
        assert [one.run_id for one in earlier(left.workspace, store)] == [left.run]


@pytest.mark.parametrize(
    ("folder", "text", "shown"),
    [
        ("Sportdag", "Wat een\n dag!", ("Sportdag", "Wat een dag!")),
        (
            "Sportdag",
            "Wat een heerlijk zonnige dag op het veld was dit",
            ("Sportdag", "Wat een heerlijk zonnige dag op het…"),
        ),
        ("Mees Bakker", "Een dag voor Mees Bakker", ("", "")),
        (f"{IMPORTS}/20261122-101500", "", ("", "")),
    ],
    ids=["short", "long", "somebody of the register", "dropped"],
)
def test_a_check_is_known_by_its_folder_and_the_first_words(folder: str, text: str, shown: tuple[str, str]):
    sought = Sought([Person("S13", Role.PUPIL, "Mees", "", "Bakker", "5")])
    assert (reopening._folder(Path("/school") / folder, sought), reopening._beginning(text, sought)) == shown
    assert len(shown[1]) <= reopening.MOST_WORDS


def test_a_withdrawal_is_seen_on_every_card_at_the_next_look(left: Desk):
    desk = taken_up(left.workspace, left.run)
    desk.refresh()
    assert desk.refresh() == ()
    withdrawn(left.workspace, "S13")
    assert set(desk.refresh()) == set(desk.entries)
    assert cards(desk)[HELD][1] == "cover"
    assert cards(desk)[TO_COVER][1] == "publish", "what was made and confirmed is judged again, and stays"
    assert desk.refresh() == ()
    desk.close()


def withdrawn(workspace: Workspace, person: str) -> None:
    day = TODAY - timedelta(days=1)
    gone = ConsentRecord(
        person, "facebook", Medium.BOTH, Answer.WITHDRAWN, "both parents", day, None, day, "1", "letter"
    )
    with workspace.open_store() as store:
        store.add([], [gone], NOW)


def test_what_cannot_be_judged_by_a_changed_register_is_held_and_tried_again(left: Desk):
    desk = taken_up(left.workspace, left.run)
    desk.refresh()
    was = cards(desk)
    table = left.workspace.reports / left.run / "names.csv"
    rows = table.read_bytes()
    table.write_bytes(rows + b"\n")
    withdrawn(left.workspace, "S13")
    assert desk.refresh() == tuple(desk.entries)
    assert "names.csv" in str(desk.not_judged)
    for place, (_, verdict, new) in enumerate(cards(desk)):
        assert (verdict, new) == ("hold", "")
        assert "names.csv" in str(desk.entries[place].audited.verdict.reasons[0].reason)
    assert desk.refresh() == (), "it was tried again, and there is nothing new to tell"
    with pytest.raises(UserError, match=r"names\.csv"):
        desk.open(TO_PUBLISH)
    assert cards(desk)[TO_PUBLISH][1] == "hold"
    table.write_bytes(rows)
    assert desk.refresh() == tuple(desk.entries) and desk.not_judged is None
    assert cards(desk)[HELD][1] == "cover"
    assert [card for place, card in enumerate(cards(desk)) if place != HELD] == [*was[:HELD], *was[HELD + 1 :]]
    assert desk.refresh() == ()
    desk.close()


def test_a_decision_that_cannot_be_judged_is_tried_again(left: Desk):
    desk = taken_up(left.workspace, left.run)
    desk.refresh()
    table = left.workspace.reports / left.run / "names.csv"
    rows = table.read_bytes()
    table.write_bytes(rows + b"\n")
    with left.workspace.open_store() as store:
        store.decisions.end([d.id for d in store.decisions.standing() if d.what == "remedy"], NOW)
    assert desk.refresh() == (TO_COVER,)
    assert cards(desk)[TO_COVER][1:] == ("hold", "")
    table.write_bytes(rows)
    assert desk.refresh() == (TO_COVER,)
    assert cards(desk)[TO_COVER][1:] == ("cover", "New picture: look at it")
    desk.close()


def test_what_is_not_remembered_any_more_is_held_as_signing_holds_it(left: Desk):
    desk = taken_up(left.workspace, left.run)
    desk.refresh()
    sha256 = desk.entries[TO_PUBLISH].audited.sha256
    for models, becomes in (("models || '-'", Decision.HOLD), ("rtrim(models, '-')", Decision.PUBLISH)):
        with left.workspace.open_store() as store, store.transaction():
            store._db.execute(f"UPDATE observation SET models = {models} WHERE photo_sha256 = ?", (sha256,))
        verdict = desk.open(TO_PUBLISH).audited.verdict
        assert verdict.decision is becomes
        assert (NOT_SEEN in [reason.reason for reason in verdict.reasons]) is (becomes is Decision.HOLD)
    desk.close()


def test_a_confirmation_beside_the_desk_is_seen_at_the_next_look(left: Desk):
    desk = taken_up(left.workspace, left.run)
    desk.refresh()
    said = [d for d in desk.store.decisions.standing() if d.what == "remedy"]
    with left.workspace.open_store() as store:
        store.decisions.end([d.id for d in said], NOW)
    assert desk.refresh() == (TO_COVER,)
    assert cards(desk)[TO_COVER][1:] == ("cover", "New picture: look at it")
    desk.close()


@pytest.mark.parametrize(
    ("one", "state", "may"),
    [
        ({}, "nog niet ondertekend", True),
        ({"signed": ("headteacher", "deputy")}, "ondertekend door headteacher, deputy", True),
        ({"signed": ("headteacher", "deputy"), "approved": True, "went": 14}, "goedgekeurd", True),
        ({"made_at": None, "why_not": GONE}, "Zet het bestand terug", False),
    ],
)
def test_a_check_is_told_in_a_line_with_its_state(one: dict, state: str, may: bool):
    given = {"made_at": datetime(2026, 11, 22, 10, 15).astimezone(), "platform_id": "facebook", "photos": 1}
    given |= {"folder": "Sportdag", "words": "Wat een dag!"}
    told = showing_post.earlier(
        Earlier("<run>", **{**given, "counts": {Decision.HOLD: 1}, **one}), load_protocol("ooh-2019"), translator("nl")
    )
    assert told["state"].startswith(state) and told["may"] is may
    if may:
        assert told["text"] == "22 november 2026, 10:15 – Facebook – 1 foto of film – Sportdag – “Wat een dag!”"
        assert told["about"] == ("14 foto’s en films" if one.get("approved") else "voorleggen: 1")
    else:
        assert told["text"] == "<run>", "text, of which the page makes no HTML"
