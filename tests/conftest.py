"""What many tests share: the demo, audited once."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from filelock import FileLock
from hypothesis import settings

from pipeline.cli import cli
from pipeline.keys import VARIABLE
from pipeline.schemas import load_jsonschema
from tests.keys import KEY

load_jsonschema()  # as every command does, before a test imports what loads it

# No test depends on how busy the computer is. What else the profile says stays: with CI=1 always the same examples.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")

# A shell starts what runs in the background with Ctrl-C ignored, and children inherit that: a test of Ctrl-C would
# wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


FIRST = ("test_browser.py", "test_nothing_outside.py")
"""The longest, so that of two processes each begins with one. Only the first needs the demo: while that is built, which
only one can do, the other has something else to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first: where they are shared out among cores, none is left with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    first = {item.path: FIRST.index(item.path.name) for item in items if item.path.name in FIRST}
    items.sort(key=lambda item: (first.get(item.path, len(FIRST)), item.path not in slow))


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A copy of the folder that `build` fills, which is called once for all processes that share the tests out."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = factory.mktemp(name) / name
        build(folder)
        return folder
    shared = factory.getbasetemp().parent / name
    with FileLock(shared.with_suffix(".lock")):
        if not shared.exists():
            unfinished = shared.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)  # of a process in which it failed
            build(unfinished)
            unfinished.rename(shared)
    return Path(shutil.copytree(shared, factory.mktemp(name) / name))


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace that `photo-consent demo` leaves behind, built once. Read it; copy it to change it."""

    def build(folder: Path) -> None:
        result = CliRunner().invoke(cli, ["demo", "--workspace", str(folder)], catch_exceptions=False)
        assert result.exit_code == 0, result.output

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, KEY)
        yield built_once(tmp_path_factory, "demo", build)
