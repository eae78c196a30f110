"""The command, on some photos of the demo with the real models, and what it is given wrongly."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from benchmarks.__main__ import benchmarks
from benchmarks.demo_folder import build_demo_folder
from tests.matching.test_arcface import NCHW, network


@pytest.mark.slow
def test_some_photos_of_the_demo_from_end_to_end(tmp_path: Path):
    folder = build_demo_folder(tmp_path / "demo", ["IMG_2001.jpg", "IMG_2007.jpg", "IMG_2010.jpg"])
    network(tmp_path / "tiny.onnx", NCHW)
    (tmp_path / "tiny.toml").write_text('[[recogniser]]\nname = "tiny"\nfile = "tiny.onnx"\nlicence = "test"\n')
    arguments = ["identify", str(folder), "--arcface", str(tmp_path / "tiny.toml"), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(benchmarks, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output

    written = json.loads((tmp_path / "out" / "identification.json").read_text("utf-8"))
    program = written["program"]
    assert program["false_clears"]["times"] == 0 and program["false_clears"]["n"] == 3
    assert program["strangers"] == {"times": 0, "n": 1, "bounds": [0.0, 0.975]}, "the child who is not enrolled"
    assert program["outcomes"]["wrong"] == 0 and program["outcomes"]["right"] >= 4
    assert written["seeing"]["orientation"]["from behind"]["from behind"] == 2
    assert set(written["recognisers"]) == {"dlib_face_resnet", "tiny"}
    # A mean of three colours is no recogniser, and the curve shows it.
    own, tiny = (written["recognisers"][name]["points"] for name in ("dlib_face_resnet", "tiny"))
    assert min(p["fnir"]["times"] for p in own if not p["fpir"]["times"]) < min(
        (p["fnir"]["times"] for p in tiny if not p["fpir"]["times"]), default=99
    )
    assert "false clears" in result.output
    everything = result.output + json.dumps(written)
    assert "S01" not in everything and "IMG_" not in everything and str(tmp_path) not in everything
    for picture in ("identification-det.png", "identification-distances-1.png", "identification-distances-2.png"):
        with Image.open(tmp_path / "out" / picture) as image:
            assert image.width >= 400


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("nonsense", r"e\.toml: "),
        ('[[recogniser]]\nname = "x"\n', "recogniser.0.file"),
        ('[[recogniser]]\nname = "x"\nfile = "gone.onnx"\nlicence = "?"\n', r"there is no file gone\.onnx"),
        ('[[recogniser]]\nname = "x"\nfile = "x"\nlicence = "?"\ncolours = "GRB"\n', "recogniser.0.colours"),
        ('[[recogniser]]\nname = "x"\nfile = "x"\nlicence = "?"\nscale = 0\n', "above zero"),
        ('[[recogniser]]\nname = "x"\nfile = "x"\nlicence = "?"\nsize = 0\n', "recogniser.0.size"),
    ],
)
def test_a_bad_entry_is_named(tmp_path: Path, entry: str, why: str):
    (tmp_path / "e.toml").write_text(entry)
    result = CliRunner().invoke(benchmarks, ["identify", "--recogniser", "x", "--arcface", str(tmp_path / "e.toml")])
    assert result.exit_code == 1
    assert re.search(why, result.output), result.output


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["identify", "--recogniser", "nobody"], "No recogniser is called nobody. Known: dlib_face_resnet"),
        (["identify", "--strangers", "."], "--people with --strangers"),
        (["identify", ".", "--people", "."], "--people with --strangers"),
        (["all", "--strangers", "."], "--people"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], why: str):
    result = CliRunner().invoke(benchmarks, arguments)
    assert result.exit_code != 0 and why in result.output
