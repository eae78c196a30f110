"""A published post before the rules, and what they can ask for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from consent.messages import Message
from consent.published.standing import PublishedPicture, Standing
from consent.texts import CERTAIN, HINTS, Found


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post that is public, with its pictures judged. `posted_on` is None where the export does not tell.

    `open_questions`: what of it could not be read. As long as there is one, the post is never right. `in_text` and
    `in_comments`: what stands in its own words, and in those of others below it (`consent.texts.in_posts`).
    """

    platform_id: str
    posted_on: date | None
    today: date
    pictures: tuple[PublishedPicture, ...] = ()
    open_questions: tuple[Message, ...] = ()
    in_text: tuple[Found, ...] = ()
    in_comments: tuple[Found, ...] = ()

    @property
    def standing(self) -> Standing:
        """That of its most urgent picture or words; at least unsure where a question is open."""
        all_standings = [p.standing for p in self.pictures] + [Standing.UNSURE for _ in self.open_questions[:1]]
        return max((*all_standings, *self._of_words()), key=lambda s: s.urgency, default=Standing.NO_PICTURE)

    def _of_words(self) -> Iterator[Standing]:
        """A full name in the school's own words was never right, for no consent is for names; all else is a question.

        Whatever stands in a comment is for R17: the comment goes, and the post need not.
        """
        for found in self.in_text:
            yield Standing.NEVER_RIGHT if found.kind in CERTAIN else _question(found)
        yield from (Standing.WORDS for _ in self.in_comments[:1])

    @property
    def days_public(self) -> int | None:
        """Whole days since it was posted; None where nobody knows the day."""
        return (self.today - self.posted_on).days if self.posted_on and self.posted_on <= self.today else None


def _question(found: Found) -> Standing:
    return Standing.WORDS if found.kind in HINTS else Standing.UNSURE


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that somebody must do about a post, and the last day for it (None: no day is set)."""

    rule: str
    what: Message
    owner: str
    deadline: date | None = None
