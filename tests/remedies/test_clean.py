"""A clean file holds its pixels and nothing else, whatever the photo came with."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw
from PIL.PngImagePlugin import PngInfo

from consent.messages import UserError
from pipeline.photos import FORMATS, OTHER_PICTURES, read_photo
from pipeline.places import DEMO
from pipeline.remedies.clean import as_clean_jpeg, clean, leftovers

LONG_SIDE = 2048
PLANTED = b"Noor-van-der-Proef"
"""Planted everywhere; it must be nowhere in what comes out."""

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><mwg-rs:Name>' + PLANTED + b"</mwg-rs:Name></x:xmpmeta>"


def picture(width: int = 320, height: int = 240) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    planes = [x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)]
    return Image.fromarray(np.stack(planes, axis=2).astype(np.uint8))


def exif() -> bytes:
    """Artist, serial number, place and orientation, with a thumbnail behind them."""
    tags = Image.Exif()
    tags[0x013B], tags[0x010E], tags[0x0112] = PLANTED.decode(), PLANTED.decode(), 6
    tags.get_ifd(0x8769)[0xA431] = PLANTED.decode()
    tags.get_ifd(0x8825)[1] = "N"
    tags.get_ifd(0x8825)[0x1B] = b"ASCII\0\0\0" + PLANTED
    return tags.tobytes() + b"\xff\xd8\xff\xfe" + PLANTED


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + PLANTED


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture().save(out, kind, **options)
    return out.getvalue()


def jpeg() -> bytes:
    """What encoders write and what is put in by hand: IPTC, C2PA, an unknown segment, a JFXX thumbnail, a tail."""
    plain = saved("JPEG", exif=exif(), xmp=XMP, icc_profile=profile(), comment=PLANTED)
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">L", 5 + len(PLANTED))
    iptc += b"\x1c\x02\x78" + struct.pack(">H", len(PLANTED)) + PLANTED
    by_hand = segment(0xED, iptc) + segment(0xEB, b"JP\0\x01\0\0\0\x01jumb" + PLANTED) + segment(0xEF, PLANTED)
    by_hand += segment(0xE0, b"JFXX\0\x10" + PLANTED)
    return plain[:2] + by_hand + plain[2:] + PLANTED


def mpo() -> bytes:
    second = picture(64, 48)
    return saved("MPO", save_all=True, append_images=[second], exif=exif()) + PLANTED


def png() -> bytes:
    texts = PngInfo()
    texts.add_text("Author", PLANTED.decode())
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
    texts.add_text("Comment", PLANTED.decode(), zip=True)
    whole = saved("PNG", pnginfo=texts, exif=exif(), icc_profile=profile())
    body = b"teSt" + PLANTED
    chunk = struct.pack(">L", len(PLANTED)) + body + struct.pack(">L", zlib.crc32(body))
    return whole[:33] + chunk + whole[33:] + PLANTED


def webp() -> bytes:
    return saved("WEBP", exif=exif(), xmp=XMP, icc_profile=profile())


def avif() -> bytes:
    return saved("AVIF", exif=exif(), xmp=XMP, icc_profile=profile())


def heic() -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(out, quality=90, exif=exif(), xmp=XMP)
    return out.getvalue()


def gif() -> bytes:
    return saved("GIF", comment=PLANTED)


PLANTING = {
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif"), jpeg),
    ".png": png,
    ".webp": webp,
    ".avif": avif,
    ".gif": gif,
    **dict.fromkeys((".heic", ".heif", ".hif"), heic),
}


def test_every_format_that_is_read_is_tried():
    assert PLANTING.keys() == FORMATS.keys()


@pytest.mark.parametrize(("ending", "make"), [*PLANTING.items(), (".jpg", mpo)])
def test_nothing_planted_comes_out(ending: str, make):
    content = make()
    assert PLANTED in content
    result = clean(content, f"a{ending}", LONG_SIDE)
    assert PLANTED not in result
    assert leftovers(result) == ()
    again = Image.open(io.BytesIO(result))
    assert again.format == "JPEG"
    assert not again.getexif()
    assert set(again.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert again.getxmp() == {}


def test_the_pixels_are_those_that_are_judged_upright_and_no_larger():
    content = saved("JPEG", exif=exif(), quality=95)
    result = clean(content, "a.jpg", 160)
    judged = read_photo(content, "a.jpg", "a.jpg", 160).pixels
    shown = np.asarray(Image.open(io.BytesIO(result)))
    assert judged is not None
    assert shown.shape == judged.shape == (160, 120, 3)
    assert np.abs(shown.astype(int) - judged).mean() < 3


def test_cleaning_twice_changes_nothing_that_is_not_pixels():
    once = clean(jpeg(), "a.jpg", LONG_SIDE)
    assert leftovers(clean(once, "a.jpg", LONG_SIDE)) == ()


def test_another_colour_space_becomes_srgb():
    """A file whose profile exchanges red and blue is shown with the two exchanged, and published so."""
    content = saved("JPEG", quality=95, icc_profile=swapped_profile())
    before, after = np.asarray(picture()).astype(int), clean(content, "a.jpg", LONG_SIDE)
    shown = np.asarray(Image.open(io.BytesIO(after))).astype(int)
    assert np.abs(shown - before[:, :, ::-1]).mean() < 8 < np.abs(shown - before).mean()


def swapped_profile() -> bytes:
    """sRGB with the colourants of red and blue exchanged: the entries of the tag table point at each other's data."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {bytes(made[i : i + 4]): i for i in range(132, 132 + 12 * struct.unpack(">L", made[128:132])[0], 12)}
    red, blue = at[b"rXYZ"], at[b"bXYZ"]
    made[red : red + 4], made[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(made)


def test_a_useless_profile_is_passed_over():
    content = saved("JPEG", quality=95, icc_profile=PLANTED * 20)
    shown = np.asarray(Image.open(io.BytesIO(clean(content, "a.jpg", LONG_SIDE)))).astype(int)
    assert np.abs(shown - np.asarray(picture())).mean() < 3


@pytest.mark.parametrize("ending", sorted(OTHER_PICTURES | {".mp4", ".txt", ""}))
def test_what_an_audit_would_hold_is_refused(ending: str):
    with pytest.raises(UserError, match="cannot be used"):
        clean(jpeg(), f"a{ending}", LONG_SIDE)


def test_a_real_photo_with_its_place():
    file = next(f for f in sorted((DEMO / "event").iterdir()) if 0x8825 in exif_of(f))
    result = clean(file.read_bytes(), file.name, LONG_SIDE)
    assert not Image.open(io.BytesIO(result)).getexif()


def exif_of(file: Path) -> Image.Exif:
    with Image.open(file) as image:
        return image.getexif()


@given(
    marker=st.sampled_from([*range(0xE1, 0xF0), 0xFE, 0xF5]),
    body=st.binary(max_size=200),
    tail=st.binary(max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_any_segment_and_any_tail_is_seen(marker: int, body: bytes, tail: bytes):
    result = as_clean_jpeg(np.zeros((16, 16, 3), np.uint8))
    assert leftovers(result[:2] + segment(marker, body) + result[2:])
    assert bool(leftovers(result + tail)) == bool(tail)
    assert leftovers(result[: len(result) - 2 - len(tail)])


@given(content=st.binary(max_size=400), start=st.booleans())
def test_arbitrary_bytes_are_never_clean_by_accident(content: bytes, start: bool):
    assert leftovers((b"\xff\xd8" if start else b"") + content)


def test_a_thumbnail_in_the_header_is_seen():
    result = as_clean_jpeg(np.zeros((16, 16, 3), np.uint8))
    thumbnail = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01\x00\x00\x00")
    assert leftovers(result[:2] + thumbnail + result[20:]) == ("segment E0",)
    assert leftovers(result[:20] + result[2:20] + result[20:]) == ("segment E0",)


def test_a_file_that_is_not_clean_is_not_handed_out(monkeypatch: pytest.MonkeyPatch):
    content = jpeg()

    def chatty(self: Image.Image, out: io.BytesIO, *_: object, **__: object) -> None:
        out.write(content)

    monkeypatch.setattr(Image.Image, "save", chatty)
    with pytest.raises(UserError, match="not clean"):
        as_clean_jpeg(np.zeros((240, 320, 3), np.uint8))


def test_a_thumbnail_of_before_is_gone():
    """The small picture in EXIF may show what was cut away since; it must not travel along."""
    small = Image.new("RGB", (32, 32), "red")
    ImageDraw.Draw(small).ellipse((4, 4, 28, 28), fill="yellow")
    out = io.BytesIO()
    small.save(out, "JPEG")
    with_thumbnail = saved("JPEG", exif=exif() + out.getvalue())
    assert out.getvalue() in with_thumbnail
    assert clean(with_thumbnail, "a.jpg", LONG_SIDE).count(b"\xff\xd8\xff") == 1
