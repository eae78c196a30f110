"""Texts, times and JSON as exports hold them, and as they should not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.published.archive import open_archive
from pipeline.published.contents import iso_moment, listed, moment_of, objects_in, read_json, text_of
from pipeline.published.post import Fault

SENTENCES = [
    "Sportdag groep 5! 🎉",
    "Zoë en José op schoolreis, één keer",
    "De kinderen’s “feest” – leuk…",
    "Öğrenciler çok mutlu, ışık, şarkı, İstanbul",
    "Wielkanoc: święto, żółć, źdźbło, Łódź",
    "naïef, reünie, €5,-, 1½ uur, 20°C, ± 30 m²",
    "👩‍👩‍👧‍👦 gezin ❤️",
    "Ķekava, Ģirts, Ħal, Dvořák, å, ¥, ß",
    "العربية, русский, 日本語",
    "’t Hof, 's-Gravenhage, plain",
    "",
]


def mangled(text: str) -> str:
    """As Facebook and Instagram write it: UTF-8 taken for Latin-1."""
    return text.encode("utf-8").decode("latin-1")


@pytest.mark.parametrize("text", SENTENCES)
def test_a_mangled_text_is_repaired_and_a_proper_one_left_alone(text):
    assert text_of(mangled(text)) == text
    assert text_of(text) == text


def test_every_letter_survives_alone_and_in_a_word():
    letters = [*range(0xA0, 0x250), *range(0x370, 0x530), *range(0x2010, 0x2060), 0x20AC, *range(0x1F300, 0x1F650)]
    for letter in (chr(code) for code in letters if unicodedata.category(chr(code)) not in ("Cn", "Cc", "Cf")):
        for text in (letter, f"Jan{letter}", f"een {letter}e groep", f"{letter}."):
            assert text_of(mangled(text)) == text
            assert text_of(text) == text


def test_a_text_that_is_mangled_in_part_is_repaired_as_well():
    assert text_of("cafÃ© ☕") == "café ☕"


@given(st.text(st.characters()))
def test_a_text_can_always_be_written_to_a_file(text):
    repaired = text_of(text)
    assert repaired.encode("utf-8").decode("utf-8") == repaired
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", repaired)


@pytest.mark.parametrize("value", [None, 3, 2.5, True, [], {}, ["text"]])
def test_what_is_no_text_is_none(value):
    assert text_of(value) == ""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1718784000, datetime(2024, 6, 19, 8, tzinfo=UTC)),
        (1718784000.9, datetime(2024, 6, 19, 8, tzinfo=UTC)),
        ("1718784000", datetime(2024, 6, 19, 8, tzinfo=UTC)),
        (0, None),
        (-1, None),
        (1718784000000, None),
        (4294967296, None),
        (10**18, None),
        (86400, None),
        (True, None),
        (None, None),
        ("gisteren", None),
        ([1718784000], None),
    ],
)
def test_the_seconds_of_a_post_are_a_moment_in_utc_or_nothing(value, expected):
    assert moment_of(value) == expected


def test_a_post_of_the_future_has_no_time():
    assert moment_of((datetime.now(UTC) + timedelta(days=3)).timestamp()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-19T08:00:00+00:00", datetime(2024, 6, 19, 8, tzinfo=UTC)),
        ("2024-06-19T10:00:00+02:00", datetime(2024, 6, 19, 8, tzinfo=UTC)),
        ("2024-06-19T08:00:00.000Z", datetime(2024, 6, 19, 8, tzinfo=UTC)),
        ("2024-06-19 08:00:00 UTC", datetime(2024, 6, 19, 8, tzinfo=UTC)),
        ("2024-06-19T08:00:00", None),
        ("2024-13-19T08:00:00Z", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("", None),
    ],
)
def test_a_written_moment_needs_its_time_zone(text, expected):
    assert iso_moment(text) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b"[NaN, Infinity, 1e999, 123456789012345678901234567890]", [None, None, None, None]),
        (b"[" + b"9" * 5000 + b"]", [None]),
        (b'[1,\n2,\n{"a": }]', "broken at line 3"),
        (b"[1, 2", "broken at line 1"),
        (b"", "broken at line 1"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
        (b'["\xff"]', "not text in UTF-8"),
    ],
    ids=range(8),
)
def test_json_is_read_or_told(content, expected, tmp_path):
    (tmp_path / "posts.json").write_bytes(content)
    with open_archive(tmp_path) as archive:
        result = read_json(archive, "posts.json")
    if isinstance(expected, str):
        assert isinstance(result, Fault)
        assert result.file == "posts.json"
        assert expected in str(result.reason)
    else:
        assert result == expected


@pytest.mark.parametrize(
    ("start", "read"),
    [
        ("window.YTD.tweets.part0 = ", True),
        ("YTD.tweet.part12=", True),
        ("\nwindow.YTD.tweets.part0\n=\n", True),
        ("fetch('x'); window.YTD.tweets.part0 = ", False),
        ("window.YTD.tweets.part0 = f() || ", False),
        ("", False),
    ],
)
def test_only_an_assignment_is_cut_off(start, read, tmp_path):
    (tmp_path / "tweets.js").write_text(start + '[{"tweet": {}}];', encoding="utf-8")
    with open_archive(tmp_path) as archive:
        result = read_json(archive, "tweets.js", javascript=True)
    assert result == [{"tweet": {}}] if read else isinstance(result, Fault)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=4), inside, max_size=4),
    max_leaves=15,
)


@given(JSON)
def test_every_object_is_found_once_and_in_order(value):
    assert list(objects_in(value)) == list(in_reading_order(value))
    assert isinstance(listed(value), list)


def in_reading_order(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inside:
        yield from in_reading_order(item)
