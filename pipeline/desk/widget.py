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
from pipeline.desk import pictures, posting, showing, showing_post
from pipeline.desk.acting import KNOWN as ACTS
from pipeline.desk.acting import Acting, Told
from pipeline.desk.auditing import StoppedError
from pipeline.desk.importing import Import, written_folder
from pipeline.desk.reopening import earlier
from pipeline.desk.session import Desk
from pipeline.desk.texts import texts
from pipeline.language import Translator, translator
from pipeline.reporting.words import visible
from pipeline.signing.signers import signer_called, signers_of
from pipeline.signing.standing import Today
from pipeline.workspace import Workspace

_HERE = Path(__file__).parent
PARTS = ("base", "page", "choosing", "grid", "photo", "film", "remedies", "signing", "keys")
"""The files of the page's script, in the order in which they are put together."""

AT_ONCE = 24
"""Pictures sent for one request; the page asks again for what is in view by then."""


def script() -> str:
    """The page's script: one module, kept in files by what each part of the page does."""
    return "\n".join((_HERE / "page" / f"{part}.js").read_text("utf-8") for part in PARTS)


class DeskWidget(Acting, anywidget.AnyWidget):
    """The desk as a widget of a notebook."""

    _esm = script()
    _css = _HERE / "page" / "desk.css"

    def __init__(self, workspace: Workspace, language: str | None = None) -> None:
        super().__init__()
        self._workspace = workspace
        self._by: str | None = None
        self._past: date | None = None
        self._tr: Translator = translator(language or workspace.school.language)
        self._desk: Desk | None = None
        self._drop: Import | None = None
        self._names: Mapping[str, str] = {}
        self._loop = asyncio.get_event_loop_policy().get_event_loop()
        self.on_msg(self._received)

    def _received(self, _widget: Any, message: Told, buffers: list[bytes]) -> None:
        """Do what the page asks."""
        self._safely(lambda: getattr(self, f"_do_{_one_of(message.get('do'))}")(message, buffers))

    # Choosing photos

    def _do_hello(self, message: Told, buffers: list[bytes]) -> None:
        protocol = self._workspace.school.load_protocol()
        try:
            signers, wrong = signers_of(self._workspace.school, protocol), None
        except UserError as error:  # nobody can sign then, and the rest of the desk is there
            signers, wrong = (), error.message
        platforms = [
            {"id": key, "name": one.name, "in_use": one.in_use, "signers": showing_post.able(key, signers, protocol)}
            for key, one in protocol.platforms.items()
        ]
        self.send(
            {
                "tell": "hello",
                "texts": texts(self._tr),
                "language": self._tr.language,
                "school": visible(self._workspace.school.name),
                "platforms": platforms,
                "signers": [showing_post.signer(one, self._tr) for one in signers],
                "today": f"{date.today():%d-%m-%Y}",
            }
        )
        if wrong is not None:
            self._tell_error(wrong)
        if self._desk is not None:
            self._tell_cards(list(self._desk.entries))

    def _do_who(self, message: Told, buffers: list[bytes]) -> None:
        """Who sits at the desk: a signer, or somebody else. Kept with what is decided, not proved by a code."""
        signers = signers_of(self._workspace.school, self._workspace.school.load_protocol())
        self._by = signer_called(str(message["by"]), signers).id if message["by"] else ""
        if self._desk is not None:
            self._desk.by = self._by

    def _do_drop(self, message: Told, buffers: list[bytes]) -> None:
        """A part of a dropped file; the page sends the next when it is told that this one was written."""
        if message["first"] or self._drop is None:
            self._forget_drop()
            self._drop = Import(self._workspace.folder, datetime.now())
        self._drop.take(int(message["file"]), str(message["name"]), bytes(buffers[0]))
        self.send({"tell": "dropped", "file": message["file"], "offset": message["offset"]})

    def _do_undrop(self, message: Told, buffers: list[bytes]) -> None:
        """What was dropped is not wanted after all."""
        self._forget_drop()

    def _forget_drop(self) -> None:
        """Keep nothing of what was dropped and never looked at."""
        if self._drop is not None:
            self._drop.discard()
        self._drop = None

    def _do_audit(self, message: Told, buffers: list[bytes]) -> None:
        if self._by is None:
            raise UserError(say("Choose first who you are."))
        on = self._meant(_day(str(message.get("on") or "").strip()))
        folder, before, refused, names = str(message.get("folder") or "").strip(), "", None, None
        if message.get("again") and self._desk is not None:
            photos, before = self._desk.photos, self._desk.run or self._desk.before
            names = self._desk.table or self._desk.names_file
        elif folder:
            photos = written_folder(folder)
        elif self._drop is not None:
            dropped, self._drop = self._drop, None
            self.send({"tell": "undropped"})  # from here on it lies on the desk, or is kept nowhere
            photos, refused = dropped.folder, dropped.sift()
        else:
            raise UserError(say("Choose photos first, or write the folder that they are in."))
        text = str(message.get("message") or "")
        platform = str(message["platform"])
        desk = Desk(self._workspace, platform, on, photos, self._by, message=text, before=before, names=names)
        try:
            batch = desk.find()
        except BaseException:  # the photos that lie on the desk stay there
            desk.close()
            raise
        if self._desk is not None:
            self._desk.close()
        self._desk = desk
        self._begin(desk, len(batch.photos), [visible(batch.name(path)) for path in batch.others])
        if refused is not None:
            self._tell_error(refused)

    def _meant(self, on: date) -> date:
        """The day of publishing; one in the past counts when it is given again after it was asked about."""
        if on < date.today() and on != self._past:
            self._past = on
            raise UserError(
                say(
                    "The day of publishing that you give, {day}, is in the past. Is that meant? Then press the button "
                    "once more. If not, put the day right first.",
                    day=f"{on:%d-%m-%Y}",
                )
            )
        return on

    def _do_earlier(self, message: Told, buffers: list[bytes]) -> None:
        """Which checks of this workspace one can go on with."""

        def found() -> list[Told]:
            with self._workspace.open_store() as store:
                protocol = self._workspace.school.load_protocol()
                return [showing_post.earlier(one, protocol, self._tr) for one in earlier(self._workspace, store)]

        self._in_background(found, lambda runs: self.send({"tell": "earlier", "runs": runs}))

    def _do_reopen(self, message: Told, buffers: list[bytes]) -> None:
        """Go on with an earlier check."""
        if self._by is None:
            raise UserError(say("Choose first who you are."))
        desk = Desk.of_run(self._workspace, str(message["run"]), self._by)
        if self._desk is not None:
            self._desk.close()
        self._desk = desk
        assert desk.earlier is not None
        self._begin(desk, len(desk.earlier.photos), [])
        if desk.not_there is not None:
            self._tell_error(desk.not_there)

    def _begin(self, desk: Desk, total: int, others: list[str]) -> None:
        self._names = showing.told_apart(desk.people().values(), self._tr)
        about = showing_post.in_message(desk.found_in(desk.message), self._tr, self._names)
        told = {"total": total, "message": desk.message, "in_message": about, "others": others}
        where = {"platform": desk.platform, "on": f"{desk.on:%d-%m-%Y}", "earlier": desk.earlier is not None}
        self.send({"tell": "begin", **told, **where})
        threading.Thread(target=self._audit, args=(desk, total), daemon=True).start()

    def _audit(self, desk: Desk, total: int) -> None:
        """In a thread of its own, so that photos can be opened meanwhile. What it tells goes by the page's thread."""

        def on_photo(place: int, _total: int) -> None:
            self._soon(self._tell_progress, desk, place, total)

        try:
            if desk.earlier is not None:
                before = posting.approved_before(self._workspace, desk.earlier.run_id)
                if before is not None:
                    self._soon(self._tell_approved, desk, before)
                folder = desk.take_up(on_photo)
            else:
                folder = desk.audit(on_photo, lambda key, part: self._soon(self._tell_part, desk, key, part))
            self._soon(self._tell_looked, desk, folder)
            if desk.earlier is not None:
                desk.find_back_views()
        except StoppedError:
            self._soon(self._tell_ended, desk)
        except UserError as error:
            self._soon(self._tell_ended, desk, error.message)
        except Exception as error:  # noqa: BLE001 - told to whom it concerns
            self._soon(self._tell_ended, desk, say("The photos could not be looked at ({kind}).", kind=_kind(error)))

    def _soon(self, call: Callable[..., None], *values: Any) -> None:
        """Do something in the page's thread."""
        self._loop.call_soon_threadsafe(call, *values)

    def _do_words(self, message: Told, buffers: list[bytes]) -> None:
        """What stands in the text of the post as it is written now; it counts once the report is made again."""
        text = str(message["text"])
        found = showing_post.in_message(self._at_the_desk.found_in(text), self._tr, self._names)
        self.send({"tell": "words", "text": text, "in_message": found})

    def _do_stop(self, message: Told, buffers: list[bytes]) -> None:
        self._at_the_desk.stop()

    # Looking

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
        found = showing.found_persons(self._at_the_desk.people().values(), str(message["text"]), self._tr)
        self.send({"tell": "people", "ticket": message["ticket"], "people": found})

    # Deciding

    def _do_decide(self, message: Told, buffers: list[bytes]) -> None:
        desk, place = self._at_the_desk, int(message["place"])
        self._changed(desk.refresh(), message)
        what, number, who = str(message["what"]), int(message["number"]), str(message["who"])
        reason = str(message.get("reason") or "")
        doubt = None if message.get("sure") else desk.doubt(place, what, number, who, reason)
        if doubt is not None:
            self.send({**message, "tell": "sure", "text": visible(self._tr.render(doubt))})
            return
        self._changed(desk.decide(place, what, number, who, reason), message)

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
        if places and self._at_the_desk.not_judged is not None:
            self._tell_error(self._at_the_desk.not_judged)

    def _tell_progress(self, desk: Desk, place: int, total: int) -> None:
        if desk is self._desk:
            self._tell_cards([place])
            self.send({"tell": "progress", "done": place + 1, "total": total})

    def _tell_approved(self, desk: Desk, today: Today) -> None:
        if desk is self._desk:
            self.send({"tell": "approved", "post": showing_post.approved(today, self._tr, self._names)})

    def _tell_looked(self, desk: Desk, folder: Path) -> None:
        if desk is self._desk:
            self._tell_cards(list(desk.new))
            told = {"folder": f"reports/{folder.name}", "earlier": desk.earlier is not None}
            self.send({"tell": "looked", **told})
            if desk.not_carried is not None:
                self._tell_error(desk.not_carried)

    def _tell_ended(self, desk: Desk, why: Message | None = None) -> None:
        """That the photos were not all looked at: somebody broke it off, or what went wrong."""
        if desk is self._desk:
            if why is None:
                self.send({"tell": "stopped"})
            else:
                self._tell_error(why, True)

    def _tell_part(self, desk: Desk, key: str, part: float) -> None:
        if desk is self._desk:
            self.send({"tell": "part", "key": key, "part": part})

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

    def _tell_picture(self, kind: str, place: int, picture: bytes | None, told: Told | None = None) -> None:
        about = {"tell": kind, "place": place, "there": picture is not None, **(told or {})}
        self.send(about, [picture] if picture else None)

    def _tell_error(self, message: Message, ended: bool = False) -> None:
        self.send({"tell": "error", "text": visible(self._tr.render(showing.at_the_desk(message))), "ended": ended})


_KNOWN = frozenset(
    {
        "hello",
        "who",
        "drop",
        "undrop",
        "words",
        "audit",
        "earlier",
        "reopen",
        "stop",
        "thumbs",
        "open",
        "close_up",
        "film",
        "look",
        "search",
        "decide",
        "take_back",
        "undo",
    }
)


def _one_of(do: Any) -> str:
    """What the page may ask for; anything else is an error of the page."""
    if do not in _KNOWN | ACTS:
        raise ValueError("the page asks for something that there is not")
    return str(do)


def _day(text: str) -> date:
    """The day of publishing, as somebody wrote it; today where nothing was written."""
    day = parse_date(text) if text else date.today()
    if day is None:
        raise UserError(say("“{text}” is no day. Write it as 22-11-2026: day, month, year.", text=text))
    return day


def _kind(error: Exception) -> str:
    return type(error).__name__


def _file(entry: Any) -> tuple[Path, str, str]:
    return entry.path, entry.audited.name, entry.audited.sha256


def open_desk(workspace: str = "", language: str | None = None) -> DeskWidget:
    """The desk of a workspace, as the notebook shows it. Raises `UserError` where there is no workspace or no key."""
    folder = workspace or os.environ.get("PHOTO_CONSENT_WORKSPACE") or "."
    opened = Workspace.open(Path(folder))
    with opened.open_store():
        pass  # a wrong key is told now
    return DeskWidget(opened, language or os.environ.get("PHOTO_CONSENT_DESK_LANGUAGE") or None)
