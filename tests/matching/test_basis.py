"""What a calibration rests on: whatever changes there makes its figures out of date."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.matching import basis, calibration, degrade, trials
from pipeline.matching.basis import calibration_basis, matching_basis
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import default_store


def edited(path: Path, folder: Path) -> Path:
    """The same file with a line more."""
    copy = folder / path.name
    copy.write_bytes(path.read_bytes() + b"# more\n")
    return copy


def of_code(name: str):
    def change(patch: pytest.MonkeyPatch, folder: Path, path: Path) -> None:
        patch.setattr(basis, name, [edited(one, folder) if one == path else one for one in getattr(basis, name)])

    return [(f"the code of {path.name}", lambda p, f, path=path: change(p, f, path)) for path in getattr(basis, name)]


MATCHING = dict(
    [
        *of_code("CODE"),
        ("a library", lambda patch, folder: patch.setattr(basis, "version", lambda name: f"{name} of tomorrow")),
    ]
)
MEASURING = dict(of_code("CALIBRATING"))


def digests() -> tuple[str, str]:
    matching = matching_basis(default_store(), DlibResNet.name)
    return matching, calibration_basis("observations", matching)


@pytest.mark.parametrize("change", [*MATCHING, *MEASURING])
def test_what_a_calibration_rests_on_is_part_of_its_digest(change: str, tmp_path: Path):
    before = digests()
    with pytest.MonkeyPatch.context() as patch:
        (MATCHING | MEASURING)[change](patch, tmp_path)
        matching, measured = digests()
    assert measured != before[1] and (matching != before[0]) == (change in MATCHING)
    assert digests() == before


def test_the_detector_is_a_part_of_it_and_so_is_the_whole_arithmetic():
    assert calibration_basis("seen so", "matched") != calibration_basis("seen otherwise", "matched")
    assert {Path(str(module.__file__)) for module in (calibration, degrade, trials)} < set(basis.CALIBRATING)
