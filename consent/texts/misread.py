"""Names of the register that were nearly read on a picture: a program that reads letters takes some for others.

One letter may be wrong in a word of six letters or more, or in a full name; digits among letters are the letters that
they look like, in any name. What is found so is held and never more: it may be another word. A family name that is a
word in itself is left out here, for its neighbours are words as well (“bakken” beside Bakker).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from consent.people import Person
from consent.texts.found import Found, Kind
from consent.texts.lists import lists
from consent.texts.names import NameIndex, name_parts, names_in
from consent.texts.words import words_of

LEAST_LETTERS = 6
"""Of a name that may have one wrong letter. Below it too many words lie beside each other."""

LEAST_SHAPED = 4
"""Letters of a name that is known again where an `i` is taken for an `l`, or `rn` for `m`."""

MOST_WORDS = 5
"""Words that may make one full name: “Noor van der Linden” has four."""

_DIGITS = str.maketrans("0158|!$692", "olsbllsbgz")
"""What is read for a letter that looks like it, and stands among letters."""

_TOKEN = re.compile(r"[\w|!$]+")

_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("ij", "y"))
_ONE_STROKE = str.maketrans("i", "l")
"""What is one stroke in most hands."""


def misread_names_in(text: str, names: NameIndex, shapes: ShapeIndex, known: Iterable[Found] = ()) -> tuple[Found, ...]:
    """Persons whose name this text may be, read with one letter wrong. `known`: what was found letter by letter."""
    as_letters = _TOKEN.sub(_with_letters, text)
    words = [_shape(word.text) for word in words_of(as_letters)]
    hits = {frozenset(one.person_ids) for one in names_in(as_letters, names)} if as_letters != text else set()
    for start in range(len(words)):
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
            said = "".join(words[start:end])
            if end - start == 1 or len(said) <= shapes.longest + 1:  # no name is longer
                hits.update(shapes.near(said, whole=end - start > 1))
    certain = {who for found in known for who in found.person_ids}
    others = sorted(tuple(sorted(who)) for who in hits if who and not who & certain)
    return tuple(Found(Kind.MISREAD_NAME, who) for who in others)


def _with_letters(token: re.Match[str]) -> str:
    """A word with the letters that its digits look like; a number stays a number."""
    letters = sum(map(str.isalpha, token[0]))
    return token[0].translate(_DIGITS) if letters >= 2 and letters * 2 >= len(token[0]) else token[0]


def _shape(word: str) -> str:
    """A word with one sign for letters that can hardly be told apart."""
    for two, one in _PAIRS:
        word = word.replace(two, one)
    return word.translate(_ONE_STROKE)


class ShapeIndex:
    """The names of a register by their shapes, and by what is left of these without one letter."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._whole: dict[str, set[str]] = defaultdict(set)
        self._words: dict[str, set[str]] = defaultdict(set)
        self._beside: dict[str, set[str]] = defaultdict(set)
        for person in people:
            words, glued = name_parts(person)
            for word in words - lists().names.family_words:
                self._add(self._words, _shape(word), person.person_id)
            for name in glued:
                self._add(self._whole, _shape(name), person.person_id)
        self.longest = max(map(len, self._whole), default=0)
        self._longest_word = max(map(len, (*self._words, *self._whole)), default=0)

    def _add(self, to: dict[str, set[str]], shape: str, person_id: str) -> None:
        if len(shape) >= LEAST_SHAPED:
            to[shape].add(person_id)
        if len(shape) >= LEAST_LETTERS:
            for less in _one_less(shape):
                self._beside[less].add(shape)

    def near(self, said: str, *, whole: bool) -> Iterator[frozenset[str]]:
        """Whose names are of this shape, or of one with another letter."""
        tables = (self._whole,) if whole else (self._words, self._whole)
        lesses = _one_less(said) if len(said) <= self._longest_word + 1 else ()  # no name is longer
        shapes = {said} | {shape for less in lesses for shape in self._beside.get(less, ())}
        for table in tables:
            for shape in shapes:
                if shape in table and (shape == said or _one_letter_apart(said, shape)):
                    yield frozenset(table[shape])


def _one_less(shape: str) -> set[str]:
    """The shape, and the shape without each of its letters in turn."""
    return {shape, *(shape[:at] + shape[at + 1 :] for at in range(len(shape)))}


def _one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter is another, is missing or is one too many."""
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    if len(one) == len(other):
        return one[at + 1 :] == other[at + 1 :]
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]
