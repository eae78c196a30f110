"""Dutch or English: looks sentences up in a catalogue and writes days and numbers the way readers expect.

The sources are English. A catalogue is `reports/locale/<language>/LC_MESSAGES/messages.po`, read as
it is, so that no compiled file can lag behind it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from io import BytesIO

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

from consent.messages import Message, UserError, say
from pipeline.places import CATALOGUES

DEFAULT = "nl"
SOURCE = "en"
VARIABLE = "PHOTO_CONSENT_LANGUAGE"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Translator:
    """Shows sentences, days and numbers in one language. Made by `translator`."""

    language: str

    def text(self, english: str) -> str:
        """The sentence in this language; as it is where the catalogue does not know it."""
        return _catalogue(self.language).gettext(english) if english else ""

    def plural(self, one: str, many: str, count: int) -> str:
        """The sentence for one or for many, with `{count}` filled in."""
        return _catalogue(self.language).ngettext(one, many, count).format(count=count)

    def forms(self, one: str, many: str) -> dict[str, str]:
        """The sentence for one and the one for many, gaps and all, for whoever counts later."""
        catalogue = _catalogue(self.language)
        return {"one": catalogue.ngettext(one, many, 1), "many": catalogue.ngettext(one, many, 2)}

    def render(self, message: Message) -> str:
        """The message in this language, its gaps filled; days and fractions in it are written out."""
        return self._localised(message).render(self.text)

    def date(self, day: date) -> str:
        """The day in full: 22 november 2026."""
        return format_date(day, "long", locale=self.language)

    def moment(self, moment: datetime) -> str:
        """The day in full and the time to the minute."""
        return f"{self.date(moment)}, {format_datetime(moment, 'HH:mm', locale=self.language)}"

    def number(self, value: float) -> str:
        """The number with this language's decimal sign, to three decimals at most."""
        return format_decimal(value, locale=self.language)

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as a whole percentage."""
        return format_percent(share, locale=self.language)

    def share(self, share: float) -> str:
        """A share from 0 to 1 as a percentage with as many decimals, three at most, as it takes."""
        return format_percent(share, format="#,##0.###%", locale=self.language)

    def _localised(self, message: Message) -> Message:
        return Message(message.text, tuple((gap, self._value(value)) for gap, value in message.values))

    def _value(self, value: str | int | float | Message) -> str | int | Message:
        if isinstance(value, Message):
            return self._localised(value)
        if isinstance(value, float):
            return self.number(value)
        # A day travels through a message as ISO text, because `consent` does not know the reader's language.
        if isinstance(value, str) and _ISO_DAY.fullmatch(value):
            try:
                return self.date(date.fromisoformat(value))
            except ValueError:
                return value
        return value


def translator(language: str | None = None) -> Translator:
    """The translator for a language: the one given, else PHOTO_CONSENT_LANGUAGE, else Dutch.

    A system's spelling such as `nl_NL.UTF-8` is understood. Raises `UserError` for a language
    without a catalogue.
    """
    asked = language or os.environ.get(VARIABLE) or DEFAULT
    known = languages()
    short = re.split(r"[-_.@]", asked.strip().casefold())[0]
    if short not in known:
        raise UserError(
            say(
                "There is no language “{language}”. Choose one of {known}, with {variable} or in the command.",
                language=asked,
                known=", ".join(known),
                variable=VARIABLE,
            )
        )
    return Translator(short)


def help_text(english: str) -> str:
    """A text of the command line's help, which is made on import: a wrong language setting is told later."""
    try:
        return translator().text(english)
    except UserError:
        return translator(DEFAULT).text(english)


def languages() -> tuple[str, ...]:
    """The languages that reports can be written in."""
    return tuple(sorted({SOURCE, *(p.parents[1].name for p in CATALOGUES.glob("*/LC_MESSAGES/messages.po"))}))


@lru_cache
def _catalogue(language: str) -> NullTranslations:
    if language == SOURCE:
        return NullTranslations()
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
