"""A recheck that is killed at any act: nothing is half, and nobody who must hear of it is passed over."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from consent.facts import FaceFact, PhotoFacts
from consent.published.standing import Standing
from consent.register import Answer, ConsentRecord, Medium
from pipeline.ledger.chain import Kind
from pipeline.photos import file_digest
from pipeline.published.kept import KeptPicture
from pipeline.published.rechecking import Recheck
from pipeline.store import Store
from pipeline.workspace import Workspace
from tests.pipeline.conftest import made_workspace
from tests.published.test_kept import NOON, kept
from tests.signing.cut_off import RECHECK
from tests.signing.test_cut_off import killed_at_each_act

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")]

DAY = datetime(2026, 11, 22, 7, 0)


def test_a_recheck_that_is_cut_off_tells_it_all_in_its_report_or_the_next_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    space = made_workspace(tmp_path, monkeypatch)
    two = PhotoFacts("a.jpg", (FaceFact(1, 100.0, "S01"), FaceFact(2, 100.0, "S02")))
    # Without a day, so that no calendar is drawn each time.
    post = replace(kept(KeptPicture(two, "a" * 64)), posted_at=None)
    posts = [post, replace(post, platform="twitter")]
    letter = ConsentRecord("S02", "twitter", Medium.PHOTO, Answer.WITHDRAWN, "both parents", date(2026, 9, 3),
                           None, date(2026, 11, 20), "2026-1", "letter")  # fmt: skip
    with space.open_store() as store:
        store.published.keep(posts, NOON)
        store.add([], [letter], DAY)
    copies = killed_at_each_act("recheck", space.folder, DAY, tmp_path / "copies")
    with Workspace.open(copies[-1]).open_store() as store:
        in_the_end = facts(store)
        assert Standing.WITHDRAWN in {found.standing for found in store.published.standings().values()}
    looks_like: dict[tuple[object, ...], int] = {}
    for workspace in copies:
        left = (file_digest(workspace / "workspace.db"), *sorted(p.name for p in (workspace / "reports").iterdir()))
        # Killed within one transaction it looks the same on the disk, whatever was being written.
        if left not in looks_like:
            looks_like[left] = goes_on(workspace, in_the_end, copies[-1])
    assert len(looks_like) >= 4
    assert {*looks_like.values()} == {0, 2}, "killed before it noted anything, and after"


def goes_on(workspace: Path, in_the_end: tuple[object, ...], whole: Path) -> int:
    """Open and judge again what a kill left: nothing is lost. Says how many posts that tells of."""
    job = Recheck.from_parameters(workspace=str(workspace), on=DAY.date().isoformat(), run_id="the-next")
    found = job.run()
    told = workspace / "reports" / RECHECK
    assert told.exists() or found.changed, "what was told by nobody is told now"
    for run in (told, job.folder):
        assert not run.exists() or rows(run) == rows(whole / "reports" / RECHECK)
    assert not [path.name for path in (workspace / "reports").iterdir() if path.name.endswith(".whole")]
    with Workspace.open(workspace).open_store() as store:
        assert store.ledger.verify() == ()
        assert entries(store) == told.exists() + 1, "the report is there with its entry, or neither is"
        assert facts(store) == in_the_end
    return len(found.changed)


def entries(store: Store) -> int:
    return sum(entry.kind is Kind.RECHECK for entry in store.ledger.entries())


def rows(run: Path) -> list[dict[str, str]]:
    with (run / "takedown.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def facts(store: Store) -> tuple[object, ...]:
    """What is kept of posts and how they stand, without when that was noted."""
    stood = {(key, found.standing, found.people) for key, found in store.published.standings().items()}
    return stood, list(store.published.posts())
