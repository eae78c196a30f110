"""What becomes of a text in which something was found, for whoever runs an audit by a script."""

from __future__ import annotations

from pathlib import Path

import pytest

from consent.judging import Decision
from consent.texts import Found, Kind
from pipeline.jobs import AuditOutcome


@pytest.mark.parametrize(
    ("kind", "hold", "block"),
    [(None, False, False), (Kind.INFORMS, True, False), (Kind.GIVEN_NAME, True, False), (Kind.FULL_NAME, True, True)],
)
def test_the_text_of_the_post_sets_the_exit_status_too(kind: Kind | None, hold: bool, block: bool):
    photos: dict[Decision, list[str]] = {decision: [] for decision in Decision} | {Decision.PUBLISH: ["a.jpg"]}
    outcome = AuditOutcome(Path(), photos, 0, [], (Found(kind),) if kind else ())
    assert (outcome.fails("hold"), outcome.fails("block")) == (hold, block)
