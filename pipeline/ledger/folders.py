"""A run folder and its ledger entry: both or neither, also where the program is killed on the way.

A folder grows under a name that begins with a dot. In one transaction its entry is written, then its files, which
give the digest of that entry, and the folder is renamed to tell that it is whole. After that transaction it gets its
own name. Killed before, there is no entry, and whoever opens the database next removes the folder; killed after, that
one gives the folder its name.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from consent.messages import UserError, say
from pipeline.ledger.chain import Body, Kind
from pipeline.store import Store

_WHOLE = re.compile(r"\.(?P<run>.+)\.(?P<digest>[0-9a-f]{64})\.whole")


def record_run(
    store: Store,
    unfinished: Path,
    folder: Path,
    *,
    kind: Kind,
    body: Body,
    at: datetime,
    write: Callable[[str], None],
) -> Path:
    """Add the entry of a run, write its files by `write`, and give its folder its name, which comes back.

    `write` gets the digest of the entry, writes into `unfinished`, and may write to the store: all of that is kept
    with the entry or not at all. Raises `UserError` where there is such a folder already.
    """
    if folder.exists():
        raise UserError(say("There is a run called “{run}” already. Give another --run-id.", run=folder.name))
    with store.transaction():
        entry = store.ledger.append(kind, body, at)
        write(entry.digest)
        whole = unfinished.rename(folder.with_name(f".{folder.name}.{entry.digest}.whole"))
    _give_name(whole, folder)
    return folder


def finish_cut_off(store: Store, reports: Path) -> None:
    """Give folders their name whose entry was written before the program was killed, and remove the others."""
    for whole in reports.glob(".*.whole"):
        if (named := _WHOLE.fullmatch(whole.name)) is None:
            continue
        with store.transaction():  # no other program is between the folder and its entry now
            written = store.ledger.entry(named["digest"]) is not None
        folder = reports / named["run"]
        if not written:
            shutil.rmtree(whole, ignore_errors=True)  # what another program holds open goes the next time
        elif not folder.exists():
            with suppress(PermissionError):  # held open by another program; until the next time `verify` tells of it
                _give_name(whole, folder)


def is_cut_off(reports: Path, run_id: str) -> bool:
    """Whether a run of that name was killed while its folder got its name."""
    return any((named := _WHOLE.fullmatch(path.name)) and named["run"] == run_id for path in reports.glob(".*.whole"))


def _give_name(whole: Path, folder: Path) -> None:
    try:
        whole.rename(folder)
    except FileNotFoundError:
        if not folder.is_dir():  # else another program was quicker to do the same
            raise
