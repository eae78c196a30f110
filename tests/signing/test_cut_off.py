"""Killed at any act, nothing is half: the ledger, the database and the approved folder say the same."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from consent.judging import Decision
from consent.messages import UserError
from pipeline.ledger.chain import Kind
from pipeline.photos import file_digest
from pipeline.signing.releasing import finished, release
from pipeline.workspace import Workspace
from tests.signing import cut_off
from tests.signing.conftest import CODES, RUN, THREE, TWO, SchoolOffice

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")]


def cut_offs(step: str, office: SchoolOffice, copies: Path) -> list[Path]:
    """The workspace as each of the killed processes left it, and as the one that was not."""
    office.store.__exit__()
    return killed_at_each_act(step, office.space.folder, office.at + timedelta(hours=1), copies)


def killed_at_each_act(step: str, workspace: Path, at: datetime, copies: Path) -> list[Path]:
    """Copies of a workspace, each as the step left it that was killed at its first act, its second, and so on."""
    copies.mkdir()
    result = subprocess.run(
        [sys.executable, cut_off.__file__, step, str(workspace), str(copies), at.isoformat(), CODES["deputy"]],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(copies)},
    )
    assert result.returncode == 0, result.stderr
    count = int(result.stdout)
    assert count > 10, "it was killed at too few places to say anything"
    return [copies / str(number) for number in range(1, count + 1)]


def opened(workspace: Path, office: SchoolOffice) -> SchoolOffice:
    space = Workspace.open(workspace)
    return SchoolOffice(space, space.open_store(), office.at + timedelta(hours=2))


def entries(office: SchoolOffice, kind: Kind) -> int:
    return sum(entry.kind is kind for entry in office.store.ledger.entries())


def test_a_signature_that_is_cut_off_is_there_with_its_entry_or_not_at_all(office: SchoolOffice, tmp_path: Path):
    shutil.rmtree(office.sign("headteacher", office.proposal(TWO)).folder)
    for workspace in cut_offs("sign", office, tmp_path / "copies"):
        left = opened(workspace, office)
        with left.store:
            signed = len(left.store.signing.sign_offs(RUN))
            assert signed == entries(left, Kind.SIGN_OFF)
            assert left.store.ledger.verify() == ()
            if signed == 1:
                left.sign("deputy")
            assert left.proposal().case.agreed.keys() == {"headteacher", "deputy"}
        shutil.rmtree(workspace)


def test_a_release_that_is_cut_off_is_whole_or_not_there_and_goes_on(office: SchoolOffice, tmp_path: Path):
    office.sign("headteacher", office.proposal(TWO))
    office.sign("deputy")
    for workspace in cut_offs("release", office, tmp_path / "copies"):
        left = opened(workspace, office)
        with left.store:
            approval = left.store.signing.approval(RUN)
            assert (approval is not None) == (entries(left, Kind.RELEASE) == 1) == bool([*left.store.published.posts()])
            assert approval is not None or not left.approved.exists()
            if approval is not None and not left.approved.exists() and not (tmp_path / "another").exists():
                not_after_a_withdrawal(Path(shutil.copytree(workspace, tmp_path / "another")), office)
            # The same command again goes on where it was.
            folder = finished(left.space, left.store, RUN, left.at)
            assert (folder is None) == (approval is None)
            if folder is None:
                proposed = left.proposal()
                assert proposed.verdict.decision is Decision.PUBLISH
                folder = release(left.space, left.store, proposed, left.at)
            assert folder == left.approved and len(list(folder.iterdir())) == 3
            assert [path.name for path in folder.parent.iterdir()] == [RUN]
            assert entries(left, Kind.RELEASE) == 1
            assert left.store.ledger.verify() == ()
            assert finished(left.space, left.store, RUN, left.at) == folder
            assert not (left.run_folder / "numbered").exists()
            assert not (left.run_folder / "to_publish").exists()
        shutil.rmtree(workspace)
    assert (tmp_path / "another").exists(), "no process was killed between the commit and the folder's name"


def test_a_cover_that_is_cut_off_is_whole_with_its_entry_or_counts_for_nothing(office: SchoolOffice, tmp_path: Path):
    office.withdraw("S01")
    covered = False
    for workspace in cut_offs("cover", office, tmp_path / "copies"):
        left = opened(workspace, office)
        with left.store:
            made, said = left.store.remedies.of_run(RUN), left.store.decisions.standing()
            assert len(made) == entries(left, Kind.REMEDY) and len(said) == entries(left, Kind.DECISION) <= len(made)
            assert left.store.ledger.verify() == ()
            for one in made:
                assert file_digest(left.run_folder / "remedied" / f"{one.photo}.jpg") == one.sha256
            waits = [new.made.photo for new in left.proposal().to_confirm]
            assert waits == ([THREE] if made and not said else [])
            covered |= bool(waits)
        shutil.rmtree(workspace)
    assert covered and said, "it was killed in between, and came to its end"


def not_after_a_withdrawal(workspace: Path, office: SchoolOffice) -> None:
    """What was approved and has no folder yet does not get it when somebody took the consent back."""
    left = opened(workspace, office)
    with left.store:
        left.withdraw("S04")
        with pytest.raises(UserError, match="was cut off"):
            finished(left.space, left.store, RUN, left.at)
        assert not left.approved.exists() and not list(left.approved.parent.iterdir())
