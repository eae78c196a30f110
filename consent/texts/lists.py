"""The lists of words that texts are held against, from lists.toml beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

_FILE = Path(__file__).with_name("lists.toml")


@dataclass(frozen=True, slots=True)
class Names:
    """Words that tell a name from other words, as `plain_words` gives them."""

    given_words: frozenset[str]
    family_words: frozenset[str]
    infixes: frozenset[str]
    articles: frozenset[str]
    titles: frozenset[str]
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Data:
    """Words that help to tell personal data from other numbers and addresses."""

    mailboxes: frozenset[str]
    little_words: frozenset[str]
    months: tuple[tuple[str, ...], ...]
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists. What each is for stands in the file."""

    names: Names
    data: Data
    __pydantic_config__ = ConfigDict(extra="forbid")


@cache
def lists() -> Lists:
    """The lists of the program, read once. An entry that is spelled wrongly is an error of the program."""
    return TypeAdapter(Lists).validate_python(tomllib.loads(_FILE.read_text("utf-8")))
