"""Hints that a text goes against what the protocol asks of a post: it informs (R6), or it is not positive (R3).

By the reviewed words of hints.toml alone, sentence by sentence. Nothing is guessed of what a sentence means: a person
reads the text, and what is found here says where to look. Words added as sentences of their own take no hint away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import compress, takewhile

from consent.texts.found import Found, Kind
from consent.texts.lists import NotPositive, hints
from consent.texts.words import ways_of

_SENTENCE_ENDS = re.compile(r"(?<=[.!?…])\s+|[\n\r]+")
_PARTS = re.compile(r"[^\W_]+|[,;:()\"“”]|\s[-/]\s")
BREAK = ","
_BREAKS = frozenset({BREAK, "en", "and", "maar", "but", "of", "or"})
"""A word of denial denies nothing beyond these."""

_HOUR = r"(?<![\d.:])(?:[01]?\d|2[0-3])"
_CLOCK = re.compile(
    rf"{_HOUR}(?:[.:][0-5]\d)? ?(?:uur|u|pm|am|h|o'clock)\b"
    rf"|{_HOUR}[.:][0-5]\d(?![\d.:]|\w)"
    r"|\b(?:half|(?:kwart|tien|vijf) (?:voor|over)) (?:een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf)\b"
)
"""A time of the clock, in a text in lower case."""

FIRST_LETTERS = 3
"""Letters by which an entry with a star is looked up: none of the lists has fewer before its star."""

DENIED_WITHIN = 3
"""Words between which a denial is heard: “niet zo heel leuk”. Farther off it is another part of the sentence."""

Sentence = tuple[str, ...]


def hints_in(text: str) -> tuple[Found, ...]:
    """The hints in a text, one of a kind at the most, each with the entries of the list that it rests on.

    These come from the list and never from the text, so they tell of nobody.
    """
    plain = _SENTENCE_ENDS.split("\n".join(ways_of(text)).casefold())
    sentences = tuple(map(_parts, plain))
    now = [not _is_past(words, parts) for words, parts in zip(plain, sentences, strict=True)]
    has_time = any(map(_CLOCK.search, compress(plain, now)))
    found = {
        Kind.INFORMS: dict.fromkeys(_informing(sentences, now, has_time)),
        Kind.NOT_POSITIVE: dict.fromkeys(word for sentence in sentences for word in _not_positive(sentence)),
    }
    return tuple(Found(kind, words=tuple(words)) for kind, words in found.items() if words)


def _parts(sentence: str) -> Sentence:
    """The words of a sentence in order, with each comma and the like as a word of its own."""
    return tuple(part if part[0].isalnum() else BREAK for part in _PARTS.findall(sentence))


class _Entries:
    """A list of words to be found in sentences; of two entries that begin at one word the longer one counts."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._by_first: dict[str, list[Sentence]] = defaultdict(list)
        for word in sorted(words, key=len, reverse=True):
            entry = tuple(word.split())
            first = entry[0]
            self._by_first[first if not first.endswith("*") else first[:FIRST_LETTERS]].append(entry)

    def __call__(self, sentence: Sentence) -> Iterator[tuple[int, Sentence]]:
        """Where each of them stands, and which it is. What belongs to one is not read again."""
        place = 0
        while place < len(sentence):
            entry = self._at(sentence, place)
            if entry:
                yield place, entry
            place += len(entry) or 1

    def without(self, sentence: Sentence) -> Sentence:
        """The sentence with a break in place of each word of them."""
        read = list(sentence)
        for place, entry in self(sentence):
            read[place : place + len(entry)] = [BREAK] * len(entry)
        return tuple(read)

    def _at(self, sentence: Sentence, place: int) -> Sentence:
        word = sentence[place]
        entries = (entry for key in (word, word[:FIRST_LETTERS]) for entry in self._by_first.get(key, ()))
        found = (entry for entry in entries if _fits(entry, sentence[place : place + len(entry)]))
        return max(found, key=lambda entry: sum(map(len, entry)), default=())


def _fits(entry: Sentence, words: Sentence) -> bool:
    return len(words) == len(entry) and all(
        word == part or (part.endswith("*") and word != BREAK and word.startswith(part[:-1]))
        for part, word in zip(entry, words, strict=True)
    )


def _told(entry: Sentence) -> str:
    return " ".join(entry).replace("*", "…")


@cache
def _entries(words: tuple[str, ...]) -> _Entries:
    return _Entries(words)


def _informing(sentences: Iterable[Sentence], now: Iterable[bool], has_time: bool) -> Iterator[str]:
    """What alone says that parents are told something; or what is practical, beside a moment to come.

    `now`: of each sentence whether it does not tell of what has been.
    """
    lists = hints().informs
    read = [_entries(lists.not_meant).without(sentence) for sentence in sentences]
    yield from (_told(entry) for sentence in read for _, entry in _entries(lists.enough)(sentence))
    yield from (_told(entry) for sentence in compress(read, now) for _, entry in _entries(lists.enough_now)(sentence))
    moments = [_told(entry) for sentence in read for _, entry in _entries(lists.moments)(sentence)]
    practical = [_told(entry) for sentence in read for _, entry in _entries(lists.practical)(sentence)]
    if practical and (moments or has_time):
        yield from (*moments, *practical)


def _is_past(text: str, sentence: Sentence) -> bool:
    """Whether a sentence tells of what has been, and asks or tells nothing beside it."""
    lists = hints().informs
    asks = "?" in text or not {*lists.not_past}.isdisjoint(sentence)
    return not asks and any(True for _ in _entries(lists.past)(sentence))


def _not_positive(sentence: Sentence) -> Iterator[str]:
    lists = hints().not_positive
    read = _entries((*lists.not_meant, *lists.no_denials)).without(sentence)
    for place, entry in _entries(lists.words)(read):
        if _denied(read[:place], lists) is None:
            yield _told(entry)
    for place, entry in _entries(lists.positive)(read):
        if denial := _denied(read[:place], lists):
            yield f"{denial} {_told(entry)}"


def _denied(before: Sentence, lists: NotPositive) -> str | None:
    """The word that denies what comes next; None where there is none, or two that take each other away."""
    words = tuple(takewhile(lambda word: word not in _BREAKS, reversed(before[-DENIED_WITHIN:])))[::-1]
    denials = [_told(entry) for _, entry in _entries(lists.denials)(words)]
    return denials[-1] if len(denials) % 2 else None
