"""The models on this computer. A file is used only after its SHA-256 was found to be the pinned one."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from platformdirs import user_cache_dir

from consent.messages import UserError, say
from pipeline.models.registry import MODELS, ModelFile

CACHE_VARIABLE = "PHOTO_CONSENT_CACHE"
"""Environment variable: the program's cache folder, instead of the usual one of the system."""

OFFLINE_VARIABLE = "PHOTO_CONSENT_MODELS"
"""Environment variable: a folder with models that goes before the cache, for a school without internet."""


class Condition(StrEnum):
    """What is the matter with a model's file."""

    SOUND = "sound"
    MISSING = "missing"
    ALTERED = "altered"


@dataclass(frozen=True)
class ModelStore:
    """Finds models by name, in the school's own folder first and then in the cache.

    A file in the school's folder that is not the pinned one is an error, never a reason to look on.
    """

    cache: Path
    offline: Path | None = None
    models: tuple[ModelFile, ...] = MODELS
    _verified: set[Path] = field(default_factory=set, init=False, repr=False, compare=False)

    def path(self, name: str) -> Path:
        """The verified file of a model, hashed once a process.

        Raises `UserError` with the command that mends it where the file is missing or altered, and
        `KeyError` for a name that the registry does not have.
        """
        model = self.model(name)
        path = self.locate(model)
        if path in self._verified:
            return path
        match condition(path, model):
            case Condition.MISSING:
                raise UserError(
                    say(
                        "The model {name} is not on this computer ({file} is missing). Run: photo-consent models fetch",
                        name=name,
                        file=str(path),
                    )
                )
            case Condition.ALTERED if path.parent == self.offline:
                raise UserError(
                    say(
                        "The model {name} was altered: {file} is not the file that belongs to this version. It is not "
                        "used. Take it out of that folder and run: photo-consent models fetch",
                        name=name,
                        file=str(path),
                    )
                )
            case Condition.ALTERED:
                raise UserError(
                    say(
                        "The model {name} was altered: {file} is not the file that belongs to this version. It is not "
                        "used. Replace it with: photo-consent models fetch",
                        name=name,
                        file=str(path),
                    )
                )
        self._verified.add(path)
        return path

    def model(self, name: str) -> ModelFile:
        """The registry's entry for a name."""
        return {model.name: model for model in self.models}[name]

    def locate(self, model: ModelFile) -> Path:
        """Where the file of a model is, or would be fetched to; not verified."""
        if self.offline is not None and (self.offline / model.file).exists():
            return self.offline / model.file
        return self.cache / model.file

    def condition(self, model: ModelFile) -> Condition:
        """What is the matter with the file of a model, hashed afresh."""
        return condition(self.locate(model), model)


def default_store() -> ModelStore:
    """The store as the environment sets it."""
    own = os.environ.get(CACHE_VARIABLE)
    offline = os.environ.get(OFFLINE_VARIABLE)
    cache = Path(own) if own else Path(user_cache_dir("photo-consent", appauthor=False))
    return ModelStore(cache / "models", Path(offline) if offline else None)


def condition(path: Path, model: ModelFile) -> Condition:
    """Compare a file with what the registry says of it."""
    if not path.is_file():
        return Condition.MISSING
    if path.stat().st_size != model.size or file_sha256(path) != model.sha256:
        return Condition.ALTERED
    return Condition.SOUND


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; a `UserError` where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(
            say("The file {file} cannot be read: {why}", file=str(path), why=error.strerror or type(error).__name__)
        ) from error
