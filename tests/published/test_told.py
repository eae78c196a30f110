"""What is told of published posts: whom and which picture a reason is about, what was counted, and what is unknown."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from consent.facts import FaceFact, PhotoFacts, TextFact, TextPlace
from consent.messages import say
from consent.people import Person, Role
from consent.register import Answer
from pipeline.judged import Publication, held, judged
from pipeline.language import translator
from pipeline.naming import NamesFile
from pipeline.published.auditing import _older_than_the_forms
from pipeline.published.judging import judge_post
from pipeline.published.kept import KeptPicture
from pipeline.published.pictures import kept_posts
from pipeline.published.post import Attachment, AttachmentKind, Post, PostKind
from pipeline.reporting.published.tables import write_takedown
from pipeline.reporting.published.words import of_pictures, reasons
from pipeline.vision.observation import Box, SeenText
from tests.pipeline.seen import SHA256, face, seen
from tests.published.test_kept import kept
from tests.test_standing import TODAY, TWO, UNKNOWN, line, publishing

NAMELESS = replace(UNKNOWN, faces=(*UNKNOWN.faces, FaceFact(4, 100.0)))


def named(name: str, facts: PhotoFacts) -> KeptPicture:
    return KeptPicture(replace(facts, name=name), "a" * 64)


def test_a_reason_says_which_pictures_and_faces_it_is_about():
    post = kept(named("klas/1.jpg", NAMELESS), named("klas/2.jpg", TWO), named("klas/3.jpg", UNKNOWN))
    found = judge_post(post, publishing(line()))
    (said,) = (one for one in of_pictures(found) if one.where)
    assert [(name, finding.faces) for name, finding in said.where] == [("1.jpg", (3, 4)), ("3.jpg", (3,))]
    assert any(str(reason).startswith("1.jpg (3, 4), 3.jpg (3): ") for reason in reasons(found, {}))
    alone = judge_post(kept(named("klas/1.jpg", UNKNOWN)), publishing(line()))
    assert not any("1.jpg" in str(reason) for reason in reasons(alone, {})), "nobody can mean another picture"


def test_a_reason_about_all_pictures_names_none_of_them_and_equal_names_keep_their_folders():
    nobody = PhotoFacts("a.jpg")
    post = replace(kept(named("a/1.jpg", nobody), named("b/1.jpg", nobody)), platform="instagram")
    found = judge_post(post, publishing(platform="instagram"))
    assert [one.where for one in of_pictures(found)] == [()]
    two = judge_post(kept(named("a/1.jpg", UNKNOWN), named("b/1.jpg", TWO)), publishing(line()))
    assert [name for one in of_pictures(two) for name, _ in one.where] == ["a/1.jpg"]


def test_what_is_missing_is_told_once():
    missing = say("weg.jpg is not in the export.")
    post = replace(
        kept(named("weg.jpg", PhotoFacts("weg.jpg", problem=missing)), named("1.jpg", TWO)), questions=(missing,)
    )
    found = judge_post(post, publishing(line()))
    assert of_pictures(found) == () and reasons(found, {}) == (missing,)


@pytest.mark.parametrize(
    ("lines", "persons"),
    [
        ([line(withdrawn_on=date(2026, 11, 3))], "p1"),
        ([line(Answer.NO)], "p1"),
        ([line(valid_until=date(2026, 11, 1))], "p1"),
        ([line()], None),
    ],
)
def test_the_persons_of_a_row_are_those_for_whom_there_is_something_to_do(
    lines: list, persons: str | None, tmp_path: Path
):
    class Run:
        with_duties = tuple(f for f in [judge_post(kept(KeptPicture(TWO)), publishing(*lines))] if f.duties)

    write_takedown(Run, tmp_path / "takedown.csv", translator("en"))  # type: ignore[arg-type]
    with (tmp_path / "takedown.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row["persons"] for row in csv.DictReader(file, delimiter=";")]
    assert rows == ([persons] if persons else [])


def test_each_of_two_equal_files_is_judged_by_its_own_name():
    register = publishing(line()).register
    register = replace(register, people={**register.people, "p3": Person("p3", Role.PUPIL, "Noor", "van der", "Proef")})
    publication = Publication("facebook", TODAY, publishing().protocol, register, TODAY)
    text = SeenText(1, Box(10, 10, 50, 20), "Sportdag", 0.9)
    photo = judged(publication, "a/IMG_1.jpg", replace(seen(face(1, 100)), texts=(text,)), (), names=NamesFile())
    names = ("a/IMG_1.jpg", "a/Noor van der Proef.jpg")
    attached = tuple(Attachment(name, AttachmentKind.PHOTO, name) for name in names)
    post = Post("facebook", PostKind.POST, datetime(2026, 10, 14, tzinfo=UTC), attachments=attached)
    for looked in (photo, held(publication, "a/IMG_1.jpg", SHA256, say("It cannot be opened."))):
        (kept_post,) = kept_posts([post], dict.fromkeys(names, looked), "basis")
        found = judge_post(kept_post, replace(publishing(line()), register=register))
        called = [
            [text.text for text in picture.facts.texts if text.where is TextPlace.FILE_NAME]
            for picture in kept_post.pictures
        ]
        assert called == [["IMG_1"], ["Noor van der Proef"]]
        blocked = [any(f.person_id == "p3" for f in p.now.reasons) for p in found.judged.pictures]
        assert blocked == [False, True]
    (kept_post,) = kept_posts([post], dict.fromkeys(names, photo), "basis")
    assert all(TextFact(1, TextPlace.VISIBLE, "Sportdag") in p.facts.texts for p in kept_post.pictures)


def test_posts_from_before_the_oldest_form_are_counted_in_a_note():
    register = publishing(line(given_on=date(2026, 10, 14))).register
    posts = [
        replace(kept(KeptPicture(TWO)), posted_at=datetime(2026, month, day, 12, tzinfo=UTC))
        for month, day in ((8, 1), (8, 31), (9, 1), (10, 1))
    ]
    (note,) = _older_than_the_forms([*posts, replace(kept(), posted_at=posts[0].posted_at)], register)
    assert dict(note.values) == {"count": 2, "day": "2026-09-01"}, "that of p2 is of 1 September; a text asks no form"
    assert not [*_older_than_the_forms(posts[2:], register)]
    assert not [*_older_than_the_forms(posts, replace(register, records=()))]
    assert not [*_older_than_the_forms([replace(posts[0], posted_at=None)], register)]
