"""The page: hands what a person does to the desk, and what the desk knows to the page. It decides nothing.

Messages are plain values; pictures go beside them as bytes. An error becomes a sentence on the page.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import anywidget

from pipeline.desk import acting, choosing, looking
from pipeline.desk.acting import Acting
from pipeline.desk.choosing import Choosing
from pipeline.desk.looking import Looking
from pipeline.desk.telling import Told
from pipeline.workspace import Workspace

_HERE = Path(__file__).parent
PARTS = ("base", "page", "choosing", "grid", "photo", "film", "remedies", "signing", "keys")
"""The files of the page's script, in the order in which they are put together."""

KNOWN = choosing.KNOWN | looking.KNOWN | acting.KNOWN
"""What the page may ask for; anything else is an error of the page."""


def script() -> str:
    """The page's script: one module, kept in files by what each part of the page does."""
    return "\n".join((_HERE / "page" / f"{part}.js").read_text("utf-8") for part in PARTS)


class DeskWidget(Choosing, Looking, Acting, anywidget.AnyWidget):
    """The desk as a widget of a notebook."""

    _esm = script()
    _css = _HERE / "page" / "desk.css"

    def __init__(self, workspace: Workspace, language: str | None = None) -> None:
        super().__init__(workspace, language)
        self.on_msg(self._received)

    def _received(self, _widget: Any, message: Told, buffers: list[bytes]) -> None:
        """Do what the page asks."""
        self._safely(lambda: getattr(self, f"_do_{_one_of(message.get('do'))}")(message, buffers))


def _one_of(do: Any) -> str:
    """What the page asks for, if it may."""
    if do not in KNOWN:
        raise ValueError("the page asks for something that there is not")
    return str(do)


def open_desk(workspace: str = "", language: str | None = None) -> DeskWidget:
    """The desk of a workspace, as the notebook shows it. Raises `UserError` where there is no workspace or no key."""
    folder = workspace or os.environ.get("PHOTO_CONSENT_WORKSPACE") or "."
    opened = Workspace.open(Path(folder))
    with opened.open_store():
        pass  # a wrong key is told now
    return DeskWidget(opened, language or os.environ.get("PHOTO_CONSENT_DESK_LANGUAGE") or None)
