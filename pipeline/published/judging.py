"""A post that is kept, put before the protocol: the same way by an audit and by a recheck."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import unquote

from consent.facts import FaceFact
from consent.findings import Outcome
from consent.published import duties
from consent.published.duties import Duty, PublishedPost
from consent.published.standing import PublishedPicture, Publishing, Standing
from consent.texts import in_posts, personal_data_in
from pipeline.published.kept import KeptPicture, KeptPost
from pipeline.published.post import PostKind
from pipeline.published.words import in_comments, in_text


@dataclass(frozen=True, slots=True)
class JudgedPost:
    """A post, how it stands, and what must be done. `wrong_since`: since when it should have been down.

    `newcomers`: ids of persons on it of whom the register knows nothing from before the day of the post. They
    may have come to the school later, and then the name is wrong. `is_personal`: whether its text has a name or other
    personal data in it, so that it is shown only where names are asked for; `place_is_personal`: whether `place` has.
    """

    post: KeptPost
    judged: PublishedPost
    duties: tuple[Duty, ...]
    wrong_since: date | None = None
    newcomers: tuple[str, ...] = ()
    is_personal: bool = False
    place_is_personal: bool = False

    @property
    def place(self) -> str:
        """Where it is found: the folder of an approved post, the link of another one; "" where the export has none."""
        return self.post.file if self.post.kind is PostKind.APPROVED else self.post.link or ""

    @property
    def standing(self) -> Standing:
        """That of its most urgent picture, or of what could not be read."""
        return self.judged.standing

    @property
    def taken_back(self) -> tuple[str, ...]:
        """Ids of those on it who took their yes back, and of whom the name is erased now and who have none."""
        forgotten = {who for picture in self.refused for who in picture.refused}
        return tuple(sorted({who for picture in self.judged.pictures for who in picture.taken_back} | forgotten))

    @property
    def lapsed(self) -> tuple[str, ...]:
        """Ids of those on it whose form ran out, or who left the school."""
        return tuple(sorted({who for picture in self.judged.pictures for who in picture.lapsed}))

    @property
    def without_a_yes(self) -> tuple[str, ...]:
        """Ids of those recognised on it who have no yes today, for whatever reason."""
        said = (finding for picture in self.judged.pictures for finding in picture.now.findings)
        ids = {finding.person_id for finding in said if finding.outcome is Outcome.BLOCK}
        return tuple(sorted(who for who in ids if who))

    @property
    def named_in_words(self) -> tuple[str, ...]:
        """Ids of those whose name or day of birth may stand in its words, or in a comment."""
        found = (*self.judged.in_text, *self.judged.in_comments)
        return tuple(sorted({who for one in found for who in one.person_ids}))

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
    newcomers = _newcomers(post, publishing)
    pictures = tuple(_judged(picture, publishing, post, newcomers) for picture in post.pictures)
    judged = PublishedPost(
        post.platform,
        post.posted_on,
        publishing.today,
        pictures,
        post.questions,
        in_text(post, publishing),
        in_comments(post, publishing),
    )
    found = JudgedPost(post, judged, duties(judged, publishing.protocol), newcomers=newcomers)
    sought = publishing.register.sought
    return replace(
        found,
        wrong_since=_wrong_since(found, publishing),
        is_personal=bool(in_posts([post.text], sought, ())),
        place_is_personal=bool(personal_data_in(unquote(found.place), sought, is_name=True)),
    )


def _judged(
    picture: KeptPicture, publishing: Publishing, post: KeptPost, newcomers: tuple[str, ...]
) -> PublishedPicture:
    """A picture by its facts; one that must come down for somebody who has no name must come down all the same.

    The yes of today is no yes for who was not at school yet: where the program gave the name, it may be that of a
    younger brother or sister, and a person looks. So the no of today does not say that it was wrong then.
    """
    doubtful = {face.number for face in _doubtful(picture, newcomers)}
    approved = post.kind is PostKind.APPROVED
    found = publishing.judge(picture.facts, post.posted_on, unsure_then=doubtful, approved=approved)
    if (picture.is_refused or picture.permission_ended) and not found.standing.comes_down:
        return replace(found, standing=Standing.WITHDRAWN)
    if found.standing is Standing.RIGHT_SINCE and doubtful:
        return replace(found, standing=Standing.UNSURE)
    return found


def _doubtful(picture: KeptPicture, newcomers: tuple[str, ...]) -> tuple[FaceFact, ...]:
    """The faces to which the program gave the name of somebody who may have come to the school later."""
    faces = picture.facts.faces
    return tuple(face for face in faces if face.person_id in newcomers and face.number not in picture.by_hand)


def _wrong_since(found: JudgedPost, publishing: Publishing) -> date | None:
    posted_on = found.judged.posted_on
    if posted_on is None or not found.standing.comes_down or posted_on > publishing.today:
        return None
    if found.standing not in (Standing.WITHDRAWN, Standing.NAMES_UNSURE):
        return posted_on
    days = [publishing.refused_since(picture.facts, picture.taken_back) for picture in found.judged.pictures]
    for kept, picture in zip(found.post.pictures, found.judged.pictures, strict=True):
        if picture.standing is Standing.NAMES_UNSURE:
            unsure = {face.person_id for face in _doubtful(kept, found.newcomers) if face.person_id}
            days.append(publishing.without_a_yes_since(kept.facts, unsure))
    days += [picture.refused_since for picture in found.refused]
    days += [day for picture in found.post.pictures for day in picture.permission_ended]
    known = [day for day in days if day is not None and date.min < day <= publishing.today]
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
