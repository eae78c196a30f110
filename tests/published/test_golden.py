"""Skeletons of exports, one a platform and version, and everything that is read from them.

A skeleton is made by hand from what is known of a format (docs/exports.md). To see what is read from a
changed one, and to keep it once it is right:

    .venv/bin/python -m tests.published.test_golden
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from pipeline.published.post import Export
from pipeline.published.reading import read_export
from tests.published.making import GOLDEN, golden_export, plain, zipped

CASES = {
    "facebook-page": "facebook",
    "facebook-profile": "facebook",
    "instagram-2023": "instagram",
    "instagram-2025": "instagram",
    "x-2023": "twitter",
    "x-2019": "twitter",
    "youtube-en": "youtube",
    "youtube-nl": "youtube",
    "folder": "social_schools",
}


def test_there_is_a_case_for_every_skeleton():
    assert {path.name for path in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_what_is_read(case, tmp_path):
    expected = json.loads((GOLDEN / case / "expected.json").read_text("utf-8"))
    assert plain(read_export(golden_export(case, tmp_path), CASES[case])) == expected


@pytest.mark.parametrize("case", CASES)
def test_a_zip_file_reads_like_its_folder(case, tmp_path):
    folder = golden_export(case, tmp_path)
    assert in_any_order(read_export(zipped(folder, tmp_path / "export.zip"), CASES[case])) == in_any_order(
        read_export(folder, CASES[case])
    )


@pytest.mark.parametrize("case", CASES)
def test_nothing_of_an_export_is_invented(case, tmp_path):
    for post in read_export(golden_export(case, tmp_path), CASES[case]).posts:
        if CASES[case] in ("facebook", "instagram"):
            assert post.link is post.given_id is post.audience is None
        assert post.posted_at or post.open_questions or not post.is_published
        assert all(attachment.missing in post.open_questions for attachment in post.attachments if attachment.missing)


def in_any_order(export: Export) -> tuple[object, ...]:
    """Zip files list their files in an order of their own; the line about the export itself names it."""
    faults = {(fault.position, fault.reason) for fault in export.faults}
    return {post.post_id: post for post in export.posts}, faults


def keep() -> None:
    """Write down what is read now."""
    for case, platform in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            read = plain(read_export(golden_export(case, Path(folder)), platform))
        text = json.dumps(read, ensure_ascii=False, indent=1) + "\n"
        (GOLDEN / case / "expected.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    keep()
