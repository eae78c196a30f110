"""How far a run is: told by the notebook's kernel, shown by whoever waits for it.

A notebook runs in a process of its own. It writes one JSON line a step to the file that the
environment names; by hand, in JupyterLab, it shows a bar of its own.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from consent.messages import Message, UserError

VARIABLE = "PHOTO_CONSENT_PROGRESS"
_LOOK_AGAIN_S = 0.1


def track(items: Iterable[Any], label: str, total: int | None = None) -> Iterator[Any]:
    """Go through the items and tell of each that begins. `label`: what is done, for the bar.

    `total`: how many there are, where the items cannot say so themselves.
    """
    path = os.environ.get(VARIABLE)
    total = len(items) if isinstance(items, Sized) else total
    if path is None:
        yield from tqdm(items, desc=label, total=total)
        return
    _parts.clear()
    _tell(path, {"done": 0, "total": total})
    _now.update(done=0, total=total)
    for done, item in enumerate(items, start=1):
        yield item
        for key in [key for key, part in list(_parts.items()) if part >= 1][:1]:
            _parts.pop(key, None)
        _now.update(done=done)
        _tell(path, {"done": done, "total": total})


_parts: dict[str, float] = {}
_now: dict[str, int | None] = {}


def partly(key: str, part: float) -> None:
    """Tell whoever waits for `track` that this part of an item, 0 to 1, is done. From any thread."""
    for hear in list(_hearing):
        hear(key, min(part, 1.0))
    _parts[key] = min(part, 1.0)
    path, done, total = os.environ.get(VARIABLE), _now.get("done"), _now.get("total")
    if path is not None and done is not None and total is not None:
        _tell(path, {"done": min(done + sum(_parts.copy().values()), total), "total": total})


_hearing: list[Callable[[str, float], None]] = []


@contextmanager
def hearing_parts(hear: Callable[[str, float], None]) -> Iterator[None]:
    """Call `hear(key, part)` from whichever thread tells of a part of an item, as long as the block lasts."""
    _hearing.append(hear)
    try:
        yield
    finally:
        _hearing.remove(hear)


@contextmanager
def telling_errors() -> Iterator[None]:
    """Pass a `UserError` on to whoever waits, as a message that can still be translated."""
    try:
        yield
    except UserError as error:
        if path := os.environ.get(VARIABLE):
            _tell(path, {"error": error.message.plain()})
        raise


@contextmanager
def following(path: Path, on_step: Callable[[float, int], None]) -> Iterator[Callable[[], UserError | None]]:
    """Call `on_step(done, total)` for what another process tells, in a thread, as long as the block lasts.

    Gives a function that answers, after the block, with the `UserError` that was told of, if any. What
    `on_step` raises is raised at the end of the block.
    """
    path.touch()
    ended = threading.Event()
    told: list[UserError] = []
    failed: list[BaseException] = []

    def read() -> None:
        with path.open(encoding="utf-8") as file:
            rest = ""
            while True:
                last = ended.wait(_LOOK_AGAIN_S)
                rest += file.read()
                *lines, rest = rest.split("\n")
                for line in map(json.loads, lines):
                    if "error" in line:
                        told.append(UserError(Message.from_plain(line["error"])))
                    elif not failed:
                        try:
                            on_step(line["done"], line["total"])
                        except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for the run
                            failed.append(error)
                if last:
                    return

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield lambda: told[-1] if told else None
    finally:
        ended.set()
        thread.join()
        if failed:
            raise failed[0]


def _tell(path: str, what: dict[str, Any]) -> None:
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")
