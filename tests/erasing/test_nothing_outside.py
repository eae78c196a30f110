"""Nothing biometric outside the encrypted database, ever: a whole cycle, and then every file is searched."""

from __future__ import annotations

import base64
import csv
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.demo import DAY, PHOTOS, REFERENCES
from pipeline.desk.session import Desk
from pipeline.erasing.own_files import MARKS, remove_run
from pipeline.keys import VARIABLE
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import OFFLINE_VARIABLE, default_store
from pipeline.naming import FACE
from pipeline.naming_table import COLUMNS
from pipeline.naming_words import Word
from pipeline.photos import load_photo
from pipeline.places import DEMO
from pipeline.reporting.tables import write_csv
from pipeline.signing import codes, terminal
from pipeline.signing.proposing import proposal
from pipeline.vision.faces import CenterFace
from pipeline.workspace import Workspace
from tests.erasing.decrypted import decrypted
from tests.erasing.search import Templates, names_within, parts_of
from tests.keys import KEY
from tests.signing.conftest import SIGNERS

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, 0).astimezone()


class AtNoon(datetime):
    """The clock on the day of the audits: later the forms run out."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return NOON


VECTOR = np.random.default_rng(7).normal(0, 0.1, 128).astype(np.float32)
NUMBERS = VECTOR.astype(float).tolist()
WAYS: dict[str, Callable[[], bytes]] = {
    "float32": lambda: b"abc" + VECTOR.tobytes(),
    "a part of it": lambda: VECTOR.tobytes()[40:56],
    "float64": lambda: b"x" + VECTOR.astype(np.float64).tobytes(),
    "hex": lambda: VECTOR.tobytes().hex().upper().encode(),
    "base64": lambda: b'"' + base64.b64encode(b"1" + VECTOR.tobytes()) + b'"',
    "base64 for addresses": lambda: base64.urlsafe_b64encode(VECTOR.tobytes()),
    "a list": lambda: str(NUMBERS).encode(),
    "a column": lambda: "\n".join(f"{number:.4f}" for number in NUMBERS[5:20]).encode(),
    "as numpy prints it": lambda: str(VECTOR).encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_search_finds_a_template_however_it_was_written(way: str):
    templates = Templates(VECTOR[np.newaxis])
    assert templates.within(WAYS[way]())
    assert not Templates(VECTOR[np.newaxis] + 1).within(WAYS[way]())
    assert not templates.within(b"") and not templates.within(b"1.5 2.5 text")


def test_the_search_finds_what_is_packed_and_names_as_words(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("sheet.xml", "<v>Noor van der Linden</v>")
    found = [names_within(part, ["Noor", "Noor van der Linden", "Lind"]) for part in parts_of(tmp_path / "a.xlsx")]
    assert ["Noor", "Noor van der Linden"] in found
    assert names_within(b"Noord " + b"A" * 40 + b"+Noor/" + b"A" * 40, ["Noor"]) == []


@dataclass(frozen=True)
class Cycle:
    """A workspace after a whole cycle, the home and temporary folders that it had, and all that was printed."""

    space: Workspace
    places: tuple[Path, ...]
    printed: str
    templates: Templates
    names: tuple[str, ...]
    forgotten: np.ndarray


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cycle]:
    """Everything once by the real commands, with few photos: three children are enrolled, and one is forgotten.

    At the desk somebody names all faces of a photo, of whom one has no yes; that one is covered, two sign, and it is
    approved.
    """
    models = default_store().offline or default_store().cache
    place = tmp_path_factory.mktemp("cycle")
    home, temporary, school = place / "home", place / "tmp", place / "school"
    photos, references, public = place / "photos", place / "references", place / "public"
    for folder in (home, temporary, photos, public):
        folder.mkdir()
    for name in ("IMG_2001.jpg", "IMG_2003.jpg"):
        shutil.copy(PHOTOS / name, photos)
    shutil.copy(PHOTOS / "IMG_2001.jpg", public)
    (public / "posts.csv").write_text("bestand;datum;tekst;link\nIMG_2001.jpg;14-10-2026;Sportdag;\n", "utf-8")
    for person in ("S01", "S02", "S03"):
        shutil.copytree(REFERENCES / person, references / person)
    printed: list[str] = []

    def run(*arguments: str, typed: str = "", status: tuple[int, ...] = (0,)) -> None:
        result = CliRunner().invoke(cli, [*arguments, "--workspace", str(school)], input=typed)
        assert result.exit_code in status, (arguments, result.output, result.exception)
        printed.append(result.output)

    def approved(run_id: str) -> None:
        """Cover what was decided at the desk, and sign for it in the terminal."""
        run("cover", run_id, "--photo", "IMG_2001.jpg")
        for who in ("headteacher", "deputy"):
            by = () if who == "headteacher" else ("--by", "headteacher")
            code = f"typed by {who}\n"
            run("signers", "code", who, *by, typed=("typed by headteacher\n" if by else "") + 2 * code)
        for who in ("headteacher", "deputy"):
            with space.open_store() as store:
                proposed = proposal(space, store, run_id, NOON, ["IMG_2001.jpg"])
            looked = f"yes\ntyped by {who}\n" * len(proposed.to_confirm)
            # Names given by hand go along with the new picture: two questions more.
            asked = len(proposed.case.questions) + 2 * bool(looked)
            typed = looked + "yes\n" * asked + f"typed by {who}\n"
            run("approve", run_id, "--as", who, "--only", "IMG_2001.jpg", typed=typed)
        assert (school / "approved" / "facebook" / run_id / "photo-001.jpg").is_file(), printed[-2:]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", None)
        patch.setattr(codes, "LOG2_N", 10)  # what it takes to guess one is tried elsewhere
        patch.setattr(terminal, "now", lambda: NOON)
        for room in ("register", "remedies"):
            patch.setattr(f"pipeline.{room}.commands.datetime", AtNoon)
        for name, value in {
            VARIABLE: KEY,
            OFFLINE_VARIABLE: str(models),
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "TMPDIR": str(temporary),
            "PHOTO_CONSENT_LANGUAGE": "en",
        }.items():
            patch.setenv(name, value)
        Workspace.create(school, "De Zonnewijzer", "nl", "DPIA-DEMO")
        with (school / "school.toml").open("a", encoding="utf-8") as file:
            file.write(SIGNERS)
        space = Workspace.open(school)
        on = ("--on", DAY.isoformat())
        run("register", "import", str(DEMO / "people.csv"), str(DEMO / "consents.csv"))
        with space.open_store() as store:
            people = store.people().values()
        run("gallery", "enrol", str(references), *on)
        run("gallery", "calibrate", str(references), *on)
        at_the_desk = Desk(space, "facebook", DAY, photos, by="headteacher")
        decided = at_the_desk.audit(lambda place, total: None).name
        names = place / "names.csv"
        with (school / "reports" / decided / "names.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = [{**row, "who": "S04"} for row in csv.DictReader(file, delimiter=";") if row["what"] == FACE][:1]
        write_csv(names, COLUMNS, (tuple(row.values()) for row in rows))
        run("audit", "candidates", str(photos), "--platform", "facebook", "--names", str(names), *on)
        for face, who in enumerate(("S01", "S03", "S10"), start=1):
            at_the_desk.open(0)
            at_the_desk.decide(0, FACE, face, who)
        at_the_desk.open(1)
        at_the_desk.decide(1, FACE, 1, Word.NOT_RECOGNISABLE, "seen from far away")
        at_the_desk.undo()
        at_the_desk.close()
        approved(decided)
        run("ledger", "verify")
        run("audit", "published", str(public), "--platform", "facebook", *on)
        run("recheck", *on, status=(0, 1))
        run("review")
        with space.open_store() as store:
            gallery = store.gallery(DlibResNet.name, DlibResNet.dimensions)
        run("forget", "S03", "--yes")
        run("purge")
        run("recheck", *on, status=(0, 1))
    vectors = np.concatenate([gallery.templates, probes(photos / "IMG_2001.jpg")])
    words = {word for person in people for word in (person.full_name, person.given_name) if word}
    theirs = gallery.only(["S03"]).templates
    assert len(theirs) >= 1 and len(vectors) > 6
    yield Cycle(space, (school, home, temporary), "\n".join(printed), Templates(vectors), tuple(sorted(words)), theirs)


def probes(photo: Path) -> np.ndarray:
    """The templates of the faces on a photo, which an audit has in memory."""
    models = default_store()
    pixels = load_photo(photo, photo.name, 2048).pixels
    assert pixels is not None
    return DlibResNet(models.path(DlibResNet.name)).embed(pixels, CenterFace(models.path("centerface"))(pixels))


@pytest.mark.slow
def test_no_file_and_no_line_printed_holds_a_template_or_a_name(cycle: Cycle):
    files = [path for place in cycle.places for path in place.rglob("*") if path.is_file()]
    searched = [path for path in files if path != cycle.space.database]
    assert len(searched) > 30 and cycle.space.database in files
    with_template = [path for path in searched if any(map(cycle.templates.within, parts_of(path)))]
    assert with_template == []
    named = {path: found for path in searched for part in parts_of(path) if (found := names_within(part, cycle.names))}
    assert named == {}
    assert not cycle.templates.within(cycle.printed.encode())
    assert names_within(cycle.printed.encode(), cycle.names) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes: README says what holds there")
def test_every_folder_is_its_owner_s_alone(cycle: Cycle):
    folders = [path for path in (cycle.space.folder, *cycle.space.folder.rglob("*")) if path.is_dir()]
    assert {"reports", "approved", "remedied"} <= {folder.name for folder in folders}
    assert [folder for folder in folders if folder.stat().st_mode & 0o777 != 0o700] == []


@pytest.mark.slow
def test_the_database_holds_them_encrypted_and_not_those_of_the_forgotten(cycle: Cycle, monkeypatch):
    monkeypatch.setenv(VARIABLE, KEY)
    assert not any(map(cycle.templates.within, parts_of(cycle.space.database)))
    content = decrypted(cycle.space.database, KEY)
    assert cycle.templates.within(content), "of those who are enrolled"
    assert not Templates(cycle.forgotten).within(content)


@pytest.mark.slow
def test_every_file_of_every_run_is_known_as_the_program_s_own(cycle: Cycle, tmp_path: Path):
    shutil.copytree(cycle.space.reports, tmp_path / "reports")
    runs = [folder for folder in (tmp_path / "reports").iterdir() if any((folder / mark).exists() for mark in MARKS)]
    assert len(runs) >= 6
    assert [told for folder in runs for told in remove_run(folder).foreign] == []
    assert list((tmp_path / "reports").iterdir()) == []
