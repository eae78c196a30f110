"""The picture on a card: numbered boxes, and every face pixelated that has no yes, and every text that a rule names.

Boxes come in pixels of the picture as published and are scaled to the pixels given, of which there are no more than a
card needs. Pictures are arrays of height x width x 3, uint8, RGB; what comes out is a JPEG without metadata.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from consent.facts import Orientation
from consent.findings import Finding, Outcome
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Body, Box, Observation

LONG_SIDE = 1000
"""Enough to tell who is meant on a printed card, and small enough for a report of a hundred photos."""

BLOCKS_ACROSS_A_FACE = 4
"""A face is about 0.16 m wide, so four blocks are 25 to a metre: EN 62676-4's "detection", the step at
which one sees that somebody is there and nothing of who it is ("recognition" takes 125)."""

SMALLEST_BLOCK = 8
"""Pixels. A small face must not survive in blocks of a pixel or two; JPEG works in blocks of 8."""

MARGINS = (0.35, 0.55, 0.35, 0.25)
"""Left, top, right and bottom of a face's box, in its widths and heights: ears, hair and chin. A
detector's box goes from brow to chin; a head is about half as high again and a good half wider."""

JPEG_QUALITY = 85

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """How a box is drawn. The dash and the sign tell outcomes apart without colour; dash 0 is a full line."""

    colour: str
    dash: int
    double: bool
    sign: str


STYLES = {
    Outcome.BLOCK: Style("#b3261e", 0, True, "x"),
    Outcome.HOLD: Style("#8a5200", 5, False, "?"),
    Outcome.ADVICE: Style("#2f5d8a", 2, False, ""),
    Outcome.PASS: Style("#17694a", 0, False, "v"),
    Outcome.NOT_APPLICABLE: Style("#55606b", 2, False, ""),
}
NUMBERED = Style("#1d4e89", 0, False, "")


def small_enough(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A photo in the size in which it is drawn, width and height in pixels as `shown_size` gives them.

    Made once, where the photo was decoded: both pictures are drawn on it, and from another computer it comes quicker.
    The mean of an area takes half the time of a Lanczos filter, and nobody sees the difference below numbers and boxes.
    """
    height, width = pixels.shape[:2]
    return pixels if size == (width, height) else cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def shown_size(width: int, height: int) -> tuple[int, int]:
    """Width and height, in pixels, in which a photo of that size is drawn."""
    scale = min(1.0, LONG_SIDE / max(width, height))
    return max(1, round(scale * width)), max(1, round(scale * height))


def draw(pixels: np.ndarray, audited: AuditedPhoto) -> bytes:
    """The photo for the report. Every face outside `audited.cleared` is pixelated for good.

    So is the head's end of every body that is not seen from behind: a face may have been missed
    there; and every text that a finding is about, which may be a name.
    `ValueError` for a photo that was not looked at, or pixels of another shape.
    """
    if audited.observation is None:
        raise ValueError("a photo that was not looked at has no picture")
    seen = audited.observation
    hidden = [around_head(box) for number, box in _places(seen) if number not in audited.cleared]
    hidden += [around_head(_head_end(b)) for b in seen.bodies if b.orientation is not Orientation.FROM_BEHIND]
    found = audited.verdict.findings
    told = [t for t in seen.texts if any(t.number in finding.texts for finding in found)]
    boxes = [
        (box, str(number), STYLES[_strictest(x for x in found if number in x.faces)]) for number, box in _places(seen)
    ]
    boxes += [
        (b.box, f"P{b.number}", STYLES[_strictest(x for x in found if b.number in x.bodies)]) for b in seen.bodies
    ]
    boxes += [(t.box, f"T{t.number}", STYLES[_strictest(x for x in found if t.number in x.texts)]) for t in told]
    _check(pixels)
    size = (pixels.shape[1], pixels.shape[0])
    shown = pixelate(pixels, (_scaled(box, seen, size) for box in hidden))
    shown = pixelate(shown, (_scaled(text.box, seen, size) for text in told), whole=True)
    return _jpeg(shown, seen, boxes)


def draw_numbered(pixels: np.ndarray, observation: Observation, texts: Container[int] = ()) -> bytes:
    """The photo with numbers and boxes and nothing hidden: for naming faces, inside the school only.

    `texts`: numbers of those that somebody has to look at.
    """
    boxes = [(box, str(number), NUMBERED) for number, box in _places(observation)]
    boxes += [(b.box, f"P{b.number}", NUMBERED) for b in observation.bodies]
    boxes += [(t.box, f"T{t.number}", NUMBERED) for t in observation.texts if t.number in texts]
    return _jpeg(pixels, observation, boxes)


def _places(seen: Observation) -> Iterator[tuple[int, Box]]:
    """Every face by number with its box; in a film, on each picture of its track."""
    if seen.film is None:
        yield from ((face.number, face.box) for face in seen.faces)
        return
    for track in seen.film.faces:
        yield from ((track.number, shown.on_sheet(shown.face.box)) for shown in track.shown if shown.face is not None)


def pixelate(pixels: np.ndarray, regions: Iterable[Box], *, whole: bool = False) -> np.ndarray:
    """A copy in which each region is a few blocks of one colour: the mean of what was there, no more.

    A block is at least `SMALLEST_BLOCK` pixels and, of a region around a head, a quarter of a face. `whole`: one
    block a region, as for text, which four blocks a letter would leave readable.
    Nothing of the original inside a region is kept besides those means.
    """
    result = pixels.copy()
    height, width = pixels.shape[:2]
    for region in regions:
        face = min(region.width / (1 + MARGINS[0] + MARGINS[2]), region.height / (1 + MARGINS[1] + MARGINS[3]))
        block = np.inf if whole else max(face / BLOCKS_ACROSS_A_FACE, SMALLEST_BLOCK)
        rows = _edges(region.y, region.y + region.height, height, block)
        columns = _edges(region.x, region.x + region.width, width, block)
        if len(rows) < 2 or len(columns) < 2:
            continue  # it lies beside the picture
        part = result[rows[0] : rows[-1], columns[0] : columns[-1]]
        heights, widths = np.diff(rows), np.diff(columns)
        # All blocks at once: a crowd has dozens of them on every picture of a film.
        sums = np.add.reduceat(part, rows[:-1] - rows[0], axis=0, dtype=np.uint32)
        sums = np.add.reduceat(sums, columns[:-1] - columns[0], axis=1)
        means = np.rint(sums / (heights[:, None] * widths)[..., None]).astype(np.uint8)
        part[:] = means.repeat(heights, axis=0).repeat(widths, axis=1)
    return result


def _edges(start: float, end: float, size: int, block: float) -> NDArray[np.intp]:
    """Where the blocks begin and end that fill start..end inside the picture: none narrower than a block unless all is.

    A single edge where nothing of it is inside: then there is no block.
    """
    first, last = int(np.floor(np.clip(start, 0, size))), int(np.ceil(np.clip(end, 0, size)))
    count = max(1, int((last - first) // block))
    return np.unique(np.linspace(first, last, count + 1).round().astype(np.intp))


def around_head(box: Box) -> Box:
    """A face's box with the head around it."""
    left, top, right, bottom = MARGINS
    return Box(
        box.x - left * box.width,
        box.y - top * box.height,
        box.width * (1 + left + right),
        box.height * (1 + top + bottom),
    )


def _head_end(body: Body) -> Box:
    """The upper square of a body: a head is nowhere higher than the body is wide."""
    return Box(body.box.x, body.box.y, body.box.width, min(body.box.width, body.box.height))


def _scaled(box: Box, seen: Observation, size: tuple[int, int]) -> Box:
    """The box on a picture of `size`, width and height in pixels."""
    across, down = size[0] / seen.width, size[1] / seen.height
    return Box(box.x * across, box.y * down, box.width * across, box.height * down)


def _strictest(findings: Iterable[Finding]) -> Outcome:
    return max((f.outcome for f in findings), key=lambda outcome: outcome.weight, default=Outcome.NOT_APPLICABLE)


def _check(pixels: np.ndarray) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"a picture is height x width x 3, uint8; not {pixels.shape}, {pixels.dtype}")


def _jpeg(pixels: np.ndarray, seen: Observation, boxes: Iterable[tuple[Box, str, Style]]) -> bytes:
    image = Image.fromarray(pixels)
    canvas = ImageDraw.Draw(image)
    # A contact sheet grows downwards with each track, its pictures do not.
    side = max(image.size) if seen.film is None else image.width
    for box, label, style in boxes:
        _draw_box(canvas, _scaled(box, seen, image.size), label, style, side)
    out = BytesIO()
    image.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def _draw_box(canvas: ImageDraw.ImageDraw, box: Box, label: str, style: Style, side: int) -> None:
    """`side`: of the picture, for the width of lines and the height of numbers."""
    width, height = canvas.im.size
    line = max(2, side // 330)
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, width - 1), min(box.y + box.height, height - 1)
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    for start, end in pairwise(corners):
        for ends in _dashes(start, end, style.dash * line):
            canvas.line(ends, fill="white", width=line + 2)
            canvas.line(ends, fill=style.colour, width=line)
    if style.double:
        gap = 3 * line
        if right - left > 4 * gap and bottom - top > 4 * gap:
            canvas.rectangle((left + gap, top + gap, right - gap, bottom - gap), outline=style.colour, width=line)
    _tag(canvas, left, top, label, style, max(13, side // 50))


def _dashes(start: Point, end: Point, dash: int) -> Iterator[tuple[Point, Point]]:
    """The pieces of a line along an axis: all of it, or dashes of about `dash` pixels with gaps between."""
    length = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    count = max(1, round(length / (2 * dash))) if dash else 1
    shown = 0.55 if dash else 1.0
    return ((_between(start, end, i / count), _between(start, end, (i + shown) / count)) for i in range(count))


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _tag(canvas: ImageDraw.ImageDraw, left: float, top: float, label: str, style: Style, size: int) -> None:  # noqa: PLR0917
    """Number and sign on a coloured plate above the box, or inside it at the upper edge of the picture."""
    width, _ = canvas.im.size
    text = f"{label} ?" if style.sign == "?" else label
    font = _font(size)
    sign = size * 0.85 if style.sign in ("x", "v") else 0
    plate = canvas.textlength(text, font=font) + size * 0.7 + sign
    x = min(max(left, 0), max(width - plate, 0))
    y = top - size * 1.35 if top >= size * 1.35 else top
    canvas.rounded_rectangle(
        (x, y, x + plate, y + size * 1.3), radius=size * 0.25, fill=style.colour, outline="white", width=1
    )
    canvas.text((x + size * 0.35, y + size * 0.65), text, fill="white", font=font, anchor="lm")
    if sign:
        _sign(canvas, x + plate - size * 0.95, y + size * 0.38, size * 0.55, style.sign)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own, in pixels; reading it took as long as all else that is drawn."""
    return ImageFont.load_default(size)


def _sign(canvas: ImageDraw.ImageDraw, x: float, y: float, size: float, sign: str) -> None:
    """A tick or a cross; the built-in font has neither."""
    line = max(2, round(size / 5))
    if sign == "v":
        canvas.line(
            [(x, y + size * 0.55), (x + size * 0.38, y + size * 0.9), (x + size, y + size * 0.1)], "white", line
        )
    else:
        canvas.line([(x, y), (x + size, y + size)], "white", line)
        canvas.line([(x, y + size), (x + size, y)], "white", line)
