"""Exports for the tests: golden skeletons with generated pictures, zip files, and posts as plain values."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from consent.messages import Message
from pipeline.published.post import Attachment, Export, Post

GOLDEN = Path(__file__).parent / "golden"


def picture(seed: int, side: int = 16) -> bytes:
    """A small JPEG of coloured squares, another for every seed."""
    squares = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    written = BytesIO()
    Image.fromarray(squares).resize((side, side), Image.Resampling.NEAREST).save(written, "JPEG", quality=90)
    return written.getvalue()


def golden_export(case: str, folder: Path) -> Path:
    """A skeleton with its pictures, in a folder of its own name."""
    target = folder / case
    shutil.copytree(GOLDEN / case / "export", target)
    for seed, name in enumerate((GOLDEN / case / "media.txt").read_text("utf-8").split("\n")[:-1]):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(picture(seed))
    return target


def zipped(folder: Path, target: Path, names: list[str] | None = None) -> Path:
    """The folder, or these files of it, as a zip file."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and (names is None or name in names):
                file.write(path, name)
    return target


def plain(export: Export) -> dict[str, Any]:
    """An export as JSON values, without what is empty."""
    return {
        "posts": [plain_post(post) for post in export.posts],
        "faults": [[fault.file, fault.position, str(fault.reason)] for fault in export.faults],
    }


def plain_post(post: Post) -> dict[str, Any]:
    fields = ["kind", "posted_at", "text", "file", "position", "given_id", "link", "shared_url", "audience"]
    fields += ["comments", "attachments", "problems", "remarks"]
    values = {field: _value(getattr(post, field)) for field in fields}
    return {field: value for field, value in values.items() if value not in (None, "", [])}


def _value(value: Any) -> Any:
    if isinstance(value, tuple) and not isinstance(value, Message):
        return [_value(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Attachment):
        names = ("uri", "kind", "name", "missing", "caption", "taken_on")
        return {name: _value(found) for name in names if (found := getattr(value, name)) not in (None, "")}
    return value if value is None or isinstance(value, int) else str(value)
