"""What the page is told: of the desk that is there, and of nothing else."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import Any

import pytest

from consent.messages import UserError, say
from pipeline.desk import pictures, posting, remedying
from pipeline.desk.searching import told_apart
from pipeline.desk.session import Desk
from pipeline.desk.widget import DeskWidget
from pipeline.naming import FACE
from pipeline.remedies.confirming import confirm
from pipeline.signing.standing import Today
from tests.desk.test_session import HELD, NOW, TO_COVER, UNNAMED

Told = list[dict[str, Any]]


class Page(DeskWidget):
    """A page with nobody behind it: what it is told is kept."""

    def __init__(self, desk: Desk) -> None:
        self.told: Told = []
        super().__init__(desk.workspace, "en")
        self._desk, self._by = desk, ""

    def send(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.told.append(content)
        self.pictures = buffers or []

    def _soon(self, call: Any, *values: Any) -> None:
        call(*values)

    def _in_background(self, work: Any, then: Any) -> None:
        then(work())


@pytest.mark.parametrize(
    ("fails", "tells"),
    [(None, {"tell": "stopped"}), (UserError(say("x")), {"tell": "error", "text": "x", "ended": True})],
)
def test_an_audit_that_ends_is_told_of_the_desk_that_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fails: Exception | None, tells: dict[str, Any]
):
    page, old = Page(desk), Desk(desk.workspace, desk.platform, desk.on, desk.photos)
    old.stop()
    if fails is not None:
        monkeypatch.setattr(old, "audit", lambda *_: (_ for _ in ()).throw(fails))
    page._audit(old, 4)
    assert page.told == []
    page._desk = old
    page._audit(old, 4)
    assert page.told == [tells]
    old.close()


def test_photos_that_are_gone_leave_what_lies_on_the_desk(desk: Desk):
    page = Page(desk)
    shutil.rmtree(desk.photos)
    with pytest.raises(UserError):
        page._do_audit({"do": "audit", "again": True, "platform": desk.platform, "message": ""}, [])
    assert page._desk is desk and not desk._stopped
    assert page.told == []


def test_that_photos_cannot_be_judged_again_is_told_with_their_cards(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    page = Page(desk)
    page._do_look({"do": "look", "place": None}, [])
    page.told.clear()
    desk._register = 0
    monkeypatch.setattr(Desk, "_now", property(lambda _: 1 / 0))
    page._do_look({"do": "look", "place": HELD}, [])
    cards, error, here = [one for one in page.told if one["tell"] != "photo"]
    assert {card["verdict"] for card in cards["cards"]} == {"hold"}
    assert "ZeroDivisionError" in error["text"] and not error["ended"]
    assert here == {"tell": "here"}
    monkeypatch.undo()
    page.told.clear()
    page._do_look({"do": "look", "place": None}, [])
    assert [one["tell"] for one in page.told] == ["cards", "here"]
    assert {card["verdict"] for card in page.told[0]["cards"]} >= {"publish", "cover"}


def test_what_others_changed_is_told_when_somebody_decides(desk: Desk):
    page = Page(desk)
    page._do_look({"do": "look", "place": None}, [])
    desk.open(HELD)
    desk._register = 0
    page.told.clear()
    page._do_decide({"do": "decide", "place": HELD, "what": "face", "number": 2, "who": "S13"}, [])
    assert [len(one["cards"]) for one in page.told if one["tell"] == "cards"] == [len(desk.entries), 1]


def test_the_card_of_a_photo_shows_the_new_picture_once_that_goes(desk: Desk):
    page, entry = Page(desk), desk.entries[TO_COVER]
    remedying.make(desk.workspace, desk.run, entry.audited.name, "solid")
    uncovered = pictures.thumbnail(entry.path, entry.audited.name, entry.audited.sha256)
    ask = {"do": "thumbs", "places": [TO_COVER], "shown": {str(TO_COVER): entry.audited.sha256}}
    new = desk.new_picture(TO_COVER)
    page._do_thumbs(ask, [])
    assert page.pictures == [uncovered], "nobody has looked at the new one"
    confirm(desk.store, new.made, "headteacher", NOW)
    desk.new_picture(TO_COVER)
    page.told.clear()
    page._do_thumbs(ask, [])
    card, thumb = page.told
    assert (card["tell"], card["cards"][0]["shown"], card["cards"][0]["reasons"]) == ("cards", new.made.sha256, [])
    assert (thumb["shown"], page.pictures) == (new.made.sha256, [pictures.thumbnail(new.file, "", new.made.sha256)])
    assert page.pictures != [uncovered]
    new.file.unlink()
    pictures._kept_small.cache_clear()
    page._do_thumbs(ask, [])
    assert (page.told[-1]["there"], page.pictures) == (False, []), "the uncovered one never stands for it"


def test_a_day_in_the_past_is_asked_about_once(desk: Desk):
    page, past = Page(desk), date.today() - timedelta(days=1)
    for day in (past, past - timedelta(days=1)):
        with pytest.raises(UserError, match=f"{day:%d-%m-%Y}, is in the past. Is that meant"):
            page._do_audit({"do": "audit", "on": f"{day:%d-%m-%Y}", "platform": desk.platform}, [])
        assert page._meant(day) == day
    assert page._meant(date.today()) == date.today()


def test_that_an_earlier_check_was_approved_is_told_before_its_photos(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    page = Page(desk)
    assert posting.approved_before(desk.workspace, desk.run) is None
    monkeypatch.setattr(posting, "approved_before", lambda *_: Today(False, (say("It must come down."),)))
    page._desk = Desk.of_run(desk.workspace, desk.run)
    page._audit(page._desk, len(desk.entries))
    assert page.told[0] == {"tell": "approved", "post": {"stays": False, "today": ["It must come down."]}}
    assert page.told[1]["tell"] == "cards"
    page._desk.close()


def test_whom_a_person_named_is_told_by_name_before_another_name_counts(desk: Desk):
    page = Page(desk)
    page._names = told_apart(desk.people().values(), page._tr)
    page._do_open({"do": "open", "place": HELD}, [])
    said = {"do": "decide", "place": HELD, "what": FACE, "number": UNNAMED, "who": "S13", "reason": "", "sure": False}
    page._do_decide(said, [])
    page.told.clear()
    page._do_decide({**said, "who": "S14"}, [])
    (asked,) = page.told
    assert asked["tell"] == "sure" and "Mees van den Broek" in asked["text"]
    assert [d.who for d in desk.store.decisions.standing()] == ["S13"]
    page._do_decide({**said, "who": "S14", "sure": True}, [])
    assert [d.who for d in desk.store.decisions.standing()] == ["S14"]
