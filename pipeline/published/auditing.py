"""The audit of published posts: what is public already, judged by its day and by today.

`PublishedAudit` is validated before anything is looked at. Its steps are the cells of the notebook
`30_audit_published.ipynb`: read the export, look and judge, write the run folder and keep what it takes to judge
the posts again.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.hidden import Hides
from consent.messages import Message, UserError, say
from consent.published.standing import Publishing
from consent.register import ConsentRegister
from pipeline.candidates import NAMES_FILE, enrol_again, unused_names
from pipeline.judged import Publication
from pipeline.language import translator
from pipeline.ledger.bodies import of_published
from pipeline.ledger.chain import Kind
from pipeline.ledger.folders import record_run
from pipeline.looking import PICTURES, Looking
from pipeline.models.store import default_store
from pipeline.naming import NamesFile
from pipeline.naming_table import COLUMNS, read_names
from pipeline.photos import file_digest
from pipeline.progress import telling_errors, track
from pipeline.published.absence import absent, read_again, renamed
from pipeline.published.archive import open_archive
from pipeline.published.duplicates import join_posts
from pipeline.published.judging import judge_post
from pipeline.published.kept import SCHOOL_TIME, KeptPost
from pipeline.published.memory import ABSENT, PublishedMemory, Stood
from pipeline.published.pictures import alike, file_in, forget_film, kept_posts
from pipeline.published.post import Export, Post
from pipeline.published.reading import read_export
from pipeline.published.refusals import forgetting, not_named_again, refusals_of, with_refusals
from pipeline.published.run import PublishedRun, in_the_past
from pipeline.reporting.published.writing import write_published
from pipeline.reporting.tables import write_csv
from pipeline.run import AuditedPhoto, AuditRun
from pipeline.run_folders import RunFolder, must_be_there
from pipeline.store import register_digest
from pipeline.workers import open_workers

FILMS = "films"
"""Where films lie while they are looked at, out of the archive; nothing of it stays."""


@dataclass(frozen=True)
class PublishedAudit(RunFolder):
    """What to audit and how: the notebook's parameters, checked. Make one with `from_parameters`.

    `since`: posts of this day and later, and those of which nobody knows the day. `on`: the day taken for today.
    """

    workspace: Path
    export: Path
    platform: str
    on: date
    run_id: str
    language: str
    since: date | None = None
    names_file: Path | None = None
    names_in_report: bool = False
    scheduler: str | None = None
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> PublishedAudit:
        """Check parameters as a notebook gets them; `UserError` for whatever would only fail later."""
        with telling_errors():
            audit = cls.checked(given, "published-")
            if not audit.export.exists():
                raise UserError(say("There is no file or folder “{path}”.", path=str(audit.export)))
            must_be_there(audit.names_file)
            return audit

    def read(self) -> Export:
        """The posts of the export, each once, from the first day asked for on; and what could not be read."""
        with telling_errors():
            export = read_export(self.export, self.platform)
            # A table by hand has days, no seconds: of two posts of one day without words neither is the other again.
            once = join_posts(export.posts) if export.is_download else export.posts
            posts = tuple(post for post in once if self._is_asked_for(post))
            if not posts:
                raise UserError(self._nothing_in(export))
            return replace(export, posts=posts)

    def _nothing_in(self, export: Export) -> Message:
        if export.posts or not export.faults:
            return say(
                "There is no post in “{path}” that was asked for. Look at --since, or give the whole download.",
                path=self.export.name,
            )
        first = export.faults[0]
        return say(
            "No post in “{path}” could be read. {count} things are wrong, the first with {file}: {reason}",
            path=self.export.name,
            count=len(export.faults),
            file=first.file,
            reason=first.reason,
        )

    def _is_asked_for(self, post: Post) -> bool:
        if self.since is None or post.posted_at is None:
            return True
        return post.posted_at.astimezone(SCHOOL_TIME).date() >= self.since

    def look_and_judge(self, export: Export) -> PublishedRun:
        """Look at every picture once, name whom may be named, and judge every post by its day and by today."""
        started, clock = datetime.now().astimezone(), time.perf_counter()
        with telling_errors():
            self.begin()
        with telling_errors(), self.space.open_store() as store, open_archive(self.export) as archive:
            register = store.register(self.protocol.parameters.validity)
            names = read_names(self.names_file, register.people) if self.names_file else NamesFile()
            # What is compared is compared today, so consent for matching is asked of today.
            publication = Publication(self.platform, self.on, self.protocol, register, started.date())
            looking = Looking(store, publication, self.space.school.matching, names, self.unfinished)
            first, films = alike(archive, export.posts), self.unfinished / FILMS
            wanted = [(name, name) for name in dict.fromkeys(first.values())]
            with (
                open_workers(default_store(), self.scheduler) as workers,
                closing(looking.audit(wanted, workers, lambda i, name: file_in(archive, i, name, films))) as audited,
            ):
                seen_once = self.going_on(_without_copies(audited, films))
                photos = tuple(track(seen_once, "audit", len(wanted)))
            shutil.rmtree(films, ignore_errors=True)
            by_name = {photo.name: photo for photo in photos}
            seen = {name: by_name[of_equal_bytes] for name, of_equal_bytes in first.items()}
            publishing = Publishing(self.platform, self.on, self.protocol, register)
            memory = tuple(store.published.posts(self.platform))
            kept = tuple(kept_posts(export.posts, seen, looking.basis.identifications))
            kept = read_again(memory, kept, register.sought)
            before = tuple(forgetting(post, publishing, looking.basis.may_be_named) for post in memory)
            refusals = refusals_of(not_named_again(before, kept, publishing))
            kept = tuple(with_refusals(post, refusals) for post in kept)
            missing = self._missing(before, kept, export, started.date())
            judged = (judge_post(post, publishing) for post in (*kept, *missing))
            posts = tuple(sorted(judged, key=lambda post: post.urgency))
        full_names = {p.person_id: p.full_name for p in register.people.values()} if self.names_in_report else {}
        notes = (
            *unused_names(names, photos),
            *enrol_again(looking.outdated, looking.superseded),
            *in_the_past(self.on, started.date()),
            *_of_the_memory(memory, kept, missing),
            *_of_what_hides(photos),
            *_of_places(kept),
            *_older_than_the_forms(kept, register),
        )
        looked = AuditRun(
            run_id=self.run_id,
            school=self.space.school.name,
            platform_id=self.platform,
            on=self.on,
            started=started,
            finished=datetime.now().astimezone(),
            protocol=self.protocol,
            photos=photos,
            matching=looking.matching,
            in_force=looking.in_force,
            register_digest=register_digest(register),
            register_people=len(register.people),
            models=looking.models,
            thresholds=self.thresholds(looking.in_force),
            parameters=self._parameters(),
            times={**looking.seconds, "whole": time.perf_counter() - clock},
            names=full_names,
            notes=notes,
        )
        return PublishedRun(
            run_id=self.run_id,
            school=looked.school,
            on=self.on,
            started=started,
            finished=looked.finished,
            protocol=self.protocol,
            posts=posts,
            register_digest=looked.register_digest,
            register_people=looked.register_people,
            faults=export.faults,
            looked=looked,
            pictures={photo.sha256: photo.picture for photo in photos if photo.picture is not None},
            names=full_names,
            notes=notes,
            in_force=looking.in_force,
            platform_id=self.platform,
        )

    def _missing(
        self, before: tuple[KeptPost, ...], kept: tuple[KeptPost, ...], export: Export, today: date
    ) -> tuple[KeptPost, ...]:
        """Posts of earlier downloads that a whole one does not hold; of a part nobody can say what is missing."""
        if self.since is not None or not export.is_download:
            return ()
        known = set(renamed(before, kept))
        return tuple(post for post in absent(before, kept, today) if (post.platform, post.post_id) not in known)

    def write(self, run: PublishedRun) -> Path:
        """Write the run folder and its entry in the ledger, and keep the posts: all or nothing. Gives the path."""
        with telling_errors(), self.space.open_store() as store:
            assert run.looked is not None
            rows = (row for photo in run.looked.photos for row in photo.name_rows)
            write_csv(self.unfinished / NAMES_FILE, COLUMNS, rows)

            def files(head: str) -> None:
                write_published(replace(run, ledger_head=head), self.unfinished, translator(self.language))
                shutil.rmtree(self.unfinished / PICTURES)
                self._keep(store.published, [post.post for post in run.posts], run.started)

            record_run(
                store,
                self.unfinished,
                self.folder,
                kind=Kind.RUN,
                body=of_published(run),
                at=run.finished,
                write=files,
            )
            # Only now, so that whoever kills it on the way is told by a recheck what changed.
            store.published.add_standings(
                {(p.post.platform, p.post.post_id): Stood(p.standing, p.taken_back, run.started) for p in run.posts}
            )
            return self.folder

    def _keep(self, memory: PublishedMemory, posts: list[KeptPost], at: datetime) -> None:
        there = [post for post in posts if post.absent_since is None]
        memory.add_refusals(refusals_of(posts))
        memory.drop(renamed(memory.posts(self.platform), there))
        memory.keep(there, at)
        for post in posts:
            if post.absent_since is not None:
                memory.mark([(post.platform, post.post_id)], ABSENT, post.absent_since)

    def _parameters(self) -> dict[str, str | bool | None]:
        return {
            "export": str(self.export),
            "platform": self.platform,
            "on": self.on.isoformat(),
            "since": self.since.isoformat() if self.since else None,
            "language": self.language,
            "names_file": str(self.names_file) if self.names_file else None,
            "names_file_sha256": file_digest(self.names_file) if self.names_file else None,
            "names_in_report": self.names_in_report,
            "on_a_cluster": self.scheduler is not None,
        }


def _without_copies(audited: Iterable[AuditedPhoto], films: Path) -> Iterator[AuditedPhoto]:
    """The same; the copy of a film goes as soon as it was looked at."""
    for photo in audited:
        forget_film(films, photo.name)
        yield photo


def _of_what_hides(photos: Iterable[AuditedPhoto]) -> Iterator[Message]:
    """That files of the export tell a place or names. Whether anybody else can read them there, no export says."""
    telling = sum(any(one.kind in (Hides.PLACE, Hides.PERSON) for one in photo.hidden) for photo in photos)
    if telling:
        yield say(
            "{count} files of this download hold a place or fields with names. Platforms take these out of what "
            "visitors see; whether this one did cannot be seen in a download. A website of the school's own does not.",
            count=telling,
        )


def _of_places(posts: Iterable[KeptPost]) -> Iterator[Message]:
    """How many posts tell a place, by what the export has beside the pictures."""
    telling = sum(bool(post.remarks) for post in posts)
    if telling:
        yield say("The export tells a place of {count} posts. Each says so.", count=telling)


def _older_than_the_forms(posts: Iterable[KeptPost], register: ConsentRegister) -> Iterator[Message]:
    """A note where posts are of a time of which the register knows nothing at all, as after the first import."""
    first = min((record.given_on for record in register.records if record.given_on), default=None)
    older = sum(bool(post.pictures) and post.posted_on < first for post in posts if first and post.posted_on)
    if first and older:
        yield say(
            "{count} posts with pictures are from before {day}, the day of the oldest form in the register. Whoever is "
            "recognised on them counts as without a yes on that day. Does the school have older forms? Take them in "
            "and audit again.",
            count=older,
            day=first.isoformat(),
        )


def _of_the_memory(
    memory: Iterable[KeptPost], kept: Iterable[KeptPost], missing: tuple[KeptPost, ...]
) -> Iterator[Message]:
    """What this download says otherwise than was known: posts that are missing, and some that were said to be gone."""
    if missing:
        yield say(
            "{count} posts of earlier downloads are not in this one. They stand here all the same and count as public, "
            "until you say with “photo-consent taken-down” that they are gone.",
            count=len(missing),
        )
    there = {post.post_id for post in kept}
    back = sum(post.gone_on is not None and post.post_id in there for post in memory)
    if back:
        yield say("{count} posts that were said to be taken down are in this download. Look whether they are.",
                  count=back)  # fmt: skip
