"""An approved post is judged again like an imported one, and is told once it is not right any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from consent.facts import FaceFact, PhotoFacts
from consent.judging import Decision, Verdict
from consent.people import Person, Role
from consent.published.standing import Standing
from consent.register import Answer, ConsentRecord, Medium
from pipeline.published.approved import approved_picture, keep_approved
from pipeline.published.kept import KeptPost
from pipeline.published.post import PostKind
from pipeline.published.rechecking import Recheck, Rechecked
from pipeline.run import AuditedPhoto
from pipeline.store import Store
from pipeline.workspace import Workspace

AT = datetime(2026, 10, 14, 0, 30, tzinfo=timezone(timedelta(hours=2)))
"""Half past midnight in the school; in UTC it is still the day before."""

PHOTO = AuditedPhoto(
    "photo.jpg",
    "a" * 64,
    None,
    PhotoFacts("photo.jpg", (FaceFact(1, 100.0, "P1"), FaceFact(2, 100.0, "P2"))),
    Verdict("photo.jpg", Decision.PUBLISH, ()),
    by_hand=frozenset({1, 2}),
)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PHOTO_CONSENT_KEY", "a key for tests")
    Workspace.create(tmp_path / "school", "De Proefschool", "en")
    with Workspace.open(tmp_path / "school").open_store() as store:
        store.add([Person("P1", Role.PUPIL), Person("P2", Role.PUPIL)], [said("P1"), said("P2")], AT)
    return tmp_path / "school"


def said(who: str, **other: object) -> ConsentRecord:
    form = {"given_by": "both parents", "given_on": date(2026, 9, 1), "form_version": "1", "evidence": "form"}
    return ConsentRecord(who, "facebook", Medium.PHOTO, **{"answer": Answer.YES, **form, **other})


def approve(store: Store, text: str = "Sportdag") -> KeptPost:
    picture = approved_picture(PHOTO, "b" * 64, "basis")
    return keep_approved(store.published, [picture], platform="facebook", run_id="run-1", at=AT, text=text)


def recheck(workspace: Path) -> Rechecked:
    return Recheck.from_parameters(workspace=str(workspace), on="2026-11-22").run()


def test_an_approved_post_is_kept_and_told_when_a_consent_is_withdrawn(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        post = approve(store)
        assert list(store.published.posts()) == [post]
    assert (post.posted_on, post.kind, post.is_own) == (date(2026, 10, 14), PostKind.APPROVED, True)
    assert post.pictures[0].sha256 == "b" * 64, "the file that was approved, not the one that it was made of"
    quiet = recheck(workspace)
    assert [found.standing for found in quiet.posts] == [Standing.RIGHT]
    assert quiet.changed == () and quiet.folder is None
    with Workspace.open(workspace).open_store() as store:
        store.add([], [said("P2", answer=Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 20))], AT)
    (found,) = recheck(workspace).changed
    assert (found.standing, found.taken_back, found.wrong_since) == (
        Standing.WITHDRAWN,
        ("P2",),
        date(2026, 11, 20),
    )


def test_approving_the_same_run_again_leaves_one_post(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        approve(store)
        again = approve(store, "Sportdag!")
        assert list(store.published.posts()) == [again]
        assert again == replace(again, text="Sportdag!")


def test_it_is_written_with_what_else_the_transaction_writes_or_not_at_all(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        with pytest.raises(ZeroDivisionError), store.transaction():
            approve(store)
            1 / 0  # noqa: B018
        assert list(store.published.posts()) == [] and store.published.standings() == {}


def test_the_card_says_that_it_was_approved_here(workspace: Path):
    with Workspace.open(workspace).open_store() as store:
        approve(store)
        store.add([], [said("P2", answer=Answer.WITHDRAWN, withdrawn_on=date(2026, 11, 20))], AT)
    folder = recheck(workspace).folder
    assert folder is not None
    page = (folder / "report.html").read_text("utf-8")
    assert "Approved here on this day: approved/facebook/run-1." in page and "In the export" not in page
