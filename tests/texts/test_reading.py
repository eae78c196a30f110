"""What is found in a text, by the cases of cases.yaml; and that more text and more persons never find less."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.texts import people
from consent.texts import CERTAIN, HINTS, Found, Sought, hints_in, personal_data_in
from consent.texts.lists import hints, lists
from consent.texts.words import plain_words
from tests.test_laws import law

CASES = yaml.load((Path(__file__).parent / "cases.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
REGISTER = people()


def plain(found: Found) -> str:
    return " ".join((found.kind.value, *found.person_ids, *([", ".join(found.words)] if found.words else [])))


def everything(text: str, register: tuple = REGISTER, *, is_name: bool = False) -> list[Found]:
    of_post = () if is_name else hints_in(text)
    return [*personal_data_in(text, Sought(register), is_name=is_name), *of_post]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['text']}{' (file)' if 'as' in case else ''}")
def test_what_is_found(case: dict):
    assert case.keys() <= {"text", "as", "finds"} and case.get("as", "file_name") == "file_name"
    found = everything(case["text"], is_name="as" in case)
    assert sorted(map(plain, found)) == sorted(case["finds"])


def test_no_word_of_a_text_is_told():
    """Only ids and entries of the lists, so that a report cannot repeat what it warns of."""
    found = everything("Helaas heeft Daan Bakker, 06-12345678, uiterlijk morgen straf.")
    told = repr(found)
    assert len(found) == 4 and not [word for word in ("Daan", "Bakker", "0612345678", "06-1") if word in told]


def test_the_lists_are_written_as_the_texts_are_read():
    """Else an entry with an accent or a capital would never be found."""
    every = [*lists().names.given_words, *lists().names.family_words, *lists().names.infixes]
    informs, tone = hints().informs, hints().not_positive
    every += [*informs.enough, *informs.practical, *informs.moments, *informs.not_meant]
    every += [*informs.enough_now, *informs.past, *informs.not_past]
    every += [word for pair in lists().names.no_names | lists().names.never_names for word in pair]
    every += [word for field in fields(lists().tags) for word in getattr(lists().tags, field.name)]
    every += [*tone.words, *tone.positive, *tone.denials, *tone.no_denials, *tone.not_meant]
    for entry in every:
        letters = " ".join(word for word in entry.replace("*", "").split() if not word.isdecimal())
        assert " ".join(plain_words(letters)) == letters, entry
    for words in (informs.enough, informs.practical, informs.moments, tone.words, tone.positive, tone.denials):
        assert not [word for word in words if words.count(word) > 1]


LINES = st.sampled_from([case["text"] for case in CASES if "as" not in case] + ["Wat een feest!", ""])
REGISTERS = st.lists(st.sampled_from(REGISTER), unique=True, max_size=6).map(tuple)


def weight(text: str, register: tuple) -> tuple[bool, bool, set[str]]:
    """What a text weighs: whether it may never be published, whether a name or number is told, and which hints."""
    found = everything(text, register)
    return (
        any(one.kind in CERTAIN for one in found),
        any(one.kind not in HINTS for one in found),
        {one.kind.value for one in found if one.kind in HINTS},
    )


def no_milder(before: tuple, after: tuple) -> bool:
    return before[0] <= after[0] and before[1] <= after[1] and before[2] <= after[2]


@law
@given(LINES, LINES, LINES, REGISTERS)
def test_text_before_and_after_takes_nothing_away(first: str, text: str, last: str, register: tuple):
    before = weight(text, register)
    assert no_milder(before, weight(f"{first}\n{text}\n{last}", register))


@law
@given(LINES, REGISTERS, st.sampled_from(REGISTER))
def test_one_more_in_the_register_takes_nothing_away(text: str, register: tuple, new):
    assert no_milder(weight(text, register), weight(text, (*register, new)))


IN_TAGS = [
    replace(REGISTER[0], person_id=given + family, given_name=given, family_name=family, birth_date=None)
    for given in ("Coen", "Roos", "Anne", "Sophie", "Anne-Sophie", "Annesophie", "Sam")
    for family in ("Roosen", "Coenen", "Bos")
]
TAGS = st.lists(
    st.sampled_from(["coen", "roos", "anne", "sophie", "sam", "en", "s", "de", "bos", "juf", "team", "feest", "hoera"]),
    min_size=2,
    max_size=5,
).map(lambda parts: f"#{''.join(parts)}")


@law
@given(TAGS, st.lists(st.sampled_from(IN_TAGS), unique=True, max_size=4).map(tuple), st.sampled_from(IN_TAGS))
def test_one_more_in_the_register_takes_nothing_away_in_tags(tag: str, register: tuple, new):
    assert no_milder(weight(tag, register), weight(tag, (*register, new)))


CYRILLIC = "абвгґдђеєёжзѕиіїйјклљмнњопрстћуўфхцчџшщъыьэюя"
GREEK = "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ"


@law
@given(st.sampled_from([CYRILLIC, GREEK]).flatmap(st.text))
def test_a_name_in_another_alphabet_is_itself_in_capitals(name: str):
    assert plain_words(name) == plain_words(name.upper())


@pytest.mark.parametrize("text", ["a", "A.", "1-", "\t", "#a", "a@a "])
def test_a_text_takes_time_by_its_length_and_no_more(text: str):
    """By the square of its length most of these would take minutes."""
    assert everything(text * 40_000) == []


def test_a_tag_takes_time_by_its_length_and_no_more():
    assert everything(f"#{'lieve' * 8_000}x") == []


def test_a_long_word_on_a_picture_takes_no_memory_by_the_square_of_its_length():
    assert personal_data_in("a" * 60_000, Sought(REGISTER), is_read=True) == ()
