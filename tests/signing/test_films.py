"""Films from audit to the approved folder: covered, silenced, confirmed by a person, signed for; real models."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from consent.facts import Sound
from consent.judging import Decision
from consent.messages import UserError
from consent.protocol import load_protocol
from consent.register import Answer, Medium
from pipeline.candidates import CandidateAudit
from pipeline.demo import DAY
from pipeline.desk.showing_post import new_picture
from pipeline.film.container import DAMAGED, read_container
from pipeline.film.reading import open_film
from pipeline.film.writing import leftovers
from pipeline.language import translator
from pipeline.photos import file_digest, read_file
from pipeline.remedies.confirming import confirm, remade
from pipeline.remedies.job import make_remedies
from pipeline.remedies.remedy import CONVERTED, Kind
from pipeline.run import AuditRun
from pipeline.signing.proposing import proposal
from pipeline.signing.releasing import release
from pipeline.signing.runs import read_run
from pipeline.signing.signing import sign
from tests.pipeline.test_film import write_film
from tests.signing.conftest import CODES, TWO, SchoolOffice

pytestmark = pytest.mark.slow

VALIDITY = load_protocol("ooh-2019").parameters.validity
WITHOUT_A_YES = "IMG_2009.jpg"
CONVERTED_NL = translator("nl").render(CONVERTED)
SIZE = (960, 540)


@pytest.fixture
def films(office: SchoolOffice, tmp_path: Path) -> Path:
    """Films for which whoever has a yes for photos has one for film as well."""
    lines = [
        replace(line, medium=Medium.FILM)
        for line in office.store.register(VALIDITY).records
        if line.medium is Medium.PHOTO
    ]
    office.store.add([], lines, office.at)
    folder = tmp_path / "films"
    folder.mkdir()
    write_film(folder / "heard.mp4", TWO, frames=6, sound=True, size=SIZE)
    write_film(folder / "silent.mp4", TWO, frames=5, size=SIZE)
    write_film(folder / "somebody.mp4", WITHOUT_A_YES, frames=6, sound=True, size=SIZE)
    (folder / "broken.mp4").write_bytes((folder / "silent.mp4").read_bytes()[:3000])
    # It opens, and says all that a film says; its pictures end half-way.
    whole = (folder / "heard.mp4").read_bytes()
    third = len(whole) // 3  # not a byte may be lost: then it would be told as cut off
    (folder / "torn.mp4").write_bytes(whole[:third] + bytes(third) + whole[2 * third :])
    open_film(read_file(folder / "torn.mp4", "torn.mp4"), 2048)
    return folder


def audit(office: SchoolOffice, films: Path, run_id: str, names: Path | None = None) -> AuditRun:
    one = CandidateAudit.from_parameters(
        workspace=str(office.space.folder),
        photos=str(films),
        platform="facebook",
        on=DAY.isoformat(),
        run_id=run_id,
        names_file=str(names) if names else None,
    )
    run = one.look_and_judge(one.find())
    one.write(run)
    return run


def decisions(run: AuditRun) -> dict[str, Decision]:
    return {photo.name: photo.verdict.decision for photo in run.photos}


def unreadable(*_: object) -> None:
    raise UserError(DAMAGED)


def test_films_are_covered_silenced_confirmed_and_approved(
    office: SchoolOffice, films: Path, monkeypatch: pytest.MonkeyPatch
):
    run = audit(office, films, "films")
    assert decisions(run) == {
        "broken.mp4": Decision.HOLD,
        "torn.mp4": Decision.HOLD,
        "heard.mp4": Decision.HOLD,
        "silent.mp4": Decision.PUBLISH,
        "somebody.mp4": Decision.COVER,
    }
    page = (office.space.reports / "films" / "report.html").read_text("utf-8")
    assert "Er zijn 5 foto’s en films bekeken." in page and "als MP4" in page and "als JPEG" not in page

    assert page.count(CONVERTED_NL) == 2, "on the cards of the two of which a new film can be made"

    outcomes = make_remedies(office.space, "films", office.at)
    assert {one.photo: str(one.told) for one in outcomes if one.told} == {
        "broken.mp4": str(DAMAGED),
        "torn.mp4": str(DAMAGED),
    }
    made = {one.photo: one for one in outcomes if one.made is not None}
    assert {name: one.made.kind for name, one in made.items()} == {
        "heard.mp4": Kind.SILENCE,
        "somebody.mp4": Kind.COVER,
    }
    for one in made.values():
        assert leftovers(one.file) == () and read_container(one.file, ".webm").sound is Sound.NONE
        assert one.verdict.decision is Decision.HOLD
        confirm(office.store, one.made, "headteacher", office.at)
    found = read_run(office.space, office.store, "films")
    new = remade(office.space, office.store, found, office.at)
    assert [one.verdict.decision for one in new] == [Decision.PUBLISH] * 2
    assert {new_picture(one, [], translator("nl"), {})["note"] for one in new} == {CONVERTED_NL}

    with monkeypatch.context() as once:  # a picture of a film that the audit passed over cannot be decoded
        once.setattr("pipeline.signing.files.write_film", unreadable)
        proposed = proposal(office.space, office.store, "films", office.at)
    assert [file.name for file in proposed.files] == ["film-002.webm", "film-004.webm"]
    assert {out.photo for out in proposed.left_out if "damaged" in str(out.why)} == {"silent.mp4"}

    proposed = proposal(office.space, office.store, "films", office.at)
    assert [file.name for file in proposed.files] == ["film-002.webm", "film-003.webm", "film-004.webm"]
    for who in ("headteacher", "deputy"):
        sign(office.store, proposed, who, CODES[who], dict.fromkeys(proposed.case.questions, True), at=office.at)
        proposed = proposal(office.space, office.store, "films", office.at)
    folder = release(office.space, office.store, proposed, office.at)
    assert {path.name for path in folder.iterdir()} == {*(file.name for file in proposed.files), "approved.json"}
    for file in proposed.files:
        assert file_digest(folder / file.name) == file.sha256 and leftovers(folder / file.name) == ()

    # Whoever is named by hand is asked for in the register, like on a photo.
    named = audit(office, films, "named", hand_named(office, films))
    assert decisions(named)["silent.mp4"] is Decision.BLOCK, "a single pupil would be left, so covering is no way out"


def hand_named(office: SchoolOffice, films: Path) -> Path:
    """names.csv in which a face of the film without sound is said to be somebody who has no yes."""
    refused = next(
        line.person_id
        for line in office.store.register(VALIDITY).records
        if line.purpose == "facebook" and line.answer is Answer.NO
    )
    source = shutil.copy(office.space.reports / "films" / "names.csv", films.parent / "names.csv")
    with Path(source).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    next(row for row in rows if row["photo"] == "silent.mp4")["who"] = refused
    with Path(source).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return Path(source)
