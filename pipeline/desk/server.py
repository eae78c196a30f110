"""The desk's server: Voila on one notebook, bound to this computer, for whoever can read one page in the workspace.

Other users of this computer can reach the port, so every request without the cookie is refused, whatever it asks for.
They can also read with which words a browser was started, and a log may keep what a terminal showed. So both get
nothing but the place of a page that only this user can read, and that leads on with a code that counts once.
The page may load and ask nothing from elsewhere: its headers forbid that, and its template names no such place.
"""

from __future__ import annotations

import hmac
import html
import logging
import os
import secrets
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import tornado.ioloop
import tornado.web
from traitlets.config import Config
from voila.app import Voila

from pipeline.places import NOTEBOOKS, REPORT_PARTS

LANGUAGE = "PHOTO_CONSENT_DESK_LANGUAGE"
HOST = "127.0.0.1"
NOTEBOOK = NOTEBOOKS / "desk.ipynb"
TEMPLATE = "desk"
TEMPLATES = REPORT_PARTS / "desk"

HEADERS = {
    # blob: anywidget imports the page's script from memory, and pictures come by message.
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'; font-src 'self' data:; "
    "img-src 'self' blob: data:; media-src blob:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' blob: 'unsafe-inline' 'unsafe-eval'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""With every answer."""


ONWARD = '<!doctype html><meta charset="utf-8"><title>…</title><meta http-equiv="refresh" content="0; url={address}">'
"""A page that leads to another one at once, without a script."""


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass
class Entrance:
    """What lets a browser in: a code, once, for a token in a cookie that counts as long as the desk is open.

    `cookie`: a name of its own, since a browser sends the cookies of one port of this computer to the others too.
    """

    folder: Path
    port: int = 0
    token: str = field(default_factory=_secret)
    cookie: str = field(default_factory=lambda: f"desk-{secrets.token_hex(4)}")
    _code: str = field(default_factory=_secret)

    @property
    def page(self) -> Path:
        """The file to open in a browser, for this user's eyes alone.

        In the workspace: a browser that is shut up in a sandbox of its own sees no folder of temporary files. What a
        killed desk left leads nowhere, and the next one on that port writes its own.
        """
        return self.folder / f"desk-{self.port}.html"

    def write_page(self) -> None:
        """Write the page that leads on, in place of the one before. Each code that was used is followed by another."""
        onward = ONWARD.format(address=html.escape(f"http://{HOST}:{self.port}/?code={self._code}"))
        new = self.page.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(onward)
        new.replace(self.page)

    def is_token(self, given: str) -> bool:
        """Whether this is the token."""
        return _same(given, self.token)

    def takes_code(self, given: str) -> bool:
        """Whether this is the code, for the first and last time."""
        if not _same(given, self._code):
            return False
        self._code = _secret()
        self.write_page()
        return True


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


class Guarded(tornado.web.RequestHandler):
    """What every handler is put behind. The code comes once in the address, from then on the token in a cookie."""

    entrance: ClassVar[Entrance]

    def prepare(self) -> Any:
        """Refuse whoever has no token, before anything is read or done."""
        if self.entrance.is_token(self.get_cookie(self.entrance.cookie, "") or ""):
            return super().prepare()
        first = self.request.method == "GET" and self.request.path == "/"
        if not (first and self.entrance.takes_code(self.get_argument("code", ""))):
            raise tornado.web.HTTPError(403)
        self.set_cookie(self.entrance.cookie, self.entrance.token, httponly=True, samesite="Strict", path="/")
        # No redirect: the browser comes from a file, and would not bring the cookie along. So the code does not stay in
        # the address either.
        self.finish(ONWARD.format(address="/"))
        return None

    def set_default_headers(self) -> None:
        """The headers that keep the page to itself."""
        super().set_default_headers()
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def set_header(self, name: str, value: Any) -> None:
        """A handler of Voila must not say otherwise."""
        super().set_header(name, HEADERS.get(name, value))

    def write_error(self, status_code: int, **more: Any) -> None:
        """A status and nothing else: an error must not tell of files or persons."""
        self.finish(str(status_code))


class DeskServer(Voila):  # type: ignore[misc]  # Voila has no types
    """Voila whose every handler is guarded. `ready` is called with the page when it can be opened."""

    entrance: Entrance
    ready: Callable[[Path], None]

    def init_handlers(self) -> list[Any]:
        """Voila's handlers, each behind the guard."""
        return [
            (route[0], type(route[1].__name__, (Guarded, route[1]), {"entrance": self.entrance}), *route[2:])
            for route in super().init_handlers()
        ]

    def listen(self) -> None:
        """Tell the page as soon as the server runs."""
        tornado.ioloop.IOLoop.current().add_callback(self._tell)
        super().listen()

    def _tell(self) -> None:
        self.entrance.port = self.port
        self.entrance.write_page()
        self.ready(self.entrance.page)


def serve(workspace: Path, port: int, ready: Callable[[Path], None], language: str | None = None) -> None:
    """Serve the desk of a workspace until it is interrupted. A port that is taken is passed over for another one.

    `ready` gets the page to open in a browser; its place may be told to anybody.
    """
    os.environ[LANGUAGE] = language or ""
    os.environ["PHOTO_CONSENT_WORKSPACE"] = str(workspace)
    os.environ["JUPYTER_NO_CONFIG"] = "1"  # nobody's own settings of Jupyter make the desk any wider open
    paths = [str(TEMPLATES), os.environ.get("JUPYTER_PATH", "")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(path for path in paths if path)
    DeskServer.ready = staticmethod(ready)
    logging.getLogger("tornado").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", DeprecationWarning)  # Voila's, of an option that keeps it from asking elsewhere
    DeskServer.entrance = Entrance(workspace)
    with tempfile.TemporaryDirectory(prefix="desk-", dir=_short_folder()) as connections:
        app = DeskServer(config=_config(port, connections))
        app.initialize([str(NOTEBOOK)])
        try:
            app.start()
        finally:
            DeskServer.entrance.page.unlink(missing_ok=True)


def _config(port: int, connections: str) -> Config:
    config = Config()
    config.Voila.ip = HOST
    config.Voila.port = port
    config.Voila.open_browser = False
    config.Voila.log_level = "CRITICAL"  # what goes wrong is told on the page; a log might tell of persons
    config.Voila.connection_dir_root = connections
    config.Voila.root_dir = str(NOTEBOOK.parent)
    config.Voila.token = ""  # the guard's is the only one
    config.Voila.mathjax_url = ""  # there are no formulas, and it would come from elsewhere
    config.VoilaConfiguration.template = TEMPLATE
    config.VoilaConfiguration.strip_sources = True
    config.VoilaConfiguration.show_tracebacks = False
    config.VoilaConfiguration.file_allowlist = []
    config.ZMQChannelsWebsocketConnection.limit_rate = False  # pictures are many bytes, and meant to be
    if sys.platform != "win32":
        # Messages hold pictures and names. Between server and kernel they go by files that only this user can open;
        # on a port of this computer any user could listen to them.
        config.KernelManager.transport = "ipc"
    return config


def _short_folder() -> str | None:
    """Where the sockets lie: their whole path may have 104 characters, and macOS's own folder is longer than that."""
    return "/tmp" if sys.platform == "darwin" else None
