"""What many tests share: the demo, audited once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import cli
from pipeline.keys import VARIABLE


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workspace that `photo-consent demo` leaves behind, built once. Read it; copy it to change it."""
    folder = tmp_path_factory.mktemp("demo") / "workspace"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "demo")
        result = CliRunner().invoke(cli, ["demo", "--workspace", str(folder)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        yield folder
