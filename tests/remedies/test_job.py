"""Remedies of a whole run, as the command makes them: real photos, real models, the real database."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.judging import Decision
from consent.messages import UserError
from consent.protocol import load_protocol
from pipeline.cli import cli
from pipeline.demo import RUN_ID
from pipeline.ledger.chain import Kind as LedgerKind
from pipeline.places import DEMO
from pipeline.rejudging import NOT_SEEN
from pipeline.remedies.clean import leftovers
from pipeline.remedies.confirming import NOT_THIS_FILE, confirm, remade
from pipeline.remedies.job import Outcome, make_remedies
from pipeline.remedies.judging import NOT_CONFIRMED
from pipeline.remedies.remedy import Kind
from pipeline.signing.runs import read_run
from pipeline.vision import observer
from pipeline.workspace import Workspace

NOW = datetime(2026, 11, 22, 12, 0).astimezone()
"""The day of the demo's audit: by the register of another one, other faces want covering."""


VALIDITY = load_protocol("ooh-2019").parameters.validity


class ThatDay(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return NOW


pytestmark = pytest.mark.slow


@pytest.fixture
def space(demo_workspace: Path, tmp_path: Path) -> Workspace:
    """A copy of the demo's workspace, to be changed."""
    return Workspace.open(Path(shutil.copytree(demo_workspace, tmp_path / "workspace")))


def rows(space: Workspace) -> list[dict[str, str]]:
    with (space.reports / RUN_ID / "remedies.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_command_covers_what_the_rules_ask_for(space: Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pipeline.remedies.commands.datetime", ThatDay)
    result = CliRunner().invoke(cli, ["cover", RUN_ID, "--photo", "IMG_2009.jpg", "--workspace", str(space.folder)])
    assert result.exit_code == 0, result.output
    assert "IMG_2009.jpg" in result.output
    assert re.search(r"New pictures and films: 1|Nieuwe foto’s en films: 1", result.output)
    file = space.reports / RUN_ID / "remedied" / "IMG_2009.jpg.jpg"
    content = file.read_bytes()
    assert leftovers(content) == ()
    (row,) = rows(space)
    assert (row["photo"], row["remedy"], row["how"]) == ("IMG_2009.jpg", "cover", "solid")
    assert row["sha256"] == hashlib.sha256(content).hexdigest()
    assert row["source_sha256"] == hashlib.sha256((DEMO / "event" / "IMG_2009.jpg").read_bytes()).hexdigest()
    with space.open_store() as store:
        (made,) = store.remedies.of_run(RUN_ID)
        *_, entry = store.ledger.entries()
        assert store.ledger.verify() == ()
    assert (entry.kind, entry.body["sha256"]) == (LedgerKind.REMEDY, made.sha256)
    assert made.sha256 == row["sha256"]
    assert " ".join(map(str, made.faces)) == row["faces"]
    assert len(made.covered) == len(made.faces) == 1


def test_what_was_looked_at_in_another_way_is_to_be_audited_again(space: Workspace, monkeypatch: pytest.MonkeyPatch):
    """As after an update of the program: nothing can be helped yet, and that is no reason to think that nothing can."""
    monkeypatch.setitem(observer.SETTINGS, "face_score", 0.1)
    outcomes = make_remedies(space, RUN_ID, NOW)
    assert len(outcomes) == 31 and {outcome.told for outcome in outcomes} == {NOT_SEEN}
    assert rows(space) == []


def test_every_way_is_judged_by_looking_and_waits_for_a_person(space: Workspace):
    (pixelated,) = make_remedies(space, RUN_ID, NOW, ["IMG_2004.jpg"], how="pixelate")
    (cropped,) = make_remedies(space, RUN_ID, NOW, ["IMG_2027.jpg"], how="crop")
    for outcome in (pixelated, cropped):
        assert outcome.verdict is not None and outcome.file is not None and outcome.file.is_file()
        assert outcome.verdict.decision is Decision.HOLD
        assert [reason.reason for reason in outcome.verdict.reasons] == [NOT_CONFIRMED]
    assert pixelated.made is not None and pixelated.made.how == "pixelate"
    assert cropped.made is not None and (cropped.made.kind, cropped.made.covered) == (Kind.CROP, ())
    again = make_remedies(space, RUN_ID, NOW, ["IMG_2004.jpg"], how="blur")
    assert [row["how"] for row in rows(space)] == ["blur", ""]
    assert again[0].file == pixelated.file


def test_a_file_counts_once_it_was_confirmed_and_as_long_as_it_is_the_same(space: Workspace):
    make_remedies(space, RUN_ID, NOW, ["IMG_2009.jpg"])
    with space.open_store() as store:
        run = read_run(space, store, RUN_ID)

        def decision() -> Decision:
            (one,) = remade(space, store, run, NOW)
            return one.verdict.decision

        assert decision() is Decision.HOLD
        (made,) = store.remedies.of_run(RUN_ID)
        said = confirm(store, made, "director", NOW)
        assert decision() is Decision.PUBLISH
        store.decisions.end([said.id], NOW)
        assert decision() is Decision.HOLD
        confirm(store, made, "director", NOW)
        no = [replace(r, withdrawn_on=NOW.date()) for r in store.register(VALIDITY).records if r.person_id == "S02"]
        store.add((), no, NOW)
        assert decision() is not Decision.PUBLISH


def test_a_confirmed_file_that_was_changed_is_held(space: Workspace):
    make_remedies(space, RUN_ID, NOW, ["IMG_2009.jpg"])
    with space.open_store() as store:
        run = read_run(space, store, RUN_ID)
        confirm(store, *store.remedies.of_run(RUN_ID), "director", NOW)
        (one,) = remade(space, store, run, NOW)
        assert one.verdict.decision is Decision.PUBLISH
        whole = one.file.read_bytes()
        for change in (lambda: one.file.write_bytes(whole + b"x"), one.file.unlink):
            change()
            (changed,) = remade(space, store, run, NOW)
            assert changed.verdict.decision.severity >= Decision.HOLD.severity
            assert NOT_THIS_FILE in [f.reason for f in changed.verdict.reasons]


def test_only_the_very_photo_that_was_audited_is_used(space: Workspace, tmp_path: Path):
    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(DEMO / "event" / "IMG_2004.jpg", photos / "IMG_2009.jpg")
    with space.open_store() as store:
        source = store.source(RUN_ID)
        assert source is not None
        store.keep_source(RUN_ID, replace(source, photos=photos))
    changed, missing, no_need = make_remedies(space, RUN_ID, NOW, ["IMG_2009.jpg", "IMG_2014.jpg", "IMG_2022.jpg"])
    assert "changed since" in str(changed.told)
    assert "not where it was" in str(missing.told)
    assert "nothing to cover" in str(no_need.told)
    assert not (space.reports / RUN_ID / "remedied").exists()
    assert rows(space) == []
    shutil.rmtree(photos)
    (gone,) = make_remedies(space, RUN_ID, NOW, ["IMG_2009.jpg"])
    assert gone == Outcome("IMG_2009.jpg", missing.told)


@pytest.mark.parametrize(
    ("run", "photos", "complaint"),
    [
        ("nothing", [], "no run of candidates"),
        ("..", [], "no run of candidates"),
        (RUN_ID, ["../a.jpg"], "no photo “../a.jpg”"),
    ],
)
def test_a_run_or_photo_that_is_not_there_is_told(space: Workspace, run: str, photos: list[str], complaint: str):
    with pytest.raises(UserError, match=complaint):
        make_remedies(space, run, NOW, photos)


def test_the_report_offers_what_is_made(demo_workspace: Path):
    """On the stage the scene is there from behind as well, and that is offered first."""
    page = (demo_workspace / "reports" / RUN_ID / "report.html").read_text("utf-8")
    card = page[page.index('-name"><bdi>IMG_2009.jpg') :]
    card = card[: card.index("</article>")]
    offers = [card.index(text) for text in ("IMG_2008.jpg", "Dek gezicht 3 af")]
    assert offers == sorted(offers)
