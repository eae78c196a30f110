"""Names of the register in a text. A name is found letter by letter, never because it looks like one.

Words are compared without accents and capitals. A capital matters only where a name is also a word, and then it is the
capital of that very word, so that text put beside it takes nothing away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from consent.people import Person
from consent.texts.found import Found, Kind
from consent.texts.lists import lists
from consent.texts.tags import MOST_INFIXES, TagIndex
from consent.texts.words import Word, plain_words, ways_of, with_tags, words_of

_JOINS = re.compile(r"[\s\-'_.,/]{0,4}")
"""What may stand between the parts of one name: “Bakker, Daan”, “v.d. Linden”, “daan_bakker”."""

MOST_INITIALS = 4

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Name:
    """The name of a person as words. `families`: the family name without infixes, and its parts where it is double.

    `whole`: a name of several words that the register has in one piece; () where it has it in parts.
    """

    person_id: str
    givens: tuple[Words, ...]
    families: tuple[Words, ...]
    glued: frozenset[str]
    whole: Words = ()

    @property
    def initial(self) -> str:
        return self.givens[0][0][0] if self.givens else ""


def names_in(text: str, names: NameIndex, *, any_case: bool = False) -> tuple[Found, ...]:
    """The names of these persons in a text, each kind and choice of persons once.

    `any_case`: capitals mean nothing, as in names of files; there, and in tags, a capital inside a word begins another.
    """
    plain = " # ".join(ways_of(text)) if any_case else with_tags(text, names.tags.names_in)
    words = words_of(plain, camel=any_case)
    return _Finder(words, names, any_case).found() if words else ()


class NameIndex:
    """The names of a register, by the first word of each part."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.by_given: dict[str, list[tuple[_Name, Words]]] = defaultdict(list)
        self.by_family: dict[str, list[tuple[_Name, Words]]] = defaultdict(list)
        self.glued: dict[str, list[str]] = defaultdict(list)
        names = tuple(map(_name_of, people))
        for name in names:
            for given in name.givens:
                self.by_given[given[0]].append((name, given))
            for family in name.families:
                self.by_family[family[0]].append((name, family))
            for glued in name.glued:
                self.glued[glued].append(name.person_id)
        self.tags = TagIndex(
            (given for name in names for given in name.givens),
            (family for name in names for family in name.families),
            self.glued,
        )


def _name_of(person: Person) -> _Name:
    given = plain_words(person.given_name)
    infix, family = plain_words(person.infix), plain_words(person.family_name)
    parts = [_core(plain_words(part)) for part in person.family_name.split("-")]
    families = tuple(dict.fromkeys(part for part in (_core(family), *parts) if part))
    # Of a double given name both words make the name; with the family name behind it, the first is enough.
    givens = tuple(dict.fromkeys(words for words in (given, given[:1]) if words))
    whole = [(given, infix, family), (infix, family, given), (given, _core(family)), (_core(family), given)]
    glued = frozenset("".join(word for part in way for word in part) for way in whole if given and family)
    in_one = _core(family) if not given and len(_core(tuple(person.family_name.casefold().split()))) > 1 else ()
    return _Name(person.person_id, givens, families, glued | ({"".join(family)} if in_one else set()), in_one)


def name_parts(person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a person's given and family names, and the whole name in every order without what stands between."""
    name = _name_of(person)
    return frozenset(word for words in (*name.givens, *name.families) for word in words), name.glued


def _core(family: Words) -> Words:
    """A family name without what the register put before it; whole where nothing would be left."""
    start = next((place for place, word in enumerate(family) if word not in lists().names.infixes), 0)
    return family[start:]


class _Finder:
    def __init__(self, words: tuple[Word, ...], index: NameIndex, any_case: bool) -> None:
        self._words, self._index, self._any_case = words, index, any_case
        self._lists = lists().names
        self._hits: dict[tuple[Kind, int], set[str]] = defaultdict(set)
        self._whole: set[int] = set()
        """Places of words that belong to a full name: their parts are not told again."""

    def found(self) -> tuple[Found, ...]:
        for start, word in enumerate(self._words):
            for person_id in self._index.glued.get(word.text, ()):
                self._whole_name(person_id, start, start + 1)
            self._from_given(start)
            self._from_family(start)
        told = {
            Found(kind, tuple(sorted(who)))
            for (kind, start), who in self._hits.items()
            if kind is Kind.FULL_NAME or start not in self._whole
        }
        return tuple(sorted(told, key=lambda one: (list(Kind).index(one.kind), one.person_ids)))

    def _is_no_name(self, start: int) -> bool:
        """Whether a word is no name, by its neighbour on the same line: the wolf of “boze wolf”, but not Wolf."""
        if self._any_case:
            return False
        pairs = {self._pair(start), self._pair(start - 1)}
        return bool(
            pairs & self._lists.never_names or (pairs & self._lists.no_names and not self._words[start].capital)
        )

    def _pair(self, start: int) -> Words:
        """Two words with one space between them; none where they are in a tag or elsewhere."""
        pair = self._words[start : start + 2] if start >= 0 else ()
        return tuple(word.text for word in pair) if len(pair) > 1 and pair[1].before == " " else ()

    def _from_given(self, start: int) -> None:
        for name, given in self._starting(self._index.by_given, start):
            end = start + len(given)
            for behind in self._behind_infixes(end):
                for family in name.families:
                    if self._is_here(family, behind):
                        self._full(name, (start, given), (behind, family))
            if given == name.givens[0] and self._counts_alone(given, start) and not self._is_no_name(start):
                word = len(given) == 1 and given[0] in self._lists.given_words
                self._hits[Kind.WORD_NAME if word else Kind.GIVEN_NAME, start].add(name.person_id)

    def _from_family(self, start: int) -> None:
        for name, family in self._starting(self._index.by_family, start):
            if family == name.whole:
                self._full(name, (start, family[:1]), (start + 1, family[1:]))
                continue
            for behind in self._behind_infixes(start + len(family)):
                for given in name.givens:
                    if self._is_here(given, behind):
                        self._full(name, (behind, given), (start, family))
            before = self._infixes_before(start)
            initials = {letter for place in range(before, start + 1) for letter in self._initials_before(place)}
            if name.initial in initials or self._glued_initials(name, before):
                self._hits[Kind.INITIALS, start].add(name.person_id)
            elif self._is_family_name(family, start, before) and not self._is_no_name(start):
                said = self._is_said_name(start, before) or self._is_behind_a_name(before)
                word = {*family} <= self._lists.family_words and not said
                self._hits[Kind.WORD_NAME if word else Kind.FAMILY_NAME, start].add(name.person_id)

    def _starting(self, by_word: dict[str, list[tuple[_Name, Words]]], start: int) -> Iterator[tuple[_Name, Words]]:
        """The names that stand here, also with the s of “Daans fiets”."""
        text = self._words[start].text
        for first in dict.fromkeys((text, text.removesuffix("s"))):
            yield from ((name, part) for name, part in by_word.get(first, ()) if self._is_here(part, start))

    def _is_here(self, part: Words, start: int) -> bool:
        here = self._words[start : start + len(part)]
        if len(here) < len(part) or not all(_joins(word) for word in here[1:]):
            return False
        texts = tuple(word.text for word in here)
        possessive = (here[0].capital or self._any_case) and texts[-1] == f"{part[-1]}s"
        return texts[:-1] == part[:-1] and (texts[-1] == part[-1] or possessive)

    def _behind_infixes(self, start: int) -> Iterator[int]:
        """Where a family name may begin: here, and behind each infix that stands from here on."""
        for place in range(start, min(start + MOST_INFIXES + 1, len(self._words))):
            if not _joins(self._words[place]):
                return
            yield place
            if self._words[place].text not in self._lists.infixes:
                return

    def _infixes_before(self, start: int) -> int:
        """Where the infixes before a family name begin; `start` where there are none."""
        place = start
        while place and start - place < MOST_INFIXES and _joins(self._words[place]):
            if self._words[place - 1].text not in self._lists.infixes:
                break
            place -= 1
        return place

    def _initials_before(self, start: int) -> set[str]:
        """First letters of the initials that end here, each with a capital or a full stop."""
        found: set[str] = set()
        for place in range(start - 1, max(start - 1 - MOST_INITIALS, -1), -1):
            word, following = self._words[place], self._words[place + 1]
            if len(word.text) > 1 or not _joins(following):
                break
            if word.capital or self._any_case or following.before.startswith("."):
                found.add(word.text)
        return found

    def _glued_initials(self, name: _Name, start: int) -> bool:
        """Whether the initials of a double given name end here as one word: “jw.veenstra”."""
        if not start or not name.givens or len(name.givens[0]) < 2:
            return False
        word, following = self._words[start - 1], self._words[start]
        shown = word.capital or self._any_case or following.before.startswith(".")
        return shown and _joins(following) and word.text == "".join(part[0] for part in name.givens[0])

    def _counts_alone(self, given: Words, start: int) -> bool:
        """One letter is no name; two are one with a capital only."""
        letters = sum(map(len, given))
        return letters > 2 or (letters == 2 and (self._any_case or self._words[start].capital))

    def _is_family_name(self, family: Words, start: int, before: int) -> bool:
        """A family name alone may be any word (“de bakker”): with a capital, a title or an infix of names it is one."""
        if sum(map(len, family)) < 2:
            return False
        return self._any_case or self._words[start].capital or self._is_said_name(start, before)

    def _is_said_name(self, start: int, before: int) -> bool:
        """Whether a title or an infix of names stands before a family name. `before`: where its infixes begin."""
        infixes = {word.text for word in self._words[before:start]}
        titled = before > 0 and _joins(self._words[before]) and self._words[before - 1].text in self._lists.titles
        return titled or bool(infixes - self._lists.articles)

    def _is_behind_a_name(self, before: int) -> bool:
        """Whether a word with a capital, maybe a given name of somebody else, stands before a family name."""
        return before > 0 and _joins(self._words[before]) and self._words[before - 1].capital

    def _full(self, name: _Name, given: tuple[int, Words], family: tuple[int, Words]) -> None:
        (at_given, given_words), (at_family, family_words) = given, family
        sure = self._any_case or self._words[at_given].capital or self._words[at_family].capital
        between = [word.text for word in self._words[at_given + len(given_words) : at_family]]
        sure = sure or len(between) > 1 or not {*between} <= self._lists.articles
        if not sure and {*given_words} <= self._lists.given_words and {*family_words} <= self._lists.family_words:
            self._hits[Kind.WORD_NAME, at_given].add(name.person_id)
            return
        start = min(at_given, at_family)
        self._whole_name(name.person_id, start, max(at_given + len(given_words), at_family + len(family_words)))

    def _whole_name(self, person_id: str, start: int, end: int) -> None:
        self._hits[Kind.FULL_NAME, start].add(person_id)
        self._whole.update(range(start, end))


def _joins(word: Word) -> bool:
    return _JOINS.fullmatch(word.before) is not None
