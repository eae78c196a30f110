"""What is still there and should not be: templates without consent, folders of runs that were cut off.

Nothing is erased here. A review says what must go, and with which command it goes.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from consent.messages import Message, say
from pipeline.erasing.purging import KINDS, Part
from pipeline.overseeing.templates import Consent, TemplateState
from pipeline.run_folders import LEFTOVER, LEFTOVER_S, last_written


@dataclass(frozen=True, slots=True)
class Remain:
    """One thing that should be gone: an id or a name below the workspace, why, the way out, and since when it is due.

    `must`: whether a right of somebody is hurt by it; else it is only untidy.
    """

    what: str | Message
    why: Message
    way_out: Message
    since: date | None = None
    must: bool = True


MATCHING_IS_OFF = say("Face matching is off, so no template has a purpose.")
WITHOUT_CONSENT = {
    Consent.NONE: say("A template of somebody who gives no consent for matching, or takes it back."),
    Consent.LEFT: say("A template of somebody who has left the school."),
}
PURGE = say("Erase it: photo-consent purge. What may still be used later stays until its time is over.")


def templates_to_erase(states: Iterable[TemplateState], *, matching: bool) -> Iterator[Remain]:
    """A line a person whose template must go, each reason once."""
    told: set[tuple[str, Message]] = set()
    for state in states:
        why = WITHOUT_CONSENT.get(state.consent) if matching else MATCHING_IS_OFF
        if why is not None and (state.person_id, why) not in told:
            told.add((state.person_id, why))
            yield Remain(state.person_id, why, PURGE)


def kept_too_long(parts: Mapping[str, Part], templates: int) -> Iterator[Remain]:
    """What a purge would remove now, a line a kind. `templates`: persons that are told of already."""
    for name, part in parts.items():
        if part.removed and not (name == "templates" and part.removed <= templates):
            what = say("{kind}: {count}", kind=KINDS[name], count=part.removed)
            yield Remain(what, say("The time that school.toml gives for it ([retention]) is over."), PURGE)


def unfinished_folders(reports: Path) -> Iterator[Remain]:
    """Folders of runs that were cut off, and that nobody has written in for a day."""
    if not reports.is_dir():
        return
    for folder in sorted(reports.glob(f".*{LEFTOVER}")):
        written = last_written(folder)
        if written < time.time() - LEFTOVER_S:
            yield Remain(
                folder.name,
                say("A run was cut off here. The folder may hold pictures of children."),
                say("The next audit removes it; or delete the folder."),
                datetime.fromtimestamp(written).astimezone().date(),
            )
