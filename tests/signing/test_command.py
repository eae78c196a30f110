"""Signing in the terminal, in Dutch, with answers from standard input."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from consent.messages import UserError
from pipeline.cli import cli
from pipeline.signing import codes, terminal
from tests.signing.conftest import AT, CODES, HELD, RUN, THREE, TWO, SchoolOffice

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
QUESTIONS = 5


@pytest.fixture
def command(office: SchoolOffice, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setattr(terminal, "now", lambda: AT + timedelta(hours=1))
    monkeypatch.setattr(codes, "LOG2_N", 10)
    monkeypatch.setenv("PHOTO_CONSENT_LANGUAGE", "nl")
    monkeypatch.setenv("COLUMNS", "200")
    workspace = str(office.space.folder)

    def run(*words: str, answers: tuple[str, ...] = ()) -> Result:
        typed = "".join(f"{line}\n" for line in answers)
        return CliRunner().invoke(cli, [*words, "--workspace", workspace], input=typed)

    return run


def test_two_persons_sign_one_after_the_other(command: Command, office: SchoolOffice):
    first = command("approve", RUN, "--as", "headteacher", answers=(*["ja"] * QUESTIONS, CODES["headteacher"]))
    assert first.exit_code == 0, first.output
    assert "Bestanden om te plaatsen: 3" in first.output
    assert re.search(rf"photo-001\.jpg +{re.escape(THREE)}", first.output)
    assert re.search(rf"{re.escape(HELD)} +niet plaatsen +\S+ ", first.output)
    assert "Zie het verslag" not in first.output and "Dit heeft nog niemand beantwoord" not in first.output
    assert "Hebben het bericht en de foto’s een positieve boodschap?" in first.output
    assert "Wat een sportdag! 🏃" in first.output
    assert "Er moet nog een andere persoon ondertekenen: een lid van het managementteam." in first.output
    assert "Nog niet ondertekend" not in first.output, "said once"
    next_step = f"photo-consent approve {RUN} --as deputy --workspace {office.space.folder}"
    assert next_step in first.output, "it can be copied as it stands"
    assert not office.approved.exists()

    second = command("approve", RUN, "--as", "deputy", answers=(*["j"] * QUESTIONS, CODES["deputy"]))
    assert second.exit_code == 0, second.output
    assert "Goedgekeurd. Plaats op Facebook alleen de foto’s en films die in deze map staan:" in second.output
    assert sorted(path.name for path in office.approved.glob("*.jpg"))[0] == "photo-001.jpg"
    for code in CODES.values():
        assert code not in first.output + second.output

    third = command("approve", RUN, "--as", "deputy")
    assert third.exit_code == 0 and "Deze controle is goedgekeurd" in third.output
    office.withdraw("S04")
    down = command("approve", RUN)
    assert down.exit_code == 1 and "Dit bericht moet nu offline" in down.output and "S04" in down.output
    assert len(office.store.signing.sign_offs(RUN)) == 2


def test_after_a_wrong_code_the_code_alone_is_asked_again_three_times_at_most(command: Command, office: SchoolOffice):
    approve = ("approve", RUN, "--as", "headteacher")
    result = command(*approve, answers=(*["ja"] * QUESTIONS, *["mis"] * 3, CODES["headteacher"]))
    assert isinstance(result.exception, UserError) and result.output.count("De code van headteacher\n") == 3
    result = command(*approve, answers=(*["ja"] * QUESTIONS, "mis"))
    assert isinstance(result.exception, UserError), "a script that has no other code is told why it ended"
    assert not office.store.signing.sign_offs(RUN)
    result = command("approve", RUN, "--as", "deputy", answers=(*["ja"] * QUESTIONS, "mis", CODES["deputy"]))
    assert result.exit_code == 0, result.output
    assert "Dat is niet de code van deputy" in result.output and "Ondertekend door deputy" in result.output
    assert result.output.count("een positieve boodschap?") == 1


def test_who_signed_already_is_not_asked_again(command: Command, office: SchoolOffice):
    office.sign("both")
    result = command("approve", RUN, "--as", "both")
    assert result.exit_code == 0, result.output
    assert "both heeft hier al voor ondertekend" in result.output
    assert "Er moet nog een andere persoon ondertekenen" in result.output
    assert not office.approved.exists()


def test_a_no_ends_with_status_1_and_says_whose(command: Command, office: SchoolOffice):
    answers = ("misschien", "nee", *["ja"] * (QUESTIONS - 1), CODES["headteacher"])
    result = command("approve", RUN, "--as", "headteacher", answers=answers)
    assert result.exit_code == 1, result.output
    asked = "Hebben het bericht en de foto’s een positieve boodschap?"
    assert f"{asked} Met nee beantwoord door headteacher." in result.output
    assert "Het nee van headteacher is bewaard" in result.output and "Ondertekend door" not in result.output
    assert result.output.count("Nog niet ondertekend") == 2 and "Zolang iemand nee zegt" in result.output


def test_a_withdrawal_in_between_is_told_with_its_reason(command: Command, office: SchoolOffice):
    office.sign("headteacher")
    office.withdraw("S04")
    result = command("approve", RUN, "--as", "deputy", answers=(*["ja"] * QUESTIONS, CODES["deputy"]))
    assert result.exit_code == 0, result.output
    assert re.search(rf"{re.escape(TWO)} +niet plaatsen +S04 heeft geen toestemming voor Facebook", result.output)
    assert "De ondertekening van headteacher was voor andere bestanden" in result.output
    assert f"{TWO} gaat niet meer mee: S04 heeft geen toestemming voor Facebook" in result.output
    assert "--as headteacher" in result.output


def test_only_some_photos(command: Command, office: SchoolOffice):
    chosen = ("approve", RUN, "--only", TWO, "--as", "headteacher")
    result = command(*chosen, answers=(*["ja"] * QUESTIONS, CODES["headteacher"]))
    assert result.exit_code == 0, result.output
    assert "Bestanden om te plaatsen: 1" in result.output and "Niet gekozen, al zouden ze mee mogen" in result.output


ATTACK = "\x1b[2J\x1b]0;x\x07\u202e<img src=x onerror=alert(1)> =1+1 ../../x"


def test_a_text_that_attacks_is_shown_as_text_and_published_as_it_was_signed(command: Command, office: SchoolOffice):
    office.reword(ATTACK)
    for who in ("headteacher", "deputy"):
        result = command("approve", RUN, "--as", who, answers=(*["ja"] * QUESTIONS, CODES[who]))
        assert result.exit_code == 0, result.output
        assert (
            not {"\x1b", "\x07", "\u202e"} & set(result.output) and "<img src=x onerror=alert(1)> =1+1" in result.output
        )
    assert (office.approved / "message.txt").read_text("utf-8") == ATTACK


def test_input_that_ends_too_early_signs_nothing(command: Command, office: SchoolOffice):
    result = command("approve", RUN, "--as", "headteacher", answers=("ja", "ja"))
    assert result.exit_code != 0
    assert office.store.signing.sign_offs(RUN) == ()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("approve", RUN, "--as", "teacher"), "does not sign for Facebook"),
        (("approve", RUN, "--as", "nobody"), "knows no signer"),
        (("approve", "another"), "no run of candidates"),
        (("signers", "code", "nobody"), "knows no signer"),
    ],
)
def test_what_cannot_be_is_told(words: tuple[str, ...], reason: str, command: Command):
    result = command(*words)
    assert isinstance(result.exception, UserError)
    assert re.search(reason, str(result.exception))


def test_the_list_of_signers(command: Command):
    result = command("signers", "list")
    assert result.exit_code == 0, result.output
    for cell in ("headteacher", "de directeur", "Schools", "Facebook", "Twitter", "22 november 2026"):
        assert cell in result.output  # a narrow terminal breaks the line between any of them


def test_a_code_is_set_by_the_command(command: Command, office: SchoolOffice):
    wrong = command("signers", "code", "deputy", answers=(CODES["deputy"], "een nieuwe code", "een andere code"))
    assert isinstance(wrong.exception, UserError) and "not the same" in str(wrong.exception)
    result = command("signers", "code", "deputy", answers=(CODES["deputy"], "een nieuwe code", "een nieuwe code"))
    assert result.exit_code == 0, result.output
    office.sign("deputy", code="een nieuwe code")
    by = ("signers", "code", "deputy", "--by", "officer")
    result = command(*by, answers=(CODES["officer"], "nog een code", "nog een code"))
    assert result.exit_code == 0, result.output
    office.sign("deputy", code="nog een code", no=("R3",))


def test_without_signers_the_way_out_is_told(command: Command, office: SchoolOffice):
    settings: Path = office.space.folder / "school.toml"
    settings.write_text(settings.read_text("utf-8").partition('[[signers]]\nid = "headteacher"\nroles')[0], "utf-8")
    result = command("approve", RUN, "--as", "headteacher")
    assert isinstance(result.exception, UserError) and "Add signers to it" in str(result.exception)
    assert "Zet er ondertekenaars in" in command("signers", "list").output
