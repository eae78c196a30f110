"""Personal data in a text that is no name: addresses, numbers and dates of birth.

Two libraries know the numbers: phonenumbers what may be a telephone number, python-stdnum which check digits a citizen
service number, an account and a postcode must have. They are loaded when a text has enough digits to need them.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date

from consent.people import Person
from consent.texts.found import Found, Kind
from consent.texts.lists import lists

_AT = r"(?:@|[\[(]\s?(?:at|apenstaart(?:je)?)\s?[\])])"
_LAST = r"(?:nl|com|eu|be|de|org|net|info|email|school|example)\b"
_EMAIL = re.compile(
    rf"([\w.+'-]{{1,64}})(?:\s?{_AT}\s?[\w-]{{1,63}}(?:(?:\.|\s?[\[(]\s?(?:punt|dot|\.)\s?[\])]\s?)[\w-]+)+"
    rf"|(?:\s?{_AT}\s?|\s(?:at|apenstaart(?:je)?)\s)"
    rf"[\w-]{{1,63}}(?:\s(?:punt|dot)\s[\w-]{{1,63}}){{0,2}}\s(?:punt|dot)\s{_LAST})",
    re.I,
)
"""Also as it is written for the eyes of people alone: “jan [at] school punt nl”. Before the @ at most 64 signs, as in
RFC 5321, so that long words take no longer than short ones."""

_BSN = re.compile(r"(?<![\d.])\d{3}[ .]?\d{3}[ .]?\d{3}(?![\d.]*\d)|(?<![\d.])\d{4}\.\d{2}\.\d{3}(?![\d.]*\d)")
_BSN_SAID = re.compile(r"\b(?:bsn|burgerservice|sofi)\w*", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}", re.I)

_STREET = re.compile(
    r"\b[A-Z]\w{2,}"
    r"(?:straat|str\.|laan|weg|plein|kade|dijk|gracht|singel|steeg|hof|pad|park|dreef|plantsoen|markt|baan|wal|erf|ring)"
    r" (?:nr\.? ?)?\d{1,4}(?!\d| ?(?:uur|u\b|jaar|minuten|kinderen|leerlingen|[:.]\d))"
    r"|\b\d{1,4}[a-z]?,? (?:[A-Z]\w+ ){1,3}(?:Street|Road|Lane|Avenue|Drive|Close|Square)\b"
)
_LIVES = re.compile(
    r"\b(?:woont|wonen|woonachtig|verhuisd|verhuist)\b[^.\n]{0,30}?\b(?:in|op|aan|naar) (?:de |het )?"
    r"[A-Z]\w{2,}(?:straat|laan|weg|plein|kade|dijk|gracht|singel|steeg|hof|pad|dreef|plantsoen)\b"
)
_POSTCODE = re.compile(r"(?<!\d)([1-9]\d{3})( ?)([A-Z]{2}|[a-z]{2})(?![^\W_])")
_MONTHS = {name: number for number, names in enumerate(lists().data.months, start=1) for name in names}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(r"(?<!\d)(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<![\d/.-])(?P<d>\d{1,2})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)['’]?(?P<y>\d{2})(?![-/.]?\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:e|ste|th|st|nd|rd)? +(?P<m>{_MONTH})\.?,?(?: +(?P<y>\d{{4}}))?\b", re.I),
    re.compile(rf"\b(?P<m>{_MONTH})\.?[ ]+(?P<d>\d{{1,2}})(?:th|st|nd|rd)?(?:,?[ ]+(?P<y>\d{{4}}))?\b", re.I),
)
_BORN = re.compile(r"\b(?:geboren|geboorte\w*|geb\.|gebdat|born|birth|dob)", re.I)
_NEAR = 40
"""Characters between a date or number and the word that says what it is, as in “geboortedatum leerling: 3-5-2019”."""


def data_in(text: str, born_on: Mapping[date, tuple[str, ...]], *, is_name: bool = False) -> tuple[Found, ...]:
    """The personal data in a text, each kind and choice of persons once, but for names.

    `is_name`: the text is the name of a file. Cameras make numbers and dates, so there these count only with a word
    that says what they are. `born_on`: as the function of that name gives it.
    """
    plain = text
    if not text.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    found = {
        *(Found(Kind.EMAIL) for _ in _emails(plain)),
        *(Found(Kind.ADDRESS) for _ in _addresses(plain)),
        *_birth_dates(plain, born_on, is_name=is_name),
        *_numbers(plain, is_name=is_name),
    }
    return tuple(sorted(found, key=lambda one: (list(Kind).index(one.kind), one.person_ids)))


def _emails(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _EMAIL.finditer(text) if match[1].casefold() not in lists().data.mailboxes)


def _addresses(text: str) -> Iterator[re.Match[str]]:
    yield from _STREET.finditer(text)
    yield from _LIVES.finditer(text)
    for match in _POSTCODE.finditer(text):
        behind_a_year = match[2] and match[3].casefold() in lists().data.little_words
        # In lower case with a space it is two words: "in 2026 gi".
        if not behind_a_year and (match[3].isupper() or not match[2]) and _is_postcode(match[0]):
            yield match


def _is_postcode(text: str) -> bool:
    from stdnum.nl import postcode

    return bool(postcode.is_valid(text))


def born_on(people: Iterable[Person]) -> dict[date, tuple[str, ...]]:
    """Who was born on which day, by id."""
    born: dict[date, list[str]] = defaultdict(list)
    for person in people:
        if person.birth_date is not None:
            born[person.birth_date].append(person.person_id)
    return {day: tuple(sorted(who)) for day, who in born.items()}


def _birth_dates(text: str, born_on: Mapping[date, tuple[str, ...]], *, is_name: bool) -> Iterator[Found]:
    if is_name and not _BORN.search(text):
        return
    for match in (match for pattern in _DATES for match in pattern.finditer(text)):
        said = _is_near(_BORN, text, match)
        who = tuple(dict.fromkeys(one for day in _days(match) for one in born_on.get(day, ())))
        if said or (who and not is_name):
            yield Found(Kind.BIRTH_DATE, who)


def _days(match: re.Match[str]) -> Iterator[date]:
    """The day that is meant, or with a year of two digits both days; none where no year is told or no day is one."""
    month = _MONTHS.get(match["m"].casefold()) or (int(match["m"]) if match["m"].isdecimal() else 0)
    for century in (2000, 1900) if len(match["y"] or "") == 2 else (0,):
        with suppress(ValueError, TypeError):
            yield date(century + int(match["y"]), month, int(match["d"]))


def _is_near(said: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    return said.search(text[max(match.start() - _NEAR, 0) : match.end() + _NEAR]) is not None


def _numbers(text: str, *, is_name: bool) -> Iterator[Found]:
    if sum(c.isdigit() for c in text) < 8:  # fewer are no number of a telephone, a person or an account
        return
    import phonenumbers
    from stdnum import iban
    from stdnum.nl import bsn

    accounts = [match for match in _IBAN.finditer(text) if _begins_with_account(match[0], iban.is_valid)]
    yield from (Found(Kind.ACCOUNT) for _ in accounts)
    phones = [
        match for match in phonenumbers.PhoneNumberMatcher(text, "NL") if match.raw_string.lstrip("(")[:1] in ("0", "+")
    ]
    yield from (Found(Kind.PHONE) for _ in phones)
    for match in _BSN.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        said = _is_near(_BSN_SAID, text, match)
        if bsn.is_valid(digits):
            if said:
                yield Found(Kind.BSN)
            elif not (is_name or any(phone.start <= match.start() < phone.end for phone in phones)):
                yield Found(Kind.MAYBE_BSN)
        elif said:
            yield Found(Kind.MAYBE_BSN)


def _begins_with_account(text: str, is_valid: object) -> bool:
    """Whether what follows a country and two check digits begins with a whole account number."""
    signs = text.replace(" ", "")
    assert callable(is_valid)
    return any(is_valid(signs[:length]) for length in range(15, len(signs) + 1))
