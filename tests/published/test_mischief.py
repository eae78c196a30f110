"""Damaged exports: whatever is done to a skeleton, it is read as far as it goes, and what is wrong is told.

`LAW_EXAMPLES=5000 pytest tests/published/test_mischief.py` looks longer.
"""

from __future__ import annotations

import json
import os
import random
import tempfile
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.messages import UserError
from pipeline.language import translator
from pipeline.published.archive import open_archive
from pipeline.published.duplicates import join_posts
from pipeline.published.kept import KeptPost, post_of, post_text
from pipeline.published.reading import read_export
from tests.published.making import golden_export, zipped
from tests.published.test_golden import CASES
from tests.test_laws import law

mischief = settings(law, max_examples=int(os.environ.get("LAW_EXAMPLES", "30")))

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, 1e11, 1e308, -1e308, 10**19, 10**400, float("nan"), float("inf"), "", " ", "0",
    "NaN", "9" * 12, "9" * 500, "-1", "1e5", "Ã", "é", "\ud83d", "\udc00\ud83d", "\x00", "\u202e", "٣٣٣", "²",
    "a" * 20_000,
    "../../etc/passwd", "/", "//", "C:\\x.jpg", "posts", ".", "..", "http://example.org/1.jpg", "posts/media/\x00.jpg",
    "Wed Jun 31 08:00:00 +0000 2024", "Wed Jun 01 08:00:00 +0000 0000", "Wed Jun ٣١ 08:00:00 +0000 2024",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "RT @x: ", [], {}, [[]], [{}], {"uri": []}, {"media": {}},
    {"": ""}, {"uri": "1.jpg"}, {"label": {}, "value": []}, [None], [[["x"]]], {"data": [{"post": 1}]},
]  # fmt: skip
"""Values that a place in an export was not made for."""


@cache
def skeleton(case: str) -> dict[str, bytes]:
    """The files of a golden export by name; pictures are a few bytes."""
    with tempfile.TemporaryDirectory() as folder:
        root = golden_export(case, Path(folder))
        files = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
        texts = {".json", ".js", ".csv"}
        found = {name: path.read_bytes() if path.suffix in texts else b"x" for name, path in files.items()}
    if case == "folder":
        found["nog.xlsx"] = workbook()
    return found


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["bestand", "datum", "tekst", "link"])
    book.active.append(["1.jpg", "14-10-2026", "Sportdag", ""])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def with_odd_values(content: bytes, chance: random.Random) -> bytes:
    """JSON, also behind an assignment, with values, keys or whole parts put in place of others."""
    text = content.decode("utf-8")
    start = min((place for sign in "[{" if (place := text.find(sign)) >= 0), default=0)
    value = json.loads(text[start:].rstrip().removesuffix(";"))
    for _ in range(chance.choice([1, 1, 2, 5])):
        value = _changed(value, chance)
    return (text[:start] + json.dumps(value)).encode("utf-8", "surrogatepass")


def _changed(root: Any, chance: random.Random) -> Any:
    places = list(_places(root))
    if not places:
        return _odd(chance)
    parent, key = chance.choice(places)
    old = parent[key]
    way = chance.randrange(6)
    if way == 0:
        del parent[key]
    elif way == 1:
        parent[key] = [old] * 2
    elif way == 2:
        for _ in range(chance.choice([1, 50, 400])):
            old = chance.choice([[old], {"data": old}, {"media": old}])
        parent[key] = old
    elif way == 3 and isinstance(parent, dict):
        parent[str(chance.choice(ODD))] = old
    else:
        parent[key] = _odd(chance)
    return root


def _odd(chance: random.Random) -> Any:
    return deepcopy(chance.choice(ODD))  # it may be changed again


def _places(value: Any) -> Any:
    """Every place in a value where something stands, as (what it stands in, key)."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        inside = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
        for key, part in inside:
            yield item, key
            waiting.append(part)


def with_odd_cells(content: bytes, chance: random.Random) -> bytes:
    """A table by hand with odd words in some cells, or rows that are longer or shorter."""
    lines = content.decode("utf-8-sig").split("\n")
    for _ in range(chance.choice([1, 1, 2, 5])):
        line = chance.randrange(len(lines))
        sign = ";" if ";" in lines[line] else ","
        cells = lines[line].split(sign)
        odd = str(chance.choice([*ODD, '"', "'", sign * 40, "=1+1", "45000", "31-02-2026", "2026-10-14"]))
        cells[chance.randrange(len(cells))] = odd
        lines[line] = sign.join(cells[: chance.choice([1, len(cells), len(cells)])])
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def with_odd_bytes(content: bytes, chance: random.Random) -> bytes:
    """Bytes changed, lost or doubled, or the end cut off."""
    damaged = bytearray(content)
    for _ in range(chance.choice([1, 1, 3, 20])):
        if not damaged:
            break
        place = chance.randrange(len(damaged))
        way = chance.randrange(5)
        if way == 0:
            del damaged[place : place + chance.choice([1, 40])]
        elif way == 1:
            damaged[place:place] = damaged[place : place + chance.choice([1, 40])]
        elif way == 2:
            damaged[place:place] = chance.choice([b"NaN", b"1e999", b"[" * 3000, b"\xff", b"\\ud800", b'"', b"}"])
        elif way == 3 and chance.random() < 0.2:
            del damaged[place:]
        else:
            damaged[place] = chance.randrange(256)
    return bytes(damaged)


def ways_for(name: str) -> list[Callable[[bytes, random.Random], bytes]]:
    """What can be done to a file of this name."""
    if name.endswith((".json", ".js")):
        return [with_odd_values, with_odd_values, with_odd_bytes]
    return [with_odd_cells, with_odd_bytes] if name.endswith(".csv") else [with_odd_bytes]


def read_whole(path: Path, platform: str) -> None:
    """Read an export as an audit does, but for looking at pictures: all of it is kept and told."""
    try:
        export = read_export(path, platform)
    except UserError as error:
        assert translator("nl").render(error.message)
        return
    lines = {(fault.file, fault.position, fault.reason) for fault in export.faults}
    for fault in export.faults:
        assert translator("nl").render(fault.reason)
    for post in export.posts:
        assert {(post.file, post.position, problem) for problem in post.problems} <= lines
        assert post.posted_at or post.open_questions or not post.is_published
    for post in join_posts(export.posts):
        kept = KeptPost.of(post, post.post_id, ())
        assert kept.posted_on or kept.questions or not (post.is_own and post.is_published)
        assert post_of(platform, post.post_id, post_text(kept), ()) == kept
        assert f"{post.post_id} {post.text} {post.link}".encode()
    with open_archive(path) as archive:
        for name in archive.names:
            try:
                archive.read(name)
            except UserError as error:
                assert translator("nl").render(error.message)


@pytest.mark.parametrize("case", CASES)
@mischief
@given(seed=st.integers(0, 2**32), zipped_up=st.booleans())
def test_a_damaged_file_of_an_export_never_stops_the_others(case: str, seed: int, zipped_up: bool):
    chance, files = random.Random(seed), dict(skeleton(case))
    name = chance.choice([name for name, content in files.items() if content != b"x"])
    files[name] = chance.choice(ways_for(name))(files[name], chance)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "export"
        for file, content in files.items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_bytes(content)
        read_whole(zipped(root, Path(folder) / "export.zip") if zipped_up else root, CASES[case])


@pytest.mark.parametrize("case", CASES)
@mischief
@given(seed=st.integers(0, 2**32))
def test_a_damaged_zip_file_is_read_as_far_as_it_goes_or_told(case: str, seed: int):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.zip"
        path.write_bytes(with_odd_bytes(packed(case), random.Random(seed)))
        read_whole(path, CASES[case])


@cache
def packed(case: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return zipped(golden_export(case, Path(folder)), Path(folder) / "export.zip").read_bytes()
