"""Small labelled folders, made for a test."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

HEAD = "file;person_id;x;y;width;height;orientation;face_visible;complete;sibling_of"


def labelled_folder(folder: Path, *rows: str, head: str = HEAD, people: tuple[str, ...] = ("S01", "S02")) -> Path:
    """A folder with a grey reference a person and one grey probe, `probes/1.png`, and these rows."""
    for person in people:
        grey(folder / "gallery" / person / "a.png")
    grey(folder / "probes" / "1.png")
    (folder / "probes.csv").write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return folder


def grey(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), "grey").save(path)
