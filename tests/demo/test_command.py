"""The command as a process: without a network, interrupted, and asked for what is not there."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from consent.messages import UserError
from pipeline.cli import cli
from pipeline.demo import DAY, PHOTOS, RUN_ID
from pipeline.keys import VARIABLE
from pipeline.models.store import default_store
from pipeline.store import Store
from pipeline.vision import observer
from pipeline.vision.observer import SETTINGS
from tests.keys import KEY

COMMAND = Path(sys.executable).with_name("photo-consent")
UNSHARE = shutil.which("unshare")
CUT = [UNSHARE or "", "--net", "--map-root-user"]


def audit_arguments(photos: Path, workspace: Path, run_id: str) -> list[str]:
    options = {"--platform": "facebook", "--on": DAY.isoformat(), "--run-id": run_id, "--workspace": str(workspace)}
    return ["audit", "candidates", str(photos), *(word for pair in options.items() for word in pair)]


def network_can_be_cut() -> bool:
    return UNSHARE is not None and subprocess.run([*CUT, "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def workspace(demo_workspace: Path, tmp_path: Path) -> Path:
    """The demo without what it saw, so that everything is looked at afresh."""
    folder = Path(shutil.copytree(demo_workspace, tmp_path / "copy"))
    shutil.rmtree(folder / "reports")
    (folder / "reports").mkdir()
    with Store(folder / "workspace.db", KEY) as store, store.transaction():
        store._db.execute("DELETE FROM observation")
    return folder


def some_photos(folder: Path, count: int) -> Path:
    folder.mkdir()
    for photo in sorted(PHOTOS.iterdir())[:count]:
        shutil.copy(photo, folder)
    return folder


@pytest.mark.slow
@pytest.mark.skipif(not network_can_be_cut(), reason="the network is cut with Linux namespaces (unshare)")
def test_an_audit_needs_no_network(workspace: Path, tmp_path: Path):
    photos = some_photos(tmp_path / "photos", 3)
    script = Path(__file__).with_name("without_network.py")
    run = subprocess.run(
        [*CUT, sys.executable, str(script), str(COMMAND), *audit_arguments(photos, workspace, "cut")],
        env={**os.environ, VARIABLE: KEY},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert run.returncode == 0, run.stderr
    assert (workspace / "reports/cut/report.html").is_file()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_loses_nothing(workspace: Path, tmp_path: Path):
    photos = some_photos(tmp_path / "photos", 12)
    process = subprocess.Popen(
        [str(COMMAND), *audit_arguments(photos, workspace, "broken")],
        env={**os.environ, VARIABLE: KEY, "PHOTO_CONSENT_LANGUAGE": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    pictures = workspace / "reports/.broken.unfinished/pictures"
    pause = threading.Event()
    while process.poll() is None and not (pictures.is_dir() and len(list(pictures.iterdir())) >= 2):
        pause.wait(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the command and to its kernel
    try:
        _, complaint = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 130, complaint
    assert "Interrupted" in complaint and "Traceback" not in complaint
    assert list((workspace / "reports").iterdir()) == []
    with Store(workspace / "workspace.db", KEY) as store:
        seen = store._db.execute("SELECT count(*) FROM observation").fetchone()[0]
    assert 2 <= seen < 12


@pytest.mark.slow
def test_a_second_run_of_one_name_leaves_the_first_alone(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, KEY)
    of_the_first = workspace / "reports/.twice.unfinished/pictures/0.jpg"
    of_the_first.parent.mkdir(parents=True)
    of_the_first.touch()
    arguments = audit_arguments(some_photos(tmp_path / "photos", 1), workspace, "twice")
    with pytest.raises(UserError, match="under way"):
        CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)
    assert of_the_first.is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["audit", "candidates", "{nowhere}", "--platform", "facebook"], "no folder"),
        (["audit", "candidates", "{empty}", "--platform", "facebook"], "no photos"),
        (["audit", "candidates", "{photos}", "--platform", "myspace"], "myspace"),
        (["audit", "candidates", "{photos}", "--platform", "facebook", "--run-id", "../out"], "cannot name a run"),
        (["audit", "candidates", "{photos}", "--platform", "facebook", "--run-id", RUN_ID], "already"),
        (["audit", "candidates", "{photos}", "--platform", "facebook", "--names", "{nowhere}"], "no file"),
        (["audit", "candidates", "{photos}", "--platform", "facebook", "--message", "{nowhere}"], "no file"),
        (["audit", "candidates", "{photos}", "--platform", "facebook", "--on", "2026-22-11"], "no day"),
        (["gallery", "enrol", "{nowhere}"], "no folder"),
        (["register", "import", "{nowhere}"], "nowhere"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_done(
    demo_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str
):
    monkeypatch.setenv(VARIABLE, KEY)
    (tmp_path / "empty").mkdir()
    places = {"nowhere": tmp_path / "nowhere", "empty": tmp_path / "empty", "photos": PHOTOS}
    before = sorted((demo_workspace / "reports").iterdir())
    filled = [argument.format(**places) for argument in arguments]
    with pytest.raises(UserError, match=words):
        CliRunner().invoke(
            cli, [*filled, "--workspace", str(demo_workspace)], catch_exceptions=False, standalone_mode=False
        )
    assert sorted((demo_workspace / "reports").iterdir()) == before


@pytest.mark.parametrize("key", ["wrong", 'it\'s "quoted"', " "])
def test_a_wrong_key_is_told(demo_workspace: Path, monkeypatch: pytest.MonkeyPatch, key: str):
    monkeypatch.setenv(VARIABLE, key)
    with pytest.raises(UserError, match="key does not fit"):
        CliRunner().invoke(
            cli,
            ["register", "status", "--workspace", str(demo_workspace)],
            catch_exceptions=False,
            standalone_mode=False,
        )


def test_a_bad_register_file_changes_nothing(demo_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, KEY)
    workspace = shutil.copytree(demo_workspace, tmp_path / "copy")
    people = tmp_path / "people.csv"
    with people.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(
            [
                ["person_id", "role", "given_name", "infix", "family_name", "group", "birth_date", "left_on"],
                ["S90", "pupil", "Puk", "", "Verzonnen", "3", "", ""],
                ["S91", "wizard", "Kai", "", "Verzonnen", "3", "", ""],
            ]
        )
    arguments = ["register", "import", str(people), "--workspace", str(workspace)]
    with pytest.raises(UserError, match="Nothing was taken in"):
        CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)
    with Store(workspace / "workspace.db", KEY) as store:
        assert "S90" not in store.people()
    CliRunner().invoke(cli, [*arguments, "--skip-bad-rows"], catch_exceptions=False, standalone_mode=False)
    with Store(workspace / "workspace.db", KEY) as store:
        assert {"S90", "S91"} & store.people().keys() == {"S90"}


def test_taking_back_the_consent_for_matching_erases_the_templates(
    demo_workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, KEY)
    workspace = shutil.copytree(demo_workspace, tmp_path / "copy")
    with Store(workspace / "workspace.db", KEY) as store:
        before = store.enrolled()
    columns = "person_id;purpose;medium;status;given_by;given_on;valid_until;withdrawn_on;form_version;evidence"
    rows = ["S01;matching;photo;withdrawn;both parents;;;;;", "S02;facebook;photo;withdrawn;both parents;;;;;"]
    consents = tmp_path / "consents.csv"
    consents.write_text("\n".join([columns, *rows]), "utf-8")
    arguments = ["register", "import", str(consents), "--workspace", str(workspace)]
    result = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    with Store(workspace / "workspace.db", KEY) as store:
        assert before - store.enrolled() == {"S01"} and "S02" in store.enrolled()


CHANGES = {
    "a threshold": lambda patch, folder: patch.setitem(SETTINGS, "face_score", 0.9),
    "a library": lambda patch, folder: patch.setattr(observer, "version", lambda name: f"{name} of tomorrow"),
    "a library less": lambda patch, folder: patch.setattr(observer, "LIBRARIES", observer.LIBRARIES[1:]),
    **{
        f"the code of {path.name}": lambda patch, folder, path=path: patch.setattr(
            observer, "CODE", [edited(one, folder) if one == path else one for one in observer.CODE]
        )
        for path in observer.CODE
    },
}


def edited(path: Path, folder: Path) -> Path:
    """The same file with a line more."""
    copy = folder / path.name
    copy.write_bytes(path.read_bytes() + b"# more\n")
    return copy


def digest() -> str:
    return observer.digest(default_store())


def test_what_is_looked_with_has_the_digest_of_what_is_remembered():
    with observer.Observer(default_store()) as one:
        assert one.digest == digest()


@pytest.mark.parametrize("change", CHANGES)
def test_what_an_observation_rests_on_is_part_of_its_digest(change: str, tmp_path: Path):
    """Whoever changes what is seen must not be answered from what was seen before."""
    before = digest()
    with pytest.MonkeyPatch.context() as patch:
        CHANGES[change](patch, tmp_path)
        assert digest() != before
    assert digest() == before


def test_the_digest_covers_all_that_reads_and_looks():
    vision = Path(observer.__file__).parent
    beside = {vision.parent / name for name in ("photos.py", "matching/quality.py", "matching/recogniser.py")}
    film = (vision.parent / "film").glob("*.py")
    assert {*vision.glob("*.py"), *film, *beside} == set(observer.CODE)
