"""The school's protocol is read strictly: what is not understood is refused with a clear message."""

import re
from pathlib import Path

import pytest

from consent.messages import UserError
from consent.protocol import PROTOCOLS, load_protocol
from consent.register import Medium, Validity

TEXT = (PROTOCOLS / "ooh-2019.toml").read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> str:
    assert old in TEXT
    path = tmp_path / "school.toml"
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    return str(path)


def test_the_protocol_of_2019() -> None:
    protocol = load_protocol("ooh-2019")
    assert {p for p, platform in protocol.platforms.items() if platform.in_use} == {
        "facebook",
        "social_schools",
        "twitter",
    }
    assert protocol.platform("facebook").signers == (("director",), ("mt_member",))
    assert protocol.platform("facebook").mediums == (Medium.PHOTO, Medium.FILM)
    assert protocol.parameters.validity == Validity(7, 31, 12)
    assert re.fullmatch("[0-9a-f]{64}", protocol.digest)


def test_the_numbers_and_the_sentences_have_a_source() -> None:
    assert "EN 62676-4" in TEXT
    for name in load_protocol("ooh-2019").parameters.__slots__:
        number = next(row for row in TEXT.splitlines() if row.startswith(f"{name} ="))
        above = TEXT.splitlines()[TEXT.splitlines().index(number) - 1]
        assert "#" in number or above.startswith("#") or name == "form_year_end_day", name


def test_every_question_about_a_post_exists_in_both_languages() -> None:
    protocol = load_protocol("ooh-2019")
    for rule in protocol.post_rules.values():
        assert set(rule.question) == set(rule.title) == {"nl", "en"}
        assert set(rule.platforms) <= set(protocol.platforms)


def test_questions_are_asked_where_they_belong() -> None:
    protocol = load_protocol("ooh-2019")
    assert set(protocol.open_points("facebook")) == {"R3", "R6", "R7", "R8", "R12"}
    assert set(protocol.open_points("twitter")) == {"R3", "R6", "R8", "R12"}
    assert set(protocol.open_points("social_schools")) == {"R3", "R8", "R12"}


def test_an_unknown_platform_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"my_space.*facebook, instagram, social_schools, twitter, youtube"):
        load_protocol("ooh-2019").platform("my_space")


def test_a_protocol_of_the_school_is_read_from_its_path(tmp_path: Path) -> None:
    path = changed(tmp_path, "group_only_min_persons = 3", "group_only_min_persons = 5")
    assert load_protocol(path).parameters.group_only_min_persons == 5
    assert load_protocol(path).digest != load_protocol("ooh-2019").digest


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "school.toml"
    path.write_text(TEXT, encoding="utf-8-sig")
    assert load_protocol(str(path)).id == "ooh-2019"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("min_pupils = 2", "min_pupil = 2", "parameters"),
        ("min_pupils = 2", 'min_pupils = "two"', "parameters.min_pupils"),
        ("min_pupils = 2", "min_pupils = 0", "parameters.min_pupils"),
        ("group_only_min_persons = 3", "group_only_min_persons = -3", "parameters.group_only_min_persons"),
        ("recognisable_face_px = 16.0", "recognisable_face_px = inf", "parameters.recognisable_face_px"),
        ("recognisable_face_px = 16.0", "recognisable_face_px = nan", "parameters.recognisable_face_px"),
        ("recognisable_face_px = 16.0", "recognisable_face_px = -1", "parameters.recognisable_face_px"),
        ("form_year_end_month = 7", "form_year_end_month = 13", "parameters.form_year_end_month"),
        ("form_year_end_day = 31", "form_year_end_day = 32", "parameters.form_year_end_day"),
        ("form_months = 12", "form_months = 0", "parameters.form_months"),
        ("in_use = true", "in_use = 'perhaps'", "platforms.social_schools.in_use"),
        ("in_use = true\n", "", "platforms.social_schools.in_use"),
        ('purpose = "marketing"', 'purpose = "marketing"\nin_uze = true', "platforms.facebook.in_uze"),
        ("[platforms.twitter]", "[platforms.all]", "platforms.all"),
        ("[platforms.twitter]", "[platforms.my-site]", "platforms.my-site"),
        ("[platforms.twitter]", "[platforms.Twitter]", "platforms.Twitter"),
        ("[platforms.twitter]", '[platforms."site: news"]', "platforms.site: news"),
        ("[platforms.twitter]", '[platforms."tw\\u0131tter"]', "platforms.tw\u0131tter"),
        ("[platforms.twitter]", "[platforms.matching]", "platforms.matching"),
        ('id = "ooh-2019"', 'id = "ooh-2019"\nversion = 2', "version"),
        ('owner = "director"', 'boss = "director"', "rules.R1"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, old: str, new: str, where: str) -> None:
    with pytest.raises(UserError) as refused:
        load_protocol(changed(tmp_path, old, new))
    assert "school.toml" in str(refused.value)
    assert where in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"id = ", b'id = "a"\nid = "b"'])
def test_a_file_that_is_no_protocol_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "school.toml"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"school\.toml"):
        load_protocol(str(path))


def test_a_protocol_that_is_not_there_lists_those_that_are() -> None:
    with pytest.raises(UserError, match="ooh-2019"):
        load_protocol("ooh-2091")


def test_a_folder_is_no_protocol(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=re.escape(tmp_path.name)):
        load_protocol(str(tmp_path))
