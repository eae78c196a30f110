"""dlib's face ResNet without dlib: the same numbers, whatever the batch, and no other file taken for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image

from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.recogniser import align
from pipeline.matching.versions import versions
from pipeline.models.build import dlib_resnet_onnx
from pipeline.models.dlib_dat import read_resnet
from pipeline.models.store import default_store
from pipeline.places import DEMO
from pipeline.vision.faces import CenterFace
from tests.matching.dlib_file import taken_apart, written

WITHIN = 1e-3
"""Largest Euclidean distance between two templates that are the same: 1/400 of the threshold for a name."""

CROPS = json.loads(Path(__file__).with_name("golden").joinpath("dlib_crops.json").read_text("utf-8"))
"""Squares of 150 px cut out of a photo as they are, and what dlib 20.0.1 said of them with the published file."""


@pytest.fixture(scope="module")
def model() -> Path:
    return default_store().path(DlibResNet.name)


@pytest.fixture(scope="module")
def recogniser(model: Path) -> DlibResNet:
    return DlibResNet(model)


def pixels(name: str) -> np.ndarray:
    return np.asarray(Image.open(DEMO / "event" / name).convert("RGB"))


@pytest.fixture(scope="module")
def chips() -> np.ndarray:
    """The faces of three photos, from large to small, and three pictures that are no face."""
    detector = CenterFace(default_store().path("centerface"))
    faces = [
        align(photo, face)
        for photo in map(pixels, ("IMG_2001.jpg", "IMG_2004.jpg", "IMG_2011.jpg"))
        for face in detector(photo)
    ]
    assert len(faces) >= 14
    noise = np.random.default_rng(7).integers(0, 256, (150, 150, 3), np.uint8)
    return np.stack([*faces, noise, np.zeros_like(noise), np.full_like(noise, 255)])


@pytest.fixture(scope="module")
def dat(model: Path) -> bytes:
    return written(taken_apart(model))


def test_equal_to_dlib(recogniser: DlibResNet, chips: np.ndarray, dat: bytes, tmp_path: Path):
    dlib = pytest.importorskip("dlib", reason="dlib-bin has no wheel for this system")
    (tmp_path / "network.dat").write_bytes(dat)
    dlibs = dlib.face_recognition_model_v1(str(tmp_path / "network.dat"))
    expected = np.array(dlibs.compute_face_descriptor(list(chips)))
    assert np.linalg.norm(recogniser.describe(chips) - expected, axis=1).max() < WITHIN
    assert np.linalg.norm(expected[0] - expected[1:], axis=1).min() > 100 * WITHIN  # or it would say nothing


@pytest.mark.parametrize("crop", CROPS, ids=lambda crop: f"at {crop['left']}, {crop['top']}")
def test_what_dlib_said_with_the_published_file(recogniser: DlibResNet, crop: dict):
    top, left = crop["top"], crop["left"]
    chip = pixels("IMG_2001.jpg")[top : top + 150, left : left + 150]
    assert np.linalg.norm(recogniser.describe(chip[None])[0] - crop["template"]) < WITHIN


def test_a_batch_says_what_each_chip_says_alone(recogniser: DlibResNet, chips: np.ndarray):
    many = np.concatenate([chips, chips[:, ::-1], chips[:, :, ::-1]])
    assert len(many) % 16
    alone = np.concatenate([recogniser.describe(chip[None]) for chip in many])
    np.testing.assert_allclose(recogniser.describe(many), alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("count", [0, 1, 5])
def test_the_file_takes_any_number_of_chips(model: Path, recogniser: DlibResNet, chips: np.ndarray, count: int):
    session = onnxruntime.InferenceSession(model)
    (given,), (made,) = session.get_inputs(), session.get_outputs()
    assert (given.type, given.shape) == ("tensor(uint8)", ["faces", 150, 150, 3])
    assert (made.type, made.shape) == ("tensor(float)", ["faces", 128])
    (templates,) = session.run(None, {given.name: chips[:count]})
    assert templates.shape == (count, 128)
    np.testing.assert_allclose(recogniser.describe(chips[:count]), templates, rtol=0, atol=1e-6)


def test_a_face_and_its_mirror_image_have_one_template(recogniser: DlibResNet):
    photo = pixels("IMG_2011.jpg")
    faces = CenterFace(default_store().path("centerface"))(photo)
    templates = recogniser.embed(photo, faces)
    assert (templates.shape, templates.dtype) == ((len(faces), 128), np.float32)
    for face, template in zip(faces, templates, strict=True):
        chip = align(photo, face)
        both = recogniser.describe(np.stack([chip, chip[:, ::-1]]))
        np.testing.assert_allclose(template, both.mean(axis=0), rtol=0, atol=1e-6)


def test_a_reference_is_the_mean_of_its_versions_and_their_mirror_images(recogniser: DlibResNet):
    photo = pixels("IMG_2001.jpg")
    face = CenterFace(default_store().path("centerface"))(photo)[0]
    template = recogniser.embed_reference(photo, face)
    assert (template.shape, template.dtype) == ((128,), np.float32)
    chips = versions(align(photo, face))
    each = recogniser.describe(np.concatenate([chips, chips[:, :, ::-1]]))
    np.testing.assert_allclose(template, each.mean(axis=0), rtol=0, atol=1e-6)
    plain = recogniser.embed(photo, [face])[0]
    assert 0.01 < np.linalg.norm(template - plain) < 0.2, "another template, of the same face"


def test_the_versions_of_a_chip_are_what_they_say():
    chip = np.full((150, 150, 3), 200, np.uint8)
    chip[70:80, 70:80] = 0
    same, smaller, smallest, bright, dark, *shifted = versions(chip)
    blurred = [np.abs(version.astype(float) - chip).sum() for version in (same, smaller, smallest)]
    assert blurred[0] == 0 < blurred[1] < blurred[2]
    assert (int(bright[0, 0, 0]), int(dark[0, 0, 0])) == (220, 173)
    places = [tuple(np.argwhere(version[:, :, 0] == 0).mean(axis=0) - 74.5) for version in shifted]
    assert places == [(0, 3), (0, -3), (3, 0), (-3, 0)]


def test_a_photo_without_faces_has_no_templates(recogniser: DlibResNet):
    templates = recogniser.embed(pixels("IMG_2001.jpg"), [])
    assert (templates.shape, templates.dtype) == ((0, 128), np.float32)


def test_matching_needs_no_dlib():
    code = "import sys; sys.modules['dlib'] = None; import pipeline.looking, pipeline.enrolment"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


# The file that the model is built from.


def test_the_build_gives_the_same_bytes_from_other_layers_of_equal_effect(model: Path, dat: bytes):
    """Affine layers that the weights make up for exactly, another one a channel: any mix-up would show."""
    assert dlib_resnet_onnx(dat) == model.read_bytes()


def test_a_file_that_breaks_off_is_refused_wherever_it_does(dat: bytes):
    tags = [b"con_4", b"affine_", b"relu_", b"_pool_2", b"add_prev_", b"fc_2"]
    places = {place for tag in tags for place in all_places(dat, tag)}
    assert len(places) == 29 * 3 + 14 + 5 + 1 + 1
    ends = {place + shift for place in places for shift in (-1, 0, len(b"con_4"), 100)}
    ends |= {*range(400), *range(len(dat) - 60, len(dat))}
    whole = memoryview(dat)  # a slice of it copies nothing
    for end in sorted(ends):
        with pytest.raises(ValueError, match="breaks off"):
            read_resnet(whole[:end])


def all_places(content: bytes, tag: bytes) -> list[int]:
    places = [content.find(tag)]
    while places[-1] >= 0:
        places.append(content.find(tag, places[-1] + 1))
    return places[:-1]


def put(new: bytes, *, instead_of: bytes, after: bytes = b"") -> Callable[[bytes], bytes]:
    """Replace the first such bytes behind the first of others."""

    def change(content: bytes) -> bytes:
        at = content.index(instead_of, content.index(after) + len(after))
        return content[:at] + new + content[at + len(instead_of) :]

    return change


NAN = np.array(np.nan, "<f4").tobytes()
FIRST_SIZES = b"\x01\x02\x02\x80\x12\x01\x01\x01\x01\x01\x01"  # version 2; 4736, 1, 1 and 1
MEAN_OF_RED = b"\x03\x62\x90\xf5\x81\x11"  # 16093282 / 2^17

TAMPERING = {
    "empty": (lambda content: b"", "breaks off"),
    "something behind it": (lambda content: content + b"\0", "ends at byte"),
    "another format": (lambda content: b"\x89PNG\r\n\x1a\n" + content, "no integer"),
    "a pickle": (lambda content: b"\x80\x04\x95" + content, "no integer"),
    "an integer of nine bytes": (lambda content: b"\x09" + content, "no integer"),
    "another version": (put(b"\x01\x02", instead_of=b"\x01\x01"), "1 should stand before byte 2, not 2"),
    "a negative version": (put(b"\x81\x01", instead_of=b"\x01\x01"), "1 should stand before byte 2, not -1"),
    "another loss": (put(b"loss_metric_3", instead_of=b"loss_metric_2"), "loss_metric_2"),
    "a layer less": (put(b"", instead_of=b"\x01\x02", after=b"loss_metric_2"), "should stand"),
    "another input": (put(b"input_rgb_imagf_sized", instead_of=b"input_rgb_image_sized"), "input_rgb_image_sized"),
    "larger pictures": (put(b"\x01\x97", instead_of=b"\x01\x96", after=b"sized"), "150 should stand"),
    "a mean without end": (put(b"\x01\x01\x02\x00\x7d", instead_of=MEAN_OF_RED), "no number"),
    "an older convolution": (put(b"con_3", instead_of=b"con_4"), "con_4"),
    "more weights": (put(FIRST_SIZES.replace(b"\x80", b"\x81"), instead_of=FIRST_SIZES), "4736 should stand"),
    "weights of a size beyond bounds": (
        put(b"\x01\x02\x08" + b"\xff" * 8 + b"\x01\x01" * 3, instead_of=FIRST_SIZES), "4736 should stand",
    ),
    "a weight that is no number": (
        lambda content: put(NAN, instead_of=content[after(content, FIRST_SIZES) :][:4], after=FIRST_SIZES)(content),
        "a weight before byte",
    ),
    "another stride": (
        put(b"\x01\x07\x01\x07\x01\x01", instead_of=b"\x01\x07\x01\x07\x01\x02", after=FIRST_SIZES), "2 should stand",
    ),
    "a convolution that was never set up": (put(b"010", instead_of=b"110", after=FIRST_SIZES), "state of a layer"),
    "a gradient left behind": (
        put(b"110\x01\x02\x01\x01", instead_of=b"110\x01\x02\x01\x00", after=FIRST_SIZES), "0 should stand",
    ),
    "pictures in pairs": (put(b"\x01\x02\x01\x07affine_", instead_of=b"\x01\x01\x01\x07affine_"), "1 should stand"),
    "a layer in the place of another": (put(b"\x01\x05sig__", instead_of=b"\x01\x05relu_"), "relu_"),
    "another pool": (put(b"avg_pool_2", instead_of=b"max_pool_2"), "max_pool_2"),
    "a pool with a border": (
        put(b"\x01\x02\x01\x02\x01\x01", instead_of=b"\x01\x02\x01\x02\x01\x00", after=b"max_pool_2"), "0 should stand",
    ),
    "a block without its sum": (put(b"mul_prev_", instead_of=b"add_prev_"), "add_prev_"),
    "a longer template": (put(b"\x02\x80\x01", instead_of=b"\x01\x80", after=b"fc_2"), "128 should stand"),
}  # fmt: skip


def after(content: bytes, tag: bytes) -> int:
    return content.index(tag) + len(tag)


@pytest.mark.parametrize("case", TAMPERING)
def test_a_file_that_is_not_exactly_that_network_is_refused(dat: bytes, case: str):
    tamper, said = TAMPERING[case]
    tampered = tamper(dat)
    assert tampered != dat
    with pytest.raises(ValueError, match=said):
        read_resnet(tampered)
