"""Reference photos at enrolment: which are refused or warned about, with which reason, and how long they count."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from consent.messages import Message, UserError
from pipeline.candidates import enrol_again
from pipeline.demo import DAY, PHOTOS, REFERENCES
from pipeline.enrolment import ENROLMENT_FILE, Enrolment, EnrolmentJob, the_face
from pipeline.judged import Publication
from pipeline.language import translator
from pipeline.looking import Looking
from pipeline.matching.conditions import MatchingSettings
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.naming import NamesFile
from pipeline.photos import load_photo
from pipeline.school import load_school
from pipeline.store import Store, Template
from pipeline.summary import enrolment_table
from pipeline.workspace import Workspace
from tests.pipeline.conftest import made_workspace
from tests.pipeline.seen import face

EXIF, TAKEN = 0x8769, 36867


def noted(picture: Image.Image, day: str | None) -> dict[str, Any]:
    """What to save a picture with, so that its camera noted that day."""
    exif = picture.getexif()
    if day is not None:
        exif[EXIF] = {TAKEN: day}
    return {"exif": exif, "quality": 95}


def portrait(name: str = "S01/a.jpg") -> Image.Image:
    with Image.open(REFERENCES / name) as picture:
        return Image.fromarray(np.asarray(picture))  # without the EXIF of the demo


def two() -> Image.Image:
    both = Image.new("RGB", (1200, 600))
    both.paste(portrait(), (0, 0))
    both.paste(portrait("S03/a.jpg"), (600, 0))
    return both


def profile() -> Image.Image:
    """S06 in profile, at 72 degrees."""
    with Image.open(PHOTOS / "IMG_2012.jpg") as picture:
        detected = picture.crop((0, 0, picture.width // 2, picture.height))
        return Image.fromarray(np.asarray(detected))


def sunglasses() -> Image.Image:
    picture = portrait()
    draw = ImageDraw.Draw(picture)
    for x in (265, 322):
        draw.ellipse((x - 24, 242 - 18, x + 24, 242 + 18), fill=(15, 15, 18))
    return picture


FRESH = "2026:10:01 10:00:00"
UNDATED = "Nobody knows how old this photo is"

PHOTOGRAPHS: dict[str, tuple[Callable[[], Image.Image], str | None, str, str]] = {
    "good": (portrait, FRESH, "", ""),
    "seventeen months old": (portrait, "2025:06:22 10:00:00", "", ""),
    "as old as may be": (portrait, "2025:05:22 00:00:00", "", ""),
    "a day too old": (portrait, "2025:05:21 23:59:59", "older than 18 months", ""),
    "nineteen months old": (portrait, "2025:04:22 10:00:00", "older than 18 months", ""),
    "no date": (portrait, None, "", UNDATED),
    "a date that is none": (portrait, "gisteren", "", UNDATED),
    "a clock that was never set": (portrait, "0000:00:00 00:00:00", "", UNDATED),
    "a clock that runs ahead": (portrait, "2099:01:01 00:00:00", "", UNDATED),
    "blurred": (lambda: portrait().filter(ImageFilter.GaussianBlur(10)), FRESH, "too blurred", ""),
    "tiny": (lambda: portrait().resize((120, 120)), FRESH, "too small", ""),
    "small": (lambda: portrait().resize((215, 215)), FRESH, "", "The face is small"),
    "two": (two, FRESH, "There are 2 faces", ""),
    "nobody": (lambda: Image.new("RGB", (600, 600), "grey"), FRESH, "No face was found", ""),
    "sunglasses": (sunglasses, FRESH, "eyes cannot be made out", ""),
    "profile": (profile, FRESH, "turned away", ""),
}


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Enrolment], Path]:
    """What became of each of the photographs, and the workspace."""
    place = tmp_path_factory.mktemp("references")
    with pytest.MonkeyPatch.context() as patch:
        workspace = made_workspace(place, patch, "DPIA-TEST")
        for name, (make, day, *_) in PHOTOGRAPHS.items():
            file = place / "photos" / "S01" / f"{name}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            picture = make()
            picture.save(file, **noted(picture, day))
        job = EnrolmentJob.from_parameters(
            workspace=str(workspace.folder), references=str(place / "photos"), on=DAY.isoformat(), language="en"
        )
        results = job.enrol()
        job.write(results, job.look_alikes())
        with workspace.open_store() as store:
            kept = store._db.execute("SELECT DISTINCT taken_on FROM template ORDER BY 1").fetchall()
        assert [row[0] for row in kept] == ["", "2025-05-22", "2025-06-22", "2026-10-01"]
    return {Path(one.file).stem: one for one in results}, job.folder


@pytest.mark.slow
@pytest.mark.parametrize("case", PHOTOGRAPHS)
def test_what_becomes_of_a_reference_photo(case: str, enrolled: tuple[dict[str, Enrolment], Path]):
    _, _, refused, warning = PHOTOGRAPHS[case]
    result = enrolled[0][case]
    assert bool(result.refused) == bool(refused) and refused in str(result.refused or "")
    assert bool(result.warnings) == bool(warning), [str(w) for w in result.warnings]
    assert all(warning in str(said) for said in result.warnings)


@pytest.mark.slow
def test_warnings_are_shown_as_refusals_are(enrolled: tuple[dict[str, Enrolment], Path]):
    results, folder = enrolled
    with (folder / ENROLMENT_FILE).open(encoding="utf-8-sig", newline="") as file:
        rows = {Path(row["file"]).stem: row for row in csv.DictReader(file, delimiter=";")}
    assert rows["no date"]["warning"].startswith(UNDATED) and not rows["no date"]["refused_because"]
    assert not rows["good"]["warning"] and not rows["two"]["warning"]
    table = enrolment_table(list(results.values()), translator("en"))
    assert sum(bool(cell) for cell in table["Warning"]) == sum(bool(w) for *_, w in PHOTOGRAPHS.values())


def test_damaged_exif_is_no_date_and_no_crash(tmp_path: Path):
    whole = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00"
    for number, exif in enumerate((b"Exif\x00\x00nonsense", whole + b"\xff\xff\xff\x7f", whole[:12])):
        file = tmp_path / f"{number}.jpg"
        portrait().save(file, exif=exif)
        photo = load_photo(file, file.name, 2048)
        assert photo.taken_on is None
        assert photo.pixels is not None or photo.problem is not None


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ([], "No face was found"),
        ([20.0, 39.5], "39 px, and 40 are needed"),
        ([39.5, 40.0], 2),
        ([100.0], 1),
        ([40.0, 90.0], "There are 2 faces"),
    ],
)
def test_the_face_of_a_reference(sides: list[float], expected: int | str):
    found = the_face([face(n, 100.0 * n, side=side) for n, side in enumerate(sides, start=1)], 40.0)
    if isinstance(found, Message):
        assert str(expected) in str(found)
    else:
        assert found.number == expected


# How long a reference counts.


def stored(store: Store, **taken_on: date | None) -> None:
    """Enrol made-up templates on 1 October 2026, one photo a person."""
    store.replace_templates(
        Template(
            who, "dlib_face_resnet", who * 20, date(2026, 10, 1), np.zeros(128, np.float32), day, DlibResNet.version
        )
        for who, day in taken_on.items()
    )


@pytest.mark.slow
def test_a_reference_that_became_too_old_is_not_used_and_the_report_says_whose(
    new_workspace: Callable[..., Workspace], tmp_path: Path
):
    workspace = new_workspace("DPIA-TEST")
    protocol = workspace.school.load_protocol()
    with workspace.open_store() as store:
        stored(store, S01=date(2025, 5, 22), S02=date(2025, 5, 21), S03=None)
        publication = Publication("facebook", DAY, protocol, store.register(protocol.parameters.validity), DAY)
        looking = Looking(store, publication, workspace.school.matching, NamesFile(), tmp_path)
        assert "compared with 2 enrolled persons" in str(looking.matching)
        assert looking.outdated == ("S02",)
        shutil.rmtree(tmp_path / "pictures")
        stricter = replace(workspace.school.matching, reference_months=1)
        looking = Looking(store, publication, stricter, NamesFile(), tmp_path)
        assert looking.outdated == ("S01", "S02", "S03"), "an unknown age counts from the day of enrolment"


def test_a_template_of_another_version_is_not_used_and_the_report_says_whose(
    new_workspace: Callable[..., Workspace], tmp_path: Path
):
    workspace = new_workspace("DPIA-TEST")
    protocol = workspace.school.load_protocol()
    with workspace.open_store() as store:
        stored(store, S01=DAY, S02=DAY, S03=date(2025, 5, 21))
        with store.transaction():
            store._db.execute("UPDATE template SET version = version + 1 WHERE person_id = 'S01'")
        publication = Publication("facebook", DAY, protocol, store.register(protocol.parameters.validity), DAY)
        looking = Looking(store, publication, workspace.school.matching, NamesFile(), tmp_path)
    assert "compared with 1 enrolled persons" in str(looking.matching)
    assert (looking.outdated, looking.superseded) == (("S03",), ("S01",))
    too_old, of_another_version = enrol_again(looking.outdated, looking.superseded)
    assert "S03" in str(too_old) and str(of_another_version).startswith("Another version of this program enrolled 1")
    assert enrol_again((), ()) == ()


@pytest.mark.parametrize("day", [date.min, date(4, 1, 1), date(2026, 11, 22), date.max])
def test_a_fewer_months_never_let_an_older_photo_count(day: date):
    since = [MatchingSettings(reference_months=months).references_since(day) for months in range(1, 37)]
    assert since == sorted(since, reverse=True)


@pytest.mark.parametrize("months", ["0", "37", "-1", "18.5", '"18"', "true"])
def test_a_school_sets_a_sensible_number_of_months(months: str, tmp_path: Path):
    (tmp_path / "school.toml").write_text(
        f'name = "X"\nworkspace_id = "x"\n[matching]\nreference_months = {months}\n', "utf-8"
    )
    with pytest.raises(UserError, match="reference_months"):
        load_school(tmp_path / "school.toml")
