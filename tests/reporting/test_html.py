from __future__ import annotations

import base64
import os
import re
import tracemalloc
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from made_up_run import HOSTILE, PROTOCOL, audited, made_up_run

from consent.judging import Decision
from pipeline.language import translator
from pipeline.naming import HandNames
from pipeline.reporting.html import write_html
from pipeline.reporting.words import owner_words, visible

VOID = {"meta", "img", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """What a browser would see: tags with their attributes, text by tag, and whether tags are closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: dict[str, list[str]] = {}
        self.feed(html)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        for tag in set(self.open):
            self.text.setdefault(tag, []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def words(self, tag: str) -> str:
        return " ".join(" ".join(self.text.get(tag, [])).split())


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    return made_up_run(tmp_path_factory.mktemp("pictures"))


@pytest.fixture(scope="module", params=["nl", "en"])
def report(request, batch, tmp_path_factory):
    path = tmp_path_factory.mktemp("html") / "report.html"
    write_html(batch, path, translator(request.param))
    return request.param, path.read_text("utf-8")


@pytest.mark.skipif(os.name == "nt", reason="paths as POSIX writes them")
def test_the_command_to_sign_names_the_workspace_so_that_it_works_as_it_stands(batch, tmp_path):
    folder = tmp_path / "school" / "reports" / ".unfinished"
    folder.mkdir(parents=True)
    write_html(batch, folder / "report.html", translator("nl"))
    command = f"photo-consent approve {batch.run_id} --as ID --workspace {tmp_path / 'school'}</code>"
    assert command in (folder / "report.html").read_text("utf-8")


def test_every_photo_has_one_card_and_every_link_leads_to_one(batch, report):
    _language, html = report
    page = Page(html)
    cards = [card["id"] for card in page.all("article")]
    assert len(cards) == len(set(cards)) == len(batch.photos)
    links = [a["href"].removeprefix("#") for a in page.all("a")]
    ids = Counter(attributes["id"] for _tag, attributes in page.tags if "id" in attributes)
    assert set(cards) <= set(links) <= set(ids) and max(ids.values()) == 1
    text = page.words("article")
    assert not [p.name for p in batch.photos if " ".join(visible(p.name).split()) not in text]


def test_the_page_opens_with_what_to_do_and_has_an_outline(report):
    language, html = report
    page = Page(html)
    assert page.all("html")[0]["lang"] == language
    headings = [tag for tag, _attributes in page.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[:2] == ["h1", "h2"] and headings.count("h1") == 1
    assert all(int(b[1]) <= int(a[1]) + 1 for a, b in pairwise(headings))
    assert page.words("h2").startswith("Nu te doen" if language == "nl" else "To do now")
    labels = {section["aria-labelledby"] for section in page.all("section")}
    assert labels <= {attributes.get("id") for _tag, attributes in page.tags}
    assert len(page.all("main")) == 1 and page.all("a")[0]["href"] == "#todo"


def test_pictures_are_inside_have_words_and_are_the_drawn_ones(batch, report):
    _language, html = report
    images = Page(html).all("img")
    drawn = {p.picture.read_bytes() for p in batch.photos if p.picture}
    found = [base64.b64decode(image["src"].removeprefix("data:image/jpeg;base64,")) for image in images]
    assert set(found) == drawn and len(found) == sum(p.picture is not None for p in batch.photos)
    assert all(image["alt"] for image in images)


def test_nothing_is_fetched_or_run(report):
    _language, html = report
    page = Page(html)
    (policy,) = [m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    assert not {"script", "link", "iframe", "object", "form", "b", "i"} & {tag for tag, _attributes in page.tags}
    assert not [name for _tag, attributes in page.tags for name in attributes if name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", html)


def test_hostile_names_and_texts_are_shown_and_do_nothing(batch, report):
    _language, html = report
    assert "alert(1)" in html and "alert(3)" in html and "{{ 7 * 7 }}" in html
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", html)
    shown = " ".join(Page(html).text["bdi"])
    assert all(visible(name) in shown for name in HOSTILE)


def test_open_points_stand_there_with_question_sentence_and_owner(batch, report):
    language, html = report
    text = Page(html).words("section")
    for rule in PROTOCOL.open_points("facebook").values():
        assert rule.question[language] in text and rule.sentence in text
    assert "Wat een mooie sportdag!" in Page(html).words("blockquote")


def test_every_hold_names_who_decides(batch, report):
    language, html = report
    tr = translator(language)
    holds = [f for p in batch.photos for f in p.verdict.reasons if f.owner]
    assert holds
    expected = Counter(owner_words(f.owner, tr) for f in holds)
    cards = Page(html).words("article")
    for owner, times in expected.items():
        assert cards.count(("Beslist: " if language == "nl" else "Decides: ") + owner) == times


def test_anonymous_photos_are_named_only_where_the_platform_prefers_them(tmp_path):
    for platform, prefers in (("facebook", True), ("twitter", False)):
        run = made_up_run(tmp_path, platform=platform)
        path = tmp_path / f"{platform}.html"
        write_html(run, path, translator("nl"))
        assert ("Liefst anoniem" in Page(path.read_text("utf-8")).words("h2")) == prefers
    assert [p.name for p in made_up_run(tmp_path).anonymous_choices] == ["IMG_11.jpg"]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_empty_batch_and_a_batch_without_a_photo_to_publish_are_said(tmp_path, batch, language):
    path = tmp_path / "report.html"
    write_html(replace(batch, photos=()), path, translator(language))
    assert translator(language).text("There was no photo to judge.") in path.read_text("utf-8")
    held = tuple(p for p in batch.photos if p.verdict.decision is not Decision.PUBLISH)
    write_html(replace(batch, photos=held), path, translator(language))
    assert translator(language).text("None of them may be published as it is.") in path.read_text("utf-8")


def written(run, path, language="en"):
    write_html(run, path, translator(language))
    return Page(path.read_text("utf-8"))


def test_what_a_person_said_stands_on_the_card_beside_what_the_program_found(tmp_path, batch):
    run = replace(batch, photos=batch.photos[:1])
    (photo,) = run.photos
    said = [finding for finding in photo.verdict.findings if finding.rule == "hand"]
    assert len(said) == 2
    card = written(run, tmp_path / "r.html").words("article")
    assert all(str(finding.reason) in card for finding in said)
    assert "1: S01 (by hand)" in card and "2: S02" in card and "2: S02 (by hand)" not in card
    assert "hand :" not in card, "a person's word is not among the rules"
    plain = written(replace(batch, photos=batch.photos[1:2]), tmp_path / "plain.html").words("article")
    assert "by hand" not in plain and "Said" not in plain


NAMES_RIGHT = "Are the names right that the program gave?"
REALLY_NOBODY = "Is there really nobody on these photos?"


def test_the_report_asks_whether_the_names_are_right_that_the_program_gave(tmp_path, batch):
    by_program = audited("a.jpg", ("S01", "S02"))
    by_hand = replace(by_program, said=HandNames({1: "S01", 2: "S02"}))
    partly = replace(by_program, said=HandNames({1: "S01"}))
    nameless = audited("b.jpg", (None, None))
    for photos, asked in (
        ((by_program,), True),
        ((by_hand, partly), True),
        ((by_hand, nameless), False),
        ((nameless,), False),
    ):
        page = written(replace(batch, photos=photos), tmp_path / "r.html")
        assert (NAMES_RIGHT in page.words("section")) == asked


def test_the_report_lists_the_photos_to_publish_on_which_nobody_was_found(tmp_path, batch):
    page = written(batch, tmp_path / "r.html")
    assert [p.name for p in batch.nobody_found] == ["IMG_14.jpg"]
    points = page.words("ol")
    assert REALLY_NOBODY in points
    assert "IMG_14.jpg" in points.split(REALLY_NOBODY)[1].split("The program saw nobody there")[0]
    elsewhere = made_up_run(tmp_path, platform="instagram")
    assert not elsewhere.nobody_found, "it is not to be published there"
    rest = replace(batch, photos=tuple(p for p in batch.photos if p.name != "IMG_14.jpg"))
    assert REALLY_NOBODY not in written(rest, tmp_path / "r.html").words("section")


def test_notes_of_a_run_are_shown(tmp_path, batch):
    assert str(batch.notes[0]) in written(replace(batch, photos=()), tmp_path / "r.html").words("section")


def test_a_picture_that_is_gone_is_said(tmp_path, batch):
    photo = replace(audited("a.jpg", ("S01", "S02")), picture=tmp_path / "gone.jpg")
    write_html(replace(batch, photos=(photo,)), tmp_path / "r.html", translator("nl"))
    assert "Geen afbeelding" in (tmp_path / "r.html").read_text("utf-8")


def test_memory_does_not_grow_with_the_pictures(tmp_path, batch):
    """Forty pictures of half a megabyte: far more than may be in memory at once."""
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(bytes(500_000))
    photos = tuple(replace(audited(f"{i}.jpg", ("S01", "S02")), picture=picture) for i in range(40))
    run = replace(batch, photos=photos)
    write_html(replace(run, photos=photos[:1]), tmp_path / "warm.html", translator("nl"))
    tracemalloc.start()
    write_html(run, tmp_path / "r.html", translator("nl"))
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "r.html").stat().st_size > 40 * 600_000
    assert most < 12_000_000
