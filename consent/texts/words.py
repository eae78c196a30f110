"""A text as words that can be compared: accents folded, invisible signs gone, each with what stands before it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OTHER_LETTERS = str.maketrans(
    {"ı": "i", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H"}
    | {"æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH"}
    | dict.fromkeys("‘’ʼ´`′", "'")
    | dict.fromkeys("‐‑‒–—", "-")
)
"""Letters that no normal form takes apart, and the signs that are typed for an apostrophe and a hyphen."""

_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf"})
"""Kinds of signs that stand on a letter or are not seen at all."""

_TAG = re.compile(r"[#@]\w+")


@dataclass(frozen=True, slots=True)
class Word:
    """Letters that stand together, in lower case. `before`: all that stands between the word before and this one."""

    text: str
    capital: bool
    before: str


def folded(text: str) -> str:
    """The text without accents and invisible signs. Compared in this form, a name is found with accents and without."""
    apart = unicodedata.normalize("NFKD", text)
    kept = (c for c in apart if unicodedata.category(c) not in _UNSEEN)
    return "".join(kept).translate(_OTHER_LETTERS)


def words_of(text: str, *, camel: bool = False) -> tuple[Word, ...]:
    """The words of a text in order. `camel`: whether a capital inside a word begins another, as in names of files."""
    plain = folded(text)
    if camel:
        plain = _CAMEL.sub("_", plain)
    found, end = [], 0
    for match in _WORD.finditer(plain):
        found.append(Word(match[0].casefold(), match[0][0].isupper(), plain[end : match.start()]))
        end = match.end()
    return tuple(found)


def with_tags(text: str) -> str:
    """The text with its tags once more behind it, in which a capital begins another word: “#TeamDaan” is two."""
    plain = folded(text)
    return " # ".join((plain, *(_CAMEL.sub("_", tag) for tag in _TAG.findall(plain))))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a name or of an entry of a list, in lower case and without accents."""
    return tuple(word.text for word in words_of(text))
