"""A post that is kept, put before the protocol: the same way by an audit and by a recheck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from consent.published import duties
from consent.published.duties import Duty, PublishedPost
from consent.published.standing import PublishedPicture, Publishing, Standing
from pipeline.published.kept import KeptPicture, KeptPost


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """A post, how it stands, and what must be done. `wrong_since`: since when it should have been down.

    `newcomers`: ids of persons on it of whom the register knows nothing from before the day of the post. They
    may have come to the school later, and then the name is wrong.
    """

    post: KeptPost
    judged: PublishedPost
    duties: tuple[Duty, ...]
    wrong_since: date | None = None
    newcomers: tuple[str, ...] = ()

    @property
    def standing(self) -> Standing:
        """That of its most urgent picture, or of what could not be read."""
        return self.judged.standing

    @property
    def taken_back(self) -> tuple[str, ...]:
        """Ids of those on it who took their yes back."""
        forgotten = {who for picture in self.refused for who in picture.refused}
        return tuple(sorted({who for picture in self.judged.pictures for who in picture.taken_back} | forgotten))

    @property
    def lapsed(self) -> tuple[str, ...]:
        """Ids of those on it whose form ran out, or who left the school."""
        return tuple(sorted({who for picture in self.judged.pictures for who in picture.lapsed}))

    @property
    def refused(self) -> tuple[KeptPicture, ...]:
        """Pictures on which somebody has no yes whose name had to be forgotten."""
        return tuple(picture for picture in self.post.pictures if picture.is_refused)

    @property
    def days_wrong(self) -> int | None:
        """Whole days that it has been public and should not have been; None where that is not known."""
        return (self.judged.today - self.wrong_since).days if self.wrong_since else None

    @property
    def urgency(self) -> tuple[int, date, date]:
        """For sorting: the most urgent standing first, then the nearest deadline, then the latest post."""
        deadline = min((duty.deadline for duty in self.duties if duty.deadline), default=date.max)
        return -self.standing.urgency, deadline, self.judged.posted_on or date.min


def judge_post(post: KeptPost, publishing: Publishing) -> JudgedPost:
    """Judge a post by its day and by today."""
    pictures = tuple(_judged(picture, publishing, post.posted_on) for picture in post.pictures)
    judged = PublishedPost(post.platform, post.posted_on, publishing.today, pictures, post.questions)
    found = JudgedPost(post, judged, duties(judged, publishing.protocol))
    return JudgedPost(post, judged, found.duties, _wrong_since(found, publishing), _newcomers(post, publishing))


def _judged(picture: KeptPicture, publishing: Publishing, posted_on: date | None) -> PublishedPicture:
    """A picture by its facts; one that must come down for somebody who has no name must come down all the same."""
    found = publishing.judge(picture.facts, posted_on)
    if (picture.is_refused or picture.permission_ended) and not found.standing.comes_down:
        return replace(found, standing=Standing.WITHDRAWN)
    return found


def _wrong_since(found: JudgedPost, publishing: Publishing) -> date | None:
    posted_on = found.judged.posted_on
    if posted_on is None or not found.standing.comes_down or posted_on > publishing.today:
        return None
    if found.standing is not Standing.WITHDRAWN:
        return posted_on
    of_the_named = publishing.refused_since(found.taken_back)
    days = [day for picture in found.refused if (day := picture.refused_since) and date.min < day <= publishing.today]
    days += [day for picture in found.post.pictures for day in picture.permission_ended if day <= publishing.today]
    known = [*days, of_the_named] if of_the_named else days
    return max(posted_on, min(known)) if known else None


def _newcomers(post: KeptPost, publishing: Publishing) -> tuple[str, ...]:
    if post.posted_on is None:
        return ()
    named = {face.person_id for picture in post.pictures for face in picture.facts.faces if face.person_id}
    days: dict[str, date] = {}
    for record in publishing.register.records:
        if record.person_id in named and record.given_on is not None:
            days[record.person_id] = min(record.given_on, days.get(record.person_id, date.max))
    return tuple(sorted(who for who, first in days.items() if first > post.posted_on))
