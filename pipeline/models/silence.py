"""Keeps MediaPipe from reporting to its maker, and native libraries from writing to the terminal.

A photo audit talks to nobody. MediaPipe's Tasks (seen in 1.2.2) send statistics of use to
play.googleapis.com when a task is closed and from time to time, and no option stops it. Its HTTP client
does honour the proxy variables, so it is given a proxy that nobody answers: then not even a name is looked up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

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


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out what native libraries write to standard error; errors come back as exceptions.

    MediaPipe logs there whatever its own settings say, in the middle of the progress bar. A notebook's kernel
    inherits the file, so Python's `sys.stderr` is not enough.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - a file number is wanted, not a path
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
