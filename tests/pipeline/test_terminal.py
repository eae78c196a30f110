"""What a director reads in the terminal: in the own language, of what to do, and no more than helps."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.messages import UserError, say
from consent.people import Person, Role
from consent.register import Answer, ConsentRecord, Medium
from pipeline import jobs, terminal
from pipeline.cli import cli, main
from pipeline.keys import VARIABLE
from pipeline.matching.commands import MOST_ALIKE
from pipeline.workspace import Workspace
from tests.keys import KEY


def row(file: str, refused: str = "", warning: str = "") -> dict[str, str]:
    return {"file": file, "person_id": "", "refused_because": refused, "warning": warning}


@pytest.fixture
def enrolled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    """The command `gallery enrol` when this became of the photos: its exit status and what it shows."""

    def run(rows: list[dict[str, str]]) -> tuple[int, str]:
        monkeypatch.setattr(jobs, "enrol_gallery", lambda *_: (rows, []))
        result = CliRunner().invoke(cli, ["gallery", "enrol", "references"])
        return result.exit_code, result.output

    return run


@pytest.mark.parametrize("count", [1, MOST_ALIKE, MOST_ALIKE + 1, 31])
def test_a_wrong_folder_is_refused_in_one_line(count: int, enrolled: Callable[..., tuple[int, str]]):
    status, shown = enrolled([row(f"{number}.jpg", "Niemand heeft dit nummer.") for number in range(count)])
    assert status == 1, "nobody was enrolled"
    assert shown.count("Niemand heeft dit nummer.") == (count if count <= MOST_ALIKE else 1)
    assert (f"{count} bestanden" in shown) == (count > MOST_ALIKE)
    assert ("0.jpg" in shown) == (count <= MOST_ALIKE)


def test_what_is_rare_is_told_by_file_beside_what_is_frequent(enrolled: Callable[..., tuple[int, str]]):
    rows = [
        row("goed.jpg", warning="Wazig."),
        row("leeg.jpg", "Geen gezicht."),
        *[row(f"{n}.png", "Vreemd.") for n in range(9)],
    ]
    status, shown = enrolled(rows)
    assert status == 0
    assert "9 bestanden" in shown and "leeg.jpg" in shown and "goed.jpg" in shown and "3.png" not in shown
    assert "foto’s: 1. Geweigerd: 10." in shown


def test_of_files_that_are_counted_the_persons_are_told(enrolled: Callable[..., tuple[int, str]]):
    rows = [{**row(f"{n}.png", "Te donker."), "person_id": f"S{n // 2:02}"} for n in range(30)]
    shown = " ".join(enrolled(rows)[1].split())
    assert "30 bestanden" in shown and "S00, S01, S02" in shown and "S11 …" in shown and "S12" not in shown


@pytest.mark.parametrize(("text", "rate"), [("0,001", 0.001), ("0.001", 0.001), ("1e-3", 0.001), ("0,01", 0.01)])
def test_a_rate_may_have_a_comma(text: str, rate: float, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def noted(*_: object, target_fpir: float | None) -> None:
        asked.append(target_fpir)
        raise UserError(say("that will do"))

    monkeypatch.setattr(jobs, "calibrate_gallery", noted)
    CliRunner().invoke(cli, ["gallery", "calibrate", "references", "--target-fpir", text])
    assert asked == [rate]


@pytest.mark.parametrize("text", ["veel", "", "nan", "inf", "0,0,1", "1 %"])
def test_a_rate_that_is_none_is_told(text: str):
    with pytest.raises(UserError, match="is no part of one"):
        CliRunner().invoke(cli, ["gallery", "calibrate", "references", "--target-fpir", text], catch_exceptions=False)


def test_headings_of_the_register_are_whole_words_in_a_window_of_80_letters(
    new_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terminal.console, "_width", 80)
    folder: Path = new_workspace().folder
    shown = CliRunner().invoke(cli, ["register", "status", "--workspace", str(folder)]).output
    assert max(map(len, shown.splitlines())) <= 80
    words = {"Antwoord", "Facebook", "Instagram", "vergelijken", "gezichten", "ingetrokken", "bewijs", "antwoord"}
    assert words <= set(re.findall(r"\w+", shown))


@pytest.mark.parametrize(("medium", "tables"), [(Medium.BOTH, 1), (Medium.PHOTO, 2)])
def test_the_register_in_numbers_has_a_table_for_films_where_they_differ(
    medium: Medium, tables: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PHOTO_CONSENT_KEY", KEY)
    Workspace.create(tmp_path / "school", "De Proefschool", "nl")
    space = Workspace.open(tmp_path / "school")
    with space.open_store() as store:
        no = ConsentRecord("P1", "facebook", medium, Answer.NO, given_on=date(2026, 9, 1))
        store.add([Person("P1", Role.PUPIL)], [no], datetime(2026, 9, 1))
    shown = CliRunner().invoke(cli, ["register", "status", "--workspace", str(space.folder)]).output
    assert shown.count("ingetrokken") == tables and ("Voor films:" in shown) is (tables == 2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["audit", "candidates", "fotos"], "--platform ontbreekt."),
        (["audit", "candidates", "--platform", "facebook"], "FOLDER ontbreekt."),
        (["audit", "candidates", "fotos", "--platfrom", "facebook"], "De optie --platfrom bestaat hier niet."),
        (["audit", "candidates", "sport", "dag", "--platform", "facebook"], "aanhalingstekens"),
        (["audti"], "Die opdracht bestaat niet."),
    ],
)
def test_a_command_typed_wrongly_is_told_in_dutch_with_the_way_out(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["photo-consent", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = " ".join(capsys.readouterr().err.split())
    assert ended.value.code == 2
    assert told in shown and "--help" in shown and "Usage" not in shown


@pytest.mark.skipif(os.name == "nt", reason="paths and quotes as POSIX writes them")
def test_a_new_school_is_told_a_command_that_works_in_a_folder_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, KEY)
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(cli, ["init", "Foto's van De Test"]).output
    words = shlex.split(shown.splitlines()[-1].split(": ", 1)[1])
    assert words[1:] == [
        *("register", "import", "people.csv", "consents.csv", "--workspace", str(tmp_path / "Foto's van De Test"))
    ]
