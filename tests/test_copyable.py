"""A command in a message or a report works as it stands."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipeline.copyable import for_powershell, typed

SCRIPT = "photo-consent.exe" if os.name == "nt" else "photo-consent"
KERNEL = "ipykernel_launcher.py"


@pytest.mark.parametrize(
    ("called", "there", "on_path", "program"),
    [
        ("photo-consent", True, True, "photo-consent"),
        (".venv/bin/photo-consent", True, False, ".venv/bin/photo-consent"),
        (KERNEL, True, True, "photo-consent"),
        (KERNEL, True, False, "{folder}/" + SCRIPT),
        (KERNEL, False, False, "photo-consent"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="paths and quotes as POSIX writes them")
def test_the_program_as_it_can_be_called_here_and_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, called: str, there: bool, on_path: bool, program: str
):
    if there:
        (tmp_path / SCRIPT).write_text("")
        (tmp_path / SCRIPT).chmod(0o700)
    monkeypatch.setattr(sys, "argv", [called])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path) if on_path else str(tmp_path / "elsewhere"))
    command = typed(Path("/srv/de school"), "approve", "RUN")
    assert command == f"{program.format(folder=tmp_path)} approve RUN --workspace '/srv/de school'"


@pytest.mark.parametrize(
    ("program", "folder", "command"),
    [
        (r".venv\Scripts\photo-consent", r"C:\school", r".venv\Scripts\photo-consent recheck --workspace C:\school"),
        ("photo-consent", r"D:\Foto's & meer", r"photo-consent recheck --workspace 'D:\Foto''s & meer'"),
        (r"C:\An Do\photo-consent.exe", r"C:\$a", r"& 'C:\An Do\photo-consent.exe' recheck --workspace 'C:\$a'"),
    ],
)
def test_powershell_reads_each_word_as_it_is(program: str, folder: str, command: str):
    assert for_powershell(program, "recheck", "--workspace", folder) == command
