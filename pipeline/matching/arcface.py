"""A slot for recognisers of the ArcFace type (Deng et al. 2019, arXiv 1801.07698), from an ONNX file of one's own.

They are trained for the cosine of the angle between templates. Templates here have length 1, so the Euclidean
distance d that identification compares says the same: d² = 2 - 2 cos. Two of one direction lie at 0, two at
right angles at 1.41; a cosine of 0.40 is a distance of 1.10. A threshold measured for another recogniser means
nothing here: `python -m benchmarks` compares recognisers at equal false names instead.

The program ships no such model. Mind the licence of the weights: many are for non-commercial research only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.matching.recogniser import Templates, align
from pipeline.models.session import open_session
from pipeline.models.store import file_sha256
from pipeline.vision.observation import Face

SIDE_PX = 112
"""The chip that the standard points belong to."""

STANDARD_POINTS = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
"""Where eyes, nose tip and corners of the mouth lie on a chip of 112 x 112 px: the alignment of the ArcFace paper's
authors, which nearly all such networks share."""


@dataclass(frozen=True, slots=True)
class ArcFaceEntry:
    """What must be known of a network: (value - mean) / scale is its input, for values 0 to 255.

    `colours`: the order of its channels; `sha256`: None for a try-out; `licence`: of the weights, in words.
    """

    name: str
    file: Path
    licence: str
    sha256: str | None = None
    mean: float = 127.5
    scale: float = 127.5
    colours: Literal["RGB", "BGR"] = "RGB"

    def __post_init__(self) -> None:
        if not (np.isfinite([self.mean, self.scale]).all() and self.scale > 0):
            raise ValueError(f"{self.name}: mean is a number and scale one above zero")
        if self.colours not in ("RGB", "BGR"):
            raise ValueError(f"{self.name}: colours is RGB or BGR, not {self.colours}")


class ArcFace:
    """The recogniser. Safe to use from one thread at a time.

    Raises `ValueError` where the file is missing, is not the pinned one, or is no network of this type.
    """

    def __init__(self, entry: ArcFaceEntry) -> None:
        self.name, self._entry = entry.name, entry
        if not entry.file.is_file():
            raise ValueError(f"{entry.name}: there is no file {entry.file.name}")
        if entry.sha256 is not None and file_sha256(entry.file) != entry.sha256:
            raise ValueError(f"{entry.name}: {entry.file.name} is not the file whose SHA-256 the entry names")
        self._session = open_session(entry.file)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        shape = list(inputs[0].shape)
        self._channels_last = shape[1:] == [SIDE_PX, SIDE_PX, 3]
        if len(inputs) != 1 or not (self._channels_last or shape[1:] == [3, SIDE_PX, SIDE_PX]):
            raise ValueError(f"{entry.name}: takes {shape}, not pictures of {SIDE_PX} x {SIDE_PX} px in three colours")
        if len(outputs) != 1 or len(outputs[0].shape) != 2 or not isinstance(outputs[0].shape[1], int):
            raise ValueError(f"{entry.name}: does not give one template of a known length for a picture")
        self.dimensions: int = outputs[0].shape[1]
        self._input = inputs[0].name
        # Many of these files are exported for one picture a run; any number where the size is left open.
        self._at_once = shape[0] if isinstance(shape[0], int) else None

    def embed(self, pixels: NDArray[np.uint8], faces: Sequence[Face]) -> Templates:
        """Templates of faces (n) on a picture (height x width x 3, RGB), as n x d float32 of length 1.

        As with `DlibResNet`, a template is the mean over the chip and its mirror image.
        """
        chips = [align(pixels, face, STANDARD_POINTS, SIDE_PX) for face in faces]
        both = self.describe(np.array([*chips, *(chip[:, ::-1] for chip in chips)], np.uint8))
        return _of_length_one(both.reshape(2, len(faces), self.dimensions).sum(axis=0))

    def embed_reference(self, pixels: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
        """The template (d float32) of a reference face, as of any other: nothing else was measured here."""
        template: NDArray[np.float32] = self.embed(pixels, [face])[0]
        return template

    def describe(self, chips: NDArray[np.uint8]) -> Templates:
        """What the network says of chips (n x 112 x 112 x 3, RGB), as n x d float32 of length 1."""
        if not len(chips):
            return np.empty((0, self.dimensions), np.float32)
        ordered = chips if self._entry.colours == "RGB" else chips[..., ::-1]
        tensor = ((ordered.astype(np.float32) - self._entry.mean) / self._entry.scale).astype(np.float32)
        if not self._channels_last:
            tensor = tensor.transpose(0, 3, 1, 2)
        runs = self._runs(np.ascontiguousarray(tensor))
        found = np.concatenate([self._session.run(None, {self._input: run})[0] for run in runs])
        return _of_length_one(found[: len(chips)])

    def _runs(self, tensor: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """The tensor in pieces of the number that the network takes, the last one filled up with zeros."""
        if self._at_once is None:
            return [tensor]
        filled = np.concatenate([tensor, np.zeros((-len(tensor) % self._at_once, *tensor.shape[1:]), np.float32)])
        return np.split(filled, len(filled) // self._at_once)


def _of_length_one(vectors: NDArray[np.float32]) -> Templates:
    """Vectors (n x d) scaled to length 1. One of length 0 has no direction: not a number, so it is nobody's."""
    with np.errstate(invalid="ignore"):
        scaled: Templates = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return scaled
