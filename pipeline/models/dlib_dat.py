"""Reads the weights of dlib's face ResNet out of the file that dlib wrote them to.

Such a file does not say what network it holds: dlib writes the parts of one C++ type after another.
So the whole type is spelt out here, every tag, size and setting is compared with it, and anything
else is refused. Nothing is searched for or skipped.

How dlib writes things:

- an integer: a byte that tells how many bytes follow (bit 7 set: negative), and these, lowest first;
- a real number: its mantissa and its exponent of two, two integers; a truth value: `0` or `1`;
- a text: its length and its bytes;
- a tensor: version, four sizes, and its float32 values as they lie in memory, lowest byte first;
- a layer: version, then the layer below it, then itself. So all versions come first, from the output
  down to the picture, and after them all layers, from the picture up to the output.

Sources: serialize.h and the files of dnn/ in dlib 20.0; the type is `anet_type` of its example
dnn_face_recognition_ex.cpp. The layout was checked against the published file to its last byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ldexp, prod

import numpy as np
from numpy.typing import NDArray

INPUT_SIDE_PX = 150
TEMPLATE_SIZE = 128

BLOCKS = (
    *[(32, False)] * 3,
    (64, True), *[(64, False)] * 3,
    (128, True), *[(128, False)] * 2,
    (256, True), *[(256, False)] * 2,
    (256, True),
)  # fmt: skip
"""The residual blocks from the input up: channels, and whether the block halves the sides."""

_STEM_CHANNELS = 32

# Versions of the layers, from the input up. A tag or a skip to a tag is 1, any other layer 2, and the
# lowest, which holds the input, 3.
_STEM = [3, 2, 2, 2]  # convolution, affine, relu, max pool
_BLOCK = [1, 2, 2, 2, 2, 2, 2, 2]  # tag, convolution, affine, relu, convolution, affine, sum, relu
_HALVING = [1, 2, 2, 2, 2, 2, 1, 1, 2, 2, 2]  # as above, with tag, skip and average pool before the sum
_HEAD = [2, 2]  # average pool, full connection
_VERSIONS = [*_STEM, *(version for _, halves in BLOCKS for version in (_HALVING if halves else _BLOCK)), *_HEAD]

_LARGEST_EXPONENT = 256  # beyond any float32, and far below 32000, where dlib's codes for what is no number begin

Weights = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution and the affine layer behind it: (filters * picture + biases) * gamma + beta.

    `filters`: outputs x inputs x height x width; the others: one number an output.
    """

    filters: Weights
    biases: Weights
    gamma: Weights
    beta: Weights
    stride: int
    padding: int


@dataclass(frozen=True, slots=True)
class Block:
    """A residual block: the second convolution of the rectified first one, plus the block's input.

    Where it `halves`, the input is averaged over 2 x 2 before the sum.
    """

    first: Convolution
    second: Convolution
    halves: bool


@dataclass(frozen=True, slots=True)
class ResNet:
    """The network. `mean`: of red, green and blue, taken off the picture; `head`: 256 x 128."""

    mean: tuple[float, float, float]
    stem: Convolution
    blocks: tuple[Block, ...]
    head: Weights


def read_resnet(dat: bytes) -> ResNet:
    """The network in the content of a .dat file; `ValueError` where it is not exactly this kind of file."""
    file = _Reader(dat)
    file.expect(1)  # version of the loss layer, which is the outermost
    file.expect_text("loss_metric_2")
    file.reals(2)  # settings of the training
    file.expect(*reversed(_VERSIONS))
    file.expect_text("input_rgb_image_sized")
    red, green, blue = file.reals(3)
    file.expect(INPUT_SIDE_PX, INPUT_SIDE_PX)
    channels = _STEM_CHANNELS
    stem = _convolution(file, 3, channels, side=7, stride=2, padding=0, lowest=True)
    _relu(file)
    _pool(file, "max_pool_2", side=3, stride=2)
    blocks = []
    for outputs, halves in BLOCKS:
        blocks.append(_block(file, channels, outputs, halves))
        channels = outputs
    _pool(file, "avg_pool_2", side=0, stride=1)  # side 0: all of the picture
    head = _full_connection(file, channels)
    file.expect_end()
    return ResNet((red, green, blue), stem, tuple(blocks), head)


def _block(file: _Reader, inputs: int, outputs: int, halves: bool) -> Block:
    stride, padding = (2, 0) if halves else (1, 1)
    first = _convolution(file, inputs, outputs, side=3, stride=stride, padding=padding)
    _relu(file)
    second = _convolution(file, outputs, outputs, side=3, stride=1, padding=1)
    if halves:
        _pool(file, "avg_pool_2", side=2, stride=2)
    file.expect_text("add_prev_")
    file.end_of_layer()
    _relu(file)
    return Block(first, second, halves)


def _convolution(
    file: _Reader, inputs: int, outputs: int, *, side: int, stride: int, padding: int, lowest: bool = False
) -> Convolution:
    count = outputs * inputs * side * side
    file.expect_text("con_4")
    weights = file.tensor(count + outputs, 1, 1, 1)
    file.expect(outputs, side, side, stride, stride, padding, padding)
    file.expect_part(outputs, inputs, side, side)
    file.expect_part(1, outputs, 1, 1)
    file.reals(4)  # how fast it learnt
    file.end_of_layer()
    if lowest:
        file.expect(1)  # how many pictures the network takes for one
    file.expect_text("affine_")
    affine = file.tensor(2 * outputs, 1, 1, 1)
    file.expect_part(1, outputs, 1, 1)
    file.expect_part(1, outputs, 1, 1)
    file.expect(0)  # one pair a channel, as behind a convolution
    file.end_of_layer()
    filters = weights[:count].reshape(outputs, inputs, side, side)
    return Convolution(filters, weights[count:], affine[:outputs], affine[outputs:], stride, padding)


def _relu(file: _Reader) -> None:
    file.expect_text("relu_")
    file.end_of_layer()


def _pool(file: _Reader, tag: str, *, side: int, stride: int) -> None:
    file.expect_text(tag)
    file.expect(side, side, stride, stride, 0, 0)
    file.end_of_layer()


def _full_connection(file: _Reader, inputs: int) -> Weights:
    file.expect_text("fc_2")
    file.expect(TEMPLATE_SIZE, inputs)
    weights = file.tensor(inputs, TEMPLATE_SIZE, 1, 1)
    file.expect_part(inputs, TEMPLATE_SIZE, 1, 1)
    file.expect_part(0, 0, 0, 0)
    file.expect(1)  # without biases
    file.reals(4)  # how fast it learnt
    file.end_of_layer()
    return weights.reshape(inputs, TEMPLATE_SIZE)


class _Reader:
    """Takes one thing after another from a file, and raises `ValueError` for what should not be there."""

    def __init__(self, content: bytes) -> None:
        self._content = memoryview(content)
        self._at = 0

    def integer(self) -> int:
        (control,) = self._take(1)
        size = control & 0x0F
        if control & 0x70 or not 1 <= size <= 8:
            raise ValueError(f"there is no integer before byte {self._at}")
        magnitude = int.from_bytes(self._take(size), "little")
        return -magnitude if control & 0x80 else magnitude

    def reals(self, count: int) -> list[float]:
        return [self._real() for _ in range(count)]

    def tensor(self, *sizes: int) -> Weights:
        """The values of a tensor of these four sizes, in one row."""
        self.expect(2, *sizes)
        values = np.frombuffer(self._take(4 * prod(sizes)), "<f4")
        if not np.isfinite(values).all():
            raise ValueError(f"a weight before byte {self._at} is no number")
        return values

    def expect(self, *numbers: int) -> None:
        for number in numbers:
            if (found := self.integer()) != number:
                raise ValueError(f"{number} should stand before byte {self._at}, not {found}")

    def expect_text(self, text: str) -> None:
        self.expect(len(text))
        if self._take(len(text)) != text.encode("ascii"):
            raise ValueError(f"“{text}” should stand before byte {self._at}")

    def expect_part(self, *sizes: int) -> None:
        """What dlib calls an alias: the sizes of a part of the tensor before it."""
        self.expect(1, *sizes)

    def end_of_layer(self) -> None:
        """What every layer ends with: its state, and three tensors that only training fills."""
        if bytes(self._take(3)) not in (b"110", b"111"):  # was set up; of the rest nothing matters here
            raise ValueError(f"there is no state of a layer before byte {self._at}")
        for _ in range(3):
            self.tensor(0, 0, 0, 0)

    def expect_end(self) -> None:
        if self._at != len(self._content):
            raise ValueError(f"the network ends at byte {self._at}, but the file at {len(self._content)}")

    def _real(self) -> float:
        mantissa, exponent = self.integer(), self.integer()
        if abs(exponent) > _LARGEST_EXPONENT:
            raise ValueError(f"there is no number before byte {self._at}")
        return ldexp(mantissa, exponent)

    def _take(self, count: int) -> memoryview:
        taken = self._content[self._at : self._at + count]
        if len(taken) < count:
            raise ValueError(f"the file breaks off at byte {len(self._content)}")
        self._at += count
        return taken
