"""Enrolling: a template for who consented to it, from a photo that shows one clear face, and for nobody else."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from consent.facts import FaceFact, PhotoFacts
from consent.messages import UserError
from consent.register import MATCHING, Answer, ConsentRecord, ConsentRegister, Medium
from pipeline.cli import cli
from pipeline.demo import DAY, PHOTOS, REFERENCES
from pipeline.enrolment import (
    ENROLMENT_FILE,
    LOOK_ALIKES_FILE,
    EnrolmentJob,
    _TemplateMaker,
    erase_taken_back,
    usable_gallery,
)
from pipeline.judged import Publication
from pipeline.language import VARIABLE, translator
from pipeline.looking import Looking
from pipeline.matching.conditions import may_be_matched
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.gallery import LOOK_ALIKE
from pipeline.naming import NamesFile
from pipeline.photos import file_digest
from pipeline.published.kept import KeptPicture
from pipeline.references import Reference, find_references
from pipeline.store import Store
from pipeline.summary import look_alike_table
from pipeline.workspace import Workspace
from tests.published.test_kept import kept

IDS = ("S1", "S12", "S01", "S1-b", "T01", "an", "12")

OWNERS = {
    "S1/a.jpg": "S1",
    "S12/a.jpg": "S12",
    "S1/S12.jpg": "S1",
    "S12/deep/er/a.png": "S12",
    "s1/a.jpg": None,
    "S1 copy/a.jpg": None,
    "S99/S1.jpg": None,
    "S1.jpg": "S1",
    "S12.jpg": "S12",
    "S13.jpg": None,
    "S1_a.jpg": "S1",
    "S1 (2).jpg": "S1",
    "S1a.jpg": None,
    "S1.a.jpg": "S1",
    "S1(2).jpg": "S1",
    "S1-2.jpg": "S1",
    "S1-b.jpg": "S1-b",
    "S1-b_2.jpg": "S1-b",
    "S1-bc.jpg": None,
    "S1-c.jpg": None,
    "S1--2.jpg": None,
    "S01.jpg": "S01",
    "S01a.jpg": None,
    "S011.jpg": None,
    "s01.jpg": None,
    "12.jpg": "12",
    "12a.jpg": None,
    "12-a.jpg": None,
    "12é.jpg": None,
    "T01-2026.jpg": "T01",
    "an.jpg": "an",
    "anna.jpg": None,
    "an1.jpg": None,
    "an bij de boom.jpg": "an",
    "foto.jpg": None,
    "xS1.jpg": None,
}


@pytest.mark.parametrize("name", OWNERS)
def test_whose_a_reference_photo_is(name: str, tmp_path: Path):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    (reference,) = find_references(tmp_path, IDS)
    assert reference.person_id == OWNERS[name]


def test_every_picture_and_film_is_listed_and_what_systems_leave_is_not(tmp_path: Path):
    for name in ("S1/b.jpg", "S1/a.TIFF", "S12.mp4", "S1/._b.jpg", "S1/@eaDir/b.jpg", "S1/list.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    found = [reference.path.relative_to(tmp_path).as_posix() for reference in find_references(tmp_path, IDS)]
    assert found == ["S1/a.TIFF", "S1/b.jpg", "S12.mp4"]


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_folder_without_photos_is_told(folder: str, tmp_path: Path):
    with pytest.raises(UserError, match=r"There (is no folder|are no photos)"):
        find_references(tmp_path / folder, IDS)


@pytest.fixture
def enrol(new_workspace: Callable[..., Workspace], tmp_path: Path) -> Callable[..., tuple[dict[str, str], Store]]:
    """Enrols the photos of tmp_path/references: what became of each (a reason, or ""), and the open database."""
    workspace = new_workspace("DPIA-TEST")
    stores: list[Store] = []

    def run(on: date = DAY) -> tuple[dict[str, str], Store]:
        job = EnrolmentJob.from_parameters(
            workspace=str(workspace.folder), references=str(tmp_path / "references"), on=on.isoformat()
        )
        results = {one.file: str(one.refused or "") for one in job.enrol()}
        stores.append(workspace.open_store())
        return results, stores[-1]

    yield run
    for store in stores:
        store.__exit__()


@pytest.fixture
def references(tmp_path: Path) -> Path:
    (tmp_path / "references").mkdir()
    return tmp_path / "references"


def portrait(person_id: str) -> Path:
    return REFERENCES / person_id / "a.jpg"


NO_CONSENT = "There is no valid consent for matching, so no template is made."
NOBODY = "No person of the register has an id that this file or its folder begins with."


NO_FACE = "No face was found on this photo."


@pytest.mark.slow
def test_only_who_consented_gets_a_template(enrol: Callable, references: Path):
    shutil.copytree(REFERENCES / "S01", references / "S01")
    shutil.copytree(REFERENCES / "S13", references / "S13")
    shutil.copy(portrait("S02"), references / "S02.jpg")
    shutil.copy(portrait("S13"), references / "S13_b.jpg")
    shutil.copy(portrait("S03"), references / "S99.jpg")
    results, store = enrol()
    assert results == {
        "S01/a.jpg": "", "S01/b.jpg": "", "S02.jpg": "",
        "S13/a.jpg": NO_CONSENT, "S13/b.jpg": NO_CONSENT, "S13_b.jpg": NO_CONSENT,
        "S99.jpg": NOBODY,
    }  # fmt: skip
    assert store.enrolled() == {"S01", "S02"}
    gallery = store.gallery("dlib_face_resnet", 128)
    assert gallery.person_ids == ("S01", "S01", "S02")
    again, store = enrol()
    assert again == results
    assert store.gallery("dlib_face_resnet", 128).templates.tobytes() == gallery.templates.tobytes()


@pytest.mark.slow
def test_who_takes_the_consent_back_while_photos_are_looked_at_gets_no_template(
    enrol: Callable, references: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for person_id in ("S01", "T01"):
        shutil.copy(portrait(person_id), references / f"{person_id}.jpg")
    make = _TemplateMaker.make

    def withdrawn_meanwhile(self: _TemplateMaker, reference: Reference) -> object:
        made = make(self, reference)
        with Workspace.open(tmp_path / "school").open_store() as other:
            other.add([], [ENDINGS["a later no"]], datetime(2026, 11, 22))
        return made

    monkeypatch.setattr(_TemplateMaker, "make", withdrawn_meanwhile)
    results, store = enrol()
    assert results == {"S01.jpg": NO_CONSENT, "T01.jpg": ""}
    assert store.enrolled() == {"T01"}


@pytest.mark.slow
def test_nobody_is_enrolled_for_a_day_without_consent(enrol: Callable, references: Path):
    shutil.copy(portrait("S01"), references / "S01.jpg")
    for on in (date(2026, 8, 31), date(2027, 8, 1)):  # the day before the form was given, and after it expired
        results, store = enrol(on)
        assert results == {"S01.jpg": NO_CONSENT}
        assert store.enrolled() == frozenset()


@pytest.mark.slow
def test_a_photo_that_is_no_good_reference_is_refused_with_the_reason(enrol: Callable, references: Path):
    for person_id in ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08"):
        (references / person_id).mkdir()
    shutil.copy(PHOTOS / "IMG_2022.jpg", references / "S01" / "nobody.jpg")
    with Image.open(portrait("S02")) as one, Image.open(portrait("S03")) as other:
        collage = Image.new("RGB", (one.width + other.width, max(one.height, other.height)))
        collage.paste(one, (0, 0))
        collage.paste(other, (one.width, 0))
        collage.save(references / "S02" / "two.jpg")
        one.resize((one.width // 8, one.height // 8)).save(references / "S03" / "small.png")
    whole = portrait("S04").read_bytes()
    (references / "S04" / "half.jpg").write_bytes(whole[: len(whole) // 2])
    (references / "S05" / "text.jpg").write_text("no picture")
    (references / "S06" / "renamed.png").write_bytes(whole)
    (references / "S07" / "film.mp4").write_bytes(b"film")
    (references / "S08" / "empty.jpg").touch()
    results, store = enrol()
    assert results == {
        "S01/nobody.jpg": NO_FACE,
        "S02/two.jpg": "There are 2 faces on this photo. Take one with this person alone.",
        "S03/small.png": "The face is too small: 19 px, and 40 are needed. Take a photo from nearer.",
        "S04/half.jpg": "The file is damaged or incomplete and cannot be shown whole.",
        "S05/text.jpg": "The file is not a picture, or it is damaged.",
        "S06/renamed.png": "The file is called .png, but it is JPEG. Give it its right name, so that every program "
        "shows what was judged.",
        "S07/film.mp4": "This is film, which is not judged here: look at it yourself.",
        "S08/empty.jpg": "The file is empty.",
    }
    assert store.enrolled() == frozenset()


@pytest.mark.slow
def test_a_photo_in_the_wrong_folder_makes_no_template(enrol: Callable, references: Path):
    """S13 never agreed to be compared: from the folder of S12, that face was named S12, and had the yes of S12."""
    shutil.copytree(REFERENCES / "S12", references / "S12")
    shutil.copy(portrait("S13"), references / "S12" / "c.jpg")
    (references / "S02").mkdir()
    shutil.copy(portrait("S02"), references / "S02" / "a.jpg")
    shutil.copy(portrait("S13"), references / "S02" / "b.jpg")
    (references / "S01").mkdir()
    shutil.copy(portrait("S01"), references / "S01" / "a.jpg")
    results, store = enrol()
    refused = {file: reason for file, reason in results.items() if reason}
    assert set(refused) == {"S12/c.jpg", "S02/a.jpg", "S02/b.jpg"}, "of two nobody knows which is the wrong one"
    assert all("lies in the wrong folder" in reason for reason in refused.values())
    gallery = store.gallery("dlib_face_resnet", 128)
    assert gallery.person_ids == ("S01", "S12", "S12")
    assert file_digest(portrait("S13")) not in gallery.references


@pytest.mark.slow
def test_a_photo_in_the_wrong_folder_that_was_enrolled_before_loses_its_template(enrol: Callable, references: Path):
    """Alone, nothing tells that it is somebody else's; with a second photo it is refused, and must not stay behind."""
    for person_id, photo in (("S01", "S01"), ("S02", "S13")):
        (references / person_id).mkdir()
        shutil.copy(portrait(photo), references / person_id / "a.jpg")
    _, store = enrol()
    assert store.enrolled() == {"S01", "S02"}
    shutil.copy(portrait("S02"), references / "S02" / "b.jpg")
    (references / "S01" / "a.jpg").write_text("damaged")
    _, store = enrol()
    assert store.enrolled() == {"S01"}, "a photo that is refused for another reason takes nothing away"


@pytest.mark.slow
def test_names_that_came_from_a_photo_in_the_wrong_folder_count_no_more(enrol: Callable, references: Path):
    """S13 was named S12 on a post, and had the yes of S12 there; good photos of S12 beside it do not mend that."""
    (references / "S12").mkdir()
    shutil.copy(portrait("S13"), references / "S12" / "c.jpg")
    _, store = enrol()
    faces = (FaceFact(1, 100.0, "S12"), FaceFact(2, 100.0, "S01"))
    store.published.keep([kept(KeptPicture(PhotoFacts("photo.jpg", faces), "a" * 64))], datetime.now())
    shutil.copytree(REFERENCES / "S12", references / "S12", dirs_exist_ok=True)
    results, store = enrol()
    assert [file for file, reason in results.items() if reason] == ["S12/c.jpg"] and store.enrolled() == {"S12"}
    (post,) = store.published.posts()
    assert [face.person_id for face in post.pictures[0].facts.faces] == [None, "S01"]


def said(answer: Answer, given_on: date, **more: object) -> ConsentRecord:
    values = {"given_by": "both parents", "form_version": "2026-M1", "evidence": "made up", **more}
    return ConsentRecord("S01", MATCHING, Medium.PHOTO, answer, given_on=given_on, **values)


ENDINGS = {
    "withdrawn": said(Answer.WITHDRAWN, date(2026, 9, 1), withdrawn_on=date(2026, 10, 1)),
    "withdrawn, nobody knows when": said(Answer.WITHDRAWN, date(2026, 9, 1)),
    "a later no": said(Answer.NO, date(2026, 10, 1)),
    "a no of one parent": said(Answer.NO, date(2026, 10, 1), given_by="vader"),
    "objection": ConsentRecord("S01", "all", Medium.BOTH, Answer.OBJECTION, given_on=date(2026, 10, 1)),
    "ask first is no yes": said(Answer.ASK_FIRST, date(2026, 10, 1)),
}


@pytest.fixture
def enrolled(enrol: Callable, references: Path, tmp_path: Path) -> Iterator[tuple[Workspace, Store]]:
    """A workspace in which S01 and T01 are enrolled, and its open database."""
    shutil.copy(portrait("S01"), references / "S01.jpg")
    shutil.copy(portrait("T01"), references / "T01.jpg")
    _, store = enrol()
    assert store.enrolled() == {"S01", "T01"}
    yield Workspace.open(tmp_path / "school"), store


def register_of(workspace: Workspace, store: Store) -> ConsentRegister:
    return store.register(workspace.school.load_protocol().parameters.validity)


@pytest.mark.slow
@pytest.mark.parametrize("case", ENDINGS)
def test_the_template_goes_when_the_consent_is_taken_back(case: str, enrolled: tuple[Workspace, Store]):
    workspace, store = enrolled
    store.add([], [ENDINGS[case]], datetime(2026, 11, 22))
    protocol = workspace.school.load_protocol()
    assert erase_taken_back(store, register_of(workspace, store), date(2026, 11, 22), protocol) == {"S01"}
    assert store.enrolled() == {"T01"}


@pytest.mark.slow
def test_a_template_outlives_its_form_unused_until_the_form_is_renewed(enrolled: tuple[Workspace, Store]):
    workspace, store = enrolled
    register, expired = register_of(workspace, store), date(2027, 8, 1)
    assert erase_taken_back(store, register, expired, workspace.school.load_protocol()) == frozenset()
    assert store.enrolled() == {"S01", "T01"}
    assert not may_be_matched(register, "S01", expired, expired)
    assert may_be_matched(register, "S01", DAY, DAY)


@pytest.mark.slow
@pytest.mark.parametrize("day", [date(2026, 8, 1), date(2026, 9, 15), DAY, date(2028, 1, 1)])
def test_an_audit_or_enrolment_for_another_day_erases_no_template(
    day: date, enrolled: tuple[Workspace, Store], enrol: Callable, references: Path
):
    """What a day that is past or to come has to say of a consent is no reason to lose a template."""
    workspace, store = enrolled
    before = store.gallery("dlib_face_resnet", 128)
    (references / "S01.jpg").unlink()
    (references / "T01.jpg").rename(references / "S13.jpg")  # who never consented
    results, _ = enrol(day)
    assert results == {"S13.jpg": NO_CONSENT}
    publication = Publication("facebook", day, workspace.school.load_protocol(), register_of(workspace, store), DAY)
    folder = workspace.reports / "looking"
    folder.mkdir()
    looking = Looking(store, publication, workspace.school.matching, NamesFile(), folder)
    valid = date(2026, 9, 1) <= day <= date(2027, 7, 31)
    assert f"compared with {2 if valid else 0} enrolled persons" in str(looking.matching)
    after = store.gallery("dlib_face_resnet", 128)
    assert after.person_ids == before.person_ids == ("S01", "T01")
    assert after.templates.tobytes() == before.templates.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("case", ENDINGS)
def test_who_took_the_consent_back_since_is_not_compared_for_a_day_that_is_past(
    case: str, enrolled: tuple[Workspace, Store]
):
    workspace, store = enrolled
    past = date(2026, 9, 15)
    assert may_be_matched(register_of(workspace, store), "S01", past, DAY)
    store.add([], [ENDINGS[case]], datetime(2026, 11, 22))
    assert not may_be_matched(register_of(workspace, store), "S01", past, DAY)
    assert may_be_matched(register_of(workspace, store), "T01", past, DAY)


@pytest.mark.slow
def test_enrolling_again_replaces_all_templates_of_the_persons_in_the_folder(enrol: Callable, references: Path):
    shutil.copytree(REFERENCES / "S01", references / "S01")
    shutil.copy(portrait("S02"), references / "S02.jpg")
    _, store = enrol()
    gallery = store.gallery("dlib_face_resnet", 128)
    assert gallery.person_ids == ("S01", "S01", "S02")
    shutil.rmtree(references / "S01")
    (references / "S02.jpg").unlink()
    shutil.copy(portrait("S03"), references / "S01.jpg")  # a newer photo: only the file matters here
    _, store = enrol()
    renewed = store.gallery("dlib_face_resnet", 128)
    assert renewed.person_ids == ("S01", "S02")
    assert renewed.templates[1].tobytes() == gallery.templates[2].tobytes(), "who is not in the folder stays"
    assert renewed.templates[0].tobytes() not in {row.tobytes() for row in gallery.templates}


@pytest.mark.slow
def test_a_photo_without_a_date_does_not_get_younger_by_being_enrolled_again(
    new_workspace: Callable[..., Workspace], references: Path
):
    workspace = new_workspace("DPIA-TEST")
    file, protocol = workspace.folder / "school.toml", workspace.school.load_protocol()
    file.write_text(file.read_text("utf-8").replace("[matching]", "[matching]\nreference_months = 1"), "utf-8")
    with Image.open(portrait("S01")) as picture:
        picture.save(references / "S01.jpg")  # without Exif
    said = {}
    for on in ("2026-10-01", "2026-11-01", "2026-11-02"):
        job = EnrolmentJob.from_parameters(workspace=str(workspace.folder), references=str(references), on=on)
        (said[on],) = job.enrol()
        with workspace.open_store() as store:
            register = store.register(protocol.parameters.validity)
            settings = Workspace.open(workspace.folder).school.matching
            usable = usable_gallery(store, register, settings, date.fromisoformat(on), date.fromisoformat(on))
        assert bool(usable.people) == (said[on].refused is None), "what is said is what an audit does"
    (warning,) = said["2026-11-01"].warnings
    assert "counts as taken on 2026-10-01" in str(warning)
    assert "first enrolled on 2026-10-01" in str(said["2026-11-02"].refused)


@pytest.mark.slow
def test_who_looks_alike_is_told_as_long_as_both_may_be_matched(
    new_workspace: Callable[..., Workspace], references: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(VARIABLE, "nl")
    workspace = new_workspace("DPIA-TEST")
    for person_id in ("S01", "S07", "S08"):
        shutil.copytree(REFERENCES / person_id, references / person_id)
    options = ["--on", DAY.isoformat(), "--workspace", str(workspace.folder)]
    result = CliRunner().invoke(cli, ["gallery", "enrol", str(references), *options], catch_exceptions=False)
    shown = " ".join(result.output.split())
    assert "Zelfde achternaam" in shown and "S07 S08 ja" in shown and "Het kiest nooit tussen twee van hen" in shown
    job = EnrolmentJob.from_parameters(workspace=str(workspace.folder), references=str(references), on=DAY.isoformat())
    ((one, distance),) = [(found, found.pair.distance) for found in job.look_alikes()]
    assert (one.pair.first, one.pair.second, one.same_family_name) == ("S07", "S08", True) and distance <= LOOK_ALIKE
    table = look_alike_table([one], translator("nl"))
    assert table.to_dict("records") == [
        {"Persoon": "S07", "Lijkt op": "S08", "Afstand": round(distance, 2), "Zelfde achternaam": "ja"}
    ]
    line = ConsentRecord("S08", MATCHING, Medium.PHOTO, Answer.WITHDRAWN, given_on=date(2026, 10, 1))
    with workspace.open_store() as store:
        store.add([], [line], datetime(2026, 11, 22))
    assert job.look_alikes() == []
    with (job.write([], []) / LOOK_ALIKES_FILE).open(encoding="utf-8-sig", newline="") as empty:
        assert list(csv.DictReader(empty, delimiter=";")) == []


@pytest.mark.slow
def test_an_enrolment_that_is_cut_off_changes_nothing(
    enrolled: tuple[Workspace, Store], enrol: Callable, references: Path, monkeypatch: pytest.MonkeyPatch
):
    _, store = enrolled
    before = store.gallery("dlib_face_resnet", 128)
    shutil.copy(portrait("S02"), references / "S01.jpg")
    embed, calls = DlibResNet.embed_reference, []

    def interrupted(self: DlibResNet, *given: object) -> object:
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return embed(self, *given)

    monkeypatch.setattr(DlibResNet, "embed_reference", interrupted)
    with pytest.raises(KeyboardInterrupt):
        enrol()
    assert len(calls) == 2, "one template was made"
    after = store.gallery("dlib_face_resnet", 128)
    assert after.person_ids == before.person_ids
    assert after.templates.tobytes() == before.templates.tobytes()


@pytest.mark.slow
def test_the_photo_of_a_template_is_known(enrol: Callable, references: Path):
    shutil.copy(portrait("S01"), references / "S01.jpg")
    _, store = enrol()
    rows = store._db.execute("SELECT person_id, recogniser, photo_sha256, enrolled_on FROM template").fetchall()
    assert rows == [("S01", "dlib_face_resnet", file_digest(portrait("S01")), DAY.isoformat())]


# What is refused before anything is looked at.

OFF = {
    "off": "enabled = false",
    "off in spite of a DPIA": 'enabled = false\ndpia_reference = "DPIA-1"',
    "on without a DPIA": "enabled = true",
    "on with an empty DPIA": 'enabled = true\ndpia_reference = "  "',
}


@pytest.mark.parametrize("case", OFF)
def test_nothing_is_enrolled_where_matching_is_off(case: str, new_workspace: Callable[..., Workspace]):
    workspace = new_workspace("DPIA-TEST")
    file = workspace.folder / "school.toml"
    top = file.read_text("utf-8").split("[matching]")[0]
    file.write_text(f"{top}[matching]\n{OFF[case]}\n", "utf-8")
    before = {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=r"Face matching is off.*school\.toml under \[matching\]: enabled = true"):
        EnrolmentJob.from_parameters(workspace=str(workspace.folder), references=str(REFERENCES))
    assert {path: path.read_bytes() for path in workspace.folder.rglob("*") if path.is_file()} == before


PARAMETERS = {
    "no workspace": ({"workspace": ""}, "The parameter workspace is missing"),
    "no references": ({"references": None}, "The parameter references is not right"),
    "a day that is none": ({"on": "2026-02-30"}, "The parameter on is not right"),
    "a language that is none": ({"language": "xx"}, "xx"),
    "a run elsewhere": ({"run_id": "../x"}, "cannot name a run"),
    "an unknown parameter": ({"names": "x"}, "The parameter names is not right"),
}


@pytest.mark.parametrize("case", PARAMETERS)
def test_a_wrong_parameter_is_told_at_once(case: str, new_workspace: Callable[..., Workspace]):
    changed, reason = PARAMETERS[case]
    given = {"workspace": str(new_workspace("DPIA-TEST").folder), "references": str(REFERENCES), **changed}
    with pytest.raises(UserError, match=reason):
        EnrolmentJob.from_parameters(**given)


@pytest.mark.slow
def test_the_table_of_a_run_is_written_once(new_workspace: Callable[..., Workspace], references: Path):
    workspace = new_workspace("DPIA-TEST")
    shutil.copy(portrait("S13"), references / "S13 ;=1+1.jpg")
    given = {"workspace": str(workspace.folder), "references": str(references), "run_id": "once", "language": "nl"}
    job = EnrolmentJob.from_parameters(**given, on=DAY.isoformat())
    with (job.write(job.enrol(), job.look_alikes()) / ENROLMENT_FILE).open(encoding="utf-8-sig", newline="") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert (row["file"], row["person_id"]) == ("S13 ;=1+1.jpg", "S13")
    assert row["refused_because"] not in ("", NO_CONSENT), "the reason is in Dutch"
    with pytest.raises(UserError, match="There is a run called “once” already"):
        EnrolmentJob.from_parameters(**given)
