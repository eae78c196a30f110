"""Doing something in a process of its own that knows all that the test knows, and that is never waited for without end.

A fork has the locks of threads that it does not have, so it may stand still. A child that multiprocessing waits for at
the end of Python would then keep the whole run from ending, after the last test and out of reach of any time limit.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from typing import Any

import pytest

PATIENCE = 120.0
"""Seconds. What these tests do takes less than one of them."""

fork: Any = multiprocessing.get_context("fork") if hasattr(os, "fork") else None


def started(work: Callable[[], None]) -> Any:
    """The process that does the work; it goes when Python ends."""
    process = fork.Process(target=work, daemon=True)
    process.start()
    return process


def ended(process: Any, patience: float = PATIENCE) -> int:
    """With which status a process ended. One that stands still is killed, and the test fails."""
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        process.join(PATIENCE)
        pytest.fail("a forked process stood still")
    status: int = process.exitcode
    return status
