"""The annex to the DPIA: the same facts as Markdown and as a page, from the settings as they are, and no person."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from consent.messages import Message
from consent.signing import Signer
from pipeline.cli import cli
from pipeline.dpia.annex import annex
from pipeline.dpia.blocks import Table
from pipeline.dpia.live import Live, live
from pipeline.dpia.privacy import KEPT
from pipeline.dpia.rendering import markdown, page, write_annex
from pipeline.erasing.retention import Retention
from pipeline.language import translator
from pipeline.matching.conditions import InForce, MatchingSettings
from pipeline.matching.identification import MatchingPolicy
from pipeline.models.registry import MODELS
from pipeline.store import Template
from pipeline.workspace import Workspace
from tests.dpia.calibrated import CALIBRATION
from tests.pipeline.conftest import KEY, made_workspace

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DUTCH, ENGLISH = translator("nl"), translator("en")

HEADINGS = """\
# Bijlage bij de DPIA: fotocontrole
## 1. Wat deze bijlage is
## 2. Wat er wordt verwerkt, en waar het staat
## 3. Waarom
## 4. Op welke grondslag
## 5. Waar, en wie het nog meer krijgt
## 6. Hoe lang
## 7. Wie
## 8. Met welke modellen
## 9. Gezichten vergelijken
## 10. Met welke gemeten vergissingen
## 11. Geautomatiseerde besluiten
## 12. Rechten
## 13. Wat nog te wegen blijft
"""


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace with the demo's register, where matching is off."""
    with pytest.MonkeyPatch.context() as patch:
        return made_workspace(tmp_path_factory.mktemp("dpia"), patch)


@pytest.fixture
def now(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> Live:
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    return live(space, AT)


def matched(now: Live, calibrated: bool = False) -> Live:
    """The same school where faces are compared."""
    settings = MatchingSettings(enabled=True, dpia_reference="DPIA 2026-03 | <b>*x*</b>")
    force = InForce(MatchingPolicy(threshold=0.24), CALIBRATION if calibrated else None)
    school = replace(now.school, matching=settings)
    return replace(now, school=school, in_force=force, enrolled=17, templates=34)


def plain(text: str) -> str:
    """The words of Markdown or of a page, without their markup."""
    if "<html" in text:
        text = html.unescape(re.sub(r"<style>.*?</style>|<title>.*?</title>|<[^>]+>", " ", text, flags=re.DOTALL))
    else:
        text = re.sub(r"^\|( --- \|)+$|^#+ |^- |(?<!\\)\|", " ", text, flags=re.MULTILINE)
        text = re.sub(r"\\(.)", r"\1", text)
    return " ".join(text.split())


def test_the_parts_are_these_and_each_says_something(now: Live):
    text = markdown(annex(now), DUTCH)
    assert "".join(re.findall(r"^#.*\n", text, re.MULTILINE)) == HEADINGS
    assert all(section.blocks for section in annex(now).sections)
    assert re.search(r"[^.:?|) ]\n\n##", text) is None, "a part breaks off"


@pytest.mark.parametrize("tr", [DUTCH, ENGLISH], ids=["nl", "en"])
@pytest.mark.parametrize("of", [lambda now: now, lambda now: matched(now, calibrated=True)], ids=["off", "on"])
def test_markdown_and_page_say_the_same(of: Callable[[Live], Live], tr: object, now: Live):
    made = annex(of(now))
    assert plain(page(made, tr)) == plain(markdown(made, tr))


def test_a_row_has_a_cell_under_every_heading(now: Live):
    tables = [b for s in annex(matched(now, calibrated=True)).sections for b in s.blocks if isinstance(b, Table)]
    assert len(tables) >= 8
    assert all(len(row) == len(table.headings) for table in tables for row in table.rows)
    rows = [line for line in markdown(annex(matched(now)), DUTCH).splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert all(cells[n] == cells[n - 1] or rows[n - 1] == "" or "---" in rows[n + 1] for n in range(1, len(rows)))


def test_nothing_in_it_is_a_person(now: Live, space: Workspace):
    with space.open_store() as store:
        people = store.people().values()
    signed = replace(
        now, school=replace(now.school, signers=(Signer("dir-anna", ("director",)),)), signers={"director": 1}
    )
    text = markdown(annex(matched(signed)), DUTCH)
    assert not [p for p in people if p.full_name in text or re.search(rf"\b{p.person_id}\b", text)]
    assert "dir-anna" not in text and "| de directeur | 1 |" in text


# What is set changes what is said.


def test_matching_off_has_no_recogniser_no_error_and_no_templates(now: Live):
    text = markdown(annex(now), ENGLISH)
    assert "dlib" not in plain(text) and "nobody gets a wrong name" in text and "none are kept now" in text
    assert plain(text).count("Face matching is off in school.toml") == 2


def test_templates_without_a_purpose_are_told(now: Live):
    assert "Yet 3 templates are kept" in markdown(annex(replace(now, templates=3)), ENGLISH)


def test_matching_on_names_its_assessment_the_model_and_that_nothing_was_measured(now: Live):
    text = plain(markdown(annex(matched(now)), ENGLISH))
    assert "It is on, under: DPIA 2026-03 | <b>*x*</b>" in text
    assert "34 of 17 persons now" in text and "Not measured at this school." in text
    assert all(model.sha256 in text and model.licence in text for model in MODELS)


def test_what_was_measured_is_told_with_bounds_and_date(now: Live):
    text = plain(markdown(annex(matched(now, calibrated=True)), DUTCH))
    assert "3 oktober 2026" in text and "Niet gemeten" not in text
    assert f"{DUTCH.text('strangers with a wrong name (FPIR)')} 0 17 0 0 tot 0,162" in text


def test_every_period_of_keeping_is_there(now: Live):
    assert KEPT.keys() == {field.name for field in fields(Retention)}
    changed = replace(now, school=replace(now.school, retention=Retention(run_folders_months=7, imports_days=3)))
    before, after = (plain(markdown(annex(one), ENGLISH)) for one in (now, changed))
    assert "run folders, since the run 7 months" in after and "since then 3 days" in after
    assert "run folders, since the run 7 months" not in before


def test_the_protocol_of_the_school_is_the_one_that_is_quoted(now: Live):
    protocol = now.protocol
    platforms = {
        **protocol.platforms,
        "facebook": replace(protocol.platforms["facebook"], name="Fotoboek", purpose="x_y"),
    }
    rules = {**protocol.rules, "R1": replace(protocol.rules["R1"], sentence="Nooit | alleen")}
    own = replace(protocol, platforms=platforms, rules=rules, parameters=replace(protocol.parameters, min_pupils=4))
    text = plain(markdown(annex(replace(now, protocol=own)), DUTCH))
    assert "Fotoboek x_y ja de directeur en een lid van het managementteam" in text
    assert "Nooit | alleen" in text and "staan 4 leerlingen of meer" in text
    assert "Fotoboek" not in markdown(annex(now), DUTCH)


@pytest.mark.parametrize(
    "text", ["a | b", "`rm`", "<script>alert(1)</script>", "*x* _y_ [z](w)", "- x", "1. x", "# x", "\\"]
)
def test_what_a_setting_says_is_never_markup(text: str, now: Live):
    named = replace(now, school=replace(now.school, name=text))
    assert plain(markdown(annex(named), DUTCH)).startswith(f"{HEADINGS.splitlines()[0][2:]} School {text} ")
    assert "<script>" not in markdown(annex(named), DUTCH) + page(annex(named), DUTCH)


# The command.


def test_the_command_writes_both_and_overwrites_nothing(
    space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    vector = np.zeros(128, np.float32)
    with space.open_store() as store:
        store.replace_templates([Template("S01", "dlib_face_resnet", "photo", AT.date(), vector)])
        assert live(space, AT).templates == 1
        store.drop_templates(["S01"])
    given = ["export", "dpia", "--out", str(tmp_path / "out"), "--workspace", str(space.folder), "--language", "nl"]
    result = CliRunner().invoke(cli, given, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert [re.sub(r"\d{4}-\d\d-\d\d", "DAY", name) for name in written] == [
        "dpia-bijlage-DAY.html",
        "dpia-bijlage-DAY.md",
    ]
    assert CliRunner().invoke(cli, given).exit_code != 0, "nothing is overwritten"
    only = CliRunner().invoke(cli, [*given, "--format", "md", "--out", str(tmp_path / "md")], catch_exceptions=False)
    assert only.exit_code == 0 and [path.suffix for path in (tmp_path / "md").iterdir()] == [".md"]
    monkeypatch.chdir(space.folder.parent)
    plain_call = CliRunner().invoke(cli, ["export", "dpia", "--workspace", space.folder.name, "--format", "md"])
    (made,) = (space.folder / "exports").iterdir()
    assert "".join(plain_call.output.split()).endswith(str(made.resolve())), "where it is, in full"


def test_a_file_that_is_there_stays_as_it_is(now: Live, tmp_path: Path):
    mine = tmp_path / "dpia-annex-2026-11-22.html"
    mine.write_text("mine")
    with pytest.raises(Exception, match="already"):
        write_annex(annex(now), tmp_path, "2026-11-22", ("md", "html"), ENGLISH)
    assert mine.read_text() == "mine" and list(tmp_path.iterdir()) == [mine]


def test_a_message_in_it_is_in_the_language_asked_for(now: Live):
    dutch, english = (plain(markdown(annex(now), tr)) for tr in (DUTCH, ENGLISH))
    assert dutch != english
    assert isinstance(annex(now).title, Message) and "photo check" not in dutch
