"""Strategies that draw several things by one number: a draw takes longer than all that is done with what it gives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import prod
from typing import Any

from hypothesis import strategies as st


def mostly(usual: object, *others: object) -> tuple[Any, ...]:
    """Mostly the usual, so that photos to publish are not one in a million."""
    return (*[usual] * 6 * len(others), *others)


@cache
def often(usual: object, *others: object) -> st.SearchStrategy:
    """One of those. Made once: to make a strategy anew for every draw takes as long as the draw."""
    return st.sampled_from(mostly(usual, *others))


def at_once(*choices: Sequence[object]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One of each."""
    count = prod(map(len, choices))
    assert count < 1 << 24, "hypothesis draws larger numbers unevenly"

    def picked(number: int) -> tuple[Any, ...]:
        some = []
        for choice in choices:
            number, place = divmod(number, len(choice))
            some.append(choice[place])
        return tuple(some)

    return st.integers(0, count - 1).map(picked)
