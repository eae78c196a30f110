"""A text as words that can be compared: accents folded, invisible signs gone, each with what stands before it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
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

_LOOK_ALIKES = str.maketrans(
    # Cyrillic, capitals and small ones; Greek, the same; Latin letters of other alphabets and small capitals.
    dict(zip("АВЕЅІЈКМНОРСТУХԌԚԜҮ", "ABESIJKMHOPCTYXGQWY", strict=True))
    | dict(zip("авеѕіјкмнорстухԍԛԝүгпһԁӏьѵ", "abesijkmhopctyxgqwyrnhdlbv", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ", strict=True))
    | dict(zip("αβεηικνορτυχϲϳω", "abenikvoptuxcjw", strict=True))
    | dict(zip("ɑɡɩʋᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "agivabcdefghijklmnopqrstuvwyz", strict=True))
)
"""Letters that are read as a Latin one, by their shapes and, of small ones, by those of their capitals. Chosen by hand
from what Unicode calls confusable (UTS 39): letters only, one for one, and no digits."""

_FILLERS: dict[int, None] = dict.fromkeys(
    (0x115F, 0x1160, 0x2065, 0x3164, 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
)
_BLANKS = dict.fromkeys((0x3164, 0xFFA0), " ")
"""Signs that are not seen, of kinds that others of are letters or signs; some are as wide as a space."""

_BRAILLE_BLANK = "\u2800"

_UNSEEN = frozenset({"Mn", "Mc", "Me", "Cf", "Cc"})
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
    apart = unicodedata.normalize("NFKD", text.replace(_BRAILLE_BLANK, " ").translate(_FILLERS))
    kept = (c for c in apart if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    return "".join(kept).translate(_OTHER_LETTERS).translate(_LOOK_ALIKES)


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


def with_tags(text: str, parts: Callable[[str], str | None] = lambda word: None) -> str:
    """The text with its tags once more behind it, in which a capital begins another word: “#TeamDaan” is two.

    `parts`: gives the words that a word of a tag in lower case is made of, or None. A text with signs that look like
    a space and are none stands there once more with spaces.
    """
    plain, spaced = folded(text), text.translate(_BLANKS)
    tags = _TAG.findall(plain)
    words = (found for tag in tags for word in _WORD.findall(tag) if (found := parts(word.casefold())))
    more = [folded(spaced)] if spaced != text else []
    return " # ".join((plain, *(_CAMEL.sub("_", tag) for tag in tags), *words, *more))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a name or of an entry of a list, in lower case and without accents."""
    return tuple(word.text for word in words_of(text))
