"""The desk in a real browser, on a real server: from hold to publish, by keyboard, two at once, and under attack."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import psutil
import pytest
from PIL import Image

from consent.people import Person, Role
from consent.protocol import load_protocol
from pipeline.demo import DAY, PHOTOS
from pipeline.desk import server as desk_server
from pipeline.desk.importing import IMPORTS
from pipeline.keys import VARIABLE
from pipeline.naming_words import Word
from pipeline.remedies.clean import leftovers
from pipeline.store import Store
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Box
from tests.desk.conftest import ON_THE_DESK
from tests.keys import KEY
from tests.signing.conftest import CODES, give_signers

sync_api = pytest.importorskip("playwright.sync_api")
BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not BROWSER, reason="no Chromium here: install it, or name it in CHROMIUM"),
]
COMMAND = Path(sys.executable).with_name("photo-consent")
ATTACK = '<img src=x onerror="alert(1)">'
ON = max(DAY, date.today()).isoformat()
"""The day of publishing: of one in the past the desk asks whether it is meant."""
MESSAGE = "Wat een <b>sportdag</b>!"
WAIT = 90_000
"""Milliseconds: a kernel starts, and models load, while other tests want the same two cores."""


@dataclass(frozen=True)
class Served:
    """A desk that is served: by which process, on which workspace and photos."""

    process: subprocess.Popen[str]
    workspace: Path
    photos: Path
    told: str
    """What the terminal showed, and what a browser was started with."""

    @property
    def page(self) -> str:
        return re.findall(r"file://[^'\s]+", self.told)[0]

    @property
    def file(self) -> Path:
        """The page that leads to the desk."""
        return Path(url2pathname(urlsplit(self.page).path))

    @property
    def port(self) -> int:
        """By the name of that page, which goes when the desk ends."""
        return int(re.fullmatch(r"desk-(\d+)", self.file.stem)[1])

    @property
    def code(self) -> str:
        return re.search(r"\?code=([\w-]+)", self.file.read_text("utf-8"))[1]

    def decisions(self) -> list[tuple[str, str, bool]]:
        """What is kept: of which photo, who, and whether it stands; read beside the running desk."""
        with Store(self.workspace / "workspace.db", KEY) as store:
            return [(d.photo, d.who, d.ended_at is None) for d in store.decisions.all()]

    def deciders(self, photo: str) -> set[str]:
        """Whose decisions about a photo stand."""
        with Store(self.workspace / "workspace.db", KEY) as store:
            return {d.by for d in store.decisions.standing() if d.photo == photo}

    def may_harm(self, photo: str) -> None:
        """Somebody at another desk says so of a photo."""
        content = (self.photos / photo).read_bytes()
        said = HandDecision(
            *(datetime.now().astimezone(), hashlib.sha256(content).hexdigest(), photo, "photo", 0, Box(0, 0, 9, 9)),
            who=Word.MAY_HARM,
        )
        with Store(self.workspace / "workspace.db", KEY) as store:
            store.decisions.make(said)


def start(workspace: Path, photos: Path) -> Served:
    browser = workspace.parent / "browser.py"  # it says what it was started with, and opens nothing
    browser.write_text("import sys\nprint('started with', sys.argv[1:], flush=True)\n", "utf-8")
    folders = workspace.parent / "xdg-open"  # so does this
    folders.write_text(f'#!/bin/sh\necho "$1" > "{workspace.parent}/asked"\nexit 3\n', "utf-8")
    folders.chmod(0o700)
    process = subprocess.Popen(
        [str(COMMAND), "desk", "--language", "en", "--workspace", str(workspace)],
        env={
            **os.environ,
            VARIABLE: KEY,
            "PHOTO_CONSENT_LANGUAGE": "en",
            "COLUMNS": "400",
            "PATH": os.pathsep.join((str(workspace.parent), os.environ["PATH"])),
            "BROWSER": f"'{Path(sys.executable).as_posix()}' '{browser.as_posix()}' %s",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        return opened_by(process, workspace, photos)
    except BaseException:
        process.kill()  # else it would go on after the tests
        raise


def opened_by(process: subprocess.Popen[str], workspace: Path, photos: Path) -> Served:
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if line.startswith("started with"):
            return Served(process, workspace, photos, told)
    pytest.fail(process.stderr.read() if process.stderr else "the desk did not open")


@pytest.fixture(scope="module")
def served(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests of this file: the demo's workspace with signers, and a person and photos that attack."""
    folder = tmp_path_factory.mktemp("desk")
    workspace = Path(shutil.copytree(demo_workspace, folder / "workspace"))
    photos = folder / "photos"
    photos.mkdir()
    for name in ON_THE_DESK:
        shutil.copy(PHOTOS / name, photos)
    shutil.copy(PHOTOS / "IMG_2002.jpg", photos / "=1+1 \u202egpj.exe.jpg")
    if sys.platform != "win32":
        shutil.copy(PHOTOS / "IMG_2013.jpg", photos / f"z {ATTACK.replace('/', '')}.jpg")
    with Store(workspace / "workspace.db", KEY) as store:
        evil = Person("S66", Role.PUPIL, ATTACK, "", '"><script>alert(2)</script>', "3")
        # The demo is of one school year, and a desk goes by the clock: every yes is said again today.
        said = store.register(load_protocol("ooh-2019").parameters.validity).records
        again = [replace(one, given_on=date.today(), valid_until=None) for one in said if one.answer.is_some_yes]
        store.add([evil], again, datetime.now())
        # And the portraits are never older than a year, or nobody would be compared any more from May 2028 on.
        with store.transaction():
            a_year_ago = (date.today() - timedelta(days=365)).isoformat()
            store._db.execute("UPDATE template SET taken_on = max(taken_on, ?)", (a_year_ago,))
    give_signers(workspace, datetime.now().astimezone())
    served = start(workspace, photos)
    yield served
    served.process.kill()
    served.process.wait(timeout=60)
    for stream in (served.process.stdout, served.process.stderr):
        if stream is not None:
            stream.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser that reaches this computer and nothing else."""
    with sync_api.sync_playwright() as playwright:
        rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", rules])
        yield browser
        browser.close()


Opened = Callable[..., Any]


@dataclass
class Pages:
    """Pages with the desk. Each has a kernel of its own, which takes longer to start than most of what is done with it:
    so one that a test has left is taken again, from where photos are chosen.
    """

    chromium: Any
    served: Served
    left: list[Any] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Where a script of anybody else ran, and what was fetched from elsewhere."""

    def take(self) -> Any:
        page = self.left.pop() if self.left else self._new()
        for _ in range(2):  # from a form to its photo, and from there to all of them
            page.keyboard.press("Escape")
        if page.get_by_text("Other photos").is_visible():
            page.get_by_text("Other photos").click()
        page.wait_for_selector(".desk .start")
        # What was said in a test before is not taken for an answer in this one.
        page.evaluate("document.querySelectorAll('.desk .live, .desk .alert').forEach((one) => one.textContent = '')")
        return page

    def _new(self) -> Any:
        page = self.chromium.new_page(viewport={"width": 1280, "height": 860})
        page.set_default_timeout(WAIT)
        page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: _is_the_desk(request.url, self.served) or self.wrong.append(request.url))
        page.goto(self.served.page)
        page.wait_for_selector(".desk .start")
        return page


@pytest.fixture(scope="module")
def pages(chromium: Any, served: Served) -> Pages:
    return Pages(chromium, served)


@pytest.fixture
def opened(pages: Pages, served: Served) -> Iterator[Opened]:
    """Opens the desk. Nothing is fetched from elsewhere, and no script of anybody else runs.

    What was decided in a test ends with it, also when it fails: the next one begins with the report.
    """
    taken = []

    def open_page(*, audited: bool = True, who: str = "-", message: str = "") -> Any:
        page = pages.take()
        taken.append(page)
        if who:
            page.select_option("#desk-who", who)
        if audited:
            page.fill("#desk-message", message)
            look(page, served)
        return page

    yield open_page
    pages.left += [page for page in taken if not page.is_closed()]
    with Store(served.workspace / "workspace.db", KEY) as store:
        store.decisions.end([d.id for d in store.decisions.standing()], datetime.now().astimezone())
    wrong, pages.wrong[:] = list(pages.wrong), []
    assert wrong == []


def _is_the_desk(url: str, served: Served) -> bool:
    here = f"127.0.0.1:{served.port}/"
    return url.startswith((f"http://{here}", f"ws://{here}", "blob:", "data:")) or url == served.page


def look(page: Any, served: Served) -> None:
    """Let the photos be looked at."""
    page.fill("#desk-folder", str(served.photos))
    page.fill("#desk-on", ON)
    page.keyboard.press("Enter")
    announced(page, "reports/")


def status_of(served: Served, path: str) -> int:
    """What somebody without a cookie gets."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status


def announced(page: Any, text: str) -> None:
    """Wait until the page says this to a screen reader; what went wrong instead is what the test fails with."""
    heard = """text => document.querySelector('.desk .live').textContent.includes(text)
        || document.querySelector('.desk .alert').textContent"""
    assert page.wait_for_function(heard, arg=text).json_value() is True


def press_until(page: Any, key: str, there: str) -> None:
    """Press a key until the focus is where it should go; never more often than there are things to go to."""
    seen = []
    for _ in range(30):
        if page.evaluate(there):
            return
        page.keyboard.press(key)
        seen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))
    pytest.fail("\n".join(seen))


def open_photo(page: Any, name: str) -> None:
    page.locator(".card", has_text=name).click()
    page.wait_for_selector(".frame img")


# Whoever has no token gets nothing.


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/?token=guess"),
        ("GET", "/?code="),
        ("GET", "/?code=guess"),
        ("POST", "/?code=guess"),
        ("GET", "/desk.ipynb"),
        ("GET", "/voila/static/voila.js"),
        ("GET", "/voila/files/desk.ipynb"),
        ("GET", "/voila/templates/lab/static/voila.js"),
        ("GET", "/voila/labextensions/anywidget/package.json"),
        ("GET", "/api/kernels/8d6b4a4e-0000-4000-8000-000000000000"),
        ("GET", "/api/kernels/8d6b4a4e-0000-4000-8000-000000000000/channels"),
        ("POST", "/voila/api/shutdown/8d6b4a4e-0000-4000-8000-000000000000"),
        ("DELETE", "/api/kernels/8d6b4a4e-0000-4000-8000-000000000000"),
        ("GET", "/login"),
        ("OPTIONS", "/"),
    ],
)
def test_another_user_without_the_token_is_refused(served: Served, method: str, path: str):
    for cookie in ({}, {"Cookie": "desk=guess"}):
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        connection.request(method, path, headers=cookie)
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (403, b"403")
        assert answer.getheader("Set-Cookie") is None
        connection.close()


def test_a_code_counts_once_and_on_the_first_page_alone(served: Served):
    code = served.code
    assert status_of(served, f"/voila/static/voila.js?code={code}") == 403
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    connection.request("GET", f"/?code={code}")
    answer = connection.getresponse()
    assert answer.status == 200 and code not in answer.read().decode()
    cookie = answer.getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")
    connection.close()
    assert status_of(served, f"/?code={code}") == 403
    assert served.code != code, "for the next browser"


def test_what_a_terminal_shows_and_a_browser_is_started_with_lets_nobody_in(served: Served):
    assert served.told.count(served.page) == 2 and served.page.startswith(served.workspace.as_uri())
    assert "http" not in served.told and served.code not in served.told
    if sys.platform != "win32":
        assert (served.file.stat().st_mode & 0o777, served.file.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_only_this_computer_reaches_the_desk_and_no_other_user_its_messages(served: Served):
    process = psutil.Process(served.process.pid)
    listening = [c.laddr for c in process.net_connections() if c.status == psutil.CONN_LISTEN]
    assert [(address.ip, address.port) for address in listening] == [(desk_server.HOST, served.port)]


# From hold to publish.


def test_from_hold_to_publish_by_keyboard_alone(opened: Opened, served: Served):
    page = opened(audited=False, who="")
    assert page.url == f"http://127.0.0.1:{served.port}/"
    page.focus("#desk-folder")
    page.keyboard.type(str(served.photos))
    page.fill("#desk-on", ON)
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk-who:focus")
    assert "Choose first who you are" in page.inner_text(".desk .alert")
    page.keyboard.type("dep")
    page.focus("#desk-folder")
    page.keyboard.press("Enter")
    announced(page, "reports/")
    press_until(page, "Tab", "document.activeElement.classList.contains('card')")
    press_until(page, "ArrowRight", "document.activeElement.textContent.includes('IMG_2007')")
    assert page.evaluate("document.activeElement.className") == "card hold"
    page.keyboard.press("Enter")
    page.wait_for_selector(".frame img")
    page.keyboard.press("w")
    page.keyboard.type("mees")
    page.wait_for_selector(".people .chosen")
    page.keyboard.press("Enter")
    announced(page, "IMG_2007.jpg: publish")
    assert served.decisions()[-1] == ("IMG_2007.jpg", "S13", True), "kept before the page says so"
    assert served.deciders("IMG_2007.jpg") == {"deputy"}
    page.keyboard.press("Escape")
    page.wait_for_selector(".card.publish:focus")
    assert "IMG_2007" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("z")
    page.wait_for_selector(".card.hold:focus")
    assert served.decisions()[-1] == ("IMG_2007.jpg", "S13", False)


def test_reasons_are_asked_for_and_shown(opened: Opened, served: Served):
    page = opened()
    open_photo(page, "IMG_2007.jpg")
    page.keyboard.press("n")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('Write why')")
    page.keyboard.type(f"far away {ATTACK}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk-not-sure:focus")
    assert ATTACK in page.inner_text(".question")
    page.keyboard.press("Enter")  # who does not read it has said nothing
    page.wait_for_selector(".sure", state="detached")
    assert not served.deciders("IMG_2007.jpg")
    page.keyboard.press("n")
    page.keyboard.type(f"far away {ATTACK}")
    page.keyboard.press("Enter")
    be_sure(page)
    announced(page, "IMG_2007.jpg: publish")
    assert ATTACK in page.inner_text(".thing .note")
    page.keyboard.press("t")
    announced(page, "IMG_2007.jpg: hold")
    page.keyboard.press("a")
    page.keyboard.type("mail of 3 November, in the archive")
    page.keyboard.press("Enter")
    announced(page, "IMG_2007.jpg: publish")
    assert "Adult with permission" in page.inner_text(".things")
    page.keyboard.press("z")
    announced(page, "IMG_2007.jpg: hold")


def test_two_desks_at_once_see_what_the_other_decides_and_a_contradiction_holds(opened: Opened):
    first, second = opened(), opened()
    for page in (first, second):
        open_photo(page, "IMG_2007.jpg")
    first.keyboard.press("f")
    first.keyboard.press("2")
    be_sure(first)
    announced(first, "IMG_2007.jpg: publish")
    announced(second, "IMG_2007.jpg: publish")
    second.keyboard.press("t")
    announced(second, "IMG_2007.jpg: hold")
    announced(first, "IMG_2007.jpg: hold")


# From photos to a folder to publish from.


def test_covered_confirmed_signed_by_two_and_approved(opened: Opened, served: Served):
    page = opened(who="headteacher", message="Mees van den Broek won!")
    assert "A full name of the register stands in the text of the post" in page.inner_text(".message .block")
    page.fill("#desk-message", "Mees van den Broek won again!")
    page.wait_for_function("document.querySelector('.message .note')?.textContent.includes('Make the report again')")
    assert "Make the report again" in page.inner_text(".message .block")
    page.fill("#desk-message", MESSAGE)
    page.wait_for_function("document.querySelector('.message .note')?.textContent.includes('nothing')")
    page.get_by_text("Sign for these photos").click()
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('The text was changed')")
    page.get_by_role("button", name="Make the report again").click()
    announced(page, "reports/")
    assert page.locator(".message li").count() == 0
    open_photo(page, "IMG_2007.jpg")
    page.keyboard.press("f")
    page.keyboard.press("3")
    be_sure(page)
    announced(page, "IMG_2007.jpg: publish")
    assert served.deciders("IMG_2007.jpg") == {"headteacher"}
    page.keyboard.press("Escape")

    run = max(path for path in (served.workspace / "reports").glob("2*-facebook") if path.is_dir())
    made = run / "remedied" / "IMG_2004.jpg.jpg"
    open_photo(page, "IMG_2004.jpg")
    page.keyboard.press("1")
    page.wait_for_selector(".compare .new img")
    grey = made.read_bytes()
    page.get_by_text("Throw this picture away").click()
    announced(page, "thrown away")
    assert not made.exists()
    page.keyboard.press("2")
    page.wait_for_selector("#desk-code:focus")
    assert made.read_bytes() != grey and not leftovers(made.read_bytes())
    confirm(page, "a guess")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('not the code')")
    assert served.deciders("IMG_2004.jpg") == set()
    confirm(page, CODES["headteacher"])
    page.wait_for_selector(".judge .good")
    assert served.deciders("IMG_2004.jpg") == {"headteacher"}
    fits(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_selector(".card .reason.new")

    page.keyboard.press("s")
    page.wait_for_selector("form.sign")
    assert page.inner_text(".post blockquote") == MESSAGE and page.locator(".post blockquote b").count() == 0
    files = {path.name: path.read_bytes() for path in (run / "to_publish").iterdir()}
    shown = page.locator(".proof .name").all_inner_texts()
    assert sorted(shown) == sorted(files)
    assert made.read_bytes() in files.values()
    page.wait_for_selector(".set-aside .picture img")
    (aside,) = page.locator(".set-aside li").all_inner_texts()
    assert all(word in aside for word in ("IMG_2007.jpg", "Face 2", "No face: A hand, an arm", "Said by headteacher"))
    page.locator(".proof").first.click()
    page.wait_for_selector(".proof-large img")
    page.keyboard.press("Escape")
    fits(page)
    page.click("form.sign button.main")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('every question')")
    sign(page, "headteacher")
    announced(page, "Signed by headteacher")
    sign(page, "deputy", code="a guess")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('not the code of deputy')")
    page.wait_for_selector("form.sign:has(button.main:enabled) #desk-code:focus")
    assert page.input_value("#desk-signer") == "deputy", "only the code is asked again"
    assert page.locator("fieldset input[value=yes]:checked").count() == page.locator("fieldset").count()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('Give the personal code')")
    served.may_harm("IMG_2022.jpg")
    sign(page, "deputy")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('has changed')")
    page.wait_for_selector(".lapsed")
    page.wait_for_selector("form.sign button.main:enabled")
    assert "IMG_2022.jpg does not go along any more: Somebody noted" in page.inner_text(".lapsed")
    assert page.locator(".proof").count() == len(files) - 1
    for who in ("deputy", "headteacher"):
        assert not (served.workspace / "approved").exists()
        sign(page, who)
        announced(page, "Approved" if who == "headteacher" else "Signed by deputy")
        if who == "deputy":  # the other one comes the next day, to another page
            page = opened(audited=False, who="headteacher")
            page.get_by_text("Show the earlier checks").click()
            page.locator(".earlier li", has_text="signed by headteacher, deputy").locator("button").click()
            announced(page, "This check is on the desk again")
            assert "publish" in page.locator(".card", has_text="IMG_2004.jpg").get_attribute("class")
            assert page.input_value("#desk-message") == MESSAGE
            page.keyboard.press("s")
            page.wait_for_selector("form.sign")
    approved = served.workspace / "approved" / "facebook" / run.name
    assert page.inner_text(".path") == str(approved)
    gone = {path.name: path.read_bytes() for path in approved.glob("*.jpg")}
    assert gone == {name: content for name, content in files.items() if name in gone} and len(gone) == len(files) - 1
    assert made.read_bytes() in gone.values()
    assert (approved / "message.txt").read_text("utf-8") == MESSAGE
    if sys.platform == "linux":
        page.get_by_text("Open the folder").click()
        page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('No program')")
        assert (served.workspace.parent / "asked").read_text("utf-8") == f"{approved}\n"
    signers = json.loads((approved / "approved.json").read_text("utf-8"))["signers"]
    assert {one["id"] for one in signers} == {"headteacher", "deputy"}

    page.keyboard.press("Escape")
    page.get_by_text("Other photos").click()
    page.click(".review button")
    announced(page, "Runs reviewed:")
    (review,) = (served.workspace / "reports").glob("*-review")
    decided = (review / "decisions.csv").read_text("utf-8-sig")
    assert re.search(r"headteacher;IMG_2004\.jpg;remedy", decided)
    for path in served.workspace.rglob("*"):
        if path.is_file():
            assert not any(code.encode() in path.read_bytes() for code in CODES.values()), path


def confirm(page: Any, code: str) -> None:
    page.fill("#desk-code", code)
    page.keyboard.press("Enter")
    assert page.input_value("#desk-code") == "", "a code does not stay"


def sign(page: Any, who: str, code: str = "") -> None:
    """Answer everything with yes, by keyboard as a person would, and sign."""
    for question in page.locator("fieldset").all():
        question.locator("input[value=yes]").press("Space")
    page.select_option("#desk-signer", who)
    confirm(page, code or CODES[who])


def be_sure(page: Any) -> None:
    """Say once more that a face which can be seen well needs no yes."""
    page.wait_for_selector("#desk-not-sure:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")


def fits(page: Any) -> None:
    """Nothing has to be scrolled sideways, on a telephone neither."""
    for width in (390, 800, 1280):
        page.set_viewport_size({"width": width, "height": 860})
        wider = """[document.documentElement, ...document.querySelectorAll('.desk, .desk main, .desk main > *')]
            .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.className)"""
        assert page.evaluate(wider) == [], width


# Whatever a file, a register or a page may carry is text.


def test_names_of_files_and_persons_are_text(opened: Opened):
    page = opened()
    names = page.locator(".card .name").all_inner_texts()
    assert "=1+1 \ufffdgpj.exe.jpg" in names
    if sys.platform != "win32":
        assert any(ATTACK in name for name in names)
    open_photo(page, "IMG_2007.jpg")
    page.keyboard.press("w")
    page.keyboard.type("s66")
    page.wait_for_selector(".people .chosen")
    assert ATTACK in page.inner_text(".people .chosen")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.things').textContent.includes('<script>alert(2)</script>')")
    assert page.locator(".desk img[src='x'], .desk script").count() == 0
    page.keyboard.press("z")
    announced(page, "IMG_2007.jpg: hold")


def test_dropped_files_are_taken_in_under_safe_names(opened: Opened, served: Served, tmp_path: Path):
    page = opened(audited=False)
    large = tmp_path / "IMG 2001.png"
    Image.effect_noise((1500, 1500), 80).convert("RGB").save(large)
    assert large.stat().st_size > 1 << 20, "more than one part"
    files = [
        {"name": "../../../escape.jpg", "mimeType": "image/jpeg", "buffer": (PHOTOS / "IMG_2007.jpg").read_bytes()},
        {"name": "IMG 2001.png", "mimeType": "image/png", "buffer": large.read_bytes()},
    ]
    refused = {"name": "notes.zip", "mimeType": "application/zip", "buffer": b"PK"}
    page.fill("#desk-folder", "")
    page.set_input_files("#desk-files", [refused])
    page.click("button.main")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('Unpack')")
    assert list((served.workspace / IMPORTS).iterdir()) == [] and page.inner_text(".chosen") == ""
    page.set_input_files("#desk-files", [*files, refused])
    page.fill("#desk-folder", str(served.photos))
    page.click("button.main")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('Leave one of the two out')")
    page.fill("#desk-folder", "")
    page.click("button.main")
    page.wait_for_selector(".scroller")
    page.wait_for_function("document.querySelector('.desk .live').textContent.includes('reports/')")
    folder = next((served.workspace / IMPORTS).iterdir())
    assert "notes.zip" in page.inner_text(".desk .alert") and "Unpack" in page.inner_text(".desk .alert")
    written = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert written == {"escape.jpg": files[0]["buffer"], "IMG 2001.png": files[1]["buffer"]}
    assert sorted(page.locator(".card .name").all_inner_texts()) == ["IMG 2001.png", "escape.jpg"]


def test_a_folder_that_is_not_there_is_told_and_another_can_be_chosen(opened: Opened, served: Served):
    page = opened(audited=False)
    page.fill("#desk-folder", "/nowhere/at/all")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.desk .alert').textContent.includes('/nowhere/at/all')")
    assert page.is_enabled("button.main")
    assert page.inner_text(".desk .live") == "", "nothing is being made ready any more"


# To be seen, read aloud and read on a small screen.


def test_nothing_has_to_be_scrolled_sideways_and_every_picture_has_words(opened: Opened, served: Served):
    page = opened(audited=False)
    fits(page)
    look(page, served)
    fits(page)
    open_photo(page, "IMG_2007.jpg")
    fits(page)
    outline = page.locator(".desk").aria_snapshot()
    for part in ("- heading", "- listbox", "- option", 'img "Photo'):
        assert part in outline, part
    for spoken in ("status", "alert"):  # what is not there before it is filled is not read aloud
        assert page.evaluate(f"getComputedStyle(document.querySelector('[role={spoken}]')).display") != "none"


# Nothing is lost, whatever ends.


def test_what_was_decided_is_there_after_the_kernel_was_killed(opened: Opened, pages: Pages, served: Served):
    page = opened()
    open_photo(page, "IMG_2007.jpg")
    page.keyboard.press("f")
    page.wait_for_selector(".frame .close-up img")
    page.keyboard.press("1")
    be_sure(page)
    announced(page, "IMG_2007.jpg: publish")
    assert "A thing, a pattern or a shadow" in page.inner_text(".thing .note")
    for kernel in psutil.Process(served.process.pid).children(recursive=True):
        kernel.kill()
    for one in (page, *pages.left):
        one.close()
    pages.left.clear()
    page = opened()
    assert "publish" in page.locator(".card", has_text="IMG_2007.jpg").get_attribute("class")
    open_photo(page, "IMG_2007.jpg")
    page.locator(".thing").nth(1).click()
    page.keyboard.press("t")
    announced(page, "IMG_2007.jpg: hold")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_ends_the_desk_and_all_that_it_started(opened: Opened, served: Served):
    opened(audited=False)
    started = psutil.Process(served.process.pid).children(recursive=True)
    assert started
    os.killpg(served.process.pid, signal.SIGINT)
    out, complaint = served.process.communicate(timeout=120)
    assert served.process.returncode == 0, complaint
    assert "What was decided is kept" in out and "Traceback" not in complaint
    assert psutil.wait_procs(started, timeout=60)[1] == []
