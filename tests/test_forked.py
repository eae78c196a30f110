"""A forked process that stands still fails its test, and is not waited for at the end of the run."""

from __future__ import annotations

import os
import threading

import pytest

from tests.forked import ended, started


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_one_that_stands_still_is_killed_and_told():
    process = started(lambda: threading.Event().wait())
    assert process.daemon
    with pytest.raises(pytest.fail.Exception, match="stood still"):
        ended(process, 0.01)
    assert not process.is_alive()
    assert ended(started(lambda: None)) == 0
