"""What the page does with photos on the desk: look at them, say who is on them, and take that back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.desk import pictures, showing
from pipeline.desk.searching import found_persons
from pipeline.desk.telling import Telling, Told

KNOWN = frozenset({"thumbs", "open", "close_up", "film", "look", "search", "decide", "take_back", "undo"})
"""What the page may ask for of this."""

AT_ONCE = 24
"""Pictures sent for one request; the page asks again for what is in view by then."""


class Looking(Telling):
    """The part of the desk's widget that shows photos and hands on what is said of them."""

    def _do_thumbs(self, message: Told, buffers: list[bytes]) -> None:
        for place in [int(place) for place in message["places"]][:AT_ONCE]:
            if place in self._at_the_desk.entries:
                self._show_thumb(place, str(dict(message.get("shown") or {}).get(str(place), "")))

    def _show_thumb(self, place: int, asked: str) -> None:
        """The picture of a card: the new one where that goes. `asked`: SHA-256 of what the page's card is about."""
        desk = self._at_the_desk
        entry, new = desk.entries[place], desk.new.get(place)
        told = {"shown": showing.shown(entry, new)}
        if asked not in ("", told["shown"]):
            self._tell_cards([place])
        if new is None or not showing.goes_instead(entry, new):
            self._show("thumb", place, pictures.thumbnail, entry, told)
            return
        file, sha256 = new.file, new.made.sha256
        self._in_background(
            lambda: pictures.thumbnail(file, file.name, sha256),
            lambda made: self._tell_picture("thumb", place, made, told),
        )

    def _do_open(self, message: Told, buffers: list[bytes]) -> None:
        place = int(message["place"])
        entry = self._at_the_desk.open(place)
        self._tell_photo(place)
        self._show("large", place, pictures.large, entry)

    def _do_close_up(self, message: Told, buffers: list[bytes]) -> None:
        """A face or a person large, for whoever says what it is, or signs for that."""
        place, what, number = int(message["place"]), str(message["what"]), int(message["number"])
        desk = self._at_the_desk
        if place in desk.entries and desk.entries[place].seen is None:
            desk.open(place)
        entry = desk.entries.get(place)
        box = None if entry is None else showing.box_of(entry, what, number)
        told = {"tell": "close_up", "place": place, "what": what, "number": number}
        if entry is None or entry.seen is None or box is None:
            self.send({**told, "there": False})
            return
        seen = entry.seen
        self._in_background(
            lambda: pictures.close_up(*_file(entry), seen, box),
            lambda made: self.send({**told, "there": made is not None}, [made] if made else None),
        )

    def _show(
        self, kind: str, place: int, picture: Callable[..., bytes | None], entry: Any, told: Told | None = None
    ) -> None:
        """Tell a picture; that of a film takes a while, and the page goes on meanwhile."""
        if entry.seen is None or entry.seen.film is None:
            self._tell_picture(kind, place, picture(*_file(entry)), told)
        else:
            self._in_background(
                lambda: picture(*_file(entry), entry.seen), lambda made: self._tell_picture(kind, place, made, told)
            )

    def _do_film(self, message: Told, buffers: list[bytes]) -> None:
        """The next part of a film that lies on the desk, or of the one that was made of it, to be played there.

        The page says which bytes it plays: what was made anew meanwhile is another film, that nobody has watched.
        """
        desk, place, offset = self._at_the_desk, int(message["place"]), int(message["offset"])
        entry, new = desk.entries.get(place), desk.new.get(place)
        sha256, wants_new = str(message["sha256"]), bool(message["new"])
        told = {"tell": "film", "place": place, "new": wants_new, "sha256": sha256, "offset": offset}
        path = None
        if entry is not None and entry.seen is not None and entry.seen.film is not None:
            known = (new.file, new.made.sha256) if new else (None, "")
            path, now = known if wants_new else (entry.path, entry.audited.sha256)
            path = path if now == sha256 else None
        if path is None:
            self.send({**told, "there": False})
            return
        self._in_background(
            lambda: pictures.film_part(path, sha256, offset),
            lambda part: self.send(
                {
                    **told,
                    "there": part is not None,
                    "end": part is not None and part.is_last,
                    "kind": pictures.kind(path),
                },
                [part.content] if part else None,
            ),
        )

    def _do_look(self, message: Told, buffers: list[bytes]) -> None:
        """What others decided meanwhile."""
        if self._desk is not None:
            self._changed(self._desk.refresh(), message)
        self.send({"tell": "here"})

    def _do_search(self, message: Told, buffers: list[bytes]) -> None:
        found = found_persons(self._at_the_desk.people().values(), str(message["text"]), self._tr)
        self.send({"tell": "people", "ticket": message["ticket"], "people": found})

    def _do_decide(self, message: Told, buffers: list[bytes]) -> None:
        desk, place = self._at_the_desk, int(message["place"])
        self._changed(desk.refresh(), message)
        what, number, who = str(message["what"]), int(message["number"]), str(message["who"])
        reason = str(message.get("reason") or "")
        doubt = None if message.get("sure") else desk.doubt(place, what, number, who, reason)
        if doubt is not None:
            self.send({**message, "tell": "sure", "text": showing.sentence(doubt, self._tr, self._names)})
            return
        self._changed(desk.decide(place, what, number, who, reason), message)

    def _do_take_back(self, message: Told, buffers: list[bytes]) -> None:
        desk, place = self._at_the_desk, int(message["place"])
        self._changed(desk.take_back(place, str(message["what"]), int(message["number"])), message)

    def _do_undo(self, message: Told, buffers: list[bytes]) -> None:
        changed = self._at_the_desk.undo()
        self._changed(changed, message)
        self.send({"tell": "undone", "done": bool(changed)})


def _file(entry: Any) -> tuple[Path, str, str]:
    return entry.path, entry.audited.name, entry.audited.sha256
