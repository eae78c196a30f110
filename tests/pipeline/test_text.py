"""Reading text on photos: rendered names on a photo of the demo, by the real models."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from consent.judging import Decision
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import ConsentRegister
from consent.texts import Sought, personal_data_in
from pipeline.demo import DAY, PHOTOS
from pipeline.judged import Publication, judged
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.photos import load_photo
from pipeline.remedies.cover import blank
from pipeline.vision.observation import Box, Observation
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


@pytest.mark.parametrize("name", ["Daan Bakker", "Daan Bakkor", "Hanneke", "Hannoke"])
def test_a_name_on_a_drawing_is_held_covered_and_then_not_read_any_more(name, reader, classroom):
    picture, _ = written(classroom, name, (300, 200), 40)
    people = {"S04": Person("S04", Role.PUPIL, "Daan", "", "Bakker"), "T01": Person("T01", Role.STAFF, "Hanneke")}
    protocol = load_protocol("ooh-2019")
    register = ConsentRegister(people, (), protocol.parameters.validity)
    seen = Observation("a" * 64, picture.shape[1], picture.shape[0], (), (), texts=reader(picture))
    photo = judged(Publication("facebook", DAY, protocol, register, DAY), "a.jpg", seen, (), names=NamesFile())
    (held,) = (finding for finding in photo.verdict.reasons if finding.rule == "R12")
    assert held.texts == (1,) == photo.verdict.cover_texts and held.person_id == ("S04" if "Daan" in name else "T01")
    assert photo.verdict.decision is Decision.HOLD
    left = [text.text for text in reader(blank(picture, seen.texts))]
    assert not any(personal_data_in(text, Sought(people.values()), is_read=True) for text in left)


def test_where_nothing_is_written_nothing_is_read(reader, classroom):
    assert reader(classroom) == ()


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (31, 33)])
def test_a_picture_of_any_shape_is_looked_at(size, reader):
    assert reader(np.full((*size, 3), 200, np.uint8)) == ()
