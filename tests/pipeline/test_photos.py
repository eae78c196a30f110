"""Reading photos: every format comes out upright and alike, and a bad file is held with its own reason."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, UnidentifiedImageError

from consent.messages import UserError
from pipeline.photos import FORMATS, MOVING, OTHER_PICTURES, Photo, file_digest, find_photos, load_photo

LONG_SIDE = 2048
WIDTH, HEIGHT = 320, 240
ORIENTATION = 0x0112

Transpose = Image.Transpose
TURNS = {
    1: None,
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
"""What a viewer does to the stored picture for each orientation (EXIF 2.3, tag 274)."""


def gradient(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A picture whose corners all differ, smooth enough to survive a lossy format."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [x * 255 // width, y * 255 // height, (x + y) * 255 // (width + height)]
    return Image.fromarray(np.stack(planes, axis=2).astype(np.uint8))


def noise(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A picture that does not compress, so that a tenth of the file is a tenth of the picture."""
    return Image.fromarray(np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8))


def by_pillow(kind: str, **options: object) -> Callable[..., bytes]:
    def encode(image: Image.Image, exif: bytes = b"") -> bytes:
        written = io.BytesIO()
        image.save(written, kind, **options, **({"exif": exif} if exif else {}))
        return written.getvalue()

    return encode


def heic(image: Image.Image, exif: bytes = b"") -> bytes:
    written = io.BytesIO()
    pillow_heif.from_pillow(image).save(written, quality=90, **({"exif": exif} if exif else {}))
    return written.getvalue()


ENCODERS = {
    ".jpg": by_pillow("JPEG", quality=95),
    ".jpeg": by_pillow("JPEG", quality=95, progressive=True),
    ".png": by_pillow("PNG"),
    ".webp": by_pillow("WEBP", quality=95),
    ".avif": by_pillow("AVIF", quality=95),
    ".heic": heic,
}

every_format = pytest.mark.parametrize("ending", ENCODERS)


def load(folder: Path, ending: str, content: bytes, long_side: int = LONG_SIDE) -> Photo:
    path = folder / f"photo{ending}"
    path.write_bytes(content)
    return load_photo(path, path.name, long_side)


def reason(photo: Photo) -> str:
    assert photo.pixels is None, "the photo was not held"
    return str(photo.problem)


def difference(pixels: np.ndarray, expected: Image.Image) -> float:
    """Mean difference of two pictures in grey levels, after checking that they are of one size."""
    assert pixels.shape == (expected.height, expected.width, 3)
    assert pixels.dtype == np.uint8
    return float(np.abs(pixels.astype(int) - np.asarray(expected).astype(int)).mean())


# What can be read.


@every_format
def test_every_format_shows_the_same_picture(ending: str, tmp_path: Path):
    content = ENCODERS[ending](gradient())
    photo = load(tmp_path, ending, content)
    assert difference(photo.pixels, gradient()) < 1.5, photo.problem
    assert photo.sha256 == file_digest(tmp_path / f"photo{ending}")


@every_format
@pytest.mark.parametrize("orientation", TURNS)
def test_every_orientation_comes_upright(ending: str, orientation: int, tmp_path: Path):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    photo = load(tmp_path, ending, ENCODERS[ending](gradient(), exif=exif.tobytes()))
    turn = TURNS[orientation]
    upright = gradient() if turn is None else gradient().transpose(turn)
    assert difference(photo.pixels, upright) < 1.5


@pytest.mark.parametrize("ending", [ending for ending in FORMATS if FORMATS[ending] == FORMATS[".jpg"]])
@pytest.mark.parametrize("change", [str.lower, str.upper])
def test_an_ending_is_known_in_capitals_too(ending: str, change: Callable[[str], str], tmp_path: Path):
    assert load(tmp_path, change(ending), ENCODERS[".jpg"](gradient())).problem is None


def test_what_some_telephones_call_jpeg_is_read(tmp_path: Path):
    written = io.BytesIO()
    gradient().save(written, "MPO", save_all=True, append_images=[gradient(40, 30)], quality=95)
    assert difference(load(tmp_path, ".jpg", written.getvalue()).pixels, gradient()) < 1.5


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((2049, 100), (2048, 100)),
        ((4200, 4200), (2048, 2048)),
        ((4500, 3000), (2048, 1365)),
        ((100, 9000), (23, 2048)),
        ((2048, 2048), (2048, 2048)),
        ((1, 1), (1, 1)),
        ((1, 5000), (1, 2048)),
    ],
)
@pytest.mark.parametrize("ending", [".jpg", ".png"])
def test_a_large_picture_is_made_as_small_as_it_is_published(
    ending: str, size: tuple[int, int], expected: tuple[int, int], tmp_path: Path
):
    whole = gradient(*size)
    photo = load(tmp_path, ending, ENCODERS[ending](whole))
    assert photo.pixels.shape == (expected[1], expected[0], 3)
    # A JPEG is decoded at a reduced scale; that must not show.
    assert difference(photo.pixels, whole.resize(expected, Image.Resampling.LANCZOS)) < 2


def test_the_long_side_is_the_one_after_turning(tmp_path: Path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    photo = load(tmp_path, ".jpg", ENCODERS[".jpg"](gradient(400, 100), exif=exif.tobytes()), long_side=200)
    assert photo.pixels.shape == (200, 50, 3)


def grey(image: Image.Image) -> Image.Image:
    return image.convert("L").convert("RGB")


def sixteen_bit(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


MODES = {
    "greyscale": (lambda image: image.convert("L"), ".png", grey, 1),
    "greyscale jpeg": (lambda image: image.convert("L"), ".jpg", grey, 1.5),
    "16-bit greyscale": (sixteen_bit, ".png", grey, 1),
    "palette": (lambda image: image.quantize(256), ".png", lambda image: image.quantize(256).convert("RGB"), 0),
    "opaque alpha": (lambda image: image.convert("RGBA"), ".png", lambda image: image, 0),
    "grey and opaque alpha": (lambda image: image.convert("LA"), ".png", grey, 1),
    "cmyk": (lambda image: image.convert("CMYK"), ".jpg", lambda image: image, 3),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_kind_of_pixel_becomes_eight_bits_of_colour(mode: str, tmp_path: Path):
    convert, ending, expected, tolerance = MODES[mode]
    photo = load(tmp_path, ending, ENCODERS[ending](convert(gradient())))
    assert photo.problem is None
    assert difference(photo.pixels, expected(gradient())) <= tolerance


def test_dark_sixteen_bit_grey_is_not_cut_off(tmp_path: Path):
    dim = np.asarray(gradient().convert("L")).astype(np.uint16) * 16  # 12 bits in 16, as scanners write
    photo = load(tmp_path, ".png", ENCODERS[".png"](Image.fromarray(dim)))
    assert difference(photo.pixels, grey(gradient())) < 3


def with_hole(mode: str) -> Image.Image:
    image = gradient().convert("RGBA")
    image.paste((10, 20, 30, 128), (64, 64, 128, 128))
    return image.convert(mode)


@pytest.mark.parametrize(
    ("ending", "image"),
    [
        (".png", with_hole("RGBA")),
        (".png", with_hole("LA")),
        (".webp", with_hole("RGBA")),
        (".avif", with_hole("RGBA")),
        (".heic", with_hole("RGBA")),
        (".png", Image.new("RGBA", (50, 50), (0, 0, 0, 0))),
    ],
)
def test_a_see_through_picture_is_held(ending: str, image: Image.Image, tmp_path: Path):
    assert "see-through" in reason(load(tmp_path, ending, ENCODERS[ending](image)))


def test_a_see_through_colour_of_a_palette_is_held(tmp_path: Path):
    content = by_pillow("PNG", transparency=0)(gradient().quantize(16))
    assert "see-through" in reason(load(tmp_path, ".png", content))


# What cannot.

NO_PICTURE = "The file is not a picture, or it is damaged."
DAMAGED = "The file is damaged or incomplete and cannot be shown whole."


@every_format
def test_a_truncated_file_is_held_wherever_it_breaks_off(ending: str, tmp_path: Path):
    content = ENCODERS[ending](noise())
    assert load(tmp_path, ending, content).problem is None
    for tenth in range(1, 10):
        why = reason(load(tmp_path, ending, content[: len(content) * tenth // 10]))
        assert why in (NO_PICTURE, DAMAGED), (tenth, why)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    written = io.BytesIO()
    gradient().save(written, kind, save_all=True, append_images=[noise(), gradient()])
    return written.getvalue()


MP4 = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100

BAD = {
    "empty": (".jpg", b"", "The file is empty."),
    "random": (".jpg", np.random.default_rng(3).bytes(5000), NO_PICTURE),
    "text": (".jpg", "Foto’s staan op school.\n".encode() * 50, NO_PICTURE),
    "one byte": (".heic", b"\xff", NO_PICTURE),
    "png by another name": (".jpg", ENCODERS[".png"](gradient()), "called .jpg, but it is PNG"),
    "heic by another name": (".jpg", heic(gradient()), "called .jpg, but it is HEIF"),
    "jpeg by another name": (".heic", ENCODERS[".jpg"](gradient()), "called .heic, but it is JPEG"),
    "picture without ending": ("", ENCODERS[".jpg"](gradient()), "called ?, but it is JPEG"),
    "tiff by another name": (".jpg", by_pillow("TIFF")(gradient()), "called .jpg, but it is TIFF"),
    "bomb": (".png", png_claiming(30_000, 30_000), "over 200 megapixels"),
    "smaller bomb": (".png", png_claiming(15_000, 14_000), "over 200 megapixels"),
    "large and short": (".png", png_claiming(3_000, 3_000), DAMAGED),
    "moving webp": (".webp", moving("WEBP"), "several pictures or moves"),
    "moving png": (".png", moving("PNG"), "several pictures or moves"),
    "moving avif": (".avif", moving("AVIF"), "several pictures or moves"),
    "gif": (".gif", moving("GIF"), "moves"),
    "film": (".mp4", MP4, "This is film"),
    "film in capitals": (".MOV", MP4, "This is film"),
    "film called jpeg": (".jpg", MP4, NO_PICTURE),
    "tiff": (".tiff", by_pillow("TIFF")(gradient()), "Pictures of the kind .tiff are not judged"),
    "black and white without greys": (".png", ENCODERS[".png"](gradient().convert("1")), "in which no face is found"),
    **{
        f"film, {ending}": (ending, b"\0\0\1\xba" + b"\0" * 100, "Save it as MP4")
        for ending in (".wmv", ".mpg", ".mpeg", ".MPG", ".flv", ".ogv", ".3g2", ".m2ts")
    },
    **{
        f"raw, {ending}": (ending, b"II*\0" + b"\0" * 100, f"Pictures of the kind {ending} are not judged")
        for ending in (".rw2", ".pef", ".srw")
    },
    "raw": (".dng", b"II*\0" + b"\0" * 100, "Pictures of the kind .dng are not judged"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_held_with_its_own_reason(case: str, tmp_path: Path):
    ending, content, expected = BAD[case]
    assert expected in reason(load(tmp_path, ending, content))


@every_format
@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Tag data larger")  # Pillow may warn of it, too
def test_bytes_flipped_anywhere_never_raise(ending: str, tmp_path: Path):
    whole = ENCODERS[ending](gradient(64, 48), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0")
    assert load(tmp_path, ending, whole).problem is None
    for place in range(0, len(whole), max(1, len(whole) // 60)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        photo = load(tmp_path, ending, bytes(damaged))
        assert photo.problem is not None or photo.pixels.ndim == 3


def test_a_decoder_that_raises_anything_at_all_only_holds_the_photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(self: Image.Image) -> None:
        raise struct.error("unpack requires a buffer of 4 bytes")

    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile.load", broken)
    assert reason(load(tmp_path, ".jpg", ENCODERS[".jpg"](gradient()))) == DAMAGED


def test_the_bytes_that_are_judged_are_the_bytes_that_are_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file that is replaced while the program looks must not be judged under the other file's SHA-256."""
    first, other = ENCODERS[".png"](gradient()), ENCODERS[".png"](noise())
    path = tmp_path / "photo.png"
    path.write_bytes(first)
    read_bytes, reads = Path.read_bytes, []

    def replacing(self: Path) -> bytes:
        content = read_bytes(self)
        if self == path:
            reads.append(self)
            path.write_bytes(other)
        return content

    monkeypatch.setattr(Path, "read_bytes", replacing)
    photo = load_photo(path, path.name, LONG_SIDE)
    assert photo.sha256 == hashlib.sha256(first).hexdigest()
    assert difference(photo.pixels, gradient()) == 0
    assert len(reads) == 1 and read_bytes(path) == other, "the file was replaced, and read once"


def test_a_file_that_is_far_too_large_is_held_without_reading_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    content = ENCODERS[".jpg"](gradient())
    monkeypatch.setattr("pipeline.photos.MOST_BYTES", len(content) - 1)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read into memory"))
    photo = load(tmp_path, ".jpg", content)
    assert "enormous" in reason(photo)
    assert photo.sha256 == hashlib.sha256(content).hexdigest()


def test_a_file_that_vanished_is_held(tmp_path: Path):
    (tmp_path / "a.jpg").write_bytes(ENCODERS[".jpg"](gradient()))
    (path,) = find_photos(tmp_path).photos
    path.unlink()
    photo = load_photo(path, "a.jpg", LONG_SIDE)
    assert reason(photo) == "The file cannot be opened."
    assert photo.sha256 == ""


def test_a_folder_called_jpg_is_no_photo(tmp_path: Path):
    folder = tmp_path / "folder.jpg"
    folder.mkdir()
    (folder / "inside.png").write_bytes(ENCODERS[".png"](gradient()))
    assert [path.name for path in find_photos(tmp_path).photos] == ["inside.png"]
    assert "folder" in reason(load_photo(folder, "folder.jpg", LONG_SIDE))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_what_would_make_the_program_wait_is_held(tmp_path: Path):
    os.mkfifo(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "b")
    reasons = [reason(load_photo(path, path.name, LONG_SIDE)) for path in find_photos(tmp_path).photos]
    assert reasons == ["The file cannot be opened."] * 2


@given(ending=st.sampled_from(sorted(FORMATS.keys() | MOVING | OTHER_PICTURES)), content=st.binary(max_size=400))
@example(ending=".jpg", content=b"\xff\xd8\xff\xe0")
@example(ending=".png", content=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
@example(ending=".webp", content=b"RIFF\0\0\0\0WEBPVP8 ")
@example(ending=".avif", content=b"\0\0\0\x1cftypavif\0\0\0\0avifmif1")
@example(ending=".heic", content=b"\0\0\0\x18ftypheic\0\0\0\0heicmif1")
@settings(deadline=None, max_examples=300)
def test_arbitrary_bytes_never_raise_and_never_become_pixels(ending: str, content: bytes):
    with tempfile.TemporaryDirectory() as folder:
        photo = load(Path(folder), ending, content)
    if photo.pixels is None:
        assert str(photo.problem)
        return
    try:
        with Image.open(io.BytesIO(content)) as image:
            assert image.format in FORMATS[ending]
    except UnidentifiedImageError:
        pytest.fail("pixels of what is no picture")


# Finding them.


def test_photos_are_found_in_order_and_nothing_is_lost(tmp_path: Path):
    picture = ENCODERS[".jpg"](gradient(40, 30))
    files = {
        "b.JPG": picture,
        "a.heic": b"damaged",
        "clip.mp4": MP4,
        "scan.tif": b"",
        "sub/deeper/c.png": b"",
        "telephone.dat": picture,
        "bericht.txt": b"Hoera",
        "lijst.csv": b"a;b",
        ".hidden.jpg": picture,
        "._b.JPG": b"left behind by a system",
        ".thumbnails/x.jpg": picture,
        "sub/@eaDir/b.JPG/thumb.jpg": picture,
        ".verborgen/film.WMV": b"",
        "oud.mpg": b"",
        "nieuw.rw2": b"",
        ".DS_Store": b"left behind by a system",
        ".thumbnails/index.txt": b"left behind by a system",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    batch = find_photos(tmp_path)
    assert sorted(batch.name(path) for path in batch.photos) == [
        "a.heic", "b.JPG", "clip.mp4", "nieuw.rw2", "oud.mpg", "scan.tif", "sub/deeper/c.png", "telephone.dat",
    ]  # fmt: skip
    assert list(batch.photos) == sorted(batch.photos)
    # A hidden picture is not judged, and not passed over in silence either.
    assert [batch.name(path) for path in batch.others] == [
        "._b.JPG", ".hidden.jpg", ".thumbnails/x.jpg", ".verborgen/film.WMV", "bericht.txt", "lijst.csv",
        "sub/@eaDir/b.JPG/thumb.jpg",
    ]  # fmt: skip
    assert list(batch.others) == sorted(batch.others)
    held = load_photo(tmp_path / "telephone.dat", "telephone.dat", LONG_SIDE)
    assert reason(held).startswith("The file is called .dat, but it is JPEG.")


NAMES = ["a\nb.jpg", "a;b.jpg", "=SUM(A1).jpg", "🎉 feest.jpg", "e\u0301.jpg", "\u202egpj.jpg", "met spatie .jpg"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forbids some of these names")
@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_too_strange(name: str, tmp_path: Path):
    (tmp_path / name).write_bytes(ENCODERS[".jpg"](gradient()))
    batch = find_photos(tmp_path)
    (path,) = batch.photos
    photo = load_photo(path, batch.name(path), LONG_SIDE)
    assert photo.problem is None
    assert photo.name == path.name


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder with a photo, a link to itself, a link to a folder elsewhere and a link to nothing."""
    batch, elsewhere = tmp_path / "batch", tmp_path / "elsewhere"
    batch.mkdir()
    elsewhere.mkdir()
    (batch / "a.jpg").write_bytes(ENCODERS[".jpg"](gradient()))
    (elsewhere / "b.jpg").write_bytes(ENCODERS[".jpg"](gradient()))
    try:
        (batch / "loop").symlink_to(batch, target_is_directory=True)
        (batch / "other").symlink_to(elsewhere, target_is_directory=True)
        (batch / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
    except OSError:
        pytest.skip("this user may not make links")
    return batch


def test_links_neither_go_round_nor_hide_photos(linked: Path):
    batch = find_photos(linked)
    loaded = {batch.name(path): load_photo(path, path.name, LONG_SIDE) for path in batch.photos}
    assert loaded.pop("a.jpg").problem is None
    folder = "This is a link to a folder, or a closed folder. The photos in it were not looked at."
    assert {name: reason(photo) for name, photo in loaded.items()} == {
        "gone.jpg": "The file cannot be opened.",
        "loop": folder,
        "other": folder,
    }


def test_a_closed_folder_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "a.jpg").write_bytes(ENCODERS[".jpg"](gradient()))
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def forbidding(path: str) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    batch = find_photos(tmp_path)
    assert [batch.name(path) for path in batch.photos] == ["a.jpg", "closed"]
    assert "closed folder" in reason(load_photo(batch.photos[1], "closed", LONG_SIDE))


@pytest.mark.parametrize("folder", ["", "nowhere", "bericht.txt"])
def test_a_folder_without_photos_is_an_error_of_the_user(folder: str, tmp_path: Path):
    (tmp_path / "bericht.txt").write_text("Hoera", "utf-8")
    with pytest.raises(UserError, match=r"There (is no folder|are no photos)|is a file"):
        find_photos(tmp_path / folder)
