"""Figures: bounds with known values, and pages that say all and give nothing away."""

from __future__ import annotations

import getpass
import platform
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.results import Rate, Row, machine, page, table


@pytest.mark.parametrize(
    ("times", "n", "low", "high"),
    [
        # Clopper and Pearson's own closed forms at the ends: 1 - (0.025)^(1/n) for none of n.
        (0, 10, 0.0, 1 - 0.025 ** (1 / 10)),
        (10, 10, 0.025 ** (1 / 10), 1.0),
        (0, 300, 0.0, 1 - 0.025 ** (1 / 300)),
        # Published tables.
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (2, 88, 0.0028, 0.0797),
        (0, 0, 0.0, 1.0),
    ],
)
def test_bounds_with_known_values(times: int, n: int, low: float, high: float):
    assert Rate(times, n).bounds == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_rate_lies_within_its_bounds_and_more_errors_never_lower_them(case: tuple[int, int]):
    times, n = case
    low, high = Rate(times, n).bounds
    assert 0 <= low <= times / n <= high <= 1
    if times < n:
        lower, higher = Rate(times + 1, n).bounds
        assert lower >= low and higher >= high


@pytest.mark.parametrize(("times", "n"), [(-1, 3), (4, 3), (1, 0)])
def test_more_errors_than_trials_is_a_fault(times: int, n: int):
    with pytest.raises(ValueError, match="is no rate"):
        Rate(times, n)


def test_nothing_tried_is_not_called_zero():
    assert Rate(0, 0).row("wrong names") == Row("wrong names", "not measured", n=0)


def test_a_table_shows_value_bounds_and_trials():
    rows = [Rate(2, 88).row("strangers", "a|b"), Row("photos", "31")]
    assert table(rows).splitlines()[2:] == [
        "| strangers | 2.3 % (2) | 0.3 % to 8.0 % | 88 | a\\|b |",
        "| photos | 31 | | | |",
    ]


def test_the_page_names_the_machine_but_not_whose_it_is():
    text = page({"Speed": table([Row("a photo", "10 ms")])}, date(2026, 11, 22))
    assert "| a photo | 10 ms | | | |" in text and platform.python_version() in text
    assert str(Path.home()) not in text
    assert platform.node() not in text or platform.node() in ("", platform.machine())
    assert all(row.value for row in machine())
    assert f" {getpass.getuser()} " not in text
