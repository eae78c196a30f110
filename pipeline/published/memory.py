"""Published posts in the workspace's database: what is kept of them, and how each stood when it was last judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlcipher3 import dbapi2 as sqlcipher

from consent.people import Person
from consent.published.standing import Standing
from consent.texts import Sought
from pipeline.erasing import suppression
from pipeline.erasing.retention import Swept
from pipeline.published.kept import (
    KeptPicture,
    KeptPost,
    as_written,
    nameless,
    picture_of,
    picture_text,
    post_of,
    post_text,
)
from pipeline.published.refusals import Refusals, with_refusals
from pipeline.published.words import as_before, tell_of, with_another_id, without_words

TABLES = (
    """
    CREATE TABLE published_post (
        platform TEXT NOT NULL, post_id TEXT NOT NULL, content TEXT NOT NULL, imported_at TEXT NOT NULL,
        PRIMARY KEY (platform, post_id)
    ) STRICT
    """,
    """
    CREATE TABLE published_photo (
        platform TEXT NOT NULL, post_id TEXT NOT NULL, position INTEGER NOT NULL, sha256 TEXT NOT NULL,
        basis TEXT NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (platform, post_id, position)
    ) STRICT
    """,
    """
    CREATE TABLE standing (
        platform TEXT NOT NULL, post_id TEXT NOT NULL, judged_at TEXT NOT NULL, standing TEXT NOT NULL,
        people TEXT NOT NULL
    ) STRICT
    """,
)

TABLES_5 = (
    # Since when a post is not in newer downloads (absent), and when somebody took it down (gone).
    """
    CREATE TABLE published_mark (
        platform TEXT NOT NULL, post_id TEXT NOT NULL, mark TEXT NOT NULL, day TEXT NOT NULL,
        PRIMARY KEY (platform, post_id, mark)
    ) STRICT
    """,
    # Since when somebody on a picture has no yes there, whose name had to be forgotten; it does not say who.
    """
    CREATE TABLE published_refusal (
        platform TEXT NOT NULL, photo_sha256 TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (platform, photo_sha256)
    ) STRICT
    """,
)
"""What is new in version 5 of the database."""

ABSENT, GONE = "absent", "gone"

Key = tuple[str, str]
"""Platform and id of a post."""


@dataclass(frozen=True, slots=True)
class Stood:
    """How a post stood, since which moment, and the ids of those who took their yes back."""

    standing: Standing
    people: tuple[str, ...]
    since: datetime


class PublishedMemory:
    """The part of an open database that is about published posts."""

    def __init__(self, db: sqlcipher.Connection, transaction: Callable[[], AbstractContextManager[None]]) -> None:
        self._db = db
        self.transaction = transaction

    def keep(self, posts: Iterable[KeptPost], at: datetime) -> None:
        """Keep posts, each in place of what was kept of it before, all or nothing. They are there, so no mark stays.

        Words that were dropped from one since it was read are not taken in again.
        """
        with self.transaction():
            for post in map(self._without_forgotten, posts):
                key = (post.platform, post.post_id)
                for (before,) in self._db.execute(
                    "SELECT content FROM published_post WHERE platform = ? AND post_id = ?", key
                ).fetchall():
                    post = as_before(post, [post_of(*key, before, ())], Sought(()))  # noqa: PLW2901
                moment = at.isoformat(timespec="seconds")
                self._db.execute(
                    "INSERT OR REPLACE INTO published_post VALUES (?, ?, ?, ?)", (*key, post_text(post), moment)
                )
                self._db.execute("DELETE FROM published_photo WHERE platform = ? AND post_id = ?", key)
                self._db.execute("DELETE FROM published_mark WHERE platform = ? AND post_id = ?", key)
                self._db.executemany(
                    "INSERT INTO published_photo VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (*key, number, picture.sha256, picture.basis, picture_text(picture))
                        for number, picture in enumerate(post.pictures, start=1)
                    ],
                )

    def _without_forgotten(self, post: KeptPost) -> KeptPost:
        """The post without the names of whom was forgotten while it was looked at."""
        named = {face.person_id for picture in post.pictures for face in picture.facts.faces} - {None}
        gone = suppression.among(self._db, filter(None, named))
        return replace(post, pictures=tuple(p.unknown(gone) for p in post.pictures)) if gone else post

    def drop_old(self, before: date) -> Swept:
        """Forget posts that were in no export since that day, how they stood, and the marks on their pictures."""
        with self.transaction():
            old = self._db.execute(
                "SELECT platform, post_id FROM published_post WHERE imported_at < ?", (before.isoformat(),)
            ).fetchall()
            self.drop(old)
            self._db.execute(
                "DELETE FROM published_refusal WHERE (platform, photo_sha256) NOT IN "
                "(SELECT platform, sha256 FROM published_photo)"
            )
            kept, oldest = self._db.execute("SELECT count(*), min(imported_at) FROM published_post").fetchone()
        return Swept(len(old), kept, datetime.fromisoformat(oldest).date() if oldest else None)

    def shows(self, person_id: str) -> bool:
        """Whether a person is named on any picture."""
        told = (json.dumps(person_id),)
        return bool(self._db.execute("SELECT 1 FROM published_photo WHERE instr(facts, ?) LIMIT 1", told).fetchall())

    def forget(self, person_id: str, new_id: str, on: date) -> int:
        """Give a person another id wherever they were named; says on how many pictures. In the caller's transaction.

        These pictures are marked as refused from that day, also for an export that is audited anew.
        """
        told = (json.dumps(person_id),)
        rows = self._db.execute(
            "SELECT rowid, platform, facts, sha256, basis FROM published_photo WHERE instr(facts, ?)", told
        )
        named = 0
        for row, platform, *content in rows.fetchall():
            before = picture_of(*content)
            after = before.with_forgotten(person_id, new_id)
            self._db.execute("UPDATE published_photo SET facts = ? WHERE rowid = ?", (picture_text(after), row))
            if after is not before:
                named += 1
                self.add_refusals({(platform, before.sha256): on} if before.sha256 else {})
        rows = self._db.execute("SELECT rowid, people FROM standing WHERE instr(people, ?)", told)
        for row, people in rows.fetchall():
            now = sorted(new_id if who == person_id else who for who in json.loads(people))
            self._db.execute("UPDATE standing SET people = ? WHERE rowid = ?", (json.dumps(now), row))
        return named

    def forget_words_of(self, person: Person, people: Iterable[Person], new_id: str) -> None:
        """Take a person out of the texts that are kept of pictures and posts. In the caller's transaction.

        Of a post whose words tell of the person no words stay, only what stood in them. `people`: everybody of the
        register, with that person still among them.
        """
        person_id, alone, everybody = person.person_id, Sought([person]), Sought(people)
        posts = self._db.execute("SELECT rowid, platform, post_id, content FROM published_post").fetchall()
        for row, platform, post_id, content in posts:
            post = post_of(platform, post_id, content, ())
            left = with_another_id(without_words(post, everybody) if tell_of(post, alone) else post, person_id, new_id)
            left = replace(left, questions=tuple(nameless(said, person_id, everybody) for said in left.questions))
            if left != post:
                self._db.execute("UPDATE published_post SET content = ? WHERE rowid = ?", (post_text(left), row))
        rows = self._db.execute("SELECT rowid, facts, sha256, basis FROM published_photo").fetchall()
        for row, *content in rows:
            before = picture_of(*content)
            after = before.without_words_of(person_id, everybody)
            if after is not before:
                self._db.execute("UPDATE published_photo SET facts = ? WHERE rowid = ?", (picture_text(after), row))

    def posts(self, platform: str | None = None) -> Iterator[KeptPost]:
        """Everything that was ever kept, or that of one platform, by platform and id, with its marks."""
        marks = self._marks()
        refusals = self._refusals()
        rows = self._db.execute("SELECT platform, post_id, content FROM published_post ORDER BY 1, 2").fetchall()
        for of, post_id, content in rows:
            if platform in (None, of):
                post = post_of(of, post_id, content, self._pictures(of, post_id))
                absent, gone = (marks.get((of, post_id, mark)) for mark in (ABSENT, GONE))
                yield with_refusals(replace(post, absent_since=absent, gone_on=gone), refusals)

    def _pictures(self, platform: str, post_id: str) -> tuple[KeptPicture, ...]:
        rows = self._db.execute(
            "SELECT facts, sha256, basis FROM published_photo WHERE platform = ? AND post_id = ? ORDER BY position",
            (platform, post_id),
        )
        return tuple(picture_of(*row) for row in rows)

    def known_on(self) -> dict[Key, date]:
        """The day on which the last download that held a post was read in, or the post was approved."""
        rows = self._db.execute("SELECT platform, post_id, imported_at FROM published_post")
        return {(platform, post_id): datetime.fromisoformat(at).date() for platform, post_id, at in rows}

    def _marks(self) -> dict[tuple[str, str, str], date]:
        rows = self._db.execute("SELECT platform, post_id, mark, day FROM published_mark")
        return {(platform, post_id, mark): date.fromisoformat(day) for platform, post_id, mark, day in rows}

    def mark(self, posts: Iterable[Key], mark: str, day: date) -> None:
        """Note of posts that they are absent or gone since a day; a day that was noted before stays."""
        with self.transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO published_mark VALUES (?, ?, ?, ?)",
                [(*key, mark, day.isoformat()) for key in posts],
            )

    def drop(self, posts: Iterable[Key]) -> None:
        """Drop posts that are kept under another id by now."""
        keys = list(posts)
        with self.transaction():
            for table in ("published_post", "published_photo", "published_mark", "standing"):
                self._db.executemany(f"DELETE FROM {table} WHERE platform = ? AND post_id = ?", keys)

    def _refusals(self) -> dict[Key, date]:
        rows = self._db.execute("SELECT platform, photo_sha256, since FROM published_refusal")
        return {(platform, sha256): date.fromisoformat(since) for platform, sha256, since in rows}

    def add_refusals(self, refusals: Refusals) -> None:
        """Note on which pictures somebody has no yes whose name will be forgotten; the earliest day stays."""
        with self.transaction():
            self._db.executemany(
                "INSERT INTO published_refusal VALUES (?, ?, ?) "
                "ON CONFLICT DO UPDATE SET since = min(since, excluded.since)",
                [(*picture, since.isoformat()) for picture, since in refusals.items()],
            )

    def standings(self) -> dict[Key, Stood]:
        """How every post stood when it was last judged. Raises `UserError` for what a newer version noted."""
        rows = self._db.execute("SELECT platform, post_id, standing, people, judged_at FROM standing ORDER BY rowid")
        with as_written():
            return {
                (platform, post_id): Stood(Standing(standing), tuple(json.loads(people)), datetime.fromisoformat(at))
                for platform, post_id, standing, people, at in rows
            }

    def to_come_down(self) -> int:
        """Posts that had to come down when they were last judged, and of which nobody noted that they are gone."""
        marks = self._marks()
        return sum(one.standing.comes_down and (*key, GONE) not in marks for key, one in self.standings().items())

    def add_standings(self, stood: Mapping[Key, Stood]) -> None:
        """Note how posts stand from now on, beside how they stood before; what did not change is not repeated.

        Who was forgotten while they were judged is left out.
        """
        with self.transaction():
            before = self.standings()
            gone = suppression.among(self._db, {who for now in stood.values() for who in now.people})
            stood = {
                key: replace(now, people=tuple(who for who in now.people if who not in gone))
                for key, now in stood.items()
            }
            new = {key: now for key, now in stood.items() if not same(before.get(key), now)}
            self._db.executemany(
                "INSERT INTO standing VALUES (?, ?, ?, ?, ?)",
                [
                    (*key, now.since.isoformat(timespec="seconds"), now.standing, json.dumps(now.people))
                    for key, now in new.items()
                ],
            )

    def change(self, sha256: Collection[str], to: Callable[[KeptPicture, str], KeptPicture]) -> None:
        """Change what is kept of these pictures, by the SHA-256 of their files. In the transaction of the caller.

        `to`: a picture and the platform of its post, to what shall be kept instead.
        """
        for one in sha256:
            rows = self._db.execute(
                "SELECT rowid, platform, facts, basis FROM published_photo WHERE sha256 = ?", (one,)
            )
            for row, platform, facts, basis in rows.fetchall():
                after = picture_text(to(picture_of(facts, one, basis), platform))
                self._db.execute("UPDATE published_photo SET facts = ? WHERE rowid = ?", (after, row))

    def erase_names(self, gone: Collection[str]) -> None:
        """Erase the names of these persons that the program gave. Belongs in the transaction of the caller."""
        rows = self._db.execute("SELECT rowid, facts, sha256, basis FROM published_photo").fetchall() if gone else ()
        for row, *content in rows:
            before = picture_of(*content)
            after = before.without_names_of(gone)
            if after != before:
                self._db.execute("UPDATE published_photo SET facts = ? WHERE rowid = ?", (picture_text(after), row))
        rows = self._db.execute("SELECT rowid, people FROM standing WHERE people <> '[]'").fetchall() if gone else ()
        for row, people in rows:
            left = [who for who in json.loads(people) if who not in gone]
            self._db.execute("UPDATE standing SET people = ? WHERE rowid = ?", (json.dumps(left), row))


def same(before: Stood | None, now: Stood) -> bool:
    """Whether nothing is new about a post."""
    return before is not None and (before.standing, before.people) == (now.standing, now.people)
