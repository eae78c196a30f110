"""What is kept of a published post: enough to judge it again without looking at a picture.

Of a picture there are its SHA-256 and its facts: counts, sizes, ids and reasons, nothing biometric. A name that
the program gave rests on a template all the same, so it goes when that template has to go.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from consent.facts import BodyFact, FaceFact, FilmFact, Orientation, PhotoFacts, Sound, TextFact, TextPlace
from consent.messages import Message, UserError, say
from consent.texts import CERTAIN, Found, Kind, Sought, personal_data_in
from pipeline import remembered
from pipeline.published.post import Post, PostKind

SCHOOL_TIME = ZoneInfo("Europe/Amsterdam")
"""A post belongs to the day on the clock in the school: late in the evening it is another day than in UTC."""

NAME_ERASED = say(
    "The program may no longer say who this is: the consent for matching of whom it had found has ended, "
    "or nobody is enrolled under it any more. Look who it is."
)

WORDS_FORGOTTEN = say(
    "The name of somebody who was forgotten since stands in the name of the file, or can be read on the photo."
)

UNNAMED = "…"
"""What stands for a name of a file that is not kept any more."""

PERMISSION_ENDED = say(
    "The permission of this adult, who is not in the register, was taken back at the desk on {day}.",
    day="",
)


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture or film of a post. `sha256` is empty where there is no file; then `facts.problem` says why.

    `by_hand`: numbers of the faces that a person named or judged; `basis`: what the program's names rest on.
    `refused_since`: since when somebody on it has no yes whose name had to be forgotten (`refusals.py`); the first
    of all days where that is not known. `refused`: their ids while they are still known; these are not kept.
    """

    facts: PhotoFacts
    sha256: str = ""
    by_hand: frozenset[int] = frozenset()
    basis: str = ""
    refused_since: date | None = None
    refused: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether a face without a name may be the one of somebody who has no yes."""
        nameless = (f for f in self.facts.faces if f.person_id is None and not (f.ruled_out or f.covered))
        return self.refused_since is not None and any(nameless)

    @property
    def permission_ended(self) -> tuple[date, ...]:
        """The days on which the permissions of adults on it were taken back whose faces still are on it."""
        open_faces = (f for f in self.facts.faces if f.person_id is None and not (f.ruled_out or f.covered))
        whys = (face.why_unnamed for face in open_faces)
        return tuple(
            date.fromisoformat(str(dict(why.values)["day"]))
            for why in whys
            if why and why.text == PERMISSION_ENDED.text
        )

    def with_names_of(self, allowed: Collection[str]) -> KeptPicture:
        """The same picture with the program's names of these persons only. Never clears anybody: less is known."""
        faces = (self._face(face, lambda who: who in allowed) for face in self.facts.faces)
        return replace(self, facts=replace(self.facts, faces=tuple(faces)))

    def without_names_of(self, gone: Collection[str]) -> KeptPicture:
        """The same picture without the program's names of these persons, also in its reasons."""
        gone = frozenset(gone)
        faces = [self._face(face, lambda who: who not in gone) for face in self.facts.faces]
        named = [
            replace(face, why_unnamed=NAME_ERASED) if face.why_unnamed and _tells_of(face.why_unnamed, gone) else face
            for face in faces
        ]
        return replace(self, facts=replace(self.facts, faces=tuple(named)))

    def with_forgotten(self, person_id: str, new_id: str) -> KeptPicture:
        """The same picture with another id for a person who was forgotten, also where the program gave the name.

        It tells no more who it is, only that it is somebody who may not be shown. As if a person had said so: what
        holds for the program's names no longer takes it away.
        """
        theirs = {face.number for face in self.facts.faces if face.person_id == person_id}
        if not theirs:
            return self
        faces = [replace(f, person_id=new_id) if f.number in theirs else f for f in self.facts.faces]
        return replace(self, facts=replace(self.facts, faces=tuple(faces)), by_hand=self.by_hand | theirs)

    def without_words_of(self, person_id: str, sought: Sought) -> KeptPicture:
        """The same picture without the texts that name this one of `sought`, who is forgotten.

        What hides in a file is advice, and goes; every other text leaves a mark that is as strict as the name was. Of
        a file that is called so, or whose folder is, the ending stays.
        """
        texts = tuple(kept for text in self.facts.texts if (kept := _without(text, person_id, sought)) is not None)
        name, problem = self.facts.name, self.facts.problem
        if _names(name, person_id, sought):
            name = f"{UNNAMED}{PurePath(name).suffix}"
        facts = replace(self.facts, name=name, texts=texts, problem=problem and nameless(problem, person_id, sought))
        return self if facts == self.facts else replace(self, facts=facts)

    def as_before(self, before: Iterable[KeptPicture], sought: Sought) -> KeptPicture:
        """A picture that is read again: with the marks that were left on the same file in place of its texts."""
        marks: dict[int, TextFact] = {}
        for old in (old for old in before if old.sha256 and old.sha256 == self.sha256):
            for mark in (text for text in old.facts.texts if text.problem == WORDS_FORGOTTEN):
                known = marks.setdefault(mark.number, mark)
                marks[mark.number] = replace(known, certain=known.certain or mark.certain)
        if not marks:
            return self
        for text in (text for text in self.facts.texts if text.number in marks):
            mark = marks[text.number]
            marks[text.number] = replace(mark, certain=mark.certain or _is_certain(_found(text, sought)))
        others = tuple(text for text in self.facts.texts if text.number not in marks)
        name = (
            f"{UNNAMED}{PurePath(self.facts.name).suffix}"
            if any(mark.where is TextPlace.FILE_NAME for mark in marks.values())
            else self.facts.name
        )
        return replace(self, facts=replace(self.facts, name=name, texts=(*marks.values(), *others)))

    def unknown(self, person_ids: Collection[str]) -> KeptPicture:
        """The same picture without any name of these persons, whoever gave it. Never clears anybody: less is known."""
        theirs = {face.number for face in self.facts.faces if face.person_id in person_ids}
        return replace(self, by_hand=self.by_hand - theirs).without_names_of(person_ids)

    def _face(self, face: FaceFact, may_keep: Callable[[str], bool]) -> FaceFact:
        if face.person_id is None or face.number in self.by_hand or may_keep(face.person_id):
            return face
        return replace(face, person_id=None, why_unnamed=NAME_ERASED)


@dataclass(frozen=True, slots=True)
class KeptPost:
    """A post as it was read, with its pictures in order. `questions`: what of it could not be read.

    `remarks`: what else a person should know of it; `absent_since`: the day of the first later download that does not
    hold it; `gone_on`: the day on which it was taken down, as somebody said.
    """

    platform: str
    post_id: str
    kind: PostKind
    posted_at: datetime | None
    text: str = ""
    link: str | None = None
    file: str = ""
    position: int | None = None
    questions: tuple[Message, ...] = ()
    pictures: tuple[KeptPicture, ...] = ()
    is_own: bool = True
    absent_since: date | None = None
    gone_on: date | None = None
    remarks: tuple[Message, ...] = ()
    captions: tuple[str, ...] = ()
    """Words to single pictures, and their titles."""
    comments: tuple[str, ...] = ()
    was_in_text: tuple[Found, ...] = ()
    """What stood in words that are no longer kept, because they told of somebody who was forgotten (`words.py`)."""
    was_in_comments: tuple[Found, ...] = ()

    @classmethod
    def of(cls, post: Post, post_id: str, pictures: tuple[KeptPicture, ...]) -> KeptPost:
        """The post with what was seen of it. Of somebody else's post only what could not be read is asked."""
        questions = () if not post.is_published else post.open_questions if post.is_own else post.problems
        return cls(
            post.platform,
            post_id,
            post.kind,
            post.posted_at,
            post.text,
            post.link,
            post.file,
            post.position,
            tuple(dict.fromkeys(questions)),
            pictures if post.is_own and post.is_published else (),
            post.is_own,
            remarks=post.remarks if post.is_published else (),
            captions=tuple(dict.fromkeys(word for a in post.attachments for word in (a.caption, a.title) if word)),
            comments=post.comments,
        )

    @property
    def lost_a_name(self) -> bool:
        """Whether the name of somebody on it was erased, so that what that person says from now on is not found."""
        faces = (face for picture in self.pictures for face in picture.facts.faces)
        return any(face.person_id is None and face.why_unnamed == NAME_ERASED for face in faces)

    @property
    def posted_on(self) -> date | None:
        """The day on which it was posted, by the clock of the school."""
        return self.posted_at.astimezone(SCHOOL_TIME).date() if self.posted_at else None


def _without(text: TextFact, person_id: str, sought: Sought) -> TextFact | None:
    found = _found(text, sought)
    if not any(person_id in one.person_ids for one in found):
        return text
    if text.where is TextPlace.METADATA:
        return None
    return TextFact(text.number, text.where, "", WORDS_FORGOTTEN, _is_certain(found))


def _found(text: TextFact, sought: Sought) -> tuple[Found, ...]:
    is_name, is_read = text.where is TextPlace.FILE_NAME, text.where is TextPlace.VISIBLE
    return personal_data_in(text.text, sought, is_name=is_name, is_read=is_read)


def _is_certain(found: Iterable[Found]) -> bool:
    return any(one.kind in CERTAIN for one in found)


def _names(name: str, person_id: str, sought: Sought) -> bool:
    return any(person_id in one.person_ids for one in personal_data_in(name, sought, is_name=True))


def nameless(said: Message, person_id: str, sought: Sought) -> Message:
    """A sentence without the names of files in it that name this one of `sought`."""
    return said._replace(
        values=tuple(
            (gap, UNNAMED if isinstance(value, str) and _names(value, person_id, sought) else value)
            for gap, value in said.values
        ),
    )


def post_text(post: KeptPost) -> str:
    """A post without its pictures, as JSON."""
    return json.dumps(
        {
            "kind": post.kind,
            "posted_at": post.posted_at.isoformat() if post.posted_at else None,
            "text": post.text,
            "link": post.link,
            "file": post.file,
            "position": post.position,
            "questions": [question.plain() for question in post.questions],
            "remarks": [remark.plain() for remark in post.remarks],
            "is_own": post.is_own,
            "captions": post.captions,
            "comments": post.comments,
            "was_in_text": [(found.kind, found.person_ids, found.words) for found in post.was_in_text],
            "was_in_comments": [(found.kind, found.person_ids, found.words) for found in post.was_in_comments],
        }
    )


@contextmanager
def as_written() -> Iterator[None]:
    """What is not as this version writes or wrote it is never passed over: it may be what holds somebody."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError, IndexError):
        raise UserError(NEWER) from None


@as_written()
def post_of(platform: str, post_id: str, text: str, pictures: tuple[KeptPicture, ...]) -> KeptPost:
    """What `post_text` wrote. Raises `UserError` for what this version cannot have written, nor one before it."""
    content = json.loads(text)
    posted_at = datetime.fromisoformat(content["posted_at"]) if content["posted_at"] else None
    questions = tuple(map(Message.from_plain, content["questions"]))
    remarks = tuple(map(Message.from_plain, content.get("remarks", ())))  # of older posts nobody read them
    known: dict[str, Any] = {"kind": PostKind(content["kind"]), "posted_at": posted_at, "questions": questions}
    known["remarks"] = remarks
    known |= {name: tuple(content.get(name, ())) for name in ("captions", "comments")}  # kept before: none
    known |= {
        name: tuple(Found(Kind(kind), tuple(who), tuple(words)) for kind, who, words in content.get(name, ()))
        for name in ("was_in_text", "was_in_comments")
    }
    return KeptPost(platform, post_id, pictures=pictures, **{**content, **known})


_OF_A_PICTURE = {"name", "problem", "may_harm", "faces", "bodies", "texts", "by_hand", "film", "spans"}
"""The parts of a picture that `picture_text` writes."""

NEWER = say(
    "What is kept of a published post was written by a newer version of this program, or is damaged. Install the "
    "newest version and give the command again; nothing was changed."
)


def picture_text(picture: KeptPicture) -> str:
    """The facts of a picture, as JSON."""
    facts = picture.facts
    return json.dumps(
        {
            "name": facts.name,
            "problem": _plain(facts.problem),
            "may_harm": facts.may_harm,
            "faces": [
                (
                    *(f.number, f.side_px, f.person_id, _plain(f.why_unnamed), f.ruled_out, f.covered, f.identifiable),
                    sorted(f.permitted_for),
                )
                for f in facts.faces
            ],
            "bodies": [[b.number, b.orientation, b.largest_face_px, b.ruled_out] for b in facts.bodies],
            "texts": [[t.number, t.where, t.text, _plain(t.problem), t.certain] for t in facts.texts],
            "by_hand": sorted(picture.by_hand),
            "film": [facts.film.seconds, facts.film.sound] if facts.film else None,
            "spans": [[f.span for f in facts.faces], [b.span for b in facts.bodies]],
        }
    )


@as_written()
def picture_of(text: str, sha256: str, basis: str) -> KeptPicture:
    """What `picture_text` wrote. Raises `UserError` for what this version cannot have written, nor one before it."""
    content = json.loads(text)
    if not content.keys() <= _OF_A_PICTURE:
        raise UserError(NEWER)
    film = content.get("film")  # what was kept before films were looked at has none
    spans: list[list[list[float] | None]] = content.get("spans") or [[], []]
    faces, bodies = ([(span[0], span[1]) if span else None for span in of] for of in spans)
    facts = PhotoFacts(
        content["name"],
        tuple(
            replace(
                FaceFact(number, side, who, _message(why), *rest[:3]), permitted_for=_platforms(*rest[3:]), span=span
            )
            for (number, side, who, why, *rest), span in zip_longest(content["faces"], faces)
        ),
        tuple(
            BodyFact(number, Orientation(way), side, out, span)
            for (number, way, side, out), span in zip_longest(content["bodies"], bodies)
        ),
        _message(content["problem"]),
        content["may_harm"],
        tuple(
            TextFact(number, TextPlace(where), text, _message(problem), *rest)
            for number, where, text, problem, *rest in content.get("texts", ())  # kept before texts were read: none
        ),
        FilmFact(film[0], Sound(film[1])) if film else None,
    )
    return KeptPicture(facts, sha256, frozenset(content["by_hand"]), basis)


def _platforms(kept: str | list[str] = "") -> frozenset[str]:
    """For which platforms a permission was kept: before there could be several it was one, and earlier none at all."""
    return frozenset([kept] if isinstance(kept, str) else kept) - {""}


def _plain(message: Message | None) -> dict[str, Any] | None:
    return message.plain() if message else None


def _message(plain: dict[str, Any] | None) -> Message | None:
    return Message.from_plain(plain) if plain else None


def _tells_of(reason: Message, person_ids: Collection[str]) -> bool:
    return remembered.tells_of(json.dumps(reason.plain()), person_ids)
