"""What a comparison of faces rests on, as one digest: the recogniser's model, the rules of naming, the libraries."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from pipeline.models.store import ModelStore

CODE = tuple(
    Path(__file__).with_name(name)
    for name in ("dlib_resnet.py", "gallery.py", "identification.py", "quality.py", "recogniser.py", "versions.py")
)
"""The program's own part in it."""

LIBRARIES = ("numpy", "onnxruntime", "opencv-contrib-python", "scipy")
"""What cuts out a face, describes it and measures distances."""

CALIBRATING = (
    *(Path(__file__).with_name(name) for name in ("calibration.py", "degrade.py", "trials.py")),
    *(Path(__file__).parents[1] / name for name in ("calibrating.py", "enrolment.py")),
)
"""The program's own part in measuring how often that errs."""


def matching_basis(models: ModelStore, recogniser: str) -> str:
    """SHA-256 over model, code and libraries: what was found under another one need not hold any more."""
    libraries = [version(name) for name in LIBRARIES]
    return _digest([models.model(recogniser).sha256, libraries, _files(CODE)])


def calibration_basis(observations: str, matching: str) -> str:
    """SHA-256 over what a calibration's figures rest on: the digests of seeing and of matching, and its own code."""
    return _digest([observations, matching, _files(CALIBRATING)])


def _files(paths: Iterable[Path]) -> list[str]:
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]


def _digest(parts: list[object]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
