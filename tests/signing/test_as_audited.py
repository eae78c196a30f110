"""What a run held for what people said, it holds when it is signed for, and when its table is used again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from consent.judging import Decision
from consent.messages import UserError
from pipeline.candidates import NAMES_FILE, CandidateAudit
from pipeline.signing.proposing import proposal
from pipeline.signing.runs import read_run
from pipeline.store.decisions import HandDecision
from pipeline.vision.observation import Box
from tests.signing.conftest import RUN, THREE, SchoolOffice

pytestmark = pytest.mark.slow

Row = dict[str, str]


def two_rows(face: Row) -> list[Row]:
    return [{**face, "who": "S01"}, {**face, "who": "S10"}]


def moved(face: Row) -> list[Row]:
    return [{**face, "who": "S10", "x": "900", "y": "700"}]


def of_another_version(face: Row) -> list[Row]:
    whole = {"what": "photo", "number": "", "x": "0", "y": "0", "width": "2048", "height": "1536"}
    return [{**face, **whole, "who": "kan schaden", "sha256": "f" * 64}]


def taken_back(face: Row) -> list[Row]:
    return [{**face, "who": "S10"}]


TABLES = {
    "two rows that contradict each other": two_rows,
    "a row whose place was moved": moved,
    "a row about another file of that name": of_another_version,
    "a row that was taken back at the desk": taken_back,
}


def audited(office: SchoolOffice, run_id: str, names: Path) -> Decision:
    """The verdict of a new audit by this table on the photo that is fine without it."""
    source = office.store.source(RUN)
    assert source is not None
    audit = CandidateAudit.from_parameters(
        workspace=str(office.space.folder),
        photos=str(source.photos),
        platform="facebook",
        on=office.at.date().isoformat(),
        run_id=run_id,
        names_file=str(names),
    )
    run = audit.look_and_judge(audit.find())
    audit.write(run)
    return next(photo.verdict.decision for photo in run.photos if photo.name == THREE)


def face_of(office: SchoolOffice) -> Row:
    """The first face of the photo, as its row."""
    with (office.run_folder / NAMES_FILE).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return next(row for row in rows if row["photo"] == THREE and row["what"] == "face")


def table(path: Path, rows: list[Row]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("case", TABLES)
def test_what_the_audit_held_for_what_people_said_is_not_signed_for(case: str, office: SchoolOffice, tmp_path: Path):
    make: Callable[[Row], list[Row]] = TABLES[case]
    face = face_of(office)
    box = Box(*(float(face[side]) for side in ("x", "y", "width", "height")))
    said = HandDecision(office.at, face["sha256"], THREE, "face", int(face["number"]), box, "S10")
    if make is taken_back:
        office.store.decisions.end([office.store.decisions.make(said).id], office.at)
    assert audited(office, "second", table(tmp_path / "names.csv", make(face))) is Decision.HOLD
    proposed = proposal(office.space, office.store, "second", office.at)
    assert THREE not in proposed.photos and not proposed.cleared_since
    written = office.space.reports / "second" / NAMES_FILE
    assert audited(office, "third", written) is Decision.HOLD
    assert read_run(office.space, office.store, "third").source.decisions == int(make is taken_back)
    # Whoever says anew who it is settles it, and another version is a version of which something was said.
    office.store.decisions.make(HandDecision(office.at, face["sha256"], THREE, "face", said.number, box, face["found"]))
    assert THREE in proposal(office.space, office.store, "third", office.at).photos
    # A colleague who sees it otherwise holds it once more.
    office.store.decisions.make(said)
    assert THREE not in proposal(office.space, office.store, "third", office.at).photos


def test_the_table_of_an_older_version_is_not_signed_by(office: SchoolOffice):
    source = office.store.source(RUN)
    assert source is not None
    office.store.keep_source(RUN, replace(source, decisions=-1))
    with pytest.raises(UserError, match="older version"):
        office.proposal()
