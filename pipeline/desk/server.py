"""The desk's server: Voila on one notebook, bound to this computer, for whoever has the address with its token.

Other users of this computer can reach the port, so every request without the token is refused, whatever it asks for.
They can also read with which words a browser was started. So it is started with a page that only this user can read,
and that leads on with a code that counts once.
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
    "img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; "
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
    """What lets a browser in: the token as long as the desk is open, and the code of the `page` once.

    `cookie`: a name of its own, since a browser sends the cookies of one port of this computer to the others too.
    `page`: the file that a browser is started with; it goes when its code was used.
    """

    page: Path
    token: str = field(default_factory=_secret)
    cookie: str = field(default_factory=lambda: f"desk-{secrets.token_hex(4)}")
    _code: str = field(default_factory=_secret)

    def address(self, port: int) -> str:
        """What to open in a browser; for nobody else's eyes."""
        return f"http://{HOST}:{port}/?token={self.token}"

    def write_page(self, port: int) -> None:
        """Write the page that leads on, for this user's eyes alone."""
        onward = ONWARD.format(address=html.escape(f"http://{HOST}:{port}/?code={self._code}"))
        with os.fdopen(os.open(self.page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(onward)

    def is_token(self, given: str) -> bool:
        """Whether this is the token."""
        return _same(given, self.token)

    def takes_code(self, given: str) -> bool:
        """Whether this is the code, for the first and last time."""
        if not self._code or not _same(given, self._code):
            return False
        self._code = ""
        self.page.unlink(missing_ok=True)
        return True


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


class Guarded(tornado.web.RequestHandler):
    """What every handler is put behind. Token or code come once in the address, from then on the token in a cookie."""

    entrance: ClassVar[Entrance]

    def prepare(self) -> Any:
        """Refuse whoever has no token, before anything is read or done."""
        if self.entrance.is_token(self.get_cookie(self.entrance.cookie, "") or ""):
            return super().prepare()
        if self.request.method != "GET" or self.request.path != "/":
            raise tornado.web.HTTPError(403)
        # Neither stays in the address, nor in what a browser remembers of it.
        if self.entrance.is_token(self.get_argument("token", "")):
            self._let_in()
            self.redirect("/")
        elif self.entrance.takes_code(self.get_argument("code", "")):
            self._let_in()
            # No redirect: the browser comes from a file, and would not bring the cookie along.
            self.finish(ONWARD.format(address="/"))
        else:
            raise tornado.web.HTTPError(403)
        return None

    def _let_in(self) -> None:
        self.set_cookie(self.entrance.cookie, self.entrance.token, httponly=True, samesite="Strict", path="/")

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
    """Voila whose every handler is guarded. `ready` is called with the address and the page when they can be opened."""

    entrance: Entrance
    ready: Callable[[str, Path], None]

    def init_handlers(self) -> list[Any]:
        """Voila's handlers, each behind the guard."""
        return [
            (route[0], type(route[1].__name__, (Guarded, route[1]), {"entrance": self.entrance}), *route[2:])
            for route in super().init_handlers()
        ]

    def listen(self) -> None:
        """Tell the address as soon as the server runs."""
        tornado.ioloop.IOLoop.current().add_callback(self._tell)
        super().listen()

    def _tell(self) -> None:
        self.entrance.write_page(self.port)
        self.ready(self.entrance.address(self.port), self.entrance.page)


def serve(workspace: Path, port: int, ready: Callable[[str, Path], None], language: str | None = None) -> None:
    """Serve the desk of a workspace until it is interrupted. A port that is taken is passed over for another one.

    `ready` gets the address, and the page to start a browser with: it may be seen, and lets only one browser in.
    """
    os.environ[LANGUAGE] = language or ""
    os.environ["PHOTO_CONSENT_WORKSPACE"] = str(workspace)
    os.environ["JUPYTER_NO_CONFIG"] = "1"  # nobody's own settings of Jupyter make the desk any wider open
    paths = [str(TEMPLATES), os.environ.get("JUPYTER_PATH", "")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(path for path in paths if path)
    DeskServer.ready = staticmethod(ready)
    logging.getLogger("tornado").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", DeprecationWarning)  # Voila's, of an option that keeps it from asking elsewhere
    with (
        tempfile.TemporaryDirectory(prefix="desk-", dir=_short_folder()) as connections,
        # In the workspace: a browser that is shut up in a sandbox of its own sees no folder of temporary files.
        tempfile.TemporaryDirectory(prefix="desk-", dir=workspace, ignore_cleanup_errors=True) as private,
    ):
        DeskServer.entrance = Entrance(Path(private) / "open.html")
        app = DeskServer(config=_config(port, connections))
        app.initialize([str(NOTEBOOK)])
        app.start()


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
