"""The registry's entries are complete, and refuse what could not be verified."""

import re

import pytest

from pipeline.models.registry import MODELS, Address, Built, InDistribution

ENTRIES = [*MODELS, *(part for model in MODELS if isinstance(model.source, Built) for part in model.source.parts)]
DISTRIBUTIONS = sorted(
    {part.source.distribution for model in MODELS for part in model.parts}, key=lambda one: one.sha256
)
PERMISSIVE = {"MIT", "Apache-2.0", "CC0-1.0"}


@pytest.mark.parametrize("pinned", [*ENTRIES, *DISTRIBUTIONS], ids=lambda pinned: pinned.sha256[:12])
def test_everything_is_pinned_by_hash_and_size(pinned):
    assert re.fullmatch(r"[0-9a-f]{64}", pinned.sha256)
    assert pinned.size > 0


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_model_may_be_used_by_a_school(model):
    assert model.licence in PERMISSIVE
    assert model.file == model.file.lower()
    assert isinstance(model.source, InDistribution | Built)


def test_names_files_and_hashes_are_unique():
    for values in ([m.name for m in MODELS], [m.file for m in MODELS], [e.sha256 for e in ENTRIES]):
        assert len(set(values)) == len(values)


def test_names_the_rest_of_the_program_asks_for():
    assert {m.name for m in MODELS} == {
        "centerface",
        "ssd_mobilenet_v3",
        "ssd_mobilenet_v3_graph",
        "pose",
        "dlib_face_resnet",
        "text_detector",
        "text_recogniser",
    }


@pytest.mark.parametrize("url", ["http://models.example/a.onnx", "ftp://models.example/a.onnx", "file:///a.onnx"])
def test_an_address_is_https(url):
    with pytest.raises(ValueError, match="https"):
        Address(url)


def test_a_requirement_allows_one_file_only():
    for distribution in DISTRIBUTIONS:
        line = f"{distribution.name}=={distribution.version} --hash=sha256:{distribution.sha256}"
        assert distribution.requirement == line


def test_the_parts_of_a_model_come_from_one_place():
    for model in MODELS:
        assert len({part.source.distribution for part in model.parts}) == 1
        assert model.origin.split() == [
            model.parts[0].source.distribution.name,
            model.parts[0].source.distribution.version,
        ]
