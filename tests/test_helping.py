"""The help of every command: whole, and in the reader's language."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from pipeline.cli import cli


def commands(group: click.Group, *path: str) -> list[tuple[str, ...]]:
    below = [
        found
        for name, one in group.commands.items()
        for found in (commands(one, *path, name) if isinstance(one, click.Group) else [(*path, name)])
    ]
    return [path, *below]


@pytest.mark.parametrize("path", commands(cli), ids=" ".join)
def test_no_summary_is_cut_off_and_no_word_of_click_is_left_in_english(path: tuple[str, ...]):
    result = CliRunner().invoke(cli, [*path, "--help"], prog_name="photo-consent", terminal_width=80)
    assert result.exit_code == 0
    assert "..." not in result.output.replace("ARGS]...", "").replace("FILES...", "")
    for word in ("Usage:", "Options:", "Commands:", "Show this", "Show the version"):
        assert word not in result.output
