"""A face region lies where its program meant it, whichever way the picture is turned."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from PIL import Image, ImageOps

from pipeline.metadata.reading import read_hidden
from pipeline.metadata.regions import Size, area_of
from tests.metadata import made

PLACE = (0.1, 0.2, 0.3, 0.1)
WIDTH, HEIGHT = 200, 100


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_place_of_the_stored_picture_goes_where_its_pixels_go(orientation: int) -> None:
    pixels = np.zeros((HEIGHT, WIDTH), np.uint8)
    pixels[20:30, 20:80] = 255
    stored = Image.fromarray(pixels)
    stored.getexif()[0x0112] = orientation
    shown = np.asarray(ImageOps.exif_transpose(stored))
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    height, width = shown.shape
    expected = (columns[0] / width, rows[0] / height, len(columns) / width, len(rows) / height)
    areas = area_of(PLACE, Size(WIDTH, HEIGHT, orientation), (WIDTH, HEIGHT))
    assert areas[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("orientation", "applied", "ways"),
    [
        (1, None, 1),
        (1, (WIDTH, HEIGHT), 1),
        (1, (WIDTH / 2, HEIGHT / 2), 1),  # made smaller since
        (1, (WIDTH, WIDTH), 0),  # cut since: nobody knows where it is
        (1, (0, 0), 0),
        (6, (WIDTH, HEIGHT), 1),
        (6, (HEIGHT, WIDTH), 1),
        (6, None, 2),
        (3, (WIDTH, HEIGHT), 2),  # upside down has the same shape
    ],
)
def test_a_region_is_meant_in_one_way_or_in_two_or_in_none(
    orientation: int, applied: tuple[float, float] | None, ways: int
) -> None:
    assert len(area_of(PLACE, Size(WIDTH, HEIGHT, orientation), applied)) == ways


def test_a_region_of_the_picture_as_it_is_shown_stays_where_it_is() -> None:
    assert area_of(PLACE, Size(WIDTH, HEIGHT, 6), (HEIGHT, WIDTH)) == (PLACE,)


@pytest.mark.parametrize("place", [(nan, 0, 1, 1), (0, inf, 1, 1), (0, 0, 0, 1), (0, 0, 1, -1)])
def test_a_place_that_makes_no_sense_is_none(place: tuple[float, float, float, float]) -> None:
    assert area_of(place, Size(WIDTH, HEIGHT), None) == ()


def areas(packet: bytes, **options: object) -> dict[str, tuple[tuple[float, ...], ...]]:
    return {one.text: one.areas for one in read_hidden(made.saved("JPEG", xmp=packet, **options))}


def test_regions_of_both_kinds_are_read_with_their_place() -> None:
    told = areas(made.regions((made.NAME, "0.5 0.4 0.2 0.2"), ("Bas", "0.1 0.1 0.2 0.2"), applied="320 240"))
    assert told == {made.NAME: (pytest.approx((0.4, 0.3, 0.2, 0.2)),), "Bas": (pytest.approx((0, 0, 0.2, 0.2)),)}
    assert areas(made.microsoft("Bas", "0.1, 0.2, 0.3, 0.4")) == {"Bas": (pytest.approx((0.1, 0.2, 0.3, 0.4)),)}


@pytest.mark.parametrize("packet", [made.microsoft("Bas", ""), made.regions(("Bas", "0.1 0.1 none 0.2"))])
def test_a_region_without_a_place_still_tells_its_name(packet: bytes) -> None:
    assert areas(packet) == {"Bas": ()}


def test_a_region_of_a_pet_is_no_person_s_place() -> None:
    assert areas(made.regions(("Boris", "0.5 0.5 0.2 0.2"), kind="Pet")) == {"Boris": ()}


def test_a_photo_that_lies_on_its_side_tells_both_ways() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    told = areas(made.regions(("Bas", "0.5 0.25 0.2 0.1")), exif=tags.tobytes())
    assert told == {"Bas": (pytest.approx((0.7, 0.4, 0.1, 0.2)), pytest.approx((0.4, 0.2, 0.2, 0.1)))}


def test_a_heic_that_the_decoder_turned_already_is_stored_as_it_lay_before() -> None:
    tags = Image.Exif()
    tags[0x0112] = 6
    content = made.heic(exif=tags.tobytes(), xmp=made.regions(("Bas", "0.5 0.25 0.2 0.1"), applied="320 240"))
    told = [one.areas for one in read_hidden(content) if one.text == "Bas"]
    assert told == [(pytest.approx((0.7, 0.4, 0.1, 0.2)),)]
