"""The desk with a thousand photos, in a real browser on the real server: what a person there waits for.

The photos are those of the demo, each with a few other pixels and other bytes, and remembered as their originals were
seen: what is measured is the desk, not the models. Needs Chromium, as the tests of the desk do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from PIL import Image

from benchmarks.results import Row
from consent.register import Answer, ConsentRecord, Medium
from pipeline.basis import basis_of
from pipeline.demo import DAY, KEY, PHOTOS, PLATFORM, REFERENCES, build_demo
from pipeline.jobs import audit_candidates, enrol_gallery
from pipeline.judged import Publication
from pipeline.keys import VARIABLE
from pipeline.models.store import default_store
from pipeline.photos import file_digest
from pipeline.store import Store
from pipeline.workspace import Workspace

MANY = 1_000
VIEW: Any = {"width": 1280, "height": 860}
WAIT = 600_000
"""Milliseconds after which the measurement is given up."""

COMMAND = Path(sys.executable).with_name("photo-consent")

WATCH = """
    window.alive = 0; window.most = 0; window.pressed = 0;
    const make = URL.createObjectURL, end = URL.revokeObjectURL;
    URL.createObjectURL = (blob) => {
        if (blob.type === "image/jpeg") window.most = Math.max(window.most, ++window.alive);
        return make.call(URL, blob);
    };
    URL.revokeObjectURL = (address) => { window.alive -= 1; end.call(URL, address); };
    document.addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
"""
"""Counts the pictures that the page holds, and remembers when a key went down."""

SCROLLED = """async () => {
    const scroller = document.querySelector(".scroller"), view = scroller.getBoundingClientRect();
    const inView = () => [...document.querySelectorAll(".card")].filter((card) => {
        const box = card.getBoundingClientRect();
        return box.bottom > view.top && box.top < view.bottom;
    });
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const start = performance.now();
    scroller.scrollTop += scroller.clientHeight;
    await frame(); await frame();
    const cards = performance.now() - start;
    const there = inView().length, drawn = document.querySelectorAll(".card").length;
    while (inView().some((card) => !card.querySelector(".thumb img"))) await frame();
    const end = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1;
    return { cards, there, drawn, pictures: performance.now() - start, end };
}"""
"""One view further: after how long its cards are there, and its pictures."""

SAID = """(text) => new Promise((done) => {
    const live = document.querySelector(".desk .live");
    const look = () => live.textContent.includes(text) ? done(performance.now() - window.pressed)
        : requestAnimationFrame(look);
    look();
})"""
"""Milliseconds from the last key until the page says this."""


ANEW = """async (before) => {
    const start = performance.now();
    const same = () => document.querySelector(".filters").textContent === before;
    while (same()) await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - start;
}"""
"""Milliseconds until the page counts other verdicts: it looks every five seconds."""


def desk_rows(count: int = MANY, folder: Path | None = None) -> list[Row]:
    """What was measured, as rows; workspace and photos are made in `folder`, or used where they are there."""
    with tempfile.TemporaryDirectory() as made:
        at = folder or Path(made)
        if not (at / "photos").is_dir():
            make(at, count)
        with _served(at / "workspace") as (page, process):
            return [*_measured(page, process, at, count), *_reopened(page, at)]


def make(at: Path, count: int) -> None:
    """The demo's workspace, and changed copies of its photos that the workspace remembers as their originals."""
    workspace = build_demo(at / "workspace")
    enrol_gallery(workspace.folder, REFERENCES, DAY, lambda done, total: None)
    audit_candidates(workspace.folder, PHOTOS, DAY, lambda done, total: None, platform=PLATFORM)
    remember(workspace, at / "photos", count)


def remember(workspace: Workspace, photos: Path, count: int) -> None:
    """Write that many changed copies of the demo's photos, and remember of each what was seen on its original."""
    photos.mkdir()
    originals = sorted(path for path in PHOTOS.iterdir() if path.suffix == ".jpg")
    with workspace.open_store() as store:
        protocol = workspace.school.load_protocol()
        register = store.register(protocol.parameters.validity)
        publication = Publication(PLATFORM, DAY, protocol, register, date.today())
        basis = basis_of(store, publication, workspace.school.matching, default_store())
        with store.transaction():  # one by one they would be written to the disk 2,000 times
            for number in range(count):
                original, turn = originals[number % len(originals)], number // len(originals)
                seen = store.seen_before(file_digest(original), basis.observations, basis.identifications)
                assert seen.observation is not None and seen.found is not None
                to = photos / f"{number:04d}.jpg"
                with Image.open(original) as image:
                    exif = image.getexif()
                    image.paste((turn * 5 % 256, turn * 11 % 256, 90), (0, 0, 6 + turn, 6))
                    image.save(to, quality=92, exif=exif)
                copy = replace(seen.observation, sha256=file_digest(to))
                store.add_observation(copy, basis.observations)
                store.add_identifications(copy, basis.identifications, seen.found, ())


@contextmanager
def _served(workspace: Path) -> Iterator[tuple[Any, psutil.Process]]:
    """The desk's page in a browser of its own, and the process that serves it."""
    from playwright.sync_api import sync_playwright

    process = subprocess.Popen(
        [str(COMMAND), "desk", "--language", "en", "--workspace", str(workspace)],
        env={**os.environ, VARIABLE: KEY, "COLUMNS": "400", "BROWSER": "true %s"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = next(found[0] for line in process.stdout if (found := re.search(r"file://[^'\s]+", line)))
        with sync_playwright() as playwright:
            found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            page = browser.new_page(viewport=VIEW)
            page.set_default_timeout(WAIT)
            page.add_init_script(WATCH)
            page.goto(address)
            page.wait_for_selector(".desk .start")
            yield page, psutil.Process(process.pid)
            browser.close()
    finally:
        process.terminate()
        process.wait()


def _measured(page: Any, process: psutil.Process, at: Path, count: int) -> Iterator[Row]:
    page.select_option("#desk-who", "-")
    page.fill("#desk-folder", str(at / "photos"))
    page.fill("#desk-on", DAY.isoformat())
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    yield Row("first card", _seconds(page.evaluate("performance.now() - window.pressed")))
    page.wait_for_selector(".card .thumb img")
    yield Row("first picture", _seconds(page.evaluate("performance.now() - window.pressed")))
    yield Row("all cards, and the report", _seconds(page.evaluate(SAID, "reports/")))

    views: list[Any] = []
    while not views or not views[-1]["end"]:
        views.append(page.evaluate(SCROLLED))
    cards, pictures = (sorted(view[what] for view in views) for what in ("cards", "pictures"))
    yield Row(f"{len(views)} views to the end: the cards of each", _spread(cards))
    yield Row("and the pictures of each", _spread(pictures))
    yield Row("cards in the page at once, at most", str(max(view["drawn"] for view in views)))
    yield Row("pictures in the page's memory, at most", str(page.evaluate("window.most")))

    page.locator('.filter[data-name="hold"]').click()
    page.locator(".card").first.focus()
    opened, decided = [], []
    for _ in range(10):
        page.keyboard.press("Enter")
        page.wait_for_selector(".frame img")
        opened.append(page.evaluate("performance.now() - window.pressed"))
        page.keyboard.press("h")
        decided.append(page.evaluate(SAID, "hold"))
        page.keyboard.press("h")
        page.keyboard.press("Escape")
        page.wait_for_selector(".card:focus")
        page.keyboard.press("ArrowRight")
    yield Row("from the key until a photo is open", _spread(sorted(opened)))
    yield Row("from the key until its verdict is told", _spread(sorted(decided)))
    kernels = process.children(recursive=True)
    yield Row("memory of the kernel", f"{max(kernel.memory_info().rss for kernel in kernels) / 1e6:.0f} MB")


def _reopened(page: Any, at: Path) -> Iterator[Row]:
    """What is waited for where the check that was just made is gone on with, and where the register is changed then."""
    page.get_by_text("Other photos").click()
    page.evaluate("document.addEventListener('click', () => { window.pressed = performance.now(); }, true)")
    page.locator(".earlier summary").click()
    page.wait_for_selector(".earlier [data-run]")
    yield Row("which checks there are", _seconds(page.evaluate("performance.now() - window.pressed")))
    page.locator(".earlier [data-run]").first.click()
    page.wait_for_selector(".card")
    yield Row("an earlier check opened: its first card", _seconds(page.evaluate("performance.now() - window.pressed")))
    yield Row("all its cards", _seconds(page.evaluate(SAID, "register of today")))
    opened = []
    for _ in range(10):  # while pictures from behind are looked for
        page.keyboard.press("Enter")
        page.wait_for_selector(".frame img")
        opened.append(page.evaluate("performance.now() - window.pressed"))
        page.keyboard.press("Escape")
        page.wait_for_selector(".card:focus")
        page.keyboard.press("ArrowRight")
    yield Row("from the key until a photo is open, meanwhile", _spread(sorted(opened)))
    before = page.locator(".filters").text_content()
    with Workspace.open(at / "workspace").open_store() as store:
        store.add([], withdrawals(store), datetime.now().astimezone())
    yield Row("the register changed: all cards anew", _seconds(page.evaluate(ANEW, before)))


def withdrawals(store: Store) -> list[ConsentRecord]:
    """Everybody of the register says no from yesterday on."""
    day = date.today() - timedelta(days=1)
    return [
        ConsentRecord(who, PLATFORM, Medium.BOTH, Answer.WITHDRAWN, "both parents", day, None, day, "1", "letter")
        for who in store.people()
    ]


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.1f} s"


def _spread(milliseconds: list[float]) -> str:
    return f"{median(milliseconds):.0f} ms, at most {milliseconds[-1]:.0f} ms"
