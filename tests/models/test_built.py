"""The models that are repackaged: they load, take the sizes they should, and come out the same every time."""

import socket
import subprocess
import sys
import zipfile

import flatbuffers
import mediapipe
import numpy as np
import onnx
import onnxruntime
import pytest
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
from mediapipe.tasks.metadata import schema_py_generated as schema
from mediapipe.tasks.python import BaseOptions, vision
from onnx import TensorProto, helper

from pipeline.models import build, tflite_metadata
from pipeline.models.silence import keep_mediapipe_silent
from pipeline.models.store import default_store


@pytest.mark.parametrize(("batch", "height", "width"), [(1, 32, 32), (2, 64, 96), (1, 480, 640)])
def test_centerface_takes_any_size(batch, height, width):
    session = onnxruntime.InferenceSession(default_store().path("centerface"))
    (picture,) = session.get_inputs()
    heads = session.run(None, {picture.name: np.zeros((batch, 3, height, width), np.float32)})
    assert [head.shape for head in heads] == [(batch, n, height // 4, width // 4) for n in (1, 2, 2, 10)]


def exported():
    """A model as old exporters wrote them: fixed sizes, weights among the inputs, one weight for training only."""
    weights = [
        helper.make_tensor("kernel", TensorProto.FLOAT, (1, 3, 4, 4), np.ones(48)),
        helper.make_tensor("batches_seen", TensorProto.FLOAT, (1,), [7]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Conv", ["picture", "kernel"], ["heat"], strides=[4, 4])],
        "small",
        [value("picture", TensorProto.FLOAT, (10, 3, 32, 32)), value("kernel", TensorProto.FLOAT, (1, 3, 4, 4))],
        [value("heat", TensorProto.FLOAT, (10, 1, 8, 8))],
        initializer=weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=4)
    return model.SerializeToString()


def test_centerface_is_rebuilt_with_named_sizes_and_without_idle_weights():
    built = build.centerface(exported())
    graph = onnx.load_model_from_string(built).graph
    assert [value.name for value in graph.input] == ["picture"]
    assert [tensor.name for tensor in graph.initializer] == ["kernel"]
    assert [dim.dim_param or dim.dim_value for dim in graph.input[0].type.tensor_type.shape.dim] == [
        "batch",
        3,
        "height",
        "width",
    ]
    session = onnxruntime.InferenceSession(built)
    (heat,) = session.run(None, {"picture": np.ones((1, 3, 8, 16), np.float32)})
    assert heat.shape == (1, 1, 2, 4)
    assert np.all(heat == 48)
    assert build.centerface(exported()) == built


def test_pose_finds_nobody_on_an_empty_picture():
    keep_mediapipe_silent()
    options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=str(default_store().path("pose"))))
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        picture = np.zeros((256, 256, 3), np.uint8)
        found = landmarker.detect(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=picture))
    assert found.pose_landmarks == []


@pytest.mark.parametrize(
    ("name", "mean", "deviation"),
    [("pose_detector.tflite", 127.5, 127.5), ("pose_landmarks_detector.tflite", 0.0, 255.0)],
)
def test_pose_says_how_its_input_is_normalised(name, mean, deviation):
    with zipfile.ZipFile(default_store().path("pose")) as task:
        content = task.read(name)
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(content, 0))
    (entry,) = [e for e in model.metadata if e.name == b"TFLITE_METADATA"]
    described = metadata.ModelMetadataT.InitFromPackedBuf(model.buffers[entry.buffer].data.tobytes(), 0)
    (unit,) = described.subgraphMetadata[0].inputTensorMetadata[0].processUnits
    assert (list(unit.options.mean), list(unit.options.std)) == ([mean], [deviation])


def test_pose_is_the_same_zip_on_every_day_and_system():
    path = default_store().path("pose")
    with zipfile.ZipFile(path) as task, path.open("rb") as file:
        for info in task.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.create_system == 3
            file.seek(info.header_offset + 26)
            lengths = np.frombuffer(file.read(4), "<u2")
            assert (info.header_offset + 30 + int(lengths.sum())) % 16 == 0


CLOSE_A_TASK = """
import sys
from pipeline.models.silence import keep_mediapipe_silent
keep_mediapipe_silent(sys.argv[1])
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=sys.argv[2]))
vision.PoseLandmarker.create_from_options(options).close()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="what MediaPipe sends was looked at on Linux")
def test_what_mediapipe_reports_goes_where_we_send_it():
    """Where this fails, a new MediaPipe reports in another way or not at all: look before you change it."""
    with socket.create_server(("127.0.0.1", 0)) as nowhere:
        nowhere.settimeout(60)
        address = f"http://127.0.0.1:{nowhere.getsockname()[1]}"
        with subprocess.Popen(
            [sys.executable, "-c", CLOSE_A_TASK, address, str(default_store().path("pose"))], stderr=subprocess.DEVNULL
        ) as task:
            connection, _ = nowhere.accept()
            with connection:
                asked = connection.recv(200)
        assert task.returncode == 0
    assert asked.startswith(b"CONNECT ")


def landmarks():
    with zipfile.ZipFile(default_store().path("pose")) as task:
        return task.read("pose_landmarks_detector.tflite")


def test_metadata_is_put_before_a_model_and_the_rest_left_as_it_is():
    """A small model by the flatbuffers package: what was in it is found again, in place, with the new note."""
    model = schema.ModelT()
    model.version, model.description = 3, "made up"
    for content in (b"", b"weights of one", b"runtime"):
        buffer = schema.BufferT()
        buffer.data = list(content) or None
        model.buffers = [*(model.buffers or []), buffer]
    note = schema.MetadataT()
    note.name, note.buffer = "min_runtime_version", 2
    model.metadata, model.subgraphs, model.operatorCodes = [note], [schema.SubGraphT()], []
    builder = flatbuffers.Builder(0)
    builder.Finish(model.Pack(builder), b"TFL3")
    before = bytes(builder.Output())

    after = tflite_metadata.with_normalisation(before, mean=0.5, deviation=2.0)

    assert after.endswith(before[8:])
    assert (len(after) - len(before)) % 16 == 0
    found = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(after, 0))
    assert (found.version, found.description, len(found.subgraphs)) == (3, b"made up", 1)
    assert [bytes(b.data if b.data is not None else b"") for b in found.buffers[:3]] == [
        b"",
        b"weights of one",
        b"runtime",
    ]
    assert [(n.name, n.buffer) for n in found.metadata] == [(b"min_runtime_version", 2), (b"TFLITE_METADATA", 3)]
    described = metadata.ModelMetadataT.InitFromPackedBuf(found.buffers[3].data.tobytes(), 0)
    (tensor,) = described.subgraphMetadata[0].inputTensorMetadata
    assert tensor.content.contentProperties.colorSpace == metadata.ColorSpaceType.RGB
    assert list(tensor.processUnits[0].options.mean) == [0.5]
    assert list(tensor.processUnits[0].options.std) == [2.0]


@pytest.mark.parametrize(
    ("content", "said"),
    [(lambda: b"PK\x03\x04 a zip", "not a TFLite file"), (landmarks, "has metadata already")],
    ids=["another format", "described already"],
)
def test_metadata_is_not_written_into_anything_else(content, said):
    with pytest.raises(ValueError, match=said):
        tflite_metadata.with_normalisation(content(), mean=0.0, deviation=255.0)
