"""What many tests share: the demo, audited once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import settings

from pipeline.cli import cli
from pipeline.keys import VARIABLE

# No test depends on how busy the computer is. What else the profile says stays: with CI=1 always the same examples.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")

# A shell starts what runs in the background with Ctrl-C ignored, and children inherit that: a test of Ctrl-C would
# wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace that `photo-consent demo` leaves behind, built once. Read it; copy it to change it."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "demo")
        result = CliRunner().invoke(cli, ["demo", "--workspace", str(folder)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        yield folder
