from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from consent.messages import UserError, say
from pipeline.language import VARIABLE, languages, translator
from pipeline.places import CATALOGUES, PROJECT

KEYWORDS = {"say": None, "_": None, "text": None, "ngettext": (1, 2), "plural": (1, 2), "forms": (1, 2)}
GAP = re.compile(r"\{(\w+)\}")


def sentences() -> dict[str | tuple[str, ...], str]:
    """Every sentence for people in code and templates, with the file where it stands."""
    with (PROJECT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(PROJECT, methods, options, keywords=KEYWORDS)
    return {message: file for file, _line, message, _comments, _context in found}


def as_tuple(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_every_sentence_is_translated_with_the_same_gaps(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)
    found = sentences()
    assert "Nobody can be recognised." in found and "To do now" in found, "the extraction itself works"
    faults = []
    for message, file in found.items():
        entry = catalogue.get(as_tuple(message)[0])
        if entry is None or entry.fuzzy or not all(as_tuple(entry.string)):
            faults.append(f"{file}: not translated: {message}")
            continue
        gaps = [set(GAP.findall(text)) for text in (*as_tuple(message), *as_tuple(entry.string))]
        if any(gap != gaps[0] for gap in gaps):
            faults.append(f"{file}: other gaps: {message}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_no_translation_says_itself_twice(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        told = [text for message in read_po(file) for text in as_tuple(message.string) if len(text) > 1]
    assert not [text for text in told if text[: len(text) // 2] == text[(len(text) + 1) // 2 :]]


@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
def test_the_catalogue_holds_nothing_that_the_code_no_longer_says(language):
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        known = {as_tuple(m.id)[0] for m in read_po(file) if m.id}
    assert known - {as_tuple(message)[0] for message in sentences()} == set()


@pytest.mark.parametrize(
    ("given", "variable", "expected"),
    [
        (None, None, "nl"),
        (None, "en", "en"),
        ("en", "nl", "en"),
        ("nl_NL.UTF-8", None, "nl"),
        ("EN-gb", None, "en"),
        (None, "", "nl"),
    ],
)
def test_the_language_is_the_one_given_else_that_of_the_environment_else_dutch(monkeypatch, given, variable, expected):
    monkeypatch.delenv(VARIABLE, raising=False)
    if variable is not None:
        monkeypatch.setenv(VARIABLE, variable)
    assert translator(given).language == expected


@pytest.mark.parametrize("language", ["fr", "xx", "../nl", "-", "C"])
def test_an_unknown_language_is_an_error_that_lists_the_known_ones(language):
    with pytest.raises(UserError, match="en, nl"):
        translator(language)


@pytest.mark.parametrize(
    ("language", "message", "expected"),
    [
        ("nl", say("{person} has a yes for {platform}.", person="S01", platform="X"), "S01 heeft toestemming voor X."),
        ("en", say("{person} has a yes for {platform}.", person="S01", platform="X"), "S01 has a yes for X."),
        (
            "nl",
            say("The form of {person} is valid until {until}.", person="S1", until="2027-07-31"),
            "Het formulier van S1 is geldig tot en met 31 juli 2027.",
        ),
        ("en", say("{value}", value="2027-02-31"), "2027-02-31"),
        ("nl", say("{value}", value=0.45), "0,45"),
        ("nl", say("{value}", value=say("publish")), "plaatsen"),
        ("nl", say("{value}", value="{0.__class__} {x}"), "{0.__class__} {x}"),
        ("nl", say("Nobody ever translated this sentence."), "Nobody ever translated this sentence."),
    ],
)
def test_messages_are_shown_in_the_language(language, message, expected):
    assert translator(language).render(message) == expected


def test_days_numbers_and_plurals():
    dutch, english = translator("nl"), translator("en")
    assert dutch.date(date(2026, 11, 2)) == "2 november 2026"
    assert dutch.moment(datetime(2026, 11, 2, 9, 5)) == "2 november 2026, 09:05"
    assert (dutch.number(0.125), english.number(0.125)) == ("0,125", "0.125")
    assert dutch.percent(0.5) == "50%"
    assert [dutch.plural("{count} photo", "{count} photos", n) for n in (0, 1, 2)] == ["0 foto’s", "1 foto", "2 foto’s"]
    assert english.plural("{count} photo", "{count} photos", 1) == "1 photo"
    assert dutch.forms("{count} photo", "{count} photos") == {"one": "{count} foto", "many": "{count} foto’s"}
    assert dutch.text("") == ""
