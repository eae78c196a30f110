"""What the page is told, and how: each message by the page's own thread, an error as a sentence without names."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from consent.messages import Message, UserError, say
from pipeline.desk import remedying, showing, showing_post
from pipeline.desk.session import Desk
from pipeline.language import Translator, translator
from pipeline.reporting.words import visible
from pipeline.workspace import Workspace

Told = dict[str, Any]
"""A message to the page, or from it."""


class Telling:
    """The part of the desk's widget that the others tell by."""

    send: Callable[..., None]

    def __init__(self, workspace: Workspace, language: str | None = None) -> None:
        super().__init__()
        self._workspace = workspace
        self._tr: Translator = translator(language or workspace.school.language)
        self._desk: Desk | None = None
        self._names: Mapping[str, str] = {}
        self._loop = asyncio.get_event_loop_policy().get_event_loop()

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
        if places and self._at_the_desk.not_judged is not None:
            self._tell_error(self._at_the_desk.not_judged)

    def _tell_cards(self, places: Iterable[int]) -> None:
        desk = self._at_the_desk
        cards = [
            showing.card(place, desk.entries[place], self._tr, self._names, desk.new.get(place)) for place in places
        ]
        self.send({"tell": "cards", "cards": cards})

    def _tell_photo(self, place: int) -> None:
        desk = self._at_the_desk
        proposed, ways = desk.proposals(place), self._ways_out(place)
        told = showing.photo(place, desk.entries[place], self._tr, self._names, proposed, new=desk.new.get(place))
        self.send({"tell": "photo", "photo": {**told, **ways}})

    def _ways_out(self, place: int) -> Told:
        """What the page shows of the ways to publish a photo, and of the picture that was made of it."""
        desk = self._at_the_desk
        new = desk.new_picture(place)
        made = new and showing_post.new_picture(new, remedying.who_confirmed(desk.store, new), self._tr, self._names)
        ways = [showing_post.way(way, self._tr, desk.place_of) for way in desk.ways(place)]
        return {"ways": ways, "made": made, "report": desk.run}

    def _tell_picture(self, kind: str, place: int, picture: bytes | None, told: Told | None = None) -> None:
        about = {"tell": kind, "place": place, "there": picture is not None, **(told or {})}
        self.send(about, [picture] if picture else None)

    def _tell_error(self, message: Message, ended: bool = False) -> None:
        self.send({"tell": "error", "text": visible(self._tr.render(showing.at_the_desk(message))), "ended": ended})

    def _soon(self, call: Callable[..., None], *values: Any) -> None:
        """Do something in the page's thread."""
        self._loop.call_soon_threadsafe(call, *values)

    def _in_background(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Work in a thread of its own, which opens the database for itself; what comes of it is told by the page's."""

        def run() -> None:
            try:
                found = work()
            except Exception as error:  # noqa: BLE001 - told to whom it concerns; the desk goes on
                self._soon(self._tell_failure, error)
            else:
                self._soon(self._safely, then, found)

        threading.Thread(target=run, daemon=True).start()

    def _safely(self, call: Callable[..., None], *values: Any) -> None:
        """Whatever fails is told on the page, without names."""
        try:
            call(*values)
        except Exception as error:  # noqa: BLE001 - told to whom it concerns; the desk goes on
            self._tell_failure(error)

    def _tell_failure(self, error: Exception) -> None:
        self._tell_error(error.message if isinstance(error, UserError) else _unexpected(error))


def _unexpected(error: Exception) -> Message:
    """What is told of an error that nobody foresaw: its kind, and nothing of what it says."""
    return say(
        "Something unexpected went wrong ({kind}). Open the photo again to see what is kept.", kind=type(error).__name__
    )
