"""Hints that a text goes against what the protocol asks of a post: it informs (R6), or it is not positive (R3).

By the reviewed words of hints.toml alone, sentence by sentence. Nothing is guessed of what a sentence means: a person
reads the text, and what is found here says where to look. Words added as sentences of their own take no hint away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from consent.texts.found import Found, Kind
from consent.texts.lists import NotPositive, hints
from consent.texts.words import folded

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|\s*[\n\r]+\s*")
_PARTS = re.compile(r"[^\W_]+|[,;:()\"“”]|\s[-/]\s")
_BREAKS = frozenset({",", "en", "and", "maar", "but", "of", "or"})
"""A word of denial denies nothing beyond these."""

_HOUR = r"(?<![\d.:])(?:[01]?\d|2[0-3])"
_CLOCK = re.compile(
    rf"{_HOUR}(?:[.:][0-5]\d)? ?(?:uur|u|pm|am|h|o'clock)\b"
    rf"|{_HOUR}[.:][0-5]\d(?![\d.:]|\w)"
    r"|\b(?:half|(?:kwart|tien|vijf) (?:voor|over)) (?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\b"
)
"""A time of the clock, in a text in lower case."""

DENIED_WITHIN = 3
"""Words between which a denial is heard: “niet zo heel leuk”. Farther off it is another part of the sentence."""


def hints_in(text: str) -> tuple[Found, ...]:
    """The hints in a text, one of a kind at the most, each with the entries of the list that it rests on.

    These come from the list and never from the text, so they tell of nobody.
    """
    plain = folded(text).casefold()
    sentences = tuple(filter(None, map(_plain, _SENTENCE_ENDS.split(plain))))
    has_time = _CLOCK.search(plain) is not None
    found = {
        Kind.INFORMS: dict.fromkeys(_informing(sentences, has_time)),
        Kind.NOT_POSITIVE: dict.fromkeys(word for sentence in sentences for word in _not_positive(sentence)),
    }
    return tuple(Found(kind, words=tuple(words)) for kind, words in found.items() if words)


def _plain(sentence: str) -> str:
    """Words with one space between them and around them, commas and the like as a word of their own."""
    parts = (part if part[0].isalnum() else "," for part in _PARTS.findall(sentence))
    words = " ".join(parts)
    return f" {words} " if words.strip(" ,") else ""


@dataclass(frozen=True)
class _Entries:
    """A list of words as one pattern. A match has the entry that it is in `lastgroup`."""

    pattern: re.Pattern[str]
    entries: tuple[str, ...]

    def __call__(self, sentence: str) -> Iterator[tuple[int, str]]:
        """Where each of them stands, and which it is."""
        for match in self.pattern.finditer(sentence):
            yield match.start(), self.entries[int((match.lastgroup or "_0")[1:])]

    def without(self, sentence: str) -> str:
        """The sentence with a break in place of each of them."""
        return self.pattern.sub(" ,", sentence)


@cache
def _entries(words: tuple[str, ...]) -> _Entries:
    # The longest first, so that “niet vergeten” is found before “niet”. What follows is looked at and not taken.
    ordered = tuple(sorted(words, key=len, reverse=True))
    ways = (f"(?P<_{n}>{re.escape(word).replace(chr(92) + '*', '[^ ]*')})" for n, word in enumerate(ordered))
    return _Entries(re.compile(f" (?:{'|'.join(ways)})(?= )"), tuple(word.replace("*", "…") for word in ordered))


def _informing(sentences: Iterable[str], has_time: bool) -> Iterator[str]:
    """What alone says that parents are told something; or what is practical, beside a moment to come."""
    lists = hints().informs
    read = [_entries(lists.not_meant).without(sentence) for sentence in sentences]
    yield from (word for sentence in read for _, word in _entries(lists.enough)(sentence))
    moments = [word for sentence in read for _, word in _entries(lists.moments)(sentence)]
    practical = [word for sentence in read for _, word in _entries(lists.practical)(sentence)]
    if practical and (moments or has_time):
        yield from (*moments, *practical)


def _not_positive(sentence: str) -> Iterator[str]:
    lists = hints().not_positive
    read = _entries((*lists.not_meant, *lists.no_denials)).without(sentence)
    for start, word in _entries(lists.words)(read):
        if _denied(read[:start], lists) is None:
            yield word
    for start, word in _entries(lists.positive)(read):
        if denial := _denied(read[:start], lists):
            yield f"{denial} {word}"


def _denied(before: str, lists: NotPositive) -> str | None:
    """The word that denies what comes next; None where there is none, or two that take each other away."""
    words: list[str] = []
    for word in reversed(before.split()):
        if word in _BREAKS or len(words) == DENIED_WITHIN:
            break
        words.insert(0, word)
    denials = [word for _, word in _entries(lists.denials)(f" {' '.join(words)} ")]
    return denials[-1] if len(denials) % 2 else None
