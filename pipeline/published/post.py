"""What an export says of a post, and nothing that it does not say.

A post is never dropped for what is wrong with it: what could not be read is an open question of the
post, and a post with an open question cannot be cleared.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from consent.messages import Message, say


class PostKind(StrEnum):
    """In which form something was shown. A share or retweet is somebody else's post; a draft is not out.

    Approved is what the school itself approved with this program, and no export has shown yet.
    """

    POST = "post"
    ALBUM = "album"
    CAROUSEL = "carousel"
    STORY = "story"
    REEL = "reel"
    VIDEO = "video"
    SHARE = "share"
    RETWEET = "retweet"
    DRAFT = "draft"
    APPROVED = "approved"


def id_of_approved(run_id: str) -> str:
    """The id under which the post is kept that was approved of a run."""
    return f"{PostKind.APPROVED}-{run_id}"


class AttachmentKind(StrEnum):
    """What an attachment is, by its ending."""

    PHOTO = "photo"
    FILM = "film"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or film of a post. `uri`: where the export says that it is; `name`: where it is in the archive.

    Exactly one of `name` and `missing` is there. `size` in bytes; `caption`: words to this picture alone; `title`: its
    own, which is often that of an album.
    """

    uri: str
    kind: AttachmentKind
    name: str | None = None
    size: int | None = None
    missing: Message | None = None
    caption: str = ""
    title: str = ""
    taken_on: date | None = None

    def __post_init__(self) -> None:
        if (self.name is None) == (self.missing is None):
            raise ValueError("an attachment is there or missing, and not both")

    @property
    def open_question(self) -> Message | None:
        """Why it cannot be looked at; None for a photo or film that is there."""
        unknown = say("{file} is of a kind that is not known.", file=self.uri.rpartition("/")[2])
        return self.missing or (unknown if self.kind is AttachmentKind.OTHER else None)


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `posted_at` is aware and UTC; None where the export does not say it, or says it wrongly.

    `file` and `position` (from 1; a row in a table) are where it stands in the export. `given_id`, `link` and
    `audience` are there only where the export gives them; `shared_url`: what it points to.
    """

    platform: str
    kind: PostKind
    posted_at: datetime | None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    file: str = ""
    position: int | None = None
    given_id: str | None = None
    link: str | None = None
    shared_url: str | None = None
    audience: str | None = None
    comments: tuple[str, ...] = ()
    """Words of others below it, without who wrote them."""
    problems: tuple[Message, ...] = ()
    remarks: tuple[Message, ...] = ()
    """What a person should know of it besides, which makes it neither right nor wrong."""

    def __post_init__(self) -> None:
        if self.posted_at is not None and self.posted_at.utcoffset() != timedelta(0):
            raise ValueError("the time of a post is kept in UTC")

    @property
    def post_id(self) -> str:
        """The id that the export gives; else a digest of platform, kind, time, text, link and what is attached."""
        return self.given_id or self._digest()

    @property
    def is_published(self) -> bool:
        """Whether others can see it. Only what the export itself calls a draft or private is not."""
        return self.kind is not PostKind.DRAFT

    @property
    def is_own(self) -> bool:
        """Whether it is the school's own post. A share or retweet shows what somebody else posted.

        The words above a share are the school's own all the same; a post with a picture of its own is no share.
        """
        return self.kind not in (PostKind.SHARE, PostKind.RETWEET)

    @property
    def open_questions(self) -> tuple[Message, ...]:
        """Why this post cannot be cleared from the export alone; () where everything of it was read."""
        undated = () if self.posted_at else (say("The export does not say when this was posted."),)
        return (*self.problems, *undated, *(question for a in self.attachments if (question := a.open_question)))

    def _digest(self) -> str:
        moment = self.posted_at.isoformat() if self.posted_at else ""
        unique: list[object] = [self.platform, self.kind, moment, self.text, [a.uri for a in self.attachments]]
        unique += [self.link] if self.link else []  # two posts of one day that differ in nothing else are two
        return "digest-" + hashlib.sha256(json.dumps(unique).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that could not be read. `position` counts from 1 in the file; None for the file as a whole."""

    file: str
    position: int | None
    reason: Message


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that was read from an export, in its order, and what could not be read.

    `is_download`: made by the platform, of all that it has; else somebody put files together by hand.
    """

    platform: str
    posts: tuple[Post, ...]
    faults: tuple[Fault, ...]
    is_download: bool = True
