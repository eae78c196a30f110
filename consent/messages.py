"""Sentences for people, kept apart from their values so that they can be shown in Dutch or English.

`consent` decides and never prints. It hands out a `Message`; whoever shows it looks the text up in
a catalogue and fills in the values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Message(NamedTuple):
    """An English sentence with `{named}` gaps and the values for them, which may be messages again.

    A named tuple like `Finding`: thirty of both are made for a photo, and a frozen dataclass takes three times as long.
    """

    text: str
    values: tuple[tuple[str, str | int | float | Message], ...] = ()

    def render(self, translate: Callable[[str], str] = str) -> str:
        """The sentence in the language of `translate`, gaps filled."""
        filled = {name: value.render(translate) if isinstance(value, Message) else value for name, value in self.values}
        return translate(self.text).format(**filled)

    def plain(self) -> dict[str, Any]:
        """The message as JSON values, to be kept or told to another process; `from_plain` reads it back."""
        values = {name: v.plain() if isinstance(v, Message) else v for name, v in self.values}
        return {"text": self.text, "values": values}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Message:
        """What `plain` made."""
        values = plain["values"].items()
        return cls(plain["text"], tuple((n, cls.from_plain(v) if isinstance(v, dict) else v) for n, v in values))

    def __str__(self) -> str:
        return self.render()


def say(text: str, /, **values: str | int | float | Message) -> Message:
    """Make a message. Catalogues are extracted by this function's name: `text` must be a literal."""
    return Message(text, tuple(values.items()))


class UserError(Exception):
    """Something the user can mend. Its message names the file, the row and the way out, and no person."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.text)
        self.message = message

    def __reduce__(self) -> tuple[type[UserError], tuple[Message]]:
        return type(self), (self.message,)  # as it was, also where it comes from another process

    def __str__(self) -> str:
        return str(self.message)
