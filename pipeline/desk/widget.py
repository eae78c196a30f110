"""The page: hands what a person does to the desk, and what the desk knows to the page. It decides nothing.

Messages are plain values; pictures go beside them as bytes. An error becomes a sentence on the page.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import anywidget

from consent.importers.dates import parse_date
from consent.messages import Message, UserError, say
from pipeline.desk import pictures, showing
from pipeline.desk.importing import Import, written_folder
from pipeline.desk.session import Desk, StoppedError
from pipeline.desk.texts import texts
from pipeline.language import Translator, translator
from pipeline.reporting.words import visible
from pipeline.workspace import Workspace

_HERE = Path(__file__).parent
AT_ONCE = 24
"""Pictures sent for one request; the page asks again for what is in view by then."""

Told = dict[str, Any]


class DeskWidget(anywidget.AnyWidget):
    """The desk as a widget of a notebook."""

    _esm = _HERE / "desk.js"
    _css = _HERE / "desk.css"

    def __init__(self, workspace: Workspace, language: str | None = None, by: str = "") -> None:
        super().__init__()
        self._workspace, self._by = workspace, by
        self._tr: Translator = translator(language or workspace.school.language)
        self._desk: Desk | None = None
        self._drop: Import | None = None
        self._names: Mapping[str, str] = {}
        self._loop = asyncio.get_event_loop_policy().get_event_loop()
        self.on_msg(self._received)

    def _received(self, _widget: Any, message: Told, buffers: list[bytes]) -> None:
        """Do what the page asks. Whatever fails is told on the page, without names."""
        try:
            getattr(self, f"_do_{_one_of(message.get('do'))}")(message, buffers)
        except UserError as error:
            self._tell_error(error.message)
        except Exception as error:  # noqa: BLE001 - told to whom it concerns; the desk goes on
            reason = say(
                "Something unexpected went wrong ({kind}). Open the photo again to see what is kept.", kind=_kind(error)
            )
            self._tell_error(reason)

    # Choosing photos

    def _do_hello(self, message: Told, buffers: list[bytes]) -> None:
        protocol = self._workspace.school.load_protocol()
        platforms = [{"id": key, "name": one.name, "in_use": one.in_use} for key, one in protocol.platforms.items()]
        self.send(
            {
                "tell": "hello",
                "texts": texts(self._tr),
                "language": self._tr.language,
                "school": visible(self._workspace.school.name),
                "platforms": platforms,
                "today": date.today().isoformat(),
            }
        )
        if self._desk is not None:
            self._tell_cards(list(self._desk.entries))

    def _do_drop(self, message: Told, buffers: list[bytes]) -> None:
        """A part of a dropped file; the page sends the next when it is told that this one was written."""
        if message["first"] or self._drop is None:
            self._drop = Import(self._workspace.folder, datetime.now())
        self._drop.take(int(message["file"]), str(message["name"]), bytes(buffers[0]))
        self.send({"tell": "dropped", "file": message["file"], "offset": message["offset"]})

    def _do_audit(self, message: Told, buffers: list[bytes]) -> None:
        on = parse_date(str(message.get("on") or "")) or date.today()
        folder = str(message.get("folder") or "").strip()
        if message.get("again") and self._desk is not None:
            photos = self._desk.photos
        elif folder:
            photos = written_folder(folder)
        elif self._drop is not None:
            photos = self._drop.folder
        else:
            raise UserError(say("Choose photos first, or write the folder that they are in."))
        if self._desk is not None:
            self._desk.close()
        desk = self._desk = Desk(self._workspace, str(message["platform"]), on, photos, self._by)
        self._names = {p.person_id: p.full_name for p in desk.people().values()}
        total = len(desk.find().photos)
        self.send({"tell": "begin", "total": total})
        threading.Thread(target=self._audit, args=(desk, total), daemon=True).start()

    def _audit(self, desk: Desk, total: int) -> None:
        """In a thread of its own, so that photos can be opened meanwhile. What it tells goes by the page's thread."""

        def later(call: Callable[..., None], *values: Any) -> None:
            self._loop.call_soon_threadsafe(call, *values)

        try:
            folder = desk.audit(lambda place, _total: later(self._tell_progress, desk, place, total))
            later(self.send, {"tell": "looked", "folder": f"reports/{folder.name}"})
        except StoppedError:
            later(self.send, {"tell": "stopped"})
        except UserError as error:
            later(self._tell_error, error.message, True)
        except Exception as error:  # noqa: BLE001 - told to whom it concerns
            later(self._tell_error, say("The photos could not be looked at ({kind}).", kind=_kind(error)), True)

    def _do_stop(self, message: Told, buffers: list[bytes]) -> None:
        self._at_the_desk.stop()

    # Looking

    def _do_thumbs(self, message: Told, buffers: list[bytes]) -> None:
        for place in [int(place) for place in message["places"]][:AT_ONCE]:
            entry = self._at_the_desk.entries.get(place)
            if entry is not None:
                self._tell_picture("thumb", place, pictures.thumbnail(*_file(entry)))

    def _do_open(self, message: Told, buffers: list[bytes]) -> None:
        place = int(message["place"])
        entry = self._at_the_desk.open(place)
        self._tell_photo(place)
        self._tell_picture("large", place, pictures.large(*_file(entry)))

    def _do_look(self, message: Told, buffers: list[bytes]) -> None:
        """What others decided meanwhile."""
        if self._desk is not None:
            self._changed(self._desk.refresh(), message)
        self.send({"tell": "here"})

    def _do_search(self, message: Told, buffers: list[bytes]) -> None:
        found = showing.found_persons(self._at_the_desk.people().values(), str(message["text"]), self._tr)
        self.send({"tell": "people", "ticket": message["ticket"], "people": found})

    # Deciding

    def _do_decide(self, message: Told, buffers: list[bytes]) -> None:
        desk, place = self._at_the_desk, int(message["place"])
        desk.refresh()
        what, number, who = str(message["what"]), int(message["number"]), str(message["who"])
        self._changed(desk.decide(place, what, number, who, str(message.get("reason") or "")), message)

    def _do_take_back(self, message: Told, buffers: list[bytes]) -> None:
        desk, place = self._at_the_desk, int(message["place"])
        self._changed(desk.take_back(place, str(message["what"]), int(message["number"])), message)

    def _do_undo(self, message: Told, buffers: list[bytes]) -> None:
        changed = self._at_the_desk.undo()
        self._changed(changed, message)
        self.send({"tell": "undone", "done": bool(changed)})

    # Telling

    @property
    def _at_the_desk(self) -> Desk:
        if self._desk is None:
            raise UserError(say("Choose photos first, or write the folder that they are in."))
        return self._desk

    def _changed(self, places: Iterable[int], message: Told) -> None:
        places = list(places)
        if places:
            self._tell_cards(places)
        if message.get("place") in places:
            self._tell_photo(int(message["place"]))

    def _tell_progress(self, desk: Desk, place: int, total: int) -> None:
        if desk is self._desk:
            self._tell_cards([place])
            self.send({"tell": "progress", "done": place + 1, "total": total})

    def _tell_cards(self, places: Iterable[int]) -> None:
        entries = self._at_the_desk.entries
        cards = [showing.card(place, entries[place], self._tr, self._names) for place in places]
        self.send({"tell": "cards", "cards": cards})

    def _tell_photo(self, place: int) -> None:
        desk = self._at_the_desk
        proposed = desk.proposals(place)
        told = showing.photo(place, desk.entries[place], self._tr, self._names, proposed)
        self.send({"tell": "photo", "photo": told})

    def _tell_picture(self, kind: str, place: int, picture: bytes | None) -> None:
        self.send({"tell": kind, "place": place, "there": picture is not None}, [picture] if picture else None)

    def _tell_error(self, message: Message, ended: bool = False) -> None:
        self.send({"tell": "error", "text": visible(self._tr.render(message)), "ended": ended})


_KNOWN = frozenset(
    {"hello", "drop", "audit", "stop", "thumbs", "open", "look", "search", "decide", "take_back", "undo"}
)


def _one_of(do: Any) -> str:
    """What the page may ask for; anything else is an error of the page."""
    if do not in _KNOWN:
        raise ValueError("the page asks for something that there is not")
    return str(do)


def _kind(error: Exception) -> str:
    return type(error).__name__


def _file(entry: Any) -> tuple[Path, str, str]:
    return entry.path, entry.audited.name, entry.audited.sha256


def open_desk(workspace: str = "", language: str | None = None, by: str = "") -> DeskWidget:
    """The desk of a workspace, as the notebook shows it. Raises `UserError` where there is no workspace or no key."""
    folder = workspace or os.environ.get("PHOTO_CONSENT_WORKSPACE") or "."
    opened = Workspace.open(Path(folder))
    with opened.open_store():
        pass  # a wrong key is told now
    return DeskWidget(opened, language or os.environ.get("PHOTO_CONSENT_DESK_LANGUAGE") or None, by)
