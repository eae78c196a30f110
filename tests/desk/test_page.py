"""The page by itself: its words are all from the catalogue, and a thousand photos do not slow it down."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline.desk import widget
from pipeline.desk.texts import texts
from pipeline.language import translator

SCRIPT = widget.script()
STYLE = (Path(widget.__file__).parent / "page" / "desk.css").read_text("utf-8")
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

STUB = """
window.asked = [];
const picture = Uint8Array.from(atob(PICTURE), (letter) => letter.charCodeAt(0));
const listeners = [];
const tell = (message, buffers) => listeners.forEach((listen) => listen(message, buffers || []));
window.model = {
  on: (_, listen) => listeners.push(listen),
  send: (message) => {
    window.asked.push(message);
    const answers = {
      hello: () => tell({ tell: "hello", texts: TEXTS, language: "nl", school: "De Test", today: "2026-11-22",
        signers: [], platforms: [{ id: "facebook", name: "Facebook", in_use: true, signers: [] }] }),
      open: () => window.made("first", message.place),
      film: () => tell({ ...message, tell: "film", there: window.there, end: message.offset > 0, kind: "image/gif" },
        [message.offset ? picture.slice(100) : picture.slice(0, 100)]),
      thumbs: () => message.places.forEach((place) => tell({ tell: "thumb", place, there: true }, [picture])),
    };
    answers[message.do]?.();
  },
};
window.there = true;
window.made = (sha256, place = 0) => tell({ tell: "photo", photo: { place, name: "feest.gif", sha256: "old",
  verdict: "hold", word: "?", sign: "?", reasons: [], things: [], ways: [], report: "", may_harm: false, film: true,
  made: { sha256, what: "Afgedekt", state: "Nieuwe film", verdict: "hold", sign: "?", word: "?", reasons: [],
    waits: true, by: [], note: "WebM" } } });
window.faces = (...names) => tell({ tell: "photo", photo: { place: 0, name: "klas.jpg", verdict: "hold", word: "?",
  sign: "?", reasons: [], ways: [], report: "", may_harm: false, film: false, made: null,
  things: names.map((who, index) => ({ what: "face", number: index + 1, label: String(index + 1), outcome: "hold",
    box: [0, 0, 0.1, 0.1], open: !who, who, by_hand: Boolean(who), why: [], note: "", proposal: "",
    proposed: "" })) } });
window.person = (id) => tell({ tell: "people", ticket: window.asked.at(-1).ticket,
  people: [{ id, name: id, group: "3" }] });
window.sure = () => tell({ ...window.asked.at(-1), tell: "sure", text: "Iemand gaf al aan wie dit is." });
window.newPicture = (sha256) => tell({ tell: "new_picture", place: 0, sha256, there: true }, [picture]);
window.part = (key, part) => tell({ tell: "part", key, part });
window.fill = (count) => {
  tell({ tell: "begin", total: count, message: "", in_message: [] });
  tell({ tell: "cards", cards: Array.from({ length: count }, (_, place) => ({ place, name: `IMG_${place}.jpg`, open: 1,
    verdict: "hold", word: "voorleggen", sign: "?", reasons: ["<b>Niemand</b> heeft gezegd wie dit is."] })) });
};
window.more = (count) => {
  for (let place = 1; place < count; place += 1) {
    tell({ tell: "cards", cards: [{ place, name: `IMG_${place}.jpg`, open: 0, verdict: "publish", word: "plaatsen",
      sign: "✓", reasons: [] }] });
  }
};
"""


def jpeg() -> str:
    out = BytesIO()
    Image.new("RGB", (40, 30), "orange").save(out, "JPEG")
    return base64.b64encode(out.getvalue()).decode()


def test_every_word_of_the_page_is_in_the_catalogue_and_none_is_idle():
    asked = set(re.findall(r"\b(?:t|words)\.(\w+)\b", SCRIPT))
    assert asked == set(texts(translator("en")))


def flat(words: dict) -> dict[str, str]:
    """With what stands within an entry (the words of a film, the forms for one and for many) beside the others."""
    within = {
        f"{name} {inner}": text
        for name, part in words.items()
        if isinstance(part, dict)
        for inner, text in part.items()
    }
    return {**{name: text for name, text in words.items() if isinstance(text, str)}, **within}


def test_dutch_and_english_differ_and_have_the_same_gaps():
    english, dutch = (flat(texts(translator(language))) for language in ("en", "nl"))
    gaps = re.compile(r"\{(\w+)\}")
    for name, text in english.items():
        assert set(gaps.findall(text)) == set(gaps.findall(dutch[name])), name
    assert sum(english[name] == dutch[name] for name in english) <= 2


@pytest.mark.parametrize(
    "word", ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "fetch(", "http"]
)
def test_the_page_never_makes_html_and_asks_nobody(word: str):
    assert word not in SCRIPT
    assert word not in STYLE


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, tmp_path: Path) -> Any:
    """The page with a stub in place of Python."""
    page_file = tmp_path / "page.html"
    script = SCRIPT.replace("export default", "window.desk =")
    words = json.dumps(texts(translator("nl")))
    page_file.write_text(
        f"<!doctype html><meta charset=utf-8><style>body{{margin:0}}{STYLE}</style>"
        f"<div id=root></div><script>const TEXTS = {words}, PICTURE = '{jpeg()}'; {{{{{STUB}}}}}</script>"
        f"<script>{script}</script>"
        "<script>window.desk.render({ model: window.model, el: document.getElementById('root') })</script>",
        "utf-8",
    )
    page = chromium.new_page(viewport={"width": 1280, "height": 860})
    page.goto(page_file.as_uri())
    return page


in_a_browser = pytest.mark.skipif(not BROWSER, reason="no Chromium here: install it, or name it in CHROMIUM")


@pytest.mark.slow
@in_a_browser
def test_a_thousand_photos_are_scrolled_with_only_those_in_view_drawn_and_asked_for(page: Any):
    page.evaluate("window.fill(1000)")
    page.wait_for_selector(".card img")
    in_view = page.locator(".card").count()
    assert 10 <= in_view <= 60
    assert page.locator(".desk b").count() == 0
    page.evaluate("document.querySelector('.scroller').scrollTop = 1e9")
    page.wait_for_selector("[data-place='999'] img")
    assert page.locator(".card").count() <= 60
    asked = page.evaluate("window.asked.filter(m => m.do === 'thumbs').flatMap(m => m.places)")
    assert len(asked) == len(set(asked)) <= 120, "no picture twice, and none that was only scrolled past"
    page.locator("[data-place='999']").focus()
    page.keyboard.press("Home")
    page.wait_for_selector("[data-place='0']:focus")
    page.keyboard.press("End")
    page.wait_for_selector("[data-place='999']:focus")


@pytest.mark.slow
@in_a_browser
def test_a_card_that_stands_is_not_touched_while_others_come_in(page: Any):
    """Else a press of the mouse that falls between two cards goes nowhere, and the focus is lost."""
    page.evaluate("window.fill(1)")
    page.wait_for_selector("[data-place='0']:focus")
    page.evaluate("window.first = document.querySelector('.card')")
    page.evaluate("window.more(5)")
    page.wait_for_selector("[data-place='4'] img")
    assert page.evaluate("window.first === document.activeElement && window.first.isConnected")


@pytest.mark.slow
@in_a_browser
def test_a_film_is_played_from_parts_and_escape_leads_back_to_its_pictures(page: Any):
    page.evaluate("window.fill(1)")
    for key, part in (("a", 0.2), ("b", 0.425), ("a", 0.3), ("c", 1)):
        page.evaluate(f"window.part('{key}', {part})")
    assert "van de film: 42 %" in page.inner_text(".tools")
    page.wait_for_selector("[data-place='0']:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector(".frame")
    page.keyboard.press("m")
    page.wait_for_function("document.querySelector('.player img')?.naturalWidth === 40")
    assert page.evaluate("window.asked.filter(m => m.do === 'film').map(m => m.offset)") == [0, 100]
    page.keyboard.press("Escape")
    page.wait_for_selector(".player", state="detached")
    page.evaluate("window.there = false")
    page.keyboard.press("m")
    page.wait_for_function("document.querySelector('.player').textContent.includes('niet worden afgespeeld')")
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    page.wait_for_selector(".judge .note")
    assert page.inner_text(".judge").startswith("WebM"), "told where the new film is confirmed"


@pytest.mark.slow
@in_a_browser
def test_a_new_film_that_is_made_anew_while_it_is_looked_at_is_neither_played_nor_shown_on(page: Any):
    """Else somebody would confirm a film that nobody has watched."""
    page.evaluate("window.fill(1)")
    page.wait_for_selector("[data-place='0']:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector(".frame")
    page.keyboard.press("v")
    page.evaluate("window.newPicture('first')")
    page.wait_for_selector(".new .picture > img")
    page.click(".new .film")
    page.wait_for_function("document.querySelector('.new .player img')?.naturalWidth === 40")
    page.evaluate("window.made('first')")
    assert page.locator(".new .player img").count() == 1, "the same film is played on"
    page.evaluate("window.made('second')")
    assert page.locator(".new img").count() == 0 and page.locator(".player").count() == 0
    assert page.evaluate("window.asked.at(-1).do") == "new_picture"
    page.evaluate("window.newPicture('first')")
    assert page.locator(".new img").count() == 0, "that one came late"
    page.evaluate("window.newPicture('second')")
    page.wait_for_selector(".new .picture > img")
    page.click(".new .film")
    page.wait_for_selector(".new .player img")
    asked = page.evaluate("window.asked.filter(m => m.do === 'film').map(m => [m.sha256, m.offset])")
    assert asked == [["first", 0], ["first", 100], ["second", 0], ["second", 100]]


@pytest.mark.slow
@in_a_browser
def test_a_face_that_a_person_named_gets_no_second_name_unseen(page: Any):
    """The cursor stays on it: whoever takes it for the next face would give a child the yes of another."""

    def name(person: str) -> dict[str, Any]:
        page.keyboard.press("w")
        page.keyboard.type("x")
        page.evaluate(f"window.person('{person}')")
        page.keyboard.press("Enter")
        return page.evaluate("window.asked.at(-1)")

    page.evaluate("window.fill(1)")
    page.wait_for_selector("[data-place='0']:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector(".frame")
    page.evaluate("window.faces('', '')")
    asked = name("Mees")
    assert (asked["do"], asked["number"], asked["sure"]) == ("decide", 1, False)
    page.evaluate("window.faces('Mees', '')")
    assert page.inner_text(".live") == "klas.jpg: ?. Gezicht 1 is nu: Mees"
    for key in ("Enter", "Escape"):  # who does not read it has said nothing
        name("Noor")
        page.evaluate("window.sure()")
        page.wait_for_selector("#desk-not-sure:focus")
        page.keyboard.press(key)
        page.wait_for_selector(".sure", state="detached")
        assert page.locator(".things").count() == 1, "the photo stays open"
    assert not any(asked.get("sure") for asked in page.evaluate("window.asked"))
    name("Noor")
    page.evaluate("window.faces('Mees', '')")  # what was kept of the name before may come meanwhile
    page.evaluate("window.sure()")
    page.wait_for_selector("#desk-not-sure:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    asked = page.evaluate("window.asked.at(-1)")
    assert (asked["number"], asked["who"], asked["sure"]) == (1, "Noor", True)
    page.evaluate("window.faces('Noor', '')")
    assert page.inner_text(".live") == "klas.jpg: ?. Gezicht 1 was: Mees, en is nu: Noor"
    page.evaluate("window.faces('', '')")
    assert page.inner_text(".live") == "klas.jpg: ?. Gezicht 1 was: Noor, en heeft geen naam meer"
