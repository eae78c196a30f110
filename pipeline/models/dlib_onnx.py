"""dlib's face ResNet as an ONNX graph, for any number of chips at once.

Operators of opset 13 and no others, so that any ONNX Runtime the program allows can run it, and the
same weights give the same bytes: what is computed here is one multiplication and one addition a
number, in float64, which every machine rounds alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from pipeline.models.dlib_dat import INPUT_SIDE_PX, TEMPLATE_SIZE, Block, Convolution, ResNet

INPUT, OUTPUT = "chips", "templates"

_OPSET, _IR_VERSION = 13, 8
_POOL: dict[str, Any] = {"kernel_shape": [3, 3], "strides": [2, 2]}
_HALVE: dict[str, Any] = {"kernel_shape": [2, 2], "strides": [2, 2]}


def resnet_onnx(net: ResNet) -> bytes:
    """The content of an ONNX file: `chips`, n x 150 x 150 x 3 uint8 RGB, to `templates`, n x 128 float32."""
    graph = _Graph()
    pixels = graph.add("Transpose", graph.add("Cast", INPUT, to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    centred = graph.add("Sub", pixels, graph.constant("mean", np.array(net.mean, np.float32).reshape(3, 1, 1)))
    scaled = graph.add("Mul", centred, graph.constant("scale", np.array(1 / 256, np.float32)))
    maps = graph.add("MaxPool", graph.add("Relu", _convolved(graph, scaled, net.stem)), **_POOL)
    side = _smaller(_smaller(INPUT_SIDE_PX, 7), 3)
    channels = len(net.stem.biases)
    for block in net.blocks:
        maps, side = _block(graph, maps, side, channels, block)
        channels = len(block.second.biases)
    means = graph.add("Flatten", graph.add("GlobalAveragePool", maps))
    graph.add("MatMul", means, graph.constant("head", net.head), output=OUTPUT)
    return graph.serialised()


def _block(graph: _Graph, maps: str, side: int, channels: int, block: Block) -> tuple[str, int]:
    """A block on maps of that side and number. Its output and the side of it.

    Where the two terms of the sum differ in size, dlib takes what is missing for zero: the input has
    fewer channels, and the convolutions, which see no border, may have lost a row and a column.
    """
    inner = graph.add("Relu", _convolved(graph, maps, block.first))
    changed = _convolved(graph, inner, block.second)
    if block.halves:
        maps = graph.add("AveragePool", maps, **_HALVE)
        lost = _smaller(side, 2) - _smaller(side, 3)
        changed = _padded(graph, changed, channels=0, sides=lost)
        maps = _padded(graph, maps, channels=len(block.second.biases) - channels, sides=0)
        side = _smaller(side, 2)
    return graph.add("Relu", graph.add("Add", changed, maps)), side


def _smaller(side: int, window: int) -> int:
    """How many windows fit on a side, every second place, without a border."""
    return (side - window) // 2 + 1


def _convolved(graph: _Graph, maps: str, layer: Convolution) -> str:
    """The convolution with its affine layer worked into the weights."""
    gamma = layer.gamma.astype(np.float64)
    filters = layer.filters * gamma[:, None, None, None]
    biases = layer.biases * gamma + layer.beta
    name = f"convolution_{graph.count('Conv')}"
    return graph.add(
        "Conv",
        maps,
        graph.constant(f"{name}_filters", filters),
        graph.constant(f"{name}_biases", biases),
        kernel_shape=list(layer.filters.shape[2:]),
        strides=[layer.stride] * 2,
        pads=[layer.padding] * 4,
    )


def _padded(graph: _Graph, maps: str, *, channels: int, sides: int) -> str:
    """With as many channels, rows and columns of zeros behind the others."""
    if not (channels or sides):
        return maps
    name = f"padding_{graph.count('Pad')}"
    return graph.add("Pad", maps, graph.constant(name, np.array([0, 0, 0, 0, 0, channels, sides, sides], np.int64)))


class _Graph:
    """Nodes and weights, in the order in which they are added."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def count(self, operator: str) -> int:
        return sum(node.op_type == operator for node in self._nodes)

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """A node with one output, whose name is given back."""
        output = output or f"{operator.lower()}_{self.count(operator)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Weights: float32, or int64 where that is what they are."""
        kind, stored = (TensorProto.INT64, "<i8") if values.dtype == np.int64 else (TensorProto.FLOAT, "<f4")
        content = np.ascontiguousarray(values, stored).tobytes()
        self._weights.append(helper.make_tensor(name, kind, values.shape, content, raw=True))
        return name

    def serialised(self) -> bytes:
        chips = helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["faces", INPUT_SIDE_PX, INPUT_SIDE_PX, 3])
        templates = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["faces", TEMPLATE_SIZE])
        graph = helper.make_graph(self._nodes, "dlib_face_resnet", [chips], [templates], self._weights)
        opset = helper.make_opsetid("", _OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        content: bytes = model.SerializeToString(deterministic=True)
        return content
