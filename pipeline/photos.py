"""Photo files: read upright, at the scale in which they would be published, or held with a reason.

Nothing here raises for a bad file. A file that cannot be judged becomes a `Photo` with a `problem`,
so that it is held and listed, and the batch goes on.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray
from pi_heif import register_heif_opener
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from consent.messages import Message, UserError, say

register_heif_opener()

# Pillow warns from 89 megapixels on; the bound here is MOST_PIXELS, checked before decoding. Once for the process:
# photos are decoded in several threads, which share what is warned of.
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

FORMATS = {
    ".jpg": ("JPEG", "MPO"),
    ".jpeg": ("JPEG", "MPO"),
    ".jpe": ("JPEG", "MPO"),
    ".jfif": ("JPEG", "MPO"),
    ".png": ("PNG",),
    ".webp": ("WEBP",),
    ".avif": ("AVIF",),
    ".heic": ("HEIF",),
    ".heif": ("HEIF",),
    ".hif": ("HEIF",),
    ".gif": ("GIF",),
}
"""Ending to the formats that Pillow may find inside. MPO is what some telephones call JPEG."""

MOVING = frozenset(
    {".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp", ".3g2", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".flv"}
    | {".ogv"}
)
"""Film shows persons too; it is held, never passed over."""

FILMS = frozenset({".mp4", ".m4v", ".mov", ".3gp", ".webm", ".mkv", ".avi"})
"""Those that are looked at where they lie as a file (`pipeline.film`); each kind is held to what is found inside."""

ANIMATED = ("GIF", "WEBP", "AVIF", "PNG")
"""Formats of moving pictures, which are looked at as films."""

FILM = say("This is film, which is not judged here: look at it yourself.")

OTHER_PICTURES = frozenset(
    {".bmp", ".tif", ".tiff", ".jxl", ".jp2", ".svg", ".psd", ".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf"}
    | {".rw2", ".pef", ".srw"}
)
"""Pictures in a format that is not judged; they are held too."""

MOST_PIXELS = 200_000_000
"""More than any camera in a school makes; a larger picture is a bomb or a mistake (0.6 GB decoded)."""


MOST_BYTES = 500_000_000
"""The most that is read into memory; a photo of MOST_PIXELS takes less."""


@dataclass(frozen=True, slots=True)
class Photo:
    """One file. `pixels`: height x width x 3, uint8 RGB, upright, long side as published at most.

    Exactly one of `pixels` and `problem` is there.
    """

    name: str
    sha256: str
    pixels: NDArray[np.uint8] | None = None
    problem: Message | None = None
    taken_on: date | None = None
    """The day that the camera noted (EXIF DateTimeOriginal); None where there is none or it is no date."""

    def __post_init__(self) -> None:
        if (self.pixels is None) == (self.problem is None):
            raise ValueError("a photo has pixels or a problem, and not both")
        if self.pixels is not None and (self.pixels.ndim != 3 or self.pixels.shape[2] != 3):
            raise ValueError(f"pixels are height x width x 3, not {self.pixels.shape}")


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A file as it was read, once. `ending`: of its name, with the dot, in small letters; `problem`: why it is held."""

    name: str
    ending: str
    sha256: str
    content: bytes = b""
    problem: Message | None = None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """The files of a folder: those to judge, and those that are no pictures at all, by path."""

    folder: Path
    photos: tuple[Path, ...]
    others: tuple[Path, ...]

    def name(self, path: Path) -> str:
        """A file's name in reports: its path within the folder, with forward slashes everywhere."""
        return path.relative_to(self.folder).as_posix()


def find_photos(folder: Path) -> Batch:
    """Everything below a folder, in order of name. Raises `UserError` if there is no such folder or no photo in it."""
    if folder.is_file() and folder.suffix.lower() == ".zip":
        raise UserError(say("Unpack “{file}” first, and give the folder that comes out of it.", file=str(folder)))
    if folder.is_file():
        raise UserError(say("“{folder}” is a file. Give the folder that it is in.", folder=str(folder)))
    if not folder.is_dir():
        raise UserError(say("There is no folder “{folder}”.", folder=str(folder)))
    everything = _everything_below(folder)
    files = sorted(p for p in everything if not _hidden(p.relative_to(folder)))
    photos = tuple(p for p in files if _by_name(p) or _looks_like_picture(p))
    if not photos:
        raise UserError(say("There are no photos in “{folder}”.", folder=str(folder)))
    judged = set(photos)
    hidden = (p for p in everything if _hidden(p.relative_to(folder)) and _by_name(p))
    return Batch(folder, photos, tuple(sorted([*(p for p in files if p not in judged), *hidden])))


def _by_name(path: Path) -> bool:
    """Whether a file calls itself a picture or film."""
    return path.suffix.lower() in FORMATS.keys() | MOVING | OTHER_PICTURES


def _everything_below(folder: Path) -> list[Path]:
    """All files. A folder that is a link or cannot be opened stands for itself, so that it is held and not lost."""
    closed: list[OSError] = []
    found: list[Path] = []
    for place, folders, files in os.walk(folder, onerror=closed.append):
        found += (path for name in folders if (path := Path(place, name)).is_symlink())
        found += (Path(place, name) for name in files)
    return [*found, *(Path(error.filename) for error in closed)]


def _hidden(path: Path) -> bool:
    """Files that systems leave behind (.DS_Store, ._IMG, @eaDir thumbnails): not judged, pictures among them listed."""
    return any(part.startswith(".") or part == "@eaDir" for part in path.parts)


def _looks_like_picture(path: Path) -> bool:
    """Whether a file with another ending is a picture all the same: it must not slip by."""
    try:
        if path.is_file():  # opening anything else might wait for ever
            Image.open(path).close()
    except UnidentifiedImageError:
        return False
    except Exception:  # noqa: BLE001 - it claims to be a picture and a decoder fell over it: held, with its reason
        return True
    return True


def load_photo(path: Path, name: str, long_side: int) -> Photo:
    """Read a file at a scale where its long side is at most `long_side` px. Never raises for a bad file."""
    return decode_photo(read_file(path, name), long_side)


def read_file(path: Path, name: str) -> PhotoFile:
    """The bytes of a file and their SHA-256, or why there is nothing to decode. Never raises for a bad file."""
    ending = path.suffix.lower()
    try:
        if path.is_dir():
            reason = say("This is a link to a folder, or a closed folder. The photos in it were not looked at.")
            return PhotoFile(name, ending, "", problem=reason)
        if not path.is_file():  # gone, or something else that would make the program wait for ever
            return PhotoFile(name, ending, "", problem=say("The file cannot be opened."))
        if ending in FILMS and path.stat().st_size:
            return PhotoFile(name, ending, file_digest(path), path=path)  # too large for memory
        if path.stat().st_size > MOST_BYTES:
            return PhotoFile(name, ending, file_digest(path), problem=_too_large())
        # Read once: what is judged must be what the SHA-256 names, even if the file changes meanwhile.
        content = path.read_bytes()
    except OSError:
        return PhotoFile(name, ending, "", problem=say("The file cannot be opened."))
    return photo_file(content, ending, name, path)


def read_photo(content: bytes, file: str, name: str, long_side: int) -> Photo:
    """`load_photo` from a file's bytes, which may stand in an archive. `file`: what it is called, for its ending."""
    return decode_photo(photo_file(content, PurePath(file).suffix.lower(), name), long_side)


def photo_file(content: bytes, ending: str, name: str, path: Path | None = None) -> PhotoFile:
    """A file of which the bytes are at hand."""
    sha256, problem = hashlib.sha256(content).hexdigest(), _problem_of_name(ending, content)
    return PhotoFile(name, ending, sha256, b"" if problem else content, problem, path)


def decode_photo(file: PhotoFile, long_side: int) -> Photo:
    """The pixels of a file at a scale where its long side is at most `long_side` px. Never raises for a bad file."""
    name, sha256 = file.name, file.sha256
    if file.problem is not None:
        return Photo(name, sha256, problem=file.problem)
    if file.ending in FILMS:
        return Photo(name, sha256, problem=FILM)
    try:
        return _decode(file.content, file.ending, name, sha256, long_side)
    except Image.DecompressionBombError:
        return Photo(name, sha256, problem=_too_large())
    except UnidentifiedImageError:
        return Photo(name, sha256, problem=say("The file is not a picture, or it is damaged."))
    except Exception:  # noqa: BLE001 - on damaged bytes decoders raise anything (struct.error, SyntaxError, ...): held
        return Photo(name, sha256, problem=say("The file is damaged or incomplete and cannot be shown whole."))


def _problem_of_name(ending: str, content: bytes) -> Message | None:
    if not content:
        return say("The file is empty.")
    if ending in MOVING - FILMS:
        return say("Film of the kind {ending} is not judged. Save it as MP4.", ending=ending)
    if ending in FILMS:
        return FILM  # of a film the bytes are not enough: it is looked at where it lies
    if ending in OTHER_PICTURES:
        return say("Pictures of the kind {ending} are not judged. Save it as JPEG.", ending=ending)
    return None


def _too_large() -> Message:
    return say("The picture is enormous (over {most} megapixels) and was not opened.", most=MOST_PIXELS // 1_000_000)


def _decode(content: bytes, ending: str, name: str, sha256: str, long_side: int) -> Photo:
    with Image.open(BytesIO(content)) as image:
        if image.format not in FORMATS.get(ending, ()):
            reason = say(
                "The file is called {ending}, but it is {found}. Give it its right name, so that every program "
                "shows what was judged.",
                ending=ending or "?",
                found=image.format or "?",
            )
            return Photo(name, sha256, problem=reason)
        if image.width * image.height > MOST_PIXELS:
            return Photo(name, sha256, problem=_too_large())
        if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
            reason = say("The file holds several pictures or moves, and is not judged here: look at it yourself.")
            return Photo(name, sha256, problem=reason)
        if image.mode == "1":
            reason = say(
                "The picture is black and white without greys, in which no face is found. Look at it yourself."
            )
            return Photo(name, sha256, problem=reason)
        # JPEG can be decoded at 1/2, 1/4 or 1/8; draft never goes below the size asked for.
        image.draft("RGB", (long_side, long_side))
        image.load()
        if shows_through(image):
            reason = say("Parts of the picture are see-through, so nobody knows what will be seen. Save it as JPEG.")
            return Photo(name, sha256, problem=reason)
        profile = image.info.get("icc_profile")
        upright = ImageOps.exif_transpose(image)
        if upright.mode not in _PROFILED:
            profile, upright = None, _to_rgb(upright)
        if max(upright.size) > long_side:
            # Averages as cleanly as Lanczos and takes less than half its time, which was a third of a phone's photo.
            upright.thumbnail((long_side, long_side), Image.Resampling.HAMMING)
        upright = _to_srgb(upright, profile) if profile else _to_rgb(upright)
        return Photo(name, sha256, np.asarray(upright), taken_on=_taken_on(image))


def _taken_on(image: Image.Image) -> date | None:
    """The day in EXIF DateTimeOriginal, which a camera writes once and programs leave alone."""
    try:
        noted = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
        return datetime.strptime(str(noted)[:10], "%Y:%m:%d").date()
    except Exception:  # noqa: BLE001 - on damaged EXIF readers raise anything; then the day is not known
        return None


def is_film(file: PhotoFile) -> bool:
    """Whether a file is looked at as a film: one by its ending, or a picture that moves."""
    if file.problem is not None or file.ending in FILMS:
        return file.problem is None
    try:
        with Image.open(BytesIO(file.content)) as image:
            right = image.format in FORMATS.get(file.ending, ())
            return right and image.format in ANIMATED and getattr(image, "n_frames", 1) > 1
    except Exception:  # noqa: BLE001 - on damaged bytes decoders raise anything: whoever decodes it says what is wrong
        return False


def shows_through(image: Image.Image) -> bool:
    """Whether a picture has parts that are not opaque: a program may fill them in, or hide them, differently."""
    return image.has_transparency_data and int(np.asarray(image.convert("RGBA").getchannel("A")).min()) < 255


_PROFILED = ("RGB", "CMYK", "L")
"""Kinds of pixels that a colour profile can speak of."""

_SRGB = ImageCms.createProfile("sRGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """The colours as a viewer shows them, which is what is judged and published; a useless profile is passed over."""
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        shown = ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return _to_rgb(image)  # browsers too show such a file as if it had none
    assert shown is not None
    return shown


def _to_rgb(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue; 16-bit grey is scaled, where Pillow would cut it off."""
    if image.mode.startswith("I"):
        grey = np.asarray(image, dtype=np.float64)
        top = grey.max() if grey.size and grey.max() > 255 else 255.0
        return Image.fromarray((grey * (255.0 / top)).clip(0, 255).astype(np.uint8)).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
