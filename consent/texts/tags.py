"""Names of the register in a tag of small letters: “#teamdaan” is “team” and a name, “#samen” is no Sam.

A tag comes apart only as known words and whole names, with nothing left over. One that known words make without a name
tells none, unless a name in it belongs to a word beside it (“#klasvandaan”). A full name is found among anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product

from consent.texts.lists import lists

Words = tuple[str, ...]

_WORD, _LINK, _AND, _NAME, _WORD_NAME, _OWNER, _WORD_OWNER, _SHORT = (
    "word", "link", "and", "name", "word_name", "owner", "word_owner", "short",
)  # fmt: skip
_BEHIND, _NOUN, _PERSON = "behind", "noun", "person"
_NAMES = {_NAME, _WORD_NAME, _OWNER, _WORD_OWNER}

_FOLLOWS: Mapping[str, set[str]] = {
    "": {_WORD, _LINK, *_NAMES},
    _WORD: {_WORD, _LINK, _AND, _SHORT, *_NAMES},
    _LINK: {_WORD, *_NAMES},
    _AND: {_PERSON, *_NAMES},
    _NAME: {_BEHIND, _NOUN, _LINK, _AND, *_NAMES},
    _WORD_NAME: {_BEHIND, _LINK, _AND, *_NAMES},
    _OWNER: {_BEHIND, _NOUN},
    _WORD_OWNER: {_BEHIND},
    _SHORT: set(),
}
"""What may stand behind what; a name that is a word too makes another word with a noun (“lentefeest”)."""

_BESIDE = {_LINK, _AND, _BEHIND}
"""Words that belong to a name: of two ways to read a tag, the one with a name and one of these beside it counts too."""

_LAST = (_WORD, _NAME, _WORD_NAME, _SHORT)
"""What a tag may end with."""

MOST_INFIXES = 4
"""Words between a given name and a family name: “van de l'” has three, and “in 't” may stand before."""

LEAST_FULL = 6
"""Letters of a full name that is found among any others. Chance hardly makes one; shorter ones were not tried
(docs/measurements.md)."""

SHORT = 2
"""Letters of a name that is looked for at the end alone, behind a word: endings of words are as short (“-je”)."""


class TagIndex:
    """The names of a register as they stand in tags.

    `givens`, `families`: the words of each. `whole`: a given and a family name as one word, in every order.
    """

    def __init__(self, givens: Iterable[Words], families: Iterable[Words], whole: Iterable[str]) -> None:
        names, tags = lists().names, lists().tags
        self._givens = _glued(givens)
        self._families = {text: shown for text, shown in _glued(families).items() if len(text) > SHORT}
        self._whole = frozenset(whole)
        self._infixes = frozenset(infix for infix in names.infixes if len(infix) > 1)
        self._kinds: dict[str, set[str]] = defaultdict(set)
        every = (
            tags.words | tags.behind | tags.nouns | tags.persons | tags.titles | tags.links | tags.ands | tags.ordinary
        )
        for words, kind in (
            (every, _WORD), (tags.behind, _BEHIND), (tags.nouns, _NOUN), (tags.persons, _PERSON),
            (tags.links, _LINK), (tags.ands, _AND),
        ):  # fmt: skip
            for word in words:
                self._kinds[word].add(kind)
        self._no_names = frozenset(self._kinds)
        self._longest = max(map(len, (*self._no_names, *self._givens, *self._families, *self._whole, *self._infixes)))

    def names_in(self, tag: str) -> tuple[str, ...]:
        """The names that lie on any way to take a tag in lower case apart, with capitals, joined by “_”."""
        full = tuple(dict.fromkeys(self._full_names(tag)))
        names = lists().names
        if tag in names.given_words | names.family_words | self._no_names:
            return full
        is_ordinary = self._is_ordinary(tag)
        reached: dict[int, set[str]] = defaultdict(set, {0: {""}})
        steps: list[tuple[tuple[int, str], tuple[int, str], str, str]] = []
        for start in range(len(tag)):
            if reached[start]:
                for (end, kind, after, shown), before in product(self._parts(tag, start), tuple(reached[start])):
                    if kind in _FOLLOWS[before]:
                        reached[end].add(after)
                        steps.append(((start, before), (end, after), kind, shown))
        good = {(len(tag), kind) for kind in _LAST}
        beside: set[tuple[int, str]] = set()
        found: dict[str, None] = dict.fromkeys(full)
        for source, target, kind, shown in reversed(steps):
            if target in good:
                good.add(source)
                if kind in _BESIDE:
                    beside.add(source)
                belongs = source[1] in _BESIDE or target in beside
                if shown.casefold() not in ("", tag) and (belongs or not is_ordinary):  # the tag itself is in the text
                    found[shown] = None
        return tuple(found)

    def _full_names(self, tag: str) -> Iterator[str]:
        """The full names in a tag that are long enough to be no chance."""
        for start in range(len(tag)):
            for end in self._ends(tag, start):
                text = tag[start:end]
                if text in self._whole and text != tag and end - start >= LEAST_FULL:
                    yield text
                for shown in self._givens.get(text, ()):
                    for last, family in self._families_from(tag, end):
                        if last - start >= LEAST_FULL:
                            yield f"{shown}_{family}"

    def _is_ordinary(self, tag: str) -> bool:
        ends = [True] + [False] * len(tag)
        for start in range(len(tag)):
            if ends[start]:
                for end in self._ends(tag, start):
                    ends[end] |= tag[start:end] in self._no_names
        return ends[-1]

    def _ends(self, tag: str, start: int) -> range:
        return range(start + 1, min(start + self._longest, len(tag)) + 1)

    def _parts(self, tag: str, start: int) -> Iterator[tuple[int, str, str, str]]:
        """What may stand here: its end, what it is here and for what follows, and how it is shown if it is a name."""
        for end in self._ends(tag, start):
            text = tag[start:end]
            for kind in self._kinds.get(text, ()):
                yield end, kind, kind if kind in (_LINK, _AND) else _WORD, ""
            if text in self._whole:
                yield end, _NAME, _NAME, text
            if text in lists().tags.titles:
                for last, family in self._families_from(tag, end):
                    yield last, _NAME, _NAME, f"{text}_{family}"
            if text in self._givens:
                yield from self._given(tag, end, text)

    def _given(self, tag: str, end: int, text: str) -> Iterator[tuple[int, str, str, str]]:
        is_word = text in lists().names.given_words
        for shown, (last, family) in product(self._givens[text], tuple(self._families_from(tag, end))):
            yield last, _NAME, _NAME, f"{shown}_{family}"
        if len(text) < SHORT or (len(text) == SHORT and text in self._infixes | lists().data.little_words):
            return
        kind = _SHORT if len(text) == SHORT else _WORD_NAME if is_word else _NAME
        yield from ((end, kind, kind, shown) for shown in self._givens[text])
        if kind != _SHORT and tag.startswith("s", end):
            owner = _WORD_OWNER if is_word else _OWNER
            yield from ((end + 1, owner, owner, shown) for shown in self._givens[text])

    def _families_from(self, tag: str, start: int, infixes: int = MOST_INFIXES) -> Iterator[tuple[int, str]]:
        """The family names that begin here or behind infixes, with these: where each ends and how it is shown."""
        for end in self._ends(tag, start):
            text = tag[start:end]
            yield from ((end, shown) for shown in self._families.get(text, ()))
            if infixes and text in self._infixes:
                yield from ((last, f"{text}_{family}") for last, family in self._families_from(tag, end, infixes - 1))


def _glued(names: Iterable[Words]) -> dict[str, set[str]]:
    """Names as one word, with every way to show it: “annesophie” may be one name and two."""
    glued: dict[str, set[str]] = defaultdict(set)
    for words in names:
        glued["".join(words)].add("_".join(word.capitalize() for word in words))
    return dict(glued)
