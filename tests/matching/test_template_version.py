"""A template is compared with those that were made in the same way: by the version that stands beside that code."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.models.store import default_store
from pipeline.places import DEMO
from pipeline.vision.observation import Box, Face

GOLDEN = Path(__file__).with_name("golden") / "templates.json"
"""By version: what it made of reference photos of the demo, whose children are computer-generated. Written by

    python -m tests.matching.test_template_version

which adds a version and never changes one that is there.
"""
WITHIN = 1e-3
"""Largest distance between two templates that are the same: 1/400 of the threshold for a name."""

FACES = {
    "S01/a.jpg": ((0.36, 0.40), (0.62, 0.40), (0.49, 0.55), (0.39, 0.68), (0.60, 0.68)),
    "S02/a.jpg": ((0.35, 0.44), (0.63, 0.38), (0.50, 0.55), (0.42, 0.70), (0.62, 0.66)),
    "T01/b.jpg": ((0.40, 0.42), (0.56, 0.42), (0.48, 0.52), (0.42, 0.60), (0.54, 0.60)),
}
"""Reference photos, and where the landmarks of a face are taken to be, in parts of the picture's width and height.

Given, not found: what a detector finds is no part of the version.
"""


def made(recogniser: DlibResNet) -> dict[str, list[float]]:
    """Templates of the references, by photo."""
    found = {}
    for name, points in FACES.items():
        pixels = np.asarray(Image.open(DEMO / "reference" / name).convert("RGB"))
        height, width = pixels.shape[:2]
        landmarks = tuple((x * width, y * height) for x, y in points)
        face = Face(1, Box(0.25 * width, 0.2 * height, 0.5 * width, 0.6 * height), 0.9, landmarks)
        found[name] = [round(float(number), 5) for number in recogniser.embed_reference(pixels, face)]
    return found


def recogniser() -> DlibResNet:
    return DlibResNet(default_store().path(DlibResNet.name))


def golden() -> dict[str, dict[str, list[float]]]:
    return json.loads(GOLDEN.read_text("utf-8"))


def apart(some: dict[str, list[float]], others: dict[str, list[float]]) -> list[float]:
    return [float(np.linalg.norm(np.subtract(some[name], others[name]))) for name in FACES]


def test_the_version_tells_how_templates_are_made():
    versions = golden()
    assert str(DlibResNet.version) in versions, "a new version: write its templates with the command above"
    assert max(apart(made(recogniser()), versions[str(DlibResNet.version)])) < WITHIN, (
        "templates are made in another way than before: raise DlibResNet.version, and schools enrol again"
    )


def test_every_version_makes_other_templates():
    versions = golden()
    for version, templates in versions.items():
        others = [other for name, other in versions.items() if name != version]
        assert all(max(apart(templates, other)) > WITHIN for other in others)


def test_another_way_would_be_seen(monkeypatch: pytest.MonkeyPatch):
    """A cut-out one part in a hundred wider, or one version of a face less, is another way."""
    from pipeline.matching import dlib_resnet, versions
    from pipeline.matching import recogniser as alignment

    expected = golden()[str(DlibResNet.version)]
    with monkeypatch.context() as patch:
        patch.setattr(
            dlib_resnet, "align", lambda pixels, face: alignment.align(pixels, face, alignment.ON_CHIP * 1.01)
        )
        assert max(apart(made(recogniser()), expected)) > WITHIN
    with monkeypatch.context() as patch:
        patch.setattr(dlib_resnet, "versions", lambda chip: versions.versions(chip)[:-1])
        assert max(apart(made(recogniser()), expected)) > WITHIN


if __name__ == "__main__":
    known = golden() if GOLDEN.exists() else {}
    known.setdefault(str(DlibResNet.version), made(recogniser()))
    lines = [
        f' "{version}": {{\n' + ",\n".join(f'  "{name}": {json.dumps(numbers)}' for name, numbers in by_photo.items())
        for version, by_photo in known.items()
    ]
    GOLDEN.write_text("{\n" + "\n },\n".join(lines) + "\n }\n}\n", "utf-8")
