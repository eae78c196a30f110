"""How well names that stand on photos are read: `python -m benchmarks.reading [SIDE ...]`.

Names are drawn on the demo's photos, on a plate or on the photo itself, turned, warped, blurred and saved as JPEG, in
the fonts of `FONTS` that this computer has (Debian: fonts-sjfonts, fonts-tomsontalks, fonts-yusei-magic,
fonts-urw-base35; DejaVu comes with Matplotlib). The same pictures are read with each SIDE of the first look.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from matplotlib import get_data_path
from matplotlib.font_manager import findSystemFonts
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from pipeline.demo import PHOTOS
from pipeline.models.silence import quiet
from pipeline.models.store import default_store
from pipeline.photos import load_photo
from pipeline.vision import text as reading
from pipeline.vision.observer import Observer
from pipeline.vision.text import FIRST_SIDE_PX, TextReader

FONTS = {
    "print": ("DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSans-Bold.ttf"),
    "hand": ("SteveHand.ttf", "TomsonTalks.ttf", "YuseiMagic-Regular.ttf"),
    "joined": ("Delphine.ttf", "Z003-MediumItalic.otf"),
}
HEIGHTS_PX = (8, 12, 16, 24, 36, 60)
"""Of a capital, on a picture of `LONG_SIDE_PX`."""

LONG_SIDE_PX = 1280
A_CELL = 14
NAMES = (
    *("Elif", "Guusje", "Zoë", "Thijs", "Fenna", "Youssef", "Milou"),
    *("Daan Bruinsma", "Noor van der Veen", "Sem Hoekstra", "Jasmijn Postma", "Lars de Wit", "Aya el Amrani"),
    "Tygo Zijlstra",
)

Picture = NDArray[np.uint8]


def main() -> None:
    """Print the part of the names read whole, by kind of letters and height, for each side, and what reading takes."""
    sides = [int(side) for side in sys.argv[1:]] or [FIRST_SIDE_PX]
    store = default_store()
    with quiet():
        reader = TextReader(store.path("text_detector"), store.path("text_recogniser"))
        print("|  | " + " | ".join(f"{height} px" for height in HEIGHTS_PX) + " |")
        for kind, fonts in _fonts().items():
            read = np.zeros((len(sides), len(HEIGHTS_PX)))
            for column, height in enumerate(HEIGHTS_PX):
                for name, picture in pictures(fonts, height):
                    for row, side in enumerate(sides):
                        read[row, column] += is_read(reader, side, name, picture)
            for row, side in enumerate(sides):
                print(f"| {kind}, {side} px | " + " | ".join(f"{part:.2f}" for part in read[row] / A_CELL) + " |")
        with Observer(store) as observer:
            _print_times(observer, reader, sides)


def pictures(fonts: Sequence[Path], height_px: int) -> Iterator[tuple[str, Picture]]:
    """Names on photos, the same ones each time (height x width x 3, RGB)."""
    photos = sorted(PHOTOS.glob("*.jpg"))
    for number in range(A_CELL):
        rng = np.random.default_rng((height_px, number))
        photo = Image.open(photos[(number * 5 + height_px) % len(photos)]).convert("RGB")
        photo.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX))
        name, font = NAMES[number], fonts[number % len(fonts)]
        yield name, _drawn(photo, name, _sized(font, height_px), number % 2 == 0, rng)


def is_read(reader: TextReader, side_px: int, name: str, picture: Picture) -> bool:
    """Whether the whole name stands in one line that was read, accents aside."""
    before, reading.FIRST_SIDE_PX = reading.FIRST_SIDE_PX, side_px
    try:
        return any(_folded(name) in _folded(one.text) for one in reader(picture))
    finally:
        reading.FIRST_SIDE_PX = before


def _drawn(
    photo: Image.Image, name: str, font: ImageFont.FreeTypeFont, plate: bool, rng: np.random.Generator
) -> Picture:
    left, top, right, bottom = font.getbbox(name)
    margin = int(font.size)
    layer = Image.new("RGBA", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin), (0, 0, 0, 0))
    dark = bool(rng.integers(2)) or plate
    if plate:
        edge = margin // 2
        within = (edge, edge, layer.width - edge, layer.height - edge)
        ImageDraw.Draw(layer).rectangle(within, fill=(245, 240, 225, 255))
    ink = (30, 30, 60, 255) if dark else (250, 250, 250, 255)
    ImageDraw.Draw(layer).text((margin - left, margin - top), name, ink, font)
    wide, high = layer.size
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners + rng.uniform(-0.06, 0.06, (4, 2)).astype(np.float32) * min(wide, high)
    warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    warped = Image.fromarray(cv2.warpPerspective(np.asarray(layer), warp, (wide, high), flags=cv2.INTER_CUBIC))
    warped = warped.rotate(float(rng.uniform(-8, 8)), Image.Resampling.BICUBIC, expand=True)
    across, down = photo.width - warped.width, photo.height - warped.height
    at = (int(rng.integers(0, max(across, 1))), int(rng.integers(0, max(down, 1))))
    photo.paste(warped, at, warped)
    out = BytesIO()
    photo.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=85)
    return np.asarray(Image.open(out).convert("RGB"))


def _sized(font: Path, height_px: int) -> ImageFont.FreeTypeFont:
    """The font at the size at which a capital is so high."""
    _, top, _, bottom = ImageFont.truetype(font, 1000).getbbox("H")
    return ImageFont.truetype(font, round(1000 * height_px / (bottom - top)))


def _fonts() -> dict[str, list[Path]]:
    own = sorted((Path(get_data_path()) / "fonts" / "ttf").glob("*.ttf"))
    there = {path.name: path for path in (*own, *map(Path, findSystemFonts()))}
    found = {kind: [there[name] for name in names if name in there] for kind, names in FONTS.items()}
    return {kind: paths for kind, paths in found.items() if paths}


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _print_times(observer: Observer, reader: TextReader, sides: Sequence[int]) -> None:
    """Processor seconds a photo, the better of two: the look without text, and reading without and with a name."""
    plain = [load_photo(path, path.name, 2048).pixels for path in sorted(PHOTOS.glob("*.jpg"))[:18]]
    named = [picture for _, picture in pictures(_fonts()["print"], 24)]
    looks = [_seconds(lambda photo=photo: observer("", photo, read=False)) for photo in plain if photo is not None]
    print(f"look without text: mean {np.mean(looks):.3f}, median {np.median(looks):.3f}")
    for side in sides:
        reading.FIRST_SIDE_PX = side
        for about, photos in (("without text", plain), ("with a name", named)):
            spent = [_seconds(lambda photo=photo: reader(photo)) for photo in photos]
            print(f"reading at {side} px, photos {about}: mean {np.mean(spent):.3f}, median {np.median(spent):.3f}")
    reading.FIRST_SIDE_PX = FIRST_SIDE_PX


def _seconds(work: Callable[[], object]) -> float:
    spent = []
    for _ in range(2):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


if __name__ == "__main__":
    main()
