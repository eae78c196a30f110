"""A text as words that can be compared: accents folded, invisible signs gone, each with what stands before it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from string import ascii_uppercase

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
    # Cyrillic, capitals and small ones; Greek, the same.
    dict(zip("АВЕЅІЈКМНОРСТУХԌԚԜҮГПҺԀЬѴ", "ABESIJKMHOPCTYXGQWYRNHDBV", strict=True))
    | dict(zip("авеѕіјкмнорстухԍԛԝүгпһԁьѵӏ", "abesijkmhopctyxgqwyrnhdbvl", strict=True))
    | dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿΩ", "ABEZHIKMNOPTYXCJW", strict=True))
    | dict(zip("αβεηικνορτυχϲϳω", "abenikvoptuxcjw", strict=True))
)
"""Letters of other alphabets that are read as a Latin one among Latin letters, by their shapes and some by those of
their other case. Chosen by hand from what Unicode calls confusable (UTS 39): letters only, one for one, no digits."""
_BY_CAPITALS = _LOOK_ALIKES | dict(zip(map(ord, "νηυμζ"), "nhymz", strict=True))
"""The same, and small letters that look like a Latin one by their capital alone: “ΝOAH” is “νoah” in small ones."""

_LIKE_LATIN = frozenset(map(chr, _LOOK_ALIKES))

_THE_SAME = frozenset("АВЕЅІЈКМНОРСТУХԚԜаеѕіјорсухԛԝԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿαινορυϲϳ")
"""Those of them that hardly anybody can tell from the Latin one."""

_LATIN_SHAPES = str.maketrans(
    dict(zip("ɑɡɩʋᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "agivabcdefghijklmnopqrstuvwyz", strict=True))
    | dict(zip("ⱭꞬƖƲⱿꞮƦ", "AGIVZIR", strict=True))
)
"""Small capitals and other Latin letters in another shape, with their capitals."""

_ENCLOSED = {
    first + place: chr(ord("A") + place)
    for first in (0x1F150, 0x1F170, 0x1F1E6)
    for place in range(len(ascii_uppercase))
}
"""White letters on black and the letters of flags, which no normal form makes letters. Other look-alikes that are
signs are not read."""

_OTHER_ALPHABET = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_LATIN = re.compile("[A-Za-z]")

_FILLERS: dict[int, None] = dict.fromkeys(
    (0x115F, 0x1160, 0x2065, 0x3164, 0xFFA0, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000))
)
"""Signs that are not seen, of kinds that others of are letters or signs."""

_BLANKS = re.compile("[\u3164\uffa0\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
"""Signs that are not seen and may stand for a space: some are as wide, some have taken the place of one."""

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


def folded(text: str, look_alikes: Mapping[int, str] = _LOOK_ALIKES) -> str:
    """The text without accents and invisible signs. Compared in this form, a name is found with accents and without.

    `look_alikes`: as what letters of other alphabets are read among Latin ones.
    """
    if _is_plain(text):
        return text.translate(_OTHER_LETTERS)
    apart = unicodedata.normalize("NFKD", text.replace(_BRAILLE_BLANK, " ").translate(_FILLERS))
    kept = (c for c in apart if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    plain = "".join(kept).translate(_OTHER_LETTERS).translate(_LATIN_SHAPES)
    if plain.isascii():
        return plain
    return _WORD.sub(lambda word: word[0].translate(look_alikes) if _LATIN.search(word[0]) else word[0], plain)


def _is_plain(text: str) -> bool:
    """Whether a text has no sign but those of a typewriter, as most names of files: there is one way to read these."""
    return text.isascii() and text.isprintable()


def ways_of(text: str) -> tuple[str, ...]:
    """The folded text, and behind it the same in each other way that somebody may read it.

    What is found in the text as it stands is found whatever the other ways are: “СЕРГЕЙ” is read as it is.
    """
    if _is_plain(text):
        return (folded(text),)
    ways = dict.fromkeys(
        (*map(folded, (text, _BLANKS.sub(" ", text), text.translate(_ENCLOSED))), folded(text, _BY_CAPITALS))
    )
    return tuple(dict.fromkeys((*ways, *map(_as_latin, ways))))


def _as_latin(plain: str) -> str:
    """A text in which words of look-alikes alone are read as Latin, in lines that show no other language."""
    if plain.isascii():
        return plain
    return "".join(line.translate(_LOOK_ALIKES) if _looks_latin(line) else line for line in plain.splitlines(True))


def _looks_latin(line: str) -> bool:
    """Whether no letter gives the other alphabet away. Without a Latin one beside them only the same shapes count."""
    look_alikes = _LIKE_LATIN if _LATIN.search(line) else _THE_SAME
    return look_alikes.issuperset(_OTHER_ALPHABET.findall(line))


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


def with_tags(text: str, names_in: Callable[[str], Iterable[str]]) -> str:
    """All ways of the text, and behind them its tags with another word from each capital on: “#TeamDaan” is two.

    `names_in`: gives the names that a tag in lower case is made of. Each stands by itself behind the tags.
    """
    plain = " # ".join(ways_of(text))
    tags = _TAG.findall(plain)
    apart = [_CAMEL.sub("_", tag) for tag in tags]
    words = dict.fromkeys(word.casefold() for tag in (*tags, *apart) for word in _WORD.findall(tag))
    return " # ".join((plain, *apart, *dict.fromkeys(name for word in words for name in names_in(word))))


def plain_words(text: str) -> tuple[str, ...]:
    """The words of a name or of an entry of a list, in lower case and without accents."""
    return tuple(word.text for word in words_of(text))
