"""What the page does before photos are looked at, and while they are: who sits there, which photos, where they go."""

from __future__ import annotations

import threading
from datetime import date, datetime
from pathlib import Path

from consent.importers.dates import parse_date
from consent.messages import Message, UserError, say
from pipeline.desk import posting, showing_post
from pipeline.desk.auditing import StoppedError
from pipeline.desk.importing import Import, written_folder
from pipeline.desk.reopening import earlier
from pipeline.desk.searching import told_apart
from pipeline.desk.session import Desk
from pipeline.desk.telling import Telling, Told
from pipeline.desk.texts import texts
from pipeline.reporting.words import visible
from pipeline.signing.signers import signer_called, signers_of
from pipeline.signing.standing import Today
from pipeline.workspace import Workspace

KNOWN = frozenset({"hello", "who", "drop", "undrop", "words", "audit", "earlier", "reopen", "stop"})
"""What the page may ask for of this."""


class Choosing(Telling):
    """The part of the desk's widget that puts photos on the desk."""

    def __init__(self, workspace: Workspace, language: str | None = None) -> None:
        super().__init__(workspace, language)
        self._by: str | None = None
        self._past: date | None = None
        self._drop: Import | None = None

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

    def _do_words(self, message: Told, buffers: list[bytes]) -> None:
        """What stands in the text of the post as it is written now; it counts once the report is made again."""
        text = str(message["text"])
        found = showing_post.in_message(self._at_the_desk.found_in(text), self._tr, self._names)
        self.send({"tell": "words", "text": text, "in_message": found})

    def _do_stop(self, message: Told, buffers: list[bytes]) -> None:
        self._at_the_desk.stop()

    def _begin(self, desk: Desk, total: int, others: list[str]) -> None:
        self._names = told_apart(desk.people().values(), self._tr)
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


def _day(text: str) -> date:
    """The day of publishing, as somebody wrote it; today where nothing was written."""
    day = parse_date(text) if text else date.today()
    if day is None:
        raise UserError(say("“{text}” is no day. Write it as 22-11-2026: day, month, year.", text=text))
    return day


def _kind(error: Exception) -> str:
    return type(error).__name__
