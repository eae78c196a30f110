"""The real face_recognition 1.3.0 on photos, in a process of its own: `python -m benchmarks.speed.hog PHOTO...`.

Its one module of code and its models are taken out of their pinned distributions, as this program's own
models are, and dlib comes from this program's tests. At its defaults: HOG, upsampled once, one template a face.
A process of its own, because importing it changes how Pillow reads damaged files.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
import types
from functools import partial
from pathlib import Path

from consent.messages import say
from pipeline.models.fetch import fetch
from pipeline.models.registry import FACE_RECOGNITION_MODELS, Distribution, InDistribution, ModelFile
from pipeline.models.store import ModelStore, default_store

FACE_RECOGNITION = Distribution(
    "face_recognition",
    "1.3.0",
    "c543e91c8cfbf24d19db04e511ebbddcb23894bcee510133729ee78e9f4b5e83",
    15_508,
    ("--only-binary=:all:",),
)


def _file(name: str, distribution: Distribution, path: str, sha256: str, size: int) -> ModelFile:
    source = InDistribution(distribution, f"{path}{name}")
    return ModelFile(name, name, source, sha256, size, "MIT", say("what this program is compared with"))


_IN = "face_recognition_models/models/"
CODE = "api.py"
LOCATIONS = {
    "pose_predictor_model_location": "shape_predictor_68_face_landmarks.dat",
    "pose_predictor_five_point_model_location": "shape_predictor_5_face_landmarks.dat",
    "cnn_face_detector_model_location": "mmod_human_face_detector.dat",
    "face_recognition_model_location": "dlib_face_recognition_resnet_model_v1.dat",
}
FILES = (
    _file(
        CODE, FACE_RECOGNITION, "face_recognition/", "b4b0fb151588befa7270273b5a243537e532aba8a14674507806a18ba4a4c35e",
        10_439,
    ),
    _file(
        "dlib_face_recognition_resnet_model_v1.dat", FACE_RECOGNITION_MODELS, _IN,
        "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30", 22_466_066,
    ),
    _file(
        "mmod_human_face_detector.dat", FACE_RECOGNITION_MODELS, _IN,
        "4cb19393e2fbaf2b1609a9319ad5386618c886a6234ec1b971f3e87c85d87fe6", 729_940,
    ),
    _file(
        "shape_predictor_5_face_landmarks.dat", FACE_RECOGNITION_MODELS, _IN,
        "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888", 9_150_489,
    ),
    _file(
        "shape_predictor_68_face_landmarks.dat", FACE_RECOGNITION_MODELS, _IN,
        "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f", 99_693_937,
    ),
)  # fmt: skip


def fetched() -> ModelStore:
    """Its files on this computer. `UserError` where they are not there and cannot be fetched."""
    store = ModelStore(default_store().cache.parent / "benchmarks", None, FILES)
    fetch(store)
    return store


def load(store: ModelStore) -> types.ModuleType:
    """face_recognition's own code, told where its models lie."""
    places = types.ModuleType("face_recognition_models")  # its own asks pkg_resources, which is gone
    for function, file in LOCATIONS.items():
        setattr(places, function, partial(str, store.path(file)))
    sys.modules["face_recognition_models"] = places
    spec = importlib.util.spec_from_file_location("face_recognition_api", store.path(CODE))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Say as JSON how many seconds each photo took, and how many faces it gave, models loaded and warm."""
    api = load(fetched())
    results = []
    for photo in [sys.argv[1], *sys.argv[1:]]:
        start = time.perf_counter()
        pixels = api.load_image_file(photo)
        places = api.face_locations(pixels)
        api.face_encodings(pixels, places)
        results.append((time.perf_counter() - start, len(places)))
    print(json.dumps({"photos": [Path(p).name for p in sys.argv[1:]], "results": results[1:]}))


if __name__ == "__main__":
    main()
