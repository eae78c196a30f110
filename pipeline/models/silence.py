"""Keeps MediaPipe from reporting to its maker. A photo audit talks to nobody.

MediaPipe's Tasks (seen in 1.2.2) send statistics of use to play.googleapis.com when a task is
closed and from time to time, and no option stops it. Its HTTP client does honour the proxy
variables, so it is given a proxy that nobody answers: then not even a name is looked up.
"""

from __future__ import annotations

import os

NOWHERE = "http://127.0.0.1:9"
"""The discard port of this very computer (RFC 863)."""


def keep_mediapipe_silent(proxy: str = NOWHERE) -> None:
    """Send what this process asks of the network to `proxy`. Call it before the first MediaPipe task is made.

    It holds for the rest of the process, because the last report is sent in the background after a
    task is closed. Whatever this process does want from the network (fetching models) comes before.
    """
    for name in ("https_proxy", "HTTPS_PROXY"):
        os.environ[name] = proxy
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ""
