"""Words on a photo: on drawings, coat hooks, blackboards, shirts and screens. PP-OCRv6 small through ONNX Runtime.

A detector looks at the whole photo, made small, and gives a map of where lines of text are (Liao et al. 2019,
arXiv 1911.08947); only what it finds is cut out of the photo as it is and read, letter by letter (CTC). What is
found at which height of letters, and what it costs, is told in docs/measurements.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.models.session import open_session
from pipeline.vision.observation import Box, SeenText

FIRST_SIDE_PX = 416
"""Long side of the picture in which every photo is looked at for lines: what may be spent on a photo without any."""

CLOSER_SIDE_PX = 1280
"""Long side where something was read: beside a large line small ones often stand (docs/measurements.md)."""

PIXEL_SCORE = 0.3
"""From here on a pixel belongs to a line (the network's own setting)."""

LINE_SCORE = 0.5
"""Lowest mean score of a line's pixels."""

READ_SCORE = 0.5
"""Lowest mean score of the letters that were read; what lies below it is no text."""

LEAST_LETTERS = 2
"""A round or square thing on the wall is easily read as one letter, and nobody's name is one."""

TURNED_SCORE = 0.9
"""Below it a line is read upside down as well: what stands on its head was never read as surely as this."""

SURE_SCORE, SURE_LETTERS = 0.8, 5
"""What was read as surely as this, or is as long, is text beyond doubt, and the photo is looked at more closely."""

_GROWN = 1.6
"""The network marks the core of a line: its box grows by this times its area over its perimeter (its own setting)."""

_LEAST_SIDE = 3.0
"""Pixels of the map. What is narrower is no line (the network's own setting)."""

_OVERLAP = 0.3
"""Boxes of two looks that share more than this part of their union are one line."""

_MULTIPLE = 32
_HEIGHT = 48
_UPRIGHT = 1.5
"""A line that is so many times as high as it is wide runs upwards or downwards."""

_MEAN = np.array([0.485, 0.456, 0.406], np.float32)[:, None, None] * 255
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32)[:, None, None] * 255

Line = tuple[Sequence[float], Sequence[float], float]
"""A turned rectangle as OpenCV has it: centre, width and height, and degrees."""


class TextReader:
    """The detector and the recogniser. Safe to use from one thread at a time."""

    def __init__(self, detector: Path, recogniser: Path) -> None:
        self._detector, self._recogniser = open_session(detector), open_session(recogniser)
        known = self._recogniser.get_modelmeta().custom_metadata_map["character"].split("\n")
        # Class 0 is "no letter", and after the known signs comes the space.
        self._letters = np.array(["", *known, " "])
        self._other_scripts = np.array([not _is_latin(letter) for letter in self._letters])

    def __call__(self, pixels: NDArray[np.uint8]) -> tuple[SeenText, ...]:
        """Lines of text on a picture (height x width x 3, RGB), numbered from left to right."""
        found = self._texts(pixels, FIRST_SIDE_PX)
        if max(pixels.shape) > FIRST_SIDE_PX and any(map(_is_sure, found)):
            found = _joined([*self._texts(pixels, CLOSER_SIDE_PX), *found])
        found.sort(key=lambda text: (text.box.x, text.box.y))
        return tuple(replace(text, number=number) for number, text in enumerate(found, start=1))

    def _texts(self, pixels: NDArray[np.uint8], side_px: int) -> list[SeenText]:
        """What can be read on the picture made as small as that, without numbers yet."""
        height, width = pixels.shape[:2]
        found = []
        for line in self._lines(pixels, side_px):
            text, score = self._read(pixels, line)
            box = _upright(line, width, height)
            if box is not None and score >= READ_SCORE and _letters(text) >= LEAST_LETTERS:
                found.append(SeenText(0, box, text, score))
        return found

    def _lines(self, pixels: NDArray[np.uint8], side_px: int) -> Iterator[Line]:
        """Where lines are, in pixels of the picture."""
        height, width = pixels.shape[:2]
        scale = min(1.0, side_px / max(height, width))
        to_height, to_width = (max(_MULTIPLE, round(side * scale / _MULTIPLE) * _MULTIPLE) for side in (height, width))
        small = cv2.resize(_halved(pixels, to_width, to_height), (to_width, to_height), interpolation=cv2.INTER_AREA)
        tensor = np.ascontiguousarray(small[:, :, ::-1].transpose(2, 0, 1), np.float32)
        tensor -= _MEAN
        tensor /= _SPREAD
        heat = self._detector.run(None, {self._detector.get_inputs()[0].name: tensor[None]})[0][0, 0]
        contours, _ = cv2.findContours(
            (heat > PIXEL_SCORE).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        )
        across, down = width / to_width, height / to_height
        for contour in contours:
            (x, y), (long, short), degrees = cv2.minAreaRect(contour)
            if min(long, short) < _LEAST_SIDE or _mean_inside(heat, contour) < LINE_SCORE:
                continue
            more = _GROWN * long * short / (long + short)  # both sides together
            corners = cv2.boxPoints(((x, y), (long + more, short + more), degrees)) * (across, down)
            yield cv2.minAreaRect(corners.astype(np.float32))

    def _read(self, pixels: NDArray[np.uint8], line: Line) -> tuple[str, float]:
        """The text of a line and the mean score of its letters, 0 to 1."""
        lying, runs_up = _strip(pixels, line)
        read = self._read_strip(lying)
        if read[1] < TURNED_SCORE:
            turned = self._read_strip(np.rot90(lying, 2))
            if turned[1] > read[1] and (runs_up or turned[1] >= SURE_SCORE):
                return turned
        return read

    def _read_strip(self, cut: NDArray[np.uint8]) -> tuple[str, float]:
        width = max(1, round(cut.shape[1] * _HEIGHT / cut.shape[0]))
        strip = cv2.resize(np.ascontiguousarray(cut), (width, _HEIGHT), interpolation=cv2.INTER_LINEAR)[:, :, ::-1]
        tensor = (strip.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]
        scores = self._recogniser.run(None, {self._recogniser.get_inputs()[0].name: tensor})[0][0]
        return self._decoded(scores)

    def _decoded(self, scores: NDArray[np.float32]) -> tuple[str, float]:
        """From scores (steps x classes) to letters: the best of each step, once where it goes on."""
        scores = np.where(self._other_scripts, 0, scores)
        best = scores.argmax(axis=1)
        begun = (best != 0) & np.append(True, best[1:] != best[:-1])
        if not begun.any():
            return "", 0.0
        text = unicodedata.normalize("NFC", "".join(self._letters[best[begun]]))
        return " ".join(text.split()), float(scores.max(axis=1)[begun].mean())


def _halved(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The picture halved for as long as it stays larger than that: the same means, in half of the time."""
    while pixels.shape[1] >= 2 * width and pixels.shape[0] >= 2 * height:
        pixels = cv2.resize(  # type: ignore[assignment]
            pixels, (pixels.shape[1] // 2, pixels.shape[0] // 2), interpolation=cv2.INTER_AREA
        )
    return pixels


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _is_sure(found: SeenText) -> bool:
    return found.score >= SURE_SCORE or _letters(found.text) >= SURE_LETTERS


def _joined(found: list[SeenText]) -> list[SeenText]:
    """Each line once: of two that are one, the one that was read more surely."""
    kept: list[SeenText] = []
    for text in sorted(found, key=lambda text: text.score, reverse=True):
        if not any(text.box.share(other.box) > _OVERLAP for other in kept):
            kept.append(text)
    return kept


def _is_latin(letter: str) -> bool:
    """Whether this is no letter of another script: signs and digits belong to all."""
    return not letter.isalpha() or "LATIN" in unicodedata.name(letter[0], "")


def _mean_inside(heat: NDArray[np.float32], contour: NDArray[np.int32]) -> float:
    x, y, width, height = cv2.boundingRect(contour)
    mask = np.zeros((height, width), np.uint8)
    cv2.drawContours(mask, [contour - (x, y)], -1, 1, cv2.FILLED)
    return float(cv2.mean(heat[y : y + height, x : x + width], mask)[0])


def _strip(pixels: NDArray[np.uint8], line: Line) -> tuple[NDArray[np.uint8], bool]:
    """The line cut out and laid straight, and whether it ran up or down, so that either side may be its top."""
    corners = cv2.boxPoints(line)
    # Top left first: of the four turns of a rectangle the one that lies nearest to upright.
    start = min(range(4), key=lambda i: float(corners[i].sum()))
    corners = np.roll(corners, -start, axis=0)
    wide = max(1, round(float(np.linalg.norm(corners[1] - corners[0]))))
    high = max(1, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    cut: NDArray[np.uint8] = cv2.warpPerspective(  # type: ignore[assignment]
        pixels, turn, (wide, high), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    runs_up = high > _UPRIGHT * wide
    return (np.rot90(cut) if runs_up else cut), runs_up


def _upright(line: Line, width: int, height: int) -> Box | None:
    """The upright box around a line, within the picture."""
    corners = cv2.boxPoints(line)
    left, top = np.clip(corners.min(axis=0), 0, (width, height))
    right, bottom = np.clip(corners.max(axis=0), 0, (width, height))
    if right <= left or bottom <= top:
        return None
    return Box(float(left), float(top), float(right - left), float(bottom - top))
