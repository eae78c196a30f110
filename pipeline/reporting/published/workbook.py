"""report.xlsx of published posts: summary, what to do, every post, every picture, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.language import Translator
from pipeline.published.judging import JudgedPost
from pipeline.published.run import STANDING_ORDER, PublishedRun
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.published.words import STANDINGS, reasons, words_shown
from pipeline.reporting.tables import Value
from pipeline.reporting.words import DECISIONS, owner_words, with_names


def write_published_workbook(run: PublishedRun, path: Path, tr: Translator) -> None:
    """Write the workbook. Words are the reader's; takedown.csv and posts.csv hold the same for programs."""
    from pipeline.reporting.sheets import sheet, workbook

    with workbook(path) as book:
        _ = tr.text
        post = ((_("Platform"), 16), (_("Date"), 18), (_("First words"), 50))
        sheet(book, _("Summary"), ((_("Item"), 34), (_("Value"), 60)), _summary(run, tr))
        sheet(
            book,
            _("To do"),
            (
                (_("Standing"), 22),
                *post,
                (_("Link"), 40),
                (_("Why"), 70),
                (_("What to do"), 70),
                (_("Owner"), 24),
                (_("Deadline"), 18),
                (_("Days too long"), 14),
            ),
            (_to_do(found, run, tr) for found in run.with_duties),
        )
        sheet(
            book,
            _("Posts"),
            ((_("Standing"), 22), *post, (_("Photos"), 10), (_("Id"), 28), (_("File"), 50), (_("Number"), 10)),
            (_post_row(found, run, tr) for found in run.posts),
        )
        sheet(
            book,
            _("Photos"),
            (*post, (_("Photo"), 40), (_("Standing"), 22), (_("On its day"), 22), (_("Today"), 22), (_("SHA-256"), 20)),
            (row for found in run.posts for row in _picture_rows(found, run, tr)),
        )
        sheet(
            book,
            _("What could not be read"),
            ((_("File"), 50), (_("Number"), 10), (_("What"), 80)),
            ((fault.file, fault.position, tr.render(fault.reason)) for fault in run.faults),
        )


def _summary(run: PublishedRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    _ = tr.text
    yield _("School"), run.school
    yield _("Platform"), ", ".join(_platform(platform_id, run) for platform_id in run.platforms)
    yield _("Date"), tr.date(run.on)
    yield _("Protocol"), run.protocol.source
    if run.rechecked is not None:
        yield _("Judged again"), run.rechecked
    yield _("Posts"), len(run.posts)
    for standing in STANDING_ORDER:
        yield tr.render(STANDINGS[standing]).capitalize(), run.count(standing)
    for said in of_the_policy(run.in_force):
        yield _("Calibration"), tr.render(said)
    for note in run.notes:
        yield _("Note"), tr.render(with_names(note, run.names))
    yield _("Run"), run.run_id
    yield _("Digest in the ledger"), run.ledger_head


def _platform(platform_id: str, run: PublishedRun) -> str:
    platform = run.protocol.platforms.get(platform_id)
    return platform.name if platform else platform_id


def _post(found: JudgedPost, run: PublishedRun, tr: Translator) -> tuple[Value, ...]:
    posted_on = found.judged.posted_on
    return (
        _platform(found.post.platform, run),
        tr.date(posted_on) if posted_on else "",
        words_shown(found, run.names),
    )


def _to_do(found: JudgedPost, run: PublishedRun, tr: Translator) -> tuple[Value, ...]:
    deadline = min((duty.deadline for duty in found.duties if duty.deadline), default=None)
    return (
        tr.render(STANDINGS[found.standing]),
        *_post(found, run, tr),
        found.post.link,
        " ".join(tr.render(with_names(reason, run.names)) for reason in reasons(found, run.names)),
        " ".join(tr.render(duty.what) for duty in found.duties),
        owner_words(found.duties[0].owner, tr),
        tr.date(deadline) if deadline else "",
        found.days_wrong,
    )


def _post_row(found: JudgedPost, run: PublishedRun, tr: Translator) -> tuple[Value, ...]:
    pictures = len(found.judged.pictures)
    post = found.post
    return (
        tr.render(STANDINGS[found.standing]),
        *_post(found, run, tr),
        pictures,
        post.post_id,
        post.file,
        post.position,
    )


def _picture_rows(found: JudgedPost, run: PublishedRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    for kept, judged in zip(found.post.pictures, found.judged.pictures, strict=True):
        yield (
            *_post(found, run, tr),
            kept.facts.name,
            tr.render(STANDINGS[judged.standing]),
            tr.render(DECISIONS[judged.then.decision]) if judged.then else "",
            tr.render(DECISIONS[judged.now.decision]),
            kept.sha256,
        )
