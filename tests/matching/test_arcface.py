"""The slot for ArcFace-type networks, with tiny ones run by the real ONNX Runtime."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from pipeline.matching.arcface import SIDE_PX, STANDARD_POINTS, ArcFace, ArcFaceEntry
from pipeline.vision.observation import Box, Face

NCHW = ["n", 3, SIDE_PX, SIDE_PX]


def network(path: Path, shape: list[int | str], keepdims: int = 0) -> Path:
    """A network whose template is its picture's mean of each channel (for channels first) or column of pixels."""
    axes = [2, 3] if shape[1] == 3 else [1, 2]
    node = helper.make_node("ReduceMean", ["picture"], ["template"], axes=axes, keepdims=keepdims)
    graph = helper.make_graph(
        [node],
        "means",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("template", TensorProto.FLOAT, None)],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8), path)
    return path


def entry(path: Path, **others) -> ArcFaceEntry:
    return ArcFaceEntry("tiny", path, "made by the test", **others)


def painted(colour: tuple[int, int, int], count: int = 1) -> np.ndarray:
    return np.full((count, SIDE_PX, SIDE_PX, 3), colour, np.uint8)


def face_at(points: np.ndarray) -> Face:
    return Face(1, Box(0, 0, 100, 100), 0.9, tuple(map(tuple, points.tolist())))


@pytest.mark.parametrize(
    ("shape", "others", "raw"),
    [
        (NCHW, {"mean": 0, "scale": 1}, (200, 100, 50)),
        (NCHW, {"mean": 0, "scale": 1, "colours": "BGR"}, (50, 100, 200)),
        (NCHW, {"mean": 100, "scale": 2}, (50, 0, -25)),
        (NCHW, {}, ((200 - 127.5) / 127.5, (100 - 127.5) / 127.5, (50 - 127.5) / 127.5)),
        ([1, 3, SIDE_PX, SIDE_PX], {"mean": 0, "scale": 1}, (200, 100, 50)),
        (["n", SIDE_PX, SIDE_PX, 3], {"mean": 0, "scale": 1}, (200, 100, 50)),
    ],
)
def test_the_entry_says_how_a_picture_is_given(tmp_path: Path, shape, others, raw):
    recogniser = ArcFace(entry(network(tmp_path / "tiny.onnx", shape), **others))
    assert recogniser.dimensions == 3
    (template,) = recogniser.describe(painted((200, 100, 50)))
    assert template == pytest.approx(np.array(raw) / np.linalg.norm(raw), abs=1e-5)


@pytest.mark.parametrize("batch", ["n", 1, 4])
def test_many_faces_are_what_each_is_alone(tmp_path: Path, batch):
    recogniser = ArcFace(entry(network(tmp_path / "tiny.onnx", [batch, 3, SIDE_PX, SIDE_PX])))
    chips = np.concatenate([painted((shade, 255 - shade, 30)) for shade in (10, 90, 160, 220, 250)])
    together = recogniser.describe(chips)
    assert together.shape == (5, 3)
    assert np.allclose(together, np.concatenate([recogniser.describe(chip[None]) for chip in chips]), atol=1e-6)


def test_distance_and_cosine_say_the_same(tmp_path: Path):
    recogniser = ArcFace(entry(network(tmp_path / "tiny.onnx", NCHW)))
    one, other = recogniser.describe(np.concatenate([painted((200, 10, 30)), painted((20, 200, 130))]))
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-6)
    assert np.linalg.norm(one - other) ** 2 == pytest.approx(2 - 2 * float(one @ other), abs=1e-5)


def test_a_face_is_brought_to_the_standard_points(tmp_path: Path):
    """A turned, enlarged picture of the standard chip gives the template of the chip itself."""
    rng = np.random.default_rng(7)
    chip = np.kron(rng.integers(0, 256, (8, 8, 3)), np.ones((14, 14, 1))).astype(np.uint8)
    recogniser = ArcFace(entry(network(tmp_path / "tiny.onnx", ["n", SIDE_PX, SIDE_PX, 3])))
    doubled = np.rot90(np.kron(chip, np.ones((2, 2, 1))).astype(np.uint8), k=-1)
    at = STANDARD_POINTS * 2 + 0.5
    turned = np.stack([2 * SIDE_PX - 1 - at[:, 1], at[:, 0]], axis=1)
    straight = recogniser.embed(chip, [face_at(STANDARD_POINTS)])
    assert np.allclose(recogniser.embed(np.ascontiguousarray(doubled), [face_at(turned)]), straight, atol=0.01)
    assert recogniser.embed(chip, []).shape == (0, 3)


def test_a_face_and_its_mirror_image_are_one(tmp_path: Path):
    rng = np.random.default_rng(3)
    chip = rng.integers(0, 256, (SIDE_PX, SIDE_PX, 3), np.uint8)
    recogniser = ArcFace(entry(network(tmp_path / "tiny.onnx", NCHW)))
    both = recogniser.describe(np.stack([chip, chip[:, ::-1]])).sum(axis=0)
    (template,) = recogniser.embed(chip, [face_at(STANDARD_POINTS)])
    assert template == pytest.approx(both / np.linalg.norm(both), abs=1e-3)


def test_what_has_no_direction_is_nobody(tmp_path: Path):
    recogniser = ArcFace(entry(network(tmp_path / "tiny.onnx", NCHW), mean=0, scale=1))
    assert np.isnan(recogniser.describe(painted((0, 0, 0)))).all()


@pytest.mark.parametrize(
    ("shape", "keepdims", "why"),
    [
        ([1, 3, 160, 160], 0, "not pictures of 112 x 112 px"),
        ([1, 1, SIDE_PX, SIDE_PX], 0, "not pictures of 112 x 112 px"),
        (NCHW, 1, "template of a known length"),
    ],
)
def test_a_network_of_another_kind_is_refused(tmp_path: Path, shape, keepdims, why):
    with pytest.raises(ValueError, match=why):
        ArcFace(entry(network(tmp_path / "tiny.onnx", shape, keepdims)))


def test_only_the_pinned_file_is_used(tmp_path: Path):
    path = network(tmp_path / "tiny.onnx", NCHW)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert ArcFace(entry(path, sha256=digest)).name == "tiny"
    with pytest.raises(ValueError, match="SHA-256"):
        ArcFace(entry(path, sha256="0" * 64))
    with pytest.raises(ValueError, match=r"no file gone\.onnx"):
        ArcFace(entry(tmp_path / "gone.onnx"))


@pytest.mark.parametrize("others", [{"scale": 0}, {"scale": float("nan")}, {"mean": float("inf")}, {"colours": "GRB"}])
def test_an_entry_that_makes_no_sense_is_refused(tmp_path: Path, others):
    with pytest.raises(ValueError, match="tiny"):
        entry(tmp_path / "tiny.onnx", **others)
