"""The lists of words that texts are held against, from lists.toml and hints.toml beside this file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Names:
    """Words that tell a name from other words, as `plain_words` gives them."""

    given_words: frozenset[str]
    family_words: frozenset[str]
    infixes: frozenset[str]
    articles: frozenset[str]
    titles: frozenset[str]
    no_names: frozenset[tuple[str, ...]]
    never_names: frozenset[tuple[str, ...]]
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Tags:
    """Words that stand beside a name in a tag of small letters."""

    words: frozenset[str]
    behind: frozenset[str]
    nouns: frozenset[str]
    persons: frozenset[str]
    titles: frozenset[str]
    links: frozenset[str]
    ands: frozenset[str]
    ordinary: frozenset[str]
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
    tags: Tags
    data: Data
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Informs:
    """Words of a text that parents may not miss."""

    enough: tuple[str, ...]
    enough_now: tuple[str, ...]
    past: tuple[str, ...]
    not_past: tuple[str, ...]
    practical: tuple[str, ...]
    moments: tuple[str, ...]
    not_meant: tuple[str, ...]
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class NotPositive:
    """Words of a text whose message is not positive, and those that turn a word into its opposite."""

    words: tuple[str, ...]
    positive: tuple[str, ...]
    denials: tuple[str, ...]
    no_denials: tuple[str, ...]
    not_meant: tuple[str, ...]
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Hints:
    """The lists of hints."""

    informs: Informs
    not_positive: NotPositive
    __pydantic_config__ = ConfigDict(extra="forbid")


@cache
def lists() -> Lists:
    """The lists of names and data, read once. An entry that is spelled wrongly is an error of the program."""
    return TypeAdapter(Lists).validate_python(tomllib.loads((_HERE / "lists.toml").read_text("utf-8")))


@cache
def hints() -> Hints:
    """The lists of hints, read once."""
    return TypeAdapter(Hints).validate_python(tomllib.loads((_HERE / "hints.toml").read_text("utf-8")))
