"""How a post that was approved before stands today, for whoever asks for its files again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consent.messages import Message, say
from consent.published.standing import Standing
from pipeline.published.post import id_of_approved
from pipeline.published.rechecking import stands_today
from pipeline.reporting.published.words import MEANINGS, reasons
from pipeline.store import Store
from pipeline.workspace import Workspace

FINE = (Standing.RIGHT, Standing.RIGHT_SINCE)


@dataclass(frozen=True, slots=True)
class Today:
    """Whether nothing stands against the post today, and what to tell of that."""

    may_stay: bool
    told: tuple[Message, ...]


def standing_today(space: Workspace, store: Store, run_id: str, on: date) -> Today:
    """Judge the post by the register of today, as a recheck does. It notes nothing: a recheck tells it all the same."""
    found = stands_today(space, store, run_id, on)
    if found is None:
        return Today(False, (_why_not_judged(store, run_id),))
    if found.standing in FINE:
        return Today(True, (say("Judged again by the register of today: it still may be public."),))
    if found.standing.comes_down:
        first = say(
            "This post must come down now, if it was placed. Do not publish it. {why}", why=MEANINGS[found.standing]
        )
    else:
        first = say("Look at this post before you publish it, or leave it public. {why}", why=MEANINGS[found.standing])
    return Today(False, (first, *reasons(found, {})))


def _why_not_judged(store: Store, run_id: str) -> Message:
    gone = next((kept.gone_on for kept in store.published.posts() if kept.post_id == id_of_approved(run_id)), None)
    if gone is None:
        return say(
            "This post is kept no more, so it cannot be judged by the register of today. Do not publish it again."
        )
    return say("This post was noted as taken down on {day}. Do not publish it again.", day=gone.isoformat())
