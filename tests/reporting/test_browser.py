"""The report in a real browser: on a desk, on a phone, on paper and for a screen reader."""

from __future__ import annotations

import os
import shutil

import pytest
from made_up_run import made_up_run

from pipeline.language import translator
from pipeline.reporting.html import write_html

sync_api = pytest.importorskip("playwright.sync_api")
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="no Chromium here: install it, or name it in CHROMIUM"),
]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    write_html(made_up_run(folder, names=True), folder / "report.html", translator("nl"))
    return folder / "report.html"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, report):
    """The opened report; nothing may be fetched besides the file, and the console stays silent."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url[:80]))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(report.as_uri())
    yield page
    page.close()
    assert [url for url in asked if not url.startswith("data:image/jpeg")] == [report.as_uri()[:80]]
    assert said == []


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
def test_nothing_has_to_be_scrolled_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    inner, outer = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert inner <= outer == width


def test_pictures_are_shown(page):
    widths = page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert widths and all(widths)


def test_a_screen_reader_finds_landmarks_headings_pictures_and_links(page):
    outline = page.locator("body").aria_snapshot()
    for part in ("- main", '- heading "Nu te doen" [level=2]', '- img "Foto IMG_01.jpg', "- article"):
        assert part in outline, part
    assert "- img\n" not in outline, "a picture without words"


def test_the_keyboard_reaches_the_way_past_the_heading_first(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#todo"
    box = page.locator(".skip").bounding_box()
    assert box["x"] >= 0


def test_words_stand_out_from_their_ground(page):
    """WCAG 2.2 AA asks for a contrast of 4.5 to 1 for text of this size."""
    faults = page.evaluate(
        """() => {
          const channels = colour => colour.match(/[\\d.]+/g).map(Number);
          const light = c => { const [r, g, b] = c.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ground = e => { for (; e; e = e.parentElement) {
            const c = channels(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
            return [255, 255, 255]; };
          return [...document.querySelectorAll('body *')].filter(e => e.childNodes.length &&
            [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
            const a = light(channels(getComputedStyle(e).color)), b = light(ground(e));
            return [e.className || e.tagName, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
          }).filter(([, ratio]) => ratio < 4.5);
        }"""
    )
    assert faults == []


def test_paper_shows_every_reason_and_leaves_out_what_is_folded_on_the_cards(page):
    page.emulate_media(media="print")

    def heights(selector):
        return page.evaluate(
            "selector => [...document.querySelectorAll(selector)].map(e => e.getBoundingClientRect().height)", selector
        )

    for shown in (".card .reasons li", ".card .badge", ".points > li", ".signed tr", ".card img", ".by-hand"):
        assert heights(shown) and min(heights(shown)) > 0, shown
    assert heights(".card details") and max(heights(".card details")) == 0
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF") and len(pdf) > 100_000
