from __future__ import annotations

import io
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from made_up_run import HEIGHT, WIDTH, audited, pixels
from PIL import Image

from consent.facts import Orientation
from consent.findings import Finding, Outcome
from consent.messages import say
from pipeline.reporting.pictures import (
    LONG_SIDE,
    SMALLEST_BLOCK,
    STYLES,
    draw,
    draw_numbered,
    pixelate,
    shown_size,
    small_enough,
)
from pipeline.vision.observation import Box, Face, Observation, SeenText

REGIONS = [
    Box(100, 80, 170, 216),
    Box(100.4, 80.6, 33.3, 41.7),
    Box(-40, -30, 120, 100),
    Box(WIDTH - 5, HEIGHT - 5, 50, 50),
    Box(200, 200, 3, 3),
    Box(0, 0, WIDTH, HEIGHT),
    Box(-500, -500, 3000, 3000),
]

BOARD = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2 * 255).astype(np.uint8)[..., None].repeat(3, axis=2)
"""A checkerboard. It and its negative have the same means: only where pixels are shown do their pictures differ."""


def inside(region: Box) -> tuple[slice, slice]:
    rows = slice(max(0, int(np.floor(region.y))), min(HEIGHT, int(np.ceil(region.y + region.height))))
    return rows, slice(max(0, int(np.floor(region.x))), min(WIDTH, int(np.ceil(region.x + region.width))))


def opened(jpeg: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("RGB")).astype(int)


@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_nothing_but_block_means_survives(region):
    original = pixels()
    hidden = pixelate(original, [region])
    where = inside(region)
    part = hidden[where]
    runs = len(np.unique(part.reshape(-1, 3), axis=0))
    assert runs <= 64, "a handful of colours, of which each is a whole block"
    # Fill each block with other pixels of the same mean: the outcome must be the very same picture.
    shuffled = original.copy()
    generator = np.random.default_rng(7)
    for colour in np.unique(part.reshape(-1, 3), axis=0):
        rows, columns = np.nonzero((hidden[where] == colour).all(axis=2))
        order = generator.permutation(len(rows))
        shuffled[where][rows, columns] = original[where][rows[order], columns[order]]
    assert len(part) < 4 or not np.array_equal(shuffled, original)
    np.testing.assert_array_equal(pixelate(shuffled, [region]), hidden)


@pytest.mark.parametrize("region", REGIONS[:3] + REGIONS[5:], ids=str)
def test_there_is_no_detail_below_a_block(region):
    """Neighbours differ only at the few edges between blocks, and those are a block apart."""
    part = pixelate(pixels(), [region])[inside(region)].astype(int)
    for axis in (0, 1):
        steps = np.nonzero(np.abs(np.diff(part, axis=axis)).sum(axis=2).any(axis=1 - axis))[0]
        assert len(steps) <= 8
        assert not len(steps) or np.diff(np.concatenate(([-1], steps, [part.shape[axis] - 1]))).min() >= SMALLEST_BLOCK


@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_each_block_has_the_mean_of_what_was_there(region):
    original = pixels()
    where = inside(region)
    hidden, before = pixelate(original, [region])[where], original[where]
    edges = [
        [0, *np.nonzero(np.diff(hidden.astype(int), axis=axis).any(axis=(1 - axis, 2)))[0] + 1, hidden.shape[axis]]
        for axis in (0, 1)
    ]
    blocks = [(slice(*rows), slice(*columns)) for rows in pairwise(edges[0]) for columns in pairwise(edges[1])]
    for block in blocks:
        np.testing.assert_array_equal(hidden[block][0, 0], np.rint(before[block].mean(axis=(0, 1))))


def test_the_rest_of_the_picture_and_the_pixels_given_are_left_alone():
    original = pixels()
    before = original.copy()
    region = REGIONS[0]
    hidden = pixelate(original, [region])
    np.testing.assert_array_equal(original, before)
    hidden[inside(region)] = original[inside(region)]
    np.testing.assert_array_equal(hidden, original)


@pytest.mark.parametrize(
    ("photo", "number", "hidden"),
    [
        (audited("a", ("S01", "S02")), 1, False),
        (audited("a", ("S01", "S03", "S02")), 2, True),
        (audited("a", ("S01", None)), 2, True),
        (audited("a", ("S01", "S02"), small=1), 3, True),
        (audited("a", ("S06", "S02")), 1, True),
        (audited("a", ("S05", "S01")), 1, True),
    ],
    ids=["yes", "refused", "unknown", "too small", "expired", "group only without a group"],
)
def test_a_face_is_pixelated_unless_it_is_cleared(photo, number, hidden):
    box = photo.observation.faces[number - 1].box
    difference = np.abs(opened(draw(BOARD, photo)) - opened(draw(255 - BOARD, photo)))
    face = difference[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)]
    assert (face.max() < 30) == hidden


@pytest.mark.parametrize("orientation", Orientation)
def test_the_head_of_a_body_without_a_found_face_is_pixelated_too_unless_seen_from_behind(orientation):
    photo = audited("a", bodies=(orientation,))
    box = photo.observation.bodies[0].box
    difference = np.abs(opened(draw(BOARD, photo)) - opened(draw(255 - BOARD, photo)))
    head = difference[int(box.y) : int(box.y + box.width), int(box.x) : int(box.x + box.width)]
    assert (head.max() < 30) == (orientation is not Orientation.FROM_BEHIND)


def test_a_text_that_a_rule_names_is_one_colour_in_the_report_and_shown_for_naming_by_hand():
    text = Box(60, 20, 160, 24)
    photo = audited("a", ("S03",))
    seen = replace(photo.observation, texts=(SeenText(1, text, "Noor", 0.9), SeenText(2, text, "Groep 4", 0.9)))
    finding = Finding("R12", Outcome.HOLD, say("A name."), texts=(1,))
    held = replace(photo, seen=seen, verdict=replace(photo.verdict, findings=(finding,)))
    inside = (slice(24, 40), slice(70, 210))  # within the line that is drawn around it
    free = replace(held, verdict=photo.verdict)
    striped = np.ascontiguousarray(np.broadcast_to(np.arange(BOARD.shape[1])[:, None] % 8 // 4 * 255, BOARD.shape))
    striped = striped.astype(np.uint8)
    assert opened(draw(striped, held))[inside].std() < 10
    assert opened(draw(striped, free))[inside].std() > 100
    assert opened(draw_numbered(striped, seen, {1}))[inside].std() > 100


def test_numbered_pictures_hide_nothing():
    photo = audited("a", ("S03", None), bodies=(Orientation.UNKNOWN,))
    difference = np.abs(
        opened(draw_numbered(BOARD, photo.observation)) - opened(draw_numbered(255 - BOARD, photo.observation))
    )
    for seen in (*photo.observation.faces, *photo.observation.bodies):
        box = seen.box
        assert np.median(difference[int(box.y) : int(box.y + box.height), int(box.x) : int(box.x + box.width)]) > 200
    assert (difference == 0).any(), "the boxes are drawn"


def test_the_output_is_a_small_upright_jpeg_without_metadata():
    photo = audited("a", ("S01", "S02"))
    big = np.kron(pixels(), np.ones((4, 4, 1), np.uint8))
    small = small_enough(big, shown_size(big.shape[1], big.shape[0]))
    jpeg = draw(small, photo)
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG" and max(image.size) == LONG_SIDE
    assert not image.getexif() and set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert draw(small, photo) == jpeg


@pytest.mark.parametrize("size", [(2048, 1536), (1365, 2048), (1001, 7), (20000, 3), (1000, 1000), (3, 1)], ids=str)
def test_a_photo_is_made_small_enough_to_draw(size):
    width, height = size
    stripes = np.zeros((height, width, 3), np.uint8)
    stripes[:, width // 2 :] = 255
    small = small_enough(stripes, shown_size(width, height))
    assert max(small.shape) == min(LONG_SIDE, max(size))
    assert small[:, 0].max() == 0 and small[:, -1].min() == 255, "nothing is turned, cut off or another way round"
    assert (small is stripes) is (max(size) <= LONG_SIDE)


def test_styles_differ_in_more_than_colour():
    looks = {(style.dash, style.double, style.sign) for style in STYLES.values()}
    assert len(looks) >= len(STYLES) - 1, "only advice and nothing to say may look alike"


def test_boxes_over_the_edge_and_tiny_pictures_do_no_harm():
    seen = Observation("a", 10, 8, (Face(1, Box(-5, -5, 40, 40), 0.9, ()), Face(2, Box(9, 7, 1, 1), 0.9, ())), ())
    photo = replace(audited("a", ("S03", None)), seen=seen)
    assert opened(draw(np.zeros((8, 10, 3), np.uint8), photo)).shape == (8, 10, 3)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4)])
def test_pixels_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match="height x width x 3"):
        draw(np.zeros(shape, np.uint8), audited("a", ("S01", "S02")))
