"""A published post before the rules, and what they can ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from consent.messages import Message
from consent.published.standing import PublishedPicture, Standing


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post that is public, with its pictures judged. `posted_on` is None where the export does not tell.

    `open_questions`: what of it could not be read. As long as there is one, the post is never right.
    """

    platform_id: str
    posted_on: date | None
    today: date
    pictures: tuple[PublishedPicture, ...] = ()
    open_questions: tuple[Message, ...] = ()

    @property
    def standing(self) -> Standing:
        """That of its most urgent picture; at least unsure where a question is open."""
        all_standings = [p.standing for p in self.pictures] + [Standing.UNSURE for _ in self.open_questions[:1]]
        return max(all_standings, key=lambda s: s.urgency, default=Standing.NO_PICTURE)

    @property
    def days_public(self) -> int | None:
        """Whole days since it was posted; None where nobody knows the day."""
        return (self.today - self.posted_on).days if self.posted_on and self.posted_on <= self.today else None


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that somebody must do about a post, and the last day for it (None: no day is set)."""

    rule: str
    what: Message
    owner: str
    deadline: date | None = None
