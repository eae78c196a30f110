"""What a comparison of faces rests on, as one digest: the recogniser's model, and the rules of naming."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pipeline.models.store import ModelStore

CODE = tuple(
    Path(__file__).with_name(name)
    for name in ("dlib_resnet.py", "gallery.py", "identification.py", "quality.py", "recogniser.py", "versions.py")
)
"""The program's own part in it."""


def matching_basis(models: ModelStore, recogniser: str) -> str:
    """SHA-256 over the model and the code: what was measured under another one need not hold any more."""
    code = [hashlib.sha256(path.read_bytes()).hexdigest() for path in CODE]
    return hashlib.sha256(json.dumps([models.model(recogniser).sha256, code]).encode()).hexdigest()
