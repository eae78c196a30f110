"""All that may hide in a photo (what_hides.yaml), each in a file of its own: read, damaged and cleaned."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import av
import numpy as np
import pillow_heif
import pytest
import yaml
from PIL import Image, ImageDraw

from consent.findings import Outcome
from consent.hidden import Hides
from consent.messages import UserError
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import ConsentRegister
from pipeline.judged import Publication, judged
from pipeline.metadata.hidden import Hidden
from pipeline.metadata.reading import hidden_in, read_hidden
from pipeline.metadata.sidecars import read_sidecar
from pipeline.metadata.words import KINDS, by_kind
from pipeline.naming import NamesFile
from pipeline.photos import read_photo
from pipeline.remedies.clean import clean, leftovers
from tests.metadata import made
from tests.pipeline.seen import seen

LONG_SIDE = 2048
EXIFTOOL = shutil.which("exiftool")
PROTOCOL = load_protocol("ooh-2019")
REGISTER = ConsentRegister(
    {"S01": Person("S01", Role.PUPIL, "Noor", "van der", "Proef")}, (), PROTOCOL.parameters.validity
)
DAY = date(2026, 10, 14)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the list, with what the table says of it."""

    item: str
    told: str
    cut: str
    overwritten: str
    written_by: str = "exiftool"
    write: tuple[str, ...] = ()
    text: str = ""
    mark: str | int = "NAME"

    @property
    def ending(self) -> str:
        return ".heic" if self.written_by.startswith("heic") else ".jpg"

    @property
    def mark_bytes(self) -> bytes:
        if isinstance(self.mark, int):
            return self.mark.to_bytes(16)
        return {"NAME": made.NAME.encode(), "BEFORE": before()[20:], "SECOND": second()[20:]}.get(
            self.mark, self.mark.encode()
        )


ITEMS = [Item(**values) for values in yaml.safe_load(Path(__file__).with_name("what_hides.yaml").read_text("utf-8"))]


def picture(width: int = 320, *, both: bool = False) -> Image.Image:
    """Somebody on a lawn; with `both` somebody else as well, who was not to be seen."""
    image = Image.new("RGB", (width, width * 3 // 4), "green")
    for left, colour in ((0.1, "yellow"), (0.6, "pink"))[: 1 + both]:
        ImageDraw.Draw(image).ellipse((left * width, 0.2 * width, (left + 0.3) * width, 0.5 * width), fill=colour)
    return image


@cache
def before() -> bytes:
    return made.saved("JPEG", picture(160, both=True))


@cache
def second() -> bytes:
    return made.saved("JPEG", picture(64, both=True))


@cache
def plain() -> bytes:
    return made.saved("JPEG", picture())


# What exiftool does not write: by Pillow, PyAV and pillow-heif, and byte for byte as the specification of C2PA has it.


def comment() -> bytes:
    return made.saved("JPEG", picture(), comment=made.NAME)


def c2pa() -> bytes:
    """A manifest store (C2PA 2.1, 11.1) that names who made it, in the segment for such boxes (JPEG XT, part 3)."""

    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", 8 + len(body)) + kind + body

    uuid = b"c2pa" + bytes.fromhex("00110010800000aa00389b71")
    says = box(b"json", json.dumps({"author": [{"name": made.NAME}]}).encode())
    store = box(b"jumb", box(b"jumd", uuid + b"\x03c2pa\0") + says)
    return made.with_segments(plain(), made.segment(0xEB, b"JP" + struct.pack(">HL", 1, 1) + store))


def motion() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        video = film.add_stream("mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            film.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8))))
        film.mux(video.encode())
    return plain() + out.getvalue()


def two_pictures() -> bytes:
    return plain() + second()


def heic(**options: object) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(out, quality=90, **options)
    return out.getvalue()


def heic_exif() -> bytes:
    tags = Image.Exif()
    tags[0x013B] = made.NAME
    return heic(exif=tags.tobytes())


def heic_xmp() -> bytes:
    return heic(xmp=made.XMP)


MADE: Mapping[str, Callable[[], bytes]] = {
    "comment": comment,
    "c2pa": c2pa,
    "motion": motion,
    "second": two_pictures,
    "heic_exif": heic_exif,
    "heic_xmp": heic_xmp,
    "google": lambda: json.dumps({"title": "a.jpg", "people": [{"name": made.NAME}]}).encode(),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The file of each item, by its name; those of exiftool written by one call of it."""
    folder = tmp_path_factory.mktemp("what_hides")
    (folder / "before.jpg").write_bytes(before())
    content = {item.item: MADE[item.written_by]() for item in ITEMS if item.written_by in MADE}
    by_exiftool = {item.item: folder / f"{n}.jpg" for n, item in enumerate(ITEMS) if item.written_by == "exiftool"}
    if EXIFTOOL is not None:
        lines: list[str] = []
        for item in ITEMS:
            if (path := by_exiftool.get(item.item)) is not None:
                path.write_bytes(plain())
                asked = (
                    one.replace("NAME", made.NAME).replace("BEFORE", str(folder / "before.jpg")) for one in item.write
                )
                lines += ["-q", "-overwrite_original", *asked, str(path), "-execute"]
        (folder / "asked").write_text("\n".join(lines) + "\n", "utf-8")
        subprocess.run([EXIFTOOL, "-@", str(folder / "asked")], check=True, timeout=60)
        content |= {name: path.read_bytes() for name, path in by_exiftool.items()}
    return content


@pytest.fixture(params=ITEMS, ids=lambda item: item.item)
def item(request: pytest.FixtureRequest, files: dict[str, bytes]) -> Item:
    if request.param.item not in files:
        pytest.skip("exiftool is not installed (Debian: libimage-exiftool-perl)")
    return request.param


def read(item: Item, content: bytes, folder: Path) -> tuple[Hidden, ...]:
    """What is told of a photo with this content, or of the file beside it."""
    if item.written_by == "google":
        (folder / "a.jpg.json").write_bytes(content)
        return read_sidecar(folder / "a.jpg.json")
    pixels = read_photo(content, f"a{item.ending}", "a", LONG_SIDE).pixels
    return read_hidden(content) if pixels is None else hidden_in(content, pixels)


def kinds(found: tuple[Hidden, ...]) -> str:
    return " ".join(sorted({one.kind.value for one in found}))


def test_it_is_read_and_shown(item: Item, files: dict[str, bytes], tmp_path: Path) -> None:
    found = read(item, files[item.item], tmp_path)
    kind, field = item.told.split(" ", 1)
    assert (kind, field, item.text.replace("NAME", made.NAME)) in {
        (one.kind.value, f"{one.where} {one.name}", one.text) for one in found
    }
    assert (KINDS[Hides(kind)], field) in [
        (told, where) for told, wheres in by_kind(found) for where in wheres.split(", ")
    ]
    verdict = judged(
        Publication("facebook", DAY, PROTOCOL, REGISTER, DAY),
        "a.jpg",
        replace(seen(), hidden=found),
        (),
        names=NamesFile(),
    ).verdict
    named = {
        finding.person_id for finding in verdict.findings if finding.rule == "R12" and finding.outcome is Outcome.ADVICE
    }
    assert ("S01" in named) == bool(item.text)


def test_damaged_it_is_told_or_nothing_and_stops_nothing(item: Item, files: dict[str, bytes], tmp_path: Path) -> None:
    content, mark = files[item.item], item.mark_bytes
    at = content.index(mark)
    half = len(mark) // 2
    cut = content[: at + half]
    overwritten = content[:at] + b"\xff" * len(mark) + content[at + len(mark) :]
    assert kinds(read(item, cut, tmp_path)) == item.cut
    assert kinds(read(item, overwritten, tmp_path)) == item.overwritten
    for damaged in (cut, overwritten):
        if item.written_by != "google":
            try:
                assert read_hidden(clean(damaged, f"a{item.ending}", LONG_SIDE)) == ()
            except UserError:
                assert damaged is cut


def test_the_clean_copy_has_none_of_it(item: Item, files: dict[str, bytes]) -> None:
    content = plain() if item.written_by == "google" else files[item.item]
    copy = clean(content, f"a{item.ending}", LONG_SIDE)
    assert item.mark_bytes in files[item.item] and item.mark_bytes not in copy
    assert read_hidden(copy) == () and leftovers(copy) == ()
    assert made.NAME.encode() not in copy and copy.count(b"\xff\xd8\xff") == 1


@pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)")
def test_exiftool_finds_nothing_in_the_clean_copies(files: dict[str, bytes], tmp_path: Path) -> None:
    """A reader that is not ours; what it wrote itself shows that it would tell."""
    dull = {"ExifTool", "System", "File", "JFIF", "Composite"}
    for number, item in enumerate(ITEMS):
        if item.written_by != "google":
            (tmp_path / f"{number}.{item.written_by}{item.ending}").write_bytes(files[item.item])
            (tmp_path / f"{number}.clean.jpg").write_bytes(clean(files[item.item], f"a{item.ending}", LONG_SIDE))
    asked = [str(EXIFTOOL), "-json", "-G1", "-a", str(tmp_path)]
    told = {
        Path(one.pop("SourceFile")).name: {key for key in one if key.split(":")[0] not in dull or key == "File:Comment"}
        for one in json.loads(subprocess.run(asked, check=True, timeout=60, capture_output=True).stdout)
    }
    for name, fields in told.items():
        if ".clean." in name:
            assert not fields, name
        elif ".exiftool." in name:
            assert fields, name
