"""Writes a network the way dlib does, so that dlib itself and the program's reader can be put before the same file.

Given the weights of the published file, it writes that file again, byte for byte.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from pipeline.models.dlib_dat import BLOCKS, Block, Convolution, ResNet


def integer(value: int) -> bytes:
    size = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([size | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(size, "little")


def integers(*values: int) -> bytes:
    return b"".join(map(integer, values))


def text(words: str) -> bytes:
    return integer(len(words)) + words.encode()


def real(value: float, digits: int) -> bytes:
    """`digits`: of the mantissa, 24 for a float32, 53 for a float64; trailing zeros go in bytes of eight."""
    fraction, exponent = math.frexp(value)
    mantissa, exponent = int(fraction * 2**digits), exponent - digits
    for _ in range(8):
        if mantissa and mantissa % 256 == 0:
            mantissa, exponent = mantissa // 256, exponent + 8
    return integers(mantissa, exponent) if mantissa else integers(0, 11)


def tensor(values: np.ndarray, *sizes: int) -> bytes:
    return integers(2, *sizes) + values.astype("<f4").tobytes()


def row(*parts: np.ndarray) -> bytes:
    values = np.concatenate([part.ravel() for part in parts])
    return tensor(values, len(values), 1, 1, 1)


EMPTY = tensor(np.empty(0), 0, 0, 0, 0)
LEARNING = real(1.0, 53) * 3 + real(0.0, 53)


def ended(layer: bytes, *, in_place: bool = False) -> bytes:
    """A layer with what follows every layer; `in_place`: the next one writes over its output."""
    return layer + (b"111" if in_place else b"110") + EMPTY * 3


def convolution(layer: Convolution) -> bytes:
    outputs = len(layer.biases)
    settings = [outputs, *layer.filters.shape[2:], layer.stride, layer.stride, layer.padding, layer.padding]
    parts = [1, *layer.filters.shape, 1, 1, outputs, 1, 1]
    return ended(text("con_4") + row(layer.filters, layer.biases) + integers(*settings, *parts) + LEARNING)


def affine(layer: Convolution, *, in_place: bool) -> bytes:
    part = [1, 1, len(layer.gamma), 1, 1]
    return ended(text("affine_") + row(layer.gamma, layer.beta) + integers(*part, *part, 0), in_place=in_place)


def pool(tag: str, side: int, stride: int) -> bytes:
    return ended(text(tag) + integers(side, side, stride, stride, 0, 0))


RELU = ended(text("relu_"))


def block(layers: Block) -> bytes:
    return b"".join(
        [
            convolution(layers.first),
            affine(layers.first, in_place=True),
            RELU,
            convolution(layers.second),
            affine(layers.second, in_place=False),
            pool("avg_pool_2", 2, 2) if layers.halves else b"",
            ended(text("add_prev_"), in_place=True),
            RELU,
        ]
    )


def versions(net: ResNet) -> Iterator[int]:
    """From the output down: 2 for a layer, 1 for a tag or a skip, 3 for the lowest layer."""
    yield from (2, 2)
    for layers in reversed(net.blocks):
        yield from (2, 2)
        if layers.halves:
            yield from (2, 1, 1)
        yield from (2, 2, 2, 2, 2, 1)
    yield from (2, 2, 2, 3)


def written(net: ResNet) -> bytes:
    """The content of a .dat file with this network."""
    inputs, outputs = net.head.shape
    head = text("fc_2") + integers(outputs, inputs) + tensor(net.head, inputs, outputs, 1, 1)
    return b"".join(
        [
            integer(1),
            text("loss_metric_2") + real(float(np.float32(0.04)), 24) + real(float(np.float32(0.6)), 24),
            integers(*versions(net)),
            text("input_rgb_image_sized"),
            *(real(value, 24) for value in net.mean),
            integers(150, 150),
            convolution(net.stem),
            integer(1),
            affine(net.stem, in_place=True),
            RELU,
            pool("max_pool_2", 3, 2),
            *map(block, net.blocks),
            pool("avg_pool_2", 0, 1),
            ended(head + integers(1, inputs, outputs, 1, 1, 1, 0, 0, 0, 0, 1) + LEARNING),
        ]
    )


def taken_apart(model: Path) -> ResNet:
    """The network that an ONNX file was made of, or could have been: worked into its weights are affine layers.

    Here each weight is one that the affine layer (a power of two a channel, in turn) brings back without rounding.
    """
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(model).graph.initializer}
    numbers = iter(range(1 + 2 * len(BLOCKS)))

    def layer(stride: int, padding: int) -> Convolution:
        number = next(numbers)
        filters, biases = (weights[f"convolution_{number}_{kind}"] for kind in ("filters", "biases"))
        gamma = np.float32(2.0) ** (np.arange(len(biases)) % 5 - 2)
        return Convolution(
            filters / gamma[:, None, None, None], biases / (2 * gamma), gamma, biases / 2, stride, padding
        )

    stem = layer(2, 0)
    blocks = tuple(Block(layer(2, 0) if halves else layer(1, 1), layer(1, 1), halves) for _, halves in BLOCKS)
    red, green, blue = (float(value) for value in weights["mean"].ravel())
    return ResNet((red, green, blue), stem, blocks, weights["head"])
