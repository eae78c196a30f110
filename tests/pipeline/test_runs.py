"""Where a run's photos lie and what its text is comes back as it was kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store import RunSource, Store
from tests.keys import KEY


@pytest.mark.parametrize("message", [None, "", "Wat een sportdag! 🏃", "één\nregel\x00"])
def test_a_source_comes_back(message: str | None, tmp_path: Path):
    Store.create(tmp_path / "workspace.db", KEY)
    with Store(tmp_path / "workspace.db", KEY) as store:
        store.keep_source("run", RunSource(Path("elsewhere"), "another text"))
        store.keep_source("run", RunSource(tmp_path, message, "digest"))
    with Store(tmp_path / "workspace.db", KEY) as store:
        assert store.source("run") == RunSource(tmp_path, message, "digest")
        assert store.source("another") is None


def test_half_of_a_surrogate_pair_is_kept_as_text(tmp_path: Path):
    Store.create(tmp_path / "workspace.db", KEY)
    with Store(tmp_path / "workspace.db", KEY) as store:
        store.keep_source("run", RunSource(tmp_path, "a\ud83d"))
        kept = store.source("run")
    assert kept is not None and kept.message == "a\\ud83d"
