"""`photo-consent doctor`: is everything here that the program needs, and how to get what is not.

Nothing that could fail to load is imported before its turn, so that a missing system library ends
in a sentence with the package that brings it and not in an ImportError.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata

import click
from rich.console import Console
from rich.text import Text

from consent.messages import Message, UserError, say
from pipeline.keys import VARIABLE as KEY_VARIABLE
from pipeline.language import help_text as _
from pipeline.language import translator
from pipeline.models.fetch import bytes_to_load
from pipeline.models.store import CACHE_VARIABLE, Condition, ModelStore, default_store

OLDEST_PYTHON, FIRST_TOO_NEW = (3, 11), (3, 15)
"""As `requires-python` of pyproject.toml says."""

LIBRARIES = ("libGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libxcb.so.1", "libEGL.so.1", "libGLESv2.so.2")
"""What the Linux wheels leave to the system: the first four cv2 (contrib, with its windows), the last two mediapipe."""

MODULES = ("cv2", "mediapipe", "onnxruntime")
"""Modules with compiled code that a photo passes through."""

OPENCV_BUILDS = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
"""Distributions that all install the same module `cv2`, each over the files of the other."""


@dataclass(frozen=True, slots=True)
class Family:
    """Linux systems that name packages alike: os-release ids, the command, and the package by library."""

    ids: tuple[str, ...]
    install: str
    packages: Mapping[str, str]


def _by_library(*packages: str) -> Mapping[str, str]:
    return dict(zip(LIBRARIES, packages, strict=True))


FAMILIES = (
    Family(
        ("debian", "ubuntu"),
        "sudo apt-get install",
        _by_library("libgl1", "libglib2.0-0", "libglib2.0-0", "libxcb1", "libegl1", "libgles2"),
    ),
    Family(
        ("fedora", "rhel", "centos"),
        "sudo dnf install",
        _by_library("libglvnd-glx", "glib2", "glib2", "libxcb", "libglvnd-egl", "libglvnd-gles"),
    ),
    Family(
        ("suse", "opensuse"),
        "sudo zypper install",
        _by_library("libglvnd", "libglib-2_0-0", "libgthread-2_0-0", "libxcb1", "libglvnd", "libglvnd"),
    ),
    Family(("arch",), "sudo pacman -S", _by_library("libglvnd", "glib2", "glib2", "libxcb", "libglvnd", "libglvnd")),
)


@dataclass(frozen=True, slots=True)
class Ailment:
    """Something that is not as it should be, and the way out. Without what is `needed` the program does not run."""

    what: Message
    remedy: Message
    needed: bool


def diagnose(store: ModelStore | None = None) -> tuple[Ailment, ...]:
    """Look at Python, system libraries, modules, SQLCipher, key, models and disk; empty where all is well."""
    store = store or default_store()
    libraries = _libraries(missing_libraries()) if sys.platform == "linux" else ()
    return (
        *_python(sys.version_info[:2]),
        *libraries,
        # A missing library is why a module does not load: said once, with the package.
        *(() if libraries else _modules(MODULES)),
        *_opencv_builds(installed(OPENCV_BUILDS)),
        *_sqlcipher(),
        *_key(),
        *_models(store),
        *_disk(store),
    )


@click.command(help=_("Say what is missing on this computer, and what brings it. Exit status 1 where it cannot run."))
def doctor() -> None:
    """Say what is missing on this computer, and what brings it. Exit status 1 where the program cannot run."""
    console, show = Console(), translator().render
    ailments = diagnose()
    for ailment in ailments:
        label = say("NEEDED") if ailment.needed else say("ADVICE")
        console.print(Text(f"{show(label)}: {show(ailment.what)}\n    {show(ailment.remedy)}"), soft_wrap=True)
    if any(ailment.needed for ailment in ailments):
        raise SystemExit(1)
    console.print(Text(show(say("Everything that the program needs is here."))), soft_wrap=True)


def missing_libraries(names: Iterable[str] = LIBRARIES, load: Callable[[str], object] = ctypes.CDLL) -> tuple[str, ...]:
    """The shared libraries that the system's loader cannot load."""
    return tuple(name for name in names if not _loads(name, load))


def _loads(name: str, load: Callable[[str], object]) -> bool:
    try:
        load(name)
    except OSError:
        return False
    return True


def family_of(os_release: Mapping[str, str]) -> Family | None:
    """The family of a Linux system by the ID and ID_LIKE of its os-release file; None for one not known here."""
    ids = [os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()]
    return next((family for name in ids for family in FAMILIES if name.split("-")[0] in family.ids), None)


def installed(distributions: Iterable[str]) -> tuple[str, ...]:
    """Those of the distributions that are installed here."""
    present = {dist.name.lower().replace("_", "-") for dist in metadata.distributions() if dist.name}
    return tuple(name for name in distributions if name in present)


def _python(version: tuple[int, int]) -> Iterable[Ailment]:
    if not OLDEST_PYTHON <= version < FIRST_TOO_NEW:
        yield Ailment(
            say("This is Python {version}.", version=".".join(map(str, version))),
            say("Use Python 3.11, 3.12, 3.13 or 3.14."),
            needed=True,
        )


def _libraries(missing: tuple[str, ...]) -> tuple[Ailment, ...]:
    if not missing:
        return ()
    return (
        Ailment(
            say("The system has no {libraries}, which looking at photos needs.", libraries=", ".join(missing)),
            _packages(missing, family_of(_os_release())),
            needed=True,
        ),
    )


def _packages(missing: tuple[str, ...], family: Family | None) -> Message:
    if family is None:
        return say("Install the packages of your system that contain these files.")
    packages = dict.fromkeys(family.packages[library] for library in missing)
    return say("Run: {command}", command=" ".join([family.install, *packages]))


def _os_release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:  # a Linux without that file is a family not known here
        return {}


def _modules(names: Iterable[str]) -> Iterable[Ailment]:
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            yield Ailment(
                say("The module {name} does not load: {why}", name=name, why=str(error)),
                say("Install the program afresh as its README says."),
                needed=True,
            )


def _opencv_builds(present: tuple[str, ...]) -> Iterable[Ailment]:
    if len(present) > 1:
        yield Ailment(
            say("Several builds of OpenCV are installed over each other: {builds}.", builds=", ".join(present)),
            say(
                "Run: {uninstall}\n    Then install opencv-contrib-python alone, as the README says.",
                uninstall=f"python -m pip uninstall {' '.join(present)}",
            ),
            needed=False,
        )


def _sqlcipher() -> Iterable[Ailment]:
    try:
        from sqlcipher3 import dbapi2

        connection = dbapi2.connect(":memory:")
        version = connection.execute("PRAGMA cipher_version").fetchone()
        connection.close()
        why = "" if version else "PRAGMA cipher_version"
    except ImportError as error:
        why = str(error)
    if why:
        yield Ailment(
            say("The encrypted database does not work (SQLCipher: {why}).", why=why),
            say("Install the program afresh as its README says."),
            needed=True,
        )


def _key() -> Iterable[Ailment]:
    import keyring

    # Backends that keep nothing have a priority of zero or less.
    if not os.environ.get(KEY_VARIABLE) and keyring.get_keyring().priority <= 0:
        yield Ailment(
            say("This system has no keyring to keep the key of the register in."),
            say(
                "The key will be shown once: keep it in a password safe, and set {variable} to it before each use.",
                variable=KEY_VARIABLE,
            ),
            needed=False,
        )


def _models(store: ModelStore) -> Iterable[Ailment]:
    for model in store.models:
        try:
            store.path(model.name)
        except UserError as error:
            yield Ailment(error.message, say("No other model takes its place."), needed=False)


def _disk(store: ModelStore) -> Iterable[Ailment]:
    wanted = tuple(model for model in store.models if store.condition(model) is not Condition.SOUND)
    needed = bytes_to_load(wanted) + sum(model.size for model in wanted)
    there = next(folder for folder in (store.cache, *store.cache.parents) if folder.is_dir())
    free = shutil.disk_usage(there).free
    if free < needed:
        yield Ailment(
            say(
                "The disk of {folder} has {free} MB free; fetching the models takes {needed} MB.",
                folder=str(there),
                free=free // 1_000_000,
                needed=needed // 1_000_000 + 1,
            ),
            say("Make room, or set the variable {variable} to a folder on another disk.", variable=CACHE_VARIABLE),
            needed=False,
        )
