"""Published posts in the workspace's database: what is kept of them, and how each stood when it was last judged."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlcipher3 import dbapi2 as sqlcipher

from consent.published.standing import Standing
from pipeline.erasing import suppression
from pipeline.published.kept import KeptPicture, KeptPost, picture_of, picture_text, post_of, post_text

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
        self._transaction = transaction

    def keep(self, posts: Iterable[KeptPost], at: datetime) -> None:
        """Keep posts, each in place of what was kept of it before, all or nothing."""
        with self._transaction():
            for post in map(self._without_forgotten, posts):
                key = (post.platform, post.post_id)
                moment = at.isoformat(timespec="seconds")
                self._db.execute(
                    "INSERT OR REPLACE INTO published_post VALUES (?, ?, ?, ?)", (*key, post_text(post), moment)
                )
                self._db.execute("DELETE FROM published_photo WHERE platform = ? AND post_id = ?", key)
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

    def forget(self, person_id: str, new_id: str) -> int:
        """Give a person another id wherever they were named; says on how many pictures. In the caller's transaction."""
        told = (json.dumps(person_id),)
        rows = self._db.execute("SELECT rowid, facts, sha256, basis FROM published_photo WHERE instr(facts, ?)", told)
        named = 0
        for row, *content in rows.fetchall():
            before = picture_of(*content)
            after = before.with_forgotten(person_id, new_id)
            named += after != before
            self._db.execute("UPDATE published_photo SET facts = ? WHERE rowid = ?", (picture_text(after), row))
        rows = self._db.execute("SELECT rowid, people FROM standing WHERE instr(people, ?)", told)
        for row, people in rows.fetchall():
            now = sorted(new_id if who == person_id else who for who in json.loads(people))
            self._db.execute("UPDATE standing SET people = ? WHERE rowid = ?", (json.dumps(now), row))
        return named

    def posts(self) -> Iterator[KeptPost]:
        """Everything that was ever kept, by platform and id."""
        rows = self._db.execute("SELECT platform, post_id, content FROM published_post ORDER BY 1, 2").fetchall()
        for platform, post_id, content in rows:
            yield post_of(platform, post_id, content, self._pictures(platform, post_id))

    def _pictures(self, platform: str, post_id: str) -> tuple[KeptPicture, ...]:
        rows = self._db.execute(
            "SELECT facts, sha256, basis FROM published_photo WHERE platform = ? AND post_id = ? ORDER BY position",
            (platform, post_id),
        )
        return tuple(picture_of(*row) for row in rows)

    def standings(self) -> dict[Key, Stood]:
        """How every post stood when it was last judged."""
        rows = self._db.execute("SELECT platform, post_id, standing, people, judged_at FROM standing ORDER BY rowid")
        return {
            (platform, post_id): Stood(Standing(standing), tuple(json.loads(people)), datetime.fromisoformat(at))
            for platform, post_id, standing, people, at in rows
        }

    def add_standings(self, stood: Mapping[Key, Stood]) -> None:
        """Note how posts stand from now on, beside how they stood before; what did not change is not repeated."""
        with self._transaction():
            before = self.standings()
            new = {key: now for key, now in stood.items() if not same(before.get(key), now)}
            self._db.executemany(
                "INSERT INTO standing VALUES (?, ?, ?, ?, ?)",
                [
                    (*key, now.since.isoformat(timespec="seconds"), now.standing, json.dumps(now.people))
                    for key, now in new.items()
                ],
            )

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
