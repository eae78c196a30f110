"""What hides in files is found, told once, and gone from the copy that is published."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from consent.hidden import Hides
from pipeline.metadata.hidden import MOST_ENTRIES, MOST_LETTERS, Hidden, read_part
from pipeline.metadata.png import read_png
from pipeline.metadata.reading import hidden_in, read_hidden
from pipeline.photos import read_photo
from pipeline.places import DEMO
from pipeline.remedies.clean import clean
from tests.metadata import made

LONG_SIDE = 2048


def found(content: bytes) -> set[tuple[str, str, str]]:
    return {(one.kind.value, f"{one.where} {one.name}", one.text) for one in read_hidden(content)}


def kinds(content: bytes) -> set[Hides]:
    return {one.kind for one in read_hidden(content)}


EXIF = {
    ("text", "EXIF ImageDescription", "Sportdag"),
    ("person", "EXIF Artist", "Jan Proef"),
    ("person", "EXIF XPAuthor", "Piet Proef"),
    ("text", "EXIF XPComment", "Noor rent"),
    ("moment", "EXIF DateTimeOriginal", ""),
    ("person", "EXIF CameraOwnerName", made.NAME),
    ("device", "EXIF BodySerialNumber", ""),
    ("device", "EXIF MakerNote", ""),
    ("text", "EXIF UserComment", "één"),
    ("place", "EXIF GPSLatitude", ""),
    ("place", "EXIF GPSLongitude", ""),
    ("place", "EXIF GPSAreaInformation", "bij Noor thuis"),
}
XMP = {
    ("person", "XMP dc:creator", "Jan Proef"),
    ("text", "XMP dc:description", "Sportdag"),
    ("text", "XMP dc:subject", "Noor"),
    ("text", "XMP dc:subject", "sportdag"),
    ("text", "XMP lr:hierarchicalSubject", "Personen|Noor"),
    ("text", "XMP digiKam:TagsList", "Personen/Noor"),
    ("person", "XMP Iptc4xmpExt:PersonInImage", made.NAME),
    ("place", "XMP photoshop:City", "Proefdorp"),
    ("place", "XMP exif:GPSLatitude", ""),
    ("text", "XMP class", "groep van Noor"),
}
OWN = {
    ".jpg": {
        ("text", "JPEG COM", "een opmerking"),
        ("text", "IPTC Keywords", made.NAME),
        ("text", "IPTC Keywords", "sportdag"),
        ("text", "IPTC Caption-Abstract", "Noor op de mat"),
        ("person", "IPTC By-line", "Jan Proef"),
        ("place", "IPTC City", "Proefdorp"),
        ("other", "IPTC OriginalTransmissionReference", ""),
        ("origin", "C2PA JUMBF", ""),
        ("picture", "XMP GDepth:Data", ""),
        ("thumbnail", "EXIF IFD1", ""),
        ("other", "JPEG APP5", ""),
        ("film", "JPEG MP4", ""),
    },
    ".png": {
        ("person", "PNG Author", "Jan Proef"),
        ("text", "PNG Comment", "Noor rent"),
        ("text", "PNG Title", "Sportdag é"),
        ("moment", "PNG tIME", ""),
        ("origin", "C2PA JUMBF", ""),
        ("other", "PNG teSt", ""),
        ("other", "PNG bytes after the end", ""),
    },
    ".webp": {("origin", "C2PA JUMBF", "")},
    ".avif": {("origin", "C2PA JUMBF", "")},
    ".heic": {("film", "HEIF mpvd", "")},
}


@cache
def whole(ending: str) -> bytes:
    return made.WHOLE[ending]()


@pytest.mark.parametrize("ending", made.WHOLE)
def test_all_that_a_file_hides_is_told_and_nothing_else(ending: str) -> None:
    assert found(whole(ending)) == EXIF | XMP | OWN[ending]


@pytest.mark.parametrize("ending", made.WHOLE)
def test_the_copy_that_is_published_hides_nothing(ending: str) -> None:
    assert len(kinds(whole(ending))) >= 6
    assert read_hidden(clean(whole(ending), f"a{ending}", LONG_SIDE)) == ()


def test_a_second_picture_is_told_and_not_published() -> None:
    assert found(made.mpo()) == {("picture", "JPEG MPO", "")}
    assert read_hidden(clean(made.mpo(), "a.jpg", LONG_SIDE)) == ()


@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (made.FILM, {("film", "JPEG MP4", "")}),
        (b"abcMotionPhoto_Data" + made.FILM[40:], {("film", "JPEG MotionPhoto_Data", "")}),
        (made.saved("JPEG") + made.FILM, {("film", "JPEG MP4", ""), ("picture", "JPEG MPO", "")}),
        (b"\xff\xd8\xff\xe0 no picture", {("other", "JPEG bytes after the end", "")}),
        (b"Noor", {("other", "JPEG bytes after the end", "")}),
        (bytes(64), set()),
        (b"", set()),
    ],
)
def test_what_lies_behind_the_picture(tail: bytes, told: set[tuple[str, str, str]]) -> None:
    assert found(made.saved("JPEG") + tail) == told
    assert found(made.saved("JPEG", progressive=True) + tail) == told


def test_a_heic_of_a_phone_tells_that_it_has_small_copies() -> None:
    assert ("thumbnail", "HEIF thmb", "") in found(made.heic(thumbnails=[64]))


def test_a_long_xmp_packet_is_joined_and_one_with_a_part_missing_is_not_readable() -> None:
    plain = made.saved("JPEG")
    parts = made.more_xmp(made.XMP)
    assert found(made.with_segments(plain, parts)) == XMP
    first = parts[: 4 + int.from_bytes(parts[2:4]) - 2]
    assert found(made.with_segments(plain, first)) == {("unreadable", "XMP ", "")}


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.filterwarnings("ignore:Truncated File Read")  # Pillow says so of the same bytes
@pytest.mark.parametrize(
    ("where", "content"),
    [
        ("XMP", made.saved("JPEG", xmp=made.XMP[:-200])),
        ("XMP", made.saved("JPEG", xmp=BOMB)),
        ("XMP", made.saved("JPEG", xmp=OUTSIDE)),
        ("EXIF", made.with_segments(made.saved("JPEG"), made.segment(0xE1, b"Exif\0\0nothing"))),
        ("EXIF", made.with_segments(made.saved("JPEG"), made.segment(0xE1, made.exif()[:60]))),
        ("EXIF", made.with_segments(made.saved("JPEG"), made.segment(0xE1, made.exif()[:-20]))),
        ("IPTC", made.with_segments(made.saved("JPEG"), made.segment(0xED, made.iptc()[:-9]))),
        ("PNG", made.png()[:33] + made.chunk(b"zTXt", b"Comment\0\0damaged") + made.png()[33:]),
    ],
)
def test_what_cannot_be_read_is_told_because_it_may_hold_a_name(where: str, content: bytes) -> None:
    told = [one for one in read_hidden(content) if one.kind is Hides.UNREADABLE]
    assert [one.where for one in told] == [where]


def test_what_grows_without_end_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.metadata.png.MOST_BYTES", 1_000_000)
    plain = made.saved("PNG")
    for size, told in ((900_000, "text"), (1_100_000, "unreadable")):
        packed = made.chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * size, 9))
        assert [one.kind for one in read_part("PNG", lambda c: read_png(c, None), plain[:33] + packed)] == [told]


def test_more_than_any_program_writes_is_told_as_not_read() -> None:
    comments = [made.segment(0xFE, b"%d" % number) for number in range(MOST_ENTRIES + 50)]
    told = read_hidden(made.with_segments(made.saved("JPEG"), *comments))
    assert len(told) == MOST_ENTRIES + 1 and told[-1].kind is Hides.UNREADABLE
    long = [made.segment(0xFE, b"%d" % number + b"a" * 60_000) for number in range(3)]
    told = read_hidden(made.with_segments(made.saved("JPEG"), *long))
    assert sum(len(one.text) for one in told) <= MOST_LETTERS and told[-1].kind is Hides.UNREADABLE


def test_a_camera_s_empty_fields_are_nothing() -> None:
    tags = Image.Exif()
    tags[0x010E], tags[0x013B], tags[0x0132] = "   ", "", "0000:00:00 00:00:00"
    tags.get_ifd(0x8769)[0x9286] = bytes(64)
    assert found(made.saved("JPEG", exif=tags.tobytes())) == set()


def test_letters_of_windows_are_read_too() -> None:
    content = made.with_segments(made.saved("JPEG"), made.segment(0xFE, "Zoë".encode("cp1252")))
    assert found(content) == {("text", "JPEG COM", "Zoë")}


def test_no_words_are_shown_where_an_entry_is_printed() -> None:
    assert made.NAME not in repr(read_hidden(whole(".jpg")))


def test_the_photos_of_the_demo_that_know_their_place() -> None:
    told = {p.name for p in (DEMO / "event").iterdir() if Hides.PLACE in kinds(p.read_bytes())}
    assert told == {"IMG_2002.jpg", "IMG_2018.jpg", "IMG_2024.jpg"}


# Small copies.


def shown(content: bytes) -> list[Hidden]:
    pixels = read_photo(content, "a.jpg", "a.jpg", LONG_SIDE).pixels
    assert pixels is not None
    return [one for one in hidden_in(content, pixels) if one.where == "EXIF"]


@cache
def event(name: str) -> Image.Image:
    return Image.open(DEMO / "event" / name).convert("RGB")


def with_small(image: Image.Image, small: Image.Image) -> bytes:
    small = small.copy()
    small.thumbnail((160, 160))
    return made.with_segments(
        made.saved("JPEG", image), made.segment(0xE1, made.exif_with_thumbnail(made.saved("JPEG", small)))
    )


def cut(image: Image.Image) -> Image.Image:
    return image.crop((image.width // 20, 0, image.width, image.height))


CHANGES: dict[str, tuple[Callable[[Image.Image], Image.Image], Hides]] = {
    "as it was": (lambda image: image, Hides.THUMBNAIL),
    "turned by a program": (lambda image: image.transpose(Image.Transpose.ROTATE_90), Hides.THUMBNAIL),
    "made smaller": (lambda image: image.resize((640, 480)), Hides.THUMBNAIL),
    "a twentieth cut off": (cut, Hides.BEFORE),
    "another photo": (lambda image: event("IMG_2010.jpg"), Hides.BEFORE),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_small_copy_from_before_is_told_apart(change: str) -> None:
    changed, kind = CHANGES[change]
    image = event("IMG_2003.jpg")
    assert shown(with_small(changed(image), image)) == [Hidden(kind, "EXIF", "IFD1")]


def test_a_face_that_was_covered_is_still_on_the_small_copy() -> None:
    image = event("IMG_2001.jpg")
    covered = np.array(image)
    covered[466:580, 214:313] = 128  # the face of S01, as demo/truth.json has it
    assert shown(with_small(Image.fromarray(covered), image)) == [Hidden(Hides.BEFORE, "EXIF", "IFD1")]


def test_a_small_copy_that_cannot_be_opened_is_told_as_that() -> None:
    content = made.with_segments(made.saved("JPEG"), made.segment(0xE1, made.exif_with_thumbnail(b"no picture")))
    assert shown(content) == [Hidden(Hides.UNREADABLE, "EXIF", "IFD1")]


# Nothing is so damaged that the program falls over it.


@given(content=st.binary(max_size=300), start=st.sampled_from([b"", *(whole(ending)[:40] for ending in made.WHOLE)]))
@settings(max_examples=100, deadline=None)
def test_arbitrary_bytes_never_end_the_program(content: bytes, start: bytes) -> None:
    assert isinstance(read_hidden(start + content), tuple)


@given(ending=st.sampled_from(sorted(made.WHOLE)), data=st.data())
@settings(max_examples=100, deadline=None)
def test_damaged_files_never_end_the_program(ending: str, data: st.DataObject) -> None:
    content = bytearray(whole(ending))
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    assert isinstance(read_hidden(bytes(content[: data.draw(st.integers(0, len(content)))])), tuple)


# As another program writes it.

EXIFTOOL = shutil.which("exiftool")


@pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed (Debian: libimage-exiftool-perl)")
@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp"])
def test_what_exiftool_writes_is_read(tmp_path: Path, ending: str) -> None:
    photo = tmp_path / f"a{ending}"
    photo.write_bytes(made.saved({".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}[ending], made.picture(1600, 1200)))
    written = (
        "-EXIF:GPSLatitude=52.3",
        "-EXIF:GPSLatitudeRef=N",
        "-EXIF:Artist=Jan Proef",
        "-EXIF:OwnerName=Piet Proef",
        "-EXIF:UserComment=één",
        "-XMP-iptcExt:PersonInImage=Noor Proef",
        "-XMP-digiKam:TagsList=Personen/Noor",
        "-RegionInfo={AppliedToDimensions={W=1600,H=1200,Unit=pixel},RegionList=[{Name=Noor Proef,Type=Face,"
        "Area={X=0.5,Y=0.4,W=0.1,H=0.2,Unit=normalized}}]}",
        "-RegionInfoMP={Regions=[{PersonDisplayName=Bas Proef,Rectangle=0.1|, 0.2|, 0.3|, 0.4}]}",
        *(("-IPTC:Keywords=Noor Proef", "-Comment=opmerking") if ending == ".jpg" else ()),
    )
    subprocess.run([str(EXIFTOOL), "-q", "-overwrite_original", *written, str(photo)], check=True, timeout=60)
    told = read_hidden(photo.read_bytes())
    assert {(one.name, one.text) for one in told} >= {
        ("GPSLatitude", ""),
        ("Artist", "Jan Proef"),
        ("CameraOwnerName", "Piet Proef"),
        ("UserComment", "één"),
        ("Iptc4xmpExt:PersonInImage", "Noor Proef"),
        ("digiKam:TagsList", "Personen/Noor"),
        *((("Keywords", "Noor Proef"), ("COM", "opmerking")) if ending == ".jpg" else ()),
    }
    places = {one.name: one.areas for one in told if one.areas}
    assert places["mwg-rs:Name"] == (pytest.approx((0.45, 0.3, 0.1, 0.2)),)
    assert places["MPReg:PersonDisplayName"] == (pytest.approx((0.1, 0.2, 0.3, 0.4)),)
    assert not any(one.kind is Hides.UNREADABLE for one in told)
    assert read_hidden(clean(photo.read_bytes(), photo.name, LONG_SIDE)) == ()
