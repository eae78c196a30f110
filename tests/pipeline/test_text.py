"""Reading text on photos: rendered names on a photo of the demo, by the real models."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.demo import PHOTOS
from pipeline.models.store import default_store
from pipeline.photos import load_photo
from pipeline.vision.observation import Box
from pipeline.vision.text import TextReader

CLASSROOM = "IMG_2022.jpg"
FONT = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
CHALK, BOARD = (245, 245, 240), (30, 60, 45)
INK, PAPER = (25, 30, 90), (250, 248, 240)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    store = default_store()
    return TextReader(store.path("text_detector"), store.path("text_recogniser"))


@pytest.fixture(scope="module")
def classroom() -> NDArray[np.uint8]:
    photo = load_photo(PHOTOS / CLASSROOM, CLASSROOM, 2048)
    assert photo.pixels is not None
    return photo.pixels


def written(pixels: NDArray[np.uint8], text: str, at: tuple[int, int], size: int, *, degrees=0, ink=INK, paper=PAPER):
    """A copy of the picture with a plate that says something, and the plate's box."""
    font = ImageFont.truetype(FONT, size)
    left, top, right, bottom = (round(v) for v in font.getbbox(text))
    plate = Image.new("RGB", (right - left + size, bottom - top + size), paper)
    ImageDraw.Draw(plate).text((size // 2 - left, size // 2 - top), text, ink, font)
    mask = Image.new("L", plate.size, 255).rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    turned = plate.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    image = Image.fromarray(pixels)
    image.paste(turned, at, mask)
    return np.array(image), Box(*at, *turned.size)


@pytest.mark.parametrize(
    ("text", "size", "degrees", "colours"),
    [
        ("Joël Pinas", 40, 0, (INK, PAPER)),
        ("Noor van der Linden", 36, 12, (CHALK, BOARD)),
        ("Bilal Yıldız", 60, -8, (INK, PAPER)),
        ("Lotte ter Horst", 40, 90, (INK, PAPER)),
        ("Lotte ter Horst", 40, -90, (INK, PAPER)),
        ("Noor van der Linden", 36, 176, (INK, PAPER)),
        ("Joël Pinas", 24, 180, (CHALK, BOARD)),
    ],
)
def test_a_name_is_read_with_its_accents_where_it_stands(text, size, degrees, colours, reader, classroom):
    ink, paper = colours
    picture, plate = written(classroom, text, (300, 200), size, degrees=degrees, ink=ink, paper=paper)
    (found,) = reader(picture)
    assert "".join(found.text.split()) == "".join(text.split())
    assert found.number == 1
    assert found.box.overlap(plate) > 0.7 * found.box.width * found.box.height
    assert found.box.overlap(plate) > 0.3 * plate.width * plate.height


def test_beside_a_large_text_a_small_one_is_looked_for_more_closely(reader, classroom):
    small, _ = written(classroom, "Mees van den Broek", (700, 500), 9, ink=(150, 150, 160), paper=(215, 215, 210))
    assert reader(small) == ()
    both, _ = written(small, "Groep 4", (200, 150), 60)
    assert [found.text for found in reader(both)] == ["Groep 4", "Mees van den Broek"]


def test_where_nothing_is_written_nothing_is_read(reader, classroom):
    assert reader(classroom) == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (31, 33)])
def test_a_picture_of_any_shape_is_looked_at(size, reader):
    assert reader(np.full((*size, 3), 200, np.uint8)) == ()
