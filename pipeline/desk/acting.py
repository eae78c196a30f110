"""What a person does at the page beyond deciding: new pictures, signing, the privacy review.

It takes a while, so each has a thread of its own. A code comes by message, goes to the function that checks it, and is
kept nowhere.
"""

from __future__ import annotations

import sys
import webbrowser
from pathlib import Path

import click

from consent.messages import UserError, say
from pipeline.desk import pictures, posting, remedying, showing_post
from pipeline.desk.posting import Post
from pipeline.desk.session import Desk
from pipeline.desk.telling import Telling, Told
from pipeline.jobs import ReviewOutcome, review_privacy
from pipeline.workspace import Workspace

KNOWN = frozenset({"make", "confirm", "discard", "new_picture", "post", "proof", "sign", "review", "show"})
"""What the page may ask for of this."""

REPORT, REVIEW, APPROVED = "report", "review", "approved"
"""What can be shown on this computer, once it is there."""


class Acting(Telling):
    """The part of the desk's widget that makes, signs and reviews. It judges nothing and holds no code."""

    def __init__(self, workspace: Workspace, language: str | None = None) -> None:
        super().__init__(workspace, language)
        self._post: Post | None = None
        self._reviewed: Path | None = None

    # New pictures

    def _do_make(self, message: Told, buffers: list[bytes]) -> None:
        desk, place, how = self._at_the_desk, int(message["place"]), str(message["how"])
        run, photo = desk.run, desk.entries[place].audited.name
        self._in_background(
            lambda: remedying.make(self._workspace, run, photo, how), lambda _: self._tell_new(desk, place, "made")
        )

    def _do_confirm(self, message: Told, buffers: list[bytes]) -> None:
        desk, place, code = self._at_the_desk, int(message["place"]), str(message.pop("code"))
        run, photo = desk.run, desk.entries[place].audited.name
        sha256, who, space = str(message["sha256"]), str(message["signer"]), self._anew()
        self._in_background(
            lambda: remedying.confirm(space, run, photo, sha256, signer=who, code=code),
            lambda _: self._tell_new(desk, place, "confirmed"),
        )

    def _do_discard(self, message: Told, buffers: list[bytes]) -> None:
        desk, place, sha256 = self._at_the_desk, int(message["place"]), str(message["sha256"])
        run, photo = desk.run, desk.entries[place].audited.name
        self._in_background(
            lambda: remedying.discard(self._workspace, run, photo, sha256),
            lambda _: self._tell_new(desk, place, "discarded"),
        )

    def _do_new_picture(self, message: Told, buffers: list[bytes]) -> None:
        """The new picture of a photo, large."""
        place = int(message["place"])
        new = self._at_the_desk.new.get(place)
        found = new and pictures.large(new.file, new.file.name, new.made.sha256)
        told = {"tell": "new_picture", "place": place, "sha256": new.made.sha256 if new else "", "there": bool(found)}
        self.send(told, [found] if found else None)

    def _tell_new(self, desk: Desk, place: int, what: str) -> None:
        if desk is self._at_the_desk:
            self._tell_photo(place)
            self._tell_cards([place])
            self.send({"tell": what, "place": place})

    # Signing

    def _do_post(self, message: Told, buffers: list[bytes]) -> None:
        desk, space = self._at_the_desk, self._anew()
        self._in_background(
            lambda: posting.post(space, desk.run, lambda done, total: self._soon(self._tell_step, done, total)),
            lambda post: self._tell_post(desk, post),
        )

    def _do_proof(self, message: Told, buffers: list[bytes]) -> None:
        """A picture as it would be published, small, or large for whoever wants to see it well."""
        name, large = str(message["name"]), bool(message.get("large"))
        proposed = self._post.proposed if self._post else None
        file = next((f for f in proposed.files if f.name == name), None) if proposed else None
        if proposed is None or file is None:
            return
        show = pictures.large if large else pictures.thumbnail
        picture = show(proposed.folder / file.name, file.name, file.sha256)
        told = {"tell": "proof", "name": name, "large": large, "there": picture is not None}
        self.send(told, [picture] if picture else None)

    def _do_sign(self, message: Told, buffers: list[bytes]) -> None:
        desk, space, code = self._at_the_desk, self._anew(), str(message.pop("code"))
        run, signed_for, who = desk.run, str(message["set"]), str(message["signer"])
        answers = {str(rule): bool(yes) for rule, yes in dict(message["answers"]).items()}
        self._in_background(
            lambda: posting.sign_post(space, run, signed_for, signer=who, code=code, answers=answers),
            lambda post: self._tell_post(desk, post, signed=who),
        )

    def _tell_post(self, desk: Desk, post: Post, signed: str = "") -> None:
        if desk is self._at_the_desk:
            self._post = post
            told = showing_post.post(post, self._tr, self._names, desk.place_of)
            self.send({"tell": "post", "post": told, "signed": signed})

    def _tell_step(self, done: int, total: int) -> None:
        self.send({"tell": "step", "done": done, "total": total})

    def _anew(self) -> Workspace:
        """The workspace with its settings as they are now: somebody may have become a signer."""
        return Workspace.open(self._workspace.folder)

    # For the privacy officer

    def _do_review(self, message: Told, buffers: list[bytes]) -> None:
        """Review the school year so far."""
        folder, language = self._workspace.folder, self._tr.language
        self._in_background(
            lambda: review_privacy(
                folder,
                None,
                None,
                lambda done, total: self._soon(self._tell_step, done, total),
                language=language,
            ),
            self._tell_reviewed,
        )

    def _tell_reviewed(self, outcome: ReviewOutcome) -> None:
        self._reviewed = outcome.folder / "report.html"
        self.send({"tell": "reviewed", "file": str(self._reviewed), "runs": outcome.runs, "points": outcome.to_do})

    # On this computer

    def _do_show(self, message: Told, buffers: list[bytes]) -> None:
        """Open a report, or the folder of what was approved, with the programs of this computer."""
        place = self._to_show(str(message["what"]))
        if place is None or not place.exists():
            raise UserError(say("This is not there yet, or not any more."))
        self._in_background(lambda: _opened(place), lambda opened: self._tell_opened(opened, place))

    def _tell_opened(self, opened: bool, place: Path) -> None:
        if not opened:
            self._tell_error(say("No program of this computer could open it. It is here: {place}", place=str(place)))

    def _to_show(self, what: str) -> Path | None:
        if what == REVIEW:
            return self._reviewed
        if what == APPROVED:
            return self._post.approved if self._post else None
        return self._workspace.reports / self._at_the_desk.run / "report.html" if what == REPORT else None


def _opened(place: Path) -> bool:
    """Open a page in the browser, or a folder in the program for folders; whether there is such a program."""
    if place.is_file():
        return webbrowser.open(place.as_uri())
    # What xdg-open comes to is known when it ends; macOS would wait until its Finder is closed.
    return click.launch(str(place), wait=sys.platform != "darwin") == 0
