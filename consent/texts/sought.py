"""What of a register's people is looked for in texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property

from consent.people import Person
from consent.texts.data import born_on
from consent.texts.misread import ShapeIndex
from consent.texts.names import NameIndex


class Sought:
    """Persons prepared for reading: worked out once for all the texts that are held against them.

    The very object stands for them. Whoever remembers what was found with it need not compare a school's people.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = tuple(people)

    @cached_property
    def names(self) -> NameIndex:
        """Their names, letter by letter."""
        return NameIndex(self._people)

    @cached_property
    def shapes(self) -> ShapeIndex:
        """Their names as they may be read wrongly."""
        return ShapeIndex(self._people)

    @cached_property
    def born_on(self) -> Mapping[date, tuple[str, ...]]:
        """Who was born on which day, by id."""
        return born_on(self._people)
