"""Asking MediaInfo of a file, in a process of its own that is stopped when it takes too long or too much memory.

MediaInfo believes what a file says: one that claims four billion pictures keeps it busy for minutes, or fills the
memory, with no word of ours that stops it. So this module is also the program of that process, which watches itself:
nothing is left behind, not even where the audit is killed meanwhile.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
from pymediainfo import MediaInfo

from consent.messages import UserError, say

MOST_S = 30.0
"""A film of a minute takes it 0.1 s; the rest is for a slow disk and a busy computer."""

MOST_MEMORY = 1_000_000_000
"""Bytes. A film takes it 30 MB; one with a lie fills 200 MB in each second (docs/measurements.md)."""

TOO_MUCH, NOT_THERE = 3, 4
"""With what the process ends that was stopped, and the one that finds no MediaInfo to ask."""

PATH, CONTENT = "path", "content"
"""What the process gets to read: where the file is, or all that is in it."""


NOT_ASKED = say(
    "What the film says of itself could not be read on this computer just now, so nobody can judge it. Audit it again; "
    "if that does not help: photo-consent doctor"
)


class EndlessError(Exception):
    """MediaInfo did not come to an end with this file."""


def ask_mediainfo(source: Path | bytes) -> list[dict[str, Any]]:
    """What MediaInfo says of a file as a whole, first, and of each of its tracks; nothing where it is damaged.

    Raises `EndlessError` for a file with which it does not come to an end, `UserError` where it could not be asked.
    """
    kind, given = (PATH, os.fsencode(source)) if isinstance(source, Path) else (CONTENT, source)
    try:
        asked = subprocess.run(
            # Nothing is imported from the folder in which the program was started. A path may name a child, and every
            # user of a computer sees with which words a program was started, so it is handed over unseen.
            [sys.executable, "-P", __file__, kind, str(MOST_S)],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * MOST_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired as error:
        raise EndlessError from error
    except OSError as error:
        raise UserError(NOT_ASKED) from error
    if asked.returncode == TOO_MUCH:
        raise EndlessError
    if asked.returncode:
        raise UserError(NOT_ASKED)
    tracks: list[dict[str, Any]] = json.loads(asked.stdout)
    return tracks


def _answer(kind: str, given: bytes) -> list[dict[str, Any]]:
    try:
        source = os.fsdecode(given) if kind == PATH else BytesIO(given)
        return [track.to_data() for track in MediaInfo.parse(source).tracks]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - on damaged bytes a reader raises anything: nothing is known then
        return []


def _watch(seconds: float) -> None:
    """End this process, whatever it does, when it takes more than it may."""
    until, process = time.monotonic() + seconds, psutil.Process()
    while time.monotonic() < until and process.memory_info().rss < MOST_MEMORY:
        time.sleep(0.05)
    os._exit(TOO_MUCH)


if __name__ == "__main__":
    threading.Thread(target=_watch, args=(float(sys.argv[2]),), daemon=True).start()
    if not MediaInfo.can_parse():
        sys.exit(NOT_THERE)
    sys.stdout.write(json.dumps(_answer(sys.argv[1], sys.stdin.buffer.read())))
