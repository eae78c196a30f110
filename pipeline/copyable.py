"""A command that a reader can copy as it stands, from a terminal or a report."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

NAME = "photo-consent"


def typed(workspace: Path, *words: str) -> str:
    """The command with the program as it can be called here, and the workspace it is for."""
    whole = (_program(), *words, "--workspace", str(workspace))
    return for_powershell(*whole) if os.name == "nt" else shlex.join(whole)


def for_powershell(program: str, *words: str) -> str:
    """The command as PowerShell reads it: between apostrophes nothing has a meaning but these, which are doubled."""

    def quoted(word: str) -> str:
        return word if re.fullmatch(r"[\w.:\\/-]+", word) else "'" + word.replace("'", "''") + "'"

    # What is quoted is a text to PowerShell, until it is told to call it.
    return " ".join(("& " * (quoted(program) != program) + quoted(program), *map(quoted, words)))


def _program() -> str:
    """As it was called; from a notebook, as it lies beside the Python that runs it, unless its name alone finds it."""
    if Path(sys.argv[0]).stem == NAME:
        return sys.argv[0]
    beside = shutil.which(NAME, path=str(Path(sys.executable).parent))
    return NAME if beside is None or shutil.which(NAME) else beside
