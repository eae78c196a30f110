"""Labelled folders: what is read from them, and rows that would make a figure wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.demo_folder import build_demo_folder, build_people_folder
from benchmarks.labelled import BadFolder, Stance, read_labelled
from pipeline.vision.observation import Box
from tests.benchmarks.labelled import HEAD, grey, labelled_folder


def test_what_a_folder_says(tmp_path: Path):
    folder = read_labelled(
        labelled_folder(
            tmp_path,
            "probes/1.png;S01;1;2;30;40;facing;;yes;S02",
            "probes/1.png;;5;5.5;10;10;from_behind;;yes;",
            "probes/1.png;S02;;;;;facing;no;;",
        )
    )
    (probe,) = folder.probes
    first, second, third = probe.labels
    assert [who for who, _ in folder.references] == ["S01", "S02"]
    assert (first.row, first.person_id, first.box, first.stance, first.face_visible) == (
        2, "S01", Box(1, 2, 30, 40), Stance.FACING, True,
    )  # fmt: skip
    assert (second.person_id, second.face_visible) == (None, False), "nobody sees a face from behind"
    assert (third.box, third.face_visible) == (None, False)
    assert probe.complete
    assert folder.without("S02") == {"S01", "S02"}, "who looks alike is so both ways"


def test_few_columns_with_commas_are_enough(tmp_path: Path):
    folder = read_labelled(labelled_folder(tmp_path, "probes/1.png,S01", "probes/1.png,", head="file,person_id"))
    (probe,) = folder.probes
    assert [label.person_id for label in probe.labels] == ["S01", None]
    assert not probe.complete and folder.without("S01") == {"S01"}


def test_a_photo_of_nobody(tmp_path: Path):
    (probe,) = read_labelled(labelled_folder(tmp_path, "probes/1.png;nobody;;;;;;;yes;")).probes
    assert probe.labels == () and probe.complete


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (["probes/1.png;S09;;;;;;;;"], "line 2: “S09” has no folder in gallery"),
        (["probes/1.png;S01;;;;;;;;", "probes/1.png;S01;;;;;;;;"], "line 3: S01 is on this photo already"),
        (["probes/1.png;S01;1;2;3;;;;;"], "line 2: x, y, width and height"),
        (["probes/1.png;S01;1;2;3;nan;;;;"], "line 2: x, y, width and height"),
        (["probes/1.png;S01;1;2;0;3;;;;"], "line 2: x, y, width and height"),
        (["probes/1.png;S01;1;2;3;four;;;;"], "line 2: x, y, width and height"),
        (["probes/1.png;S01;;;;;sideways;;;"], "line 2: orientation is one of"),
        (["probes/1.png;S01;;;;;;maybe;;"], "line 2: face_visible is one of"),
        (["probes/1.png;S01;;;;;;;perhaps;"], "line 2: complete is one of"),
        (["probes/1.png;S01;;;;;;;yes;", "probes/1.png;S02;;;;;;;no;"], "1.png contradict each other"),
        (["probes/1.png;S01;;;;;;;;S77"], "line 2: sibling_of"),
        (["probes/2.png;S01;;;;;;;;"], "probes/2.png, which is not there"),
        (["../1.png;S01;;;;;;;;"], "line 2: “../1.png” is no file below probes/"),
        (["probes/../probes.csv;S01;;;;;;;;"], "is no file below probes/"),
        (["probes/1.png;S01"], "line 2: as many cells as columns"),
        (["probes/1.png;S01;;;;;;;;;;"], "line 2: as many cells as columns"),
        ([], "has no rows"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, rows: list[str], why: str):
    with pytest.raises(BadFolder, match=why.replace("(", r"\(")):
        read_labelled(labelled_folder(tmp_path, *rows))


@pytest.mark.parametrize(
    ("head", "why"), [("file;who", "missing .'person_id'.*unknown .'who'"), (HEAD + ";note", "unknown .'note'")]
)
def test_a_bad_heading_is_named(tmp_path: Path, head: str, why: str):
    with pytest.raises(BadFolder, match=why):
        read_labelled(labelled_folder(tmp_path, head=head))


def test_a_folder_without_table_or_gallery(tmp_path: Path):
    folder = labelled_folder(tmp_path)
    (folder / "probes.csv").unlink()
    with pytest.raises(BadFolder, match=r"no probes\.csv"):
        read_labelled(folder)
    grey(folder / "gallery" / "loose.png")
    with pytest.raises(BadFolder, match=r"gallery/loose\.png is not in a folder of its person"):
        read_labelled(folder)
    with pytest.raises(BadFolder, match="There is no folder"):
        read_labelled(tmp_path / "elsewhere")


def test_the_demo_as_a_folder(tmp_path: Path):
    folder = read_labelled(build_demo_folder(tmp_path))
    people = {who for who, _ in folder.references}
    labels = [label for probe in folder.probes for label in probe.labels]
    assert len(folder.probes) == 31 and all(probe.complete for probe in folder.probes)
    assert "S13" not in people and len(people) == 17
    assert sum(label.person_id is None for label in labels) == 1, "S13 is on one photo, a stranger"
    assert sum(label.face_visible for label in labels) == 88
    assert sum(label.stance is Stance.FROM_BEHIND for label in labels) == 8
    assert folder.without("S07") == {"S07", "S08"}


def test_people_by_their_file_names(tmp_path: Path):
    for name in ("train__ada_b__1", "train__carl__x", "test__ada1", "extra__ada_and_carl", "test__dora"):
        grey(tmp_path / "people" / f"{name}.png")
    grey(tmp_path / "crowd" / "1.png")
    made, nameless = build_people_folder(tmp_path / "people", [tmp_path / "crowd"], tmp_path / "made")
    folder = read_labelled(made)
    shown = {probe.path.name: [label.person_id for label in probe.labels] for probe in folder.probes}
    assert shown == {"test__ada1.png": ["ada_b"], "extra__ada_and_carl.png": ["ada_b", "carl"], "1.png": [None]}
    assert nameless == 1 and not any(probe.complete for probe in folder.probes)


def test_people_without_references(tmp_path: Path):
    grey(tmp_path / "people" / "test__ada.png")
    with pytest.raises(BadFolder, match="nobody can be enrolled"):
        build_people_folder(tmp_path / "people", [], tmp_path / "made")
