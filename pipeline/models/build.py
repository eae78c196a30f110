"""Models that must be repackaged before they run. Same parts, same bytes, on every machine.

Nothing here reads a clock, a locale or the order of a set, so the result of a build is pinned by
its SHA-256 in the registry like any downloaded file: there is no second kind of trust.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

from pipeline.models.tflite_metadata import with_normalisation

_ZIP_HEADER = 30
"""Bytes before the name in a zip's local header (APPNOTE 4.3.7)."""

_FILLER_ID = 0xD935
"""Extra field that only aligns; other readers skip it (the id that Android's apksigner uses for this)."""


def centerface(exported: bytes) -> bytes:
    """CenterFace for pictures of any size, as ONNX.

    It was exported for ten pictures of 32 x 32: batch, height and width of the input and of the four
    heads (stride 4) get a name instead. The weights are also listed as inputs of the graph, as was
    the custom before IR version 4, and some serve training only; ONNX Runtime warns of each and folds
    no constants, so they are dropped from those lists.
    """
    import onnx

    model = onnx.load_model_from_string(exported)
    weights = {tensor.name for tensor in model.graph.initializer}
    used = {name for node in model.graph.node for name in node.input}
    _keep(model.graph.input, lambda value: value.name not in weights)
    _keep(model.graph.initializer, lambda tensor: tensor.name in used)
    for values, height, width in ((model.graph.input, "height", "width"), (model.graph.output, "rows", "columns")):
        for value in values:
            batch, _, vertical, horizontal = value.type.tensor_type.shape.dim
            batch.dim_param, vertical.dim_param, horizontal.dim_param = "batch", height, width
    # Sizes noted inside the graph belong to the fixed input and would contradict the named ones.
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    built: bytes = model.SerializeToString(deterministic=True)
    return built


def pose_task(detector: bytes, landmarks: bytes) -> bytes:
    """A MediaPipe `.task` for the pose landmarker: a stored zip of two TFLite models.

    The Tasks API wants to know how each model's input is normalised. The detector's file says so itself
    (-1 to 1); the landmark model's does not, and gets it here: 0 to 1, as in MediaPipe's own legacy graph.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as task:
        for name, model in (
            ("pose_detector.tflite", detector),
            ("pose_landmarks_detector.tflite", with_normalisation(landmarks, mean=0.0, deviation=255.0)),
        ):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3  # otherwise the zip tells Windows from the others
            entry.extra = _filler(content.tell() + _ZIP_HEADER + len(name))
            task.writestr(entry, model)
    return content.getvalue()


def dlib_resnet_onnx(dat: bytes) -> bytes:
    """The face ResNet out of dlib's own file, as ONNX for any number of faces (`pipeline.models.dlib_onnx`).

    `ValueError` for the content of any other file.
    """
    from pipeline.models.dlib_dat import read_resnet
    from pipeline.models.dlib_onnx import resnet_onnx

    return resnet_onnx(read_resnet(dat))


def _keep(values: Any, condition: Callable[[Any], bool]) -> None:
    """Leave only what meets the condition in a repeated field of a protobuf message."""
    kept = [value for value in values if condition(value)]
    del values[:]
    values.extend(kept)


def _filler(offset: int) -> bytes:
    """An extra field after which a file that would start at `offset` of the zip starts on sixteen bytes.

    The task maps the models from the zip as they lie there; an unaligned tensor would be copied.
    """
    padding = -(offset + 4) % 16  # behind the four bytes of the field's own header
    return struct.pack("<HH", _FILLER_ID, padding) + bytes(padding)
