"""The desk's server: Voila on one notebook, bound to this computer, for whoever has the address with its token.

Other users of this computer can reach the port, so every request without the token is refused, whatever it asks for.
The page may load and ask nothing from elsewhere: its headers forbid that, and its template names no such place.
"""

from __future__ import annotations

import hmac
import logging
import os
import secrets
import sys
import tempfile
import warnings
from collections.abc import Callable
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


class Guarded(tornado.web.RequestHandler):
    """What every handler is put behind. The token comes once in the address, from then on in a cookie."""

    token: ClassVar[str] = ""
    cookie: ClassVar[str] = ""

    def prepare(self) -> Any:
        """Refuse whoever has no token, before anything is read or done."""
        if self._same(self.get_cookie(self.cookie, "")):
            return super().prepare()
        if self.request.method == "GET" and self.request.path == "/" and self._same(self.get_argument("token", "")):
            self.set_cookie(self.cookie, self.token, httponly=True, samesite="Strict", path="/")
            self.redirect("/")  # the token does not stay in the address, nor in what a browser remembers of it
            return None
        raise tornado.web.HTTPError(403)

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

    def _same(self, given: str | None) -> bool:
        return hmac.compare_digest((given or "").encode(), self.token.encode())


class DeskServer(Voila):  # type: ignore[misc]  # Voila has no types
    """Voila whose every handler is guarded. `ready` is called with the address when it can be opened."""

    token_of_desk = ""
    cookie_of_desk = ""
    """A name of its own: a browser sends the cookies of one port of this computer to the others too."""
    ready: Callable[[str], None] = staticmethod(lambda address: None)

    def init_handlers(self) -> list[Any]:
        """Voila's handlers, each behind the guard."""
        return [
            (route[0], _guarded(route[1], self.token_of_desk, self.cookie_of_desk), *route[2:])
            for route in super().init_handlers()
        ]

    def listen(self) -> None:
        """Tell the address as soon as the server runs."""
        tornado.ioloop.IOLoop.current().add_callback(lambda: self.ready(address(self.port, self.token_of_desk)))
        super().listen()


def _guarded(handler: type, token: str, cookie: str) -> type:
    return type(handler.__name__, (Guarded, handler), {"token": token, "cookie": cookie})


def address(port: int, token: str) -> str:
    """What to open in a browser; for nobody else's eyes."""
    return f"http://{HOST}:{port}/?token={token}"


def serve(workspace: Path, port: int, ready: Callable[[str], None], language: str | None = None) -> None:
    """Serve the desk of a workspace until it is interrupted. A port that is taken is passed over for another one."""
    os.environ[LANGUAGE] = language or ""
    os.environ["PHOTO_CONSENT_WORKSPACE"] = str(workspace)
    os.environ["JUPYTER_NO_CONFIG"] = "1"  # nobody's own settings of Jupyter make the desk any wider open
    paths = [str(TEMPLATES), os.environ.get("JUPYTER_PATH", "")]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(path for path in paths if path)
    DeskServer.token_of_desk, DeskServer.cookie_of_desk = secrets.token_urlsafe(32), f"desk-{secrets.token_hex(4)}"
    DeskServer.ready = staticmethod(ready)
    logging.getLogger("tornado").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore", DeprecationWarning)  # Voila's, of an option that keeps it from asking elsewhere
    with tempfile.TemporaryDirectory(prefix="desk-", dir=_short_folder()) as connections:
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
