"""What the page is told: of the desk that is there, and of nothing else."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from consent.messages import UserError, say
from pipeline.desk.session import Desk
from pipeline.desk.widget import DeskWidget
from tests.desk.test_session import HELD

Told = list[dict[str, Any]]


class Page(DeskWidget):
    """A page with nobody behind it: what it is told is kept."""

    def __init__(self, desk: Desk) -> None:
        self.told: Told = []
        super().__init__(desk.workspace, "en")
        self._desk, self._by = desk, ""

    def send(self, content: dict[str, Any], buffers: object = None) -> None:
        self.told.append(content)

    def _soon(self, call: Any, *values: Any) -> None:
        call(*values)


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
