"""Judging again everything that was ever kept, by the register of today. No picture is opened.

For every day: a letter of withdrawal was typed in, and this tells which posts it touches, where, and since when.
Only what changed since the last time is told. How posts stand is noted after the report is whole: who kills it
on the way is told the same again, and never less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import ConfigDict

from consent.messages import Message, say
from consent.published.standing import Publishing
from consent.register import ConsentRegister
from pipeline.basis import Basis, basis_of
from pipeline.judged import Publication
from pipeline.language import translator
from pipeline.ledger.bodies import of_recheck
from pipeline.ledger.chain import Kind, body_of
from pipeline.ledger.folders import record_run
from pipeline.models.store import default_store
from pipeline.parameters import checked, required_path
from pipeline.published.judging import JudgedPost, judge_post
from pipeline.published.memory import Key, Stood, same
from pipeline.published.post import id_of_approved
from pipeline.published.refusals import forgetting
from pipeline.published.run import PublishedRun, in_the_past
from pipeline.published.told_in import told_in
from pipeline.reporting.published.writing import write_published
from pipeline.run_folders import RunFolder
from pipeline.signing.without_reason import hold_without_a_reason
from pipeline.store import Store, register_digest
from pipeline.workspace import Workspace


def key_of(found: JudgedPost) -> Key:
    """By what a post is known."""
    return found.post.platform, found.post.post_id


@dataclass(frozen=True)
class Rechecked:
    """What came of a recheck. `folder`: the report of what changed; None where nothing did.

    `outdated`: pictures whose faces were compared with other references or by other thresholds than today's.
    `notes`: what to know of the recheck as a whole; where nothing changed, without what was told the last time too.
    `told_in`: the takedown.csv in which each post stands that was told before and is not noted as taken down.
    """

    posts: tuple[JudgedPost, ...]
    changed: tuple[JudgedPost, ...]
    outdated: int
    folder: Path | None = None
    notes: tuple[Message, ...] = ()
    told_in: Mapping[Key, Path] = field(default_factory=dict)

    @property
    def waiting(self) -> tuple[JudgedPost, ...]:
        """The posts that were told before, must come down, and are not noted as taken down."""
        new = {key_of(found) for found in self.changed}
        return tuple(found for found in self.posts if found.standing.comes_down and key_of(found) not in new)

    @property
    def asks_for_work(self) -> bool:
        """Whether somebody must do something that was not known the last time."""
        return any(found.duties for found in self.changed)

    @property
    def summary(self) -> Message:
        """One line. What is told once is told once, so it also says how much of that is still to be done."""
        down = sum(found.standing.comes_down for found in self.changed)
        return say(
            "Judged again: {posts} posts. Changed since the last time: {changed}. Of these to take down now: {down}. "
            "Told before, and not noted as taken down: {waiting}.",
            posts=len(self.posts),
            changed=len(self.changed),
            down=down,
            waiting=len(self.waiting),
        )


@dataclass(frozen=True)
class Recheck(RunFolder):
    """What to judge again, and as of which day. Make one with `from_parameters`."""

    workspace: Path
    on: date
    run_id: str
    language: str
    __pydantic_config__ = ConfigDict(extra="forbid")

    @classmethod
    def from_parameters(cls, **given: Any) -> Recheck:
        """Check parameters; `UserError` for whatever would only fail later."""
        now = datetime.now()
        school = Workspace.open(required_path(given, "workspace")).school
        defaults = {"on": now.date(), "run_id": f"{now:%Y%m%d-%H%M%S-%f}-recheck", "language": school.language}
        recheck = checked(cls, given, defaults)
        translator(recheck.language)
        recheck.space.run_folder(recheck.run_id)
        return recheck

    def run(self) -> Rechecked:
        """Judge, write a report of what changed if anything did, and note how everything stands."""
        started = datetime.now().astimezone()
        with self.space.open_store() as store:
            hold_without_a_reason(self.space, store, started)
            register = store.register(self.protocol.parameters.validity)
            basis = self._basis(store, register, started.date())
            posts, outdated, unnamed = self._judged(store, register, basis)
            stood: dict[Key, Stood] = {
                key_of(found): Stood(found.standing, found.taken_back, started) for found in posts
            }
            before = store.published.standings()
            changed = tuple(
                found for found, (key, now) in zip(posts, stood.items(), strict=True) if not same(before.get(key), now)
            )
            told, older = _outdated_before(store), outdated_pictures(outdated)
            in_general = (*in_the_past(self.on, started.date()), *erased_names(unnamed))
            notes = (*in_general, *older)
            run = self._run(changed, len(posts), register, notes, started)
            run = replace(run, in_force=basis.matching.in_force if basis.matching else None)
            folder = self._recorded(store, run, len(posts), outdated)
            # Only now, so that whoever kills it on the way is told the same again.
            store.published.add_standings(stood)
        notes = notes if changed or outdated != told else in_general
        result = Rechecked(posts, changed, outdated, folder, notes)
        return replace(result, told_in=told_in(self.space.reports, map(key_of, result.waiting)))

    def _basis(self, store: Store, register: ConsentRegister, today: date) -> Basis:
        """What an audit would rest on today."""
        publication = Publication("", self.on, self.protocol, register, today)
        return basis_of(store, publication, self.space.school.matching, default_store())

    def _judged(self, store: Store, register: ConsentRegister, basis: Basis) -> tuple[tuple[JudgedPost, ...], int, int]:
        """Every kept post as a new look would find it, the most urgent first.

        And how many pictures are outdated, and how many posts that may stay show somebody whose name was erased. A
        name that the program gave counts only for whom it may recognise today, but for a refusal. What somebody took
        down is not judged.
        """
        posts, outdated, unnamed = [], 0, 0
        for kept in store.published.posts():
            if kept.gone_on is not None:
                continue
            outdated += sum(bool(p.sha256) and p.basis != basis.identifications for p in kept.pictures)
            publishing = Publishing(kept.platform, self.on, self.protocol, register)
            found = judge_post(forgetting(kept, publishing, basis.may_be_named), publishing)
            posts.append(found)
            unnamed += kept.lost_a_name and not found.standing.comes_down
        return tuple(sorted(posts, key=lambda found: found.urgency)), outdated, unnamed

    def _run(
        self,
        changed: tuple[JudgedPost, ...],
        posts: int,
        register: ConsentRegister,
        notes: tuple[Message, ...],
        started: datetime,
    ) -> PublishedRun:
        return PublishedRun(
            run_id=self.run_id,
            school=self.space.school.name,
            on=self.on,
            started=started,
            finished=datetime.now().astimezone(),
            protocol=self.protocol,
            posts=changed,
            rechecked=posts,
            register_digest=register_digest(register),
            register_people=len(register.people),
            notes=(
                say("Only what changed since the last time stands here: {count} posts.", count=len(changed)),
                *notes,
            ),
        )

    def _recorded(self, store: Store, run: PublishedRun, posts: int, outdated: int) -> Path | None:
        """Write the entry in the ledger, and with it the report where something changed."""
        body = of_recheck(run, posts, outdated)
        if not run.posts:
            with store.transaction():
                store.ledger.append(Kind.RECHECK, body, run.finished)
            return None
        self.begin()

        def files(head: str) -> None:
            write_published(replace(run, ledger_head=head), self.unfinished, translator(self.language))

        return record_run(
            store, self.unfinished, self.folder, kind=Kind.RECHECK, body=body, at=run.finished, write=files
        )


def stands_today(space: Workspace, store: Store, run_id: str, on: date) -> JudgedPost | None:
    """A post that was approved, as a recheck would judge it now; None where it is not kept, or was taken down."""
    protocol = space.school.load_protocol()
    register = store.register(protocol.parameters.validity)
    basis = basis_of(store, Publication("", on, protocol, register, on), space.school.matching, default_store())
    for kept in store.published.posts():
        if kept.post_id == id_of_approved(run_id) and kept.gone_on is None:
            publishing = Publishing(kept.platform, on, protocol, register)
            return judge_post(forgetting(kept, publishing, basis.may_be_named), publishing)
    return None


def _outdated_before(store: Store) -> int:
    """Of how many outdated pictures the last recheck told."""
    rows = tuple(store.ledger.rows())
    last = next((body_of(row) for row in reversed(rows) if row.kind == Kind.RECHECK), {})
    told = last.get("outdated")
    return told if isinstance(told, int) else 0


def outdated_pictures(count: int) -> tuple[Message, ...]:
    """A note where pictures were compared otherwise than they would be today."""
    if not count:
        return ()
    return (
        say(
            "On {count} published pictures the faces were compared with the reference photos and settings of then. "
            "Whom the program knows only since, it does not find there. To have them compared again, give a new "
            "download of the platform: photo-consent audit published",
            count=count,
        ),
    )


def erased_names(count: int) -> tuple[Message, ...]:
    """A note where a withdrawal that comes in later cannot be found: the name was erased before it."""
    if not count:
        return ()
    return (
        say(
            "On {count} posts somebody has no name any more, because the consent for matching ended or a reference "
            "photo was not of that person. If that person now withdraws the consent for publication too, the program "
            "cannot find these posts. Look who it is: name that face yourself and audit the platform again, or take "
            "the post down.",
            count=count,
        ),
    )
