"""takedown.csv and posts.csv: what must be done, the most urgent first, and every post as it stands. Ids, no names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from consent.messages import say
from consent.published.standing import Standing
from consent.texts import HINTS
from consent.texts.told import finding_of, told
from pipeline.language import Translator
from pipeline.published.judging import JudgedPost
from pipeline.published.run import PublishedRun
from pipeline.published.taking_down import READ_BACK, TAKEN_DOWN_ON
from pipeline.reporting.published.words import IN_COMMENTS, IN_TEXT, STANDINGS, people_concerned, reasons, words_shown
from pipeline.reporting.tables import FINDING_COLUMNS, Value, finding_rows, write_csv
from pipeline.reporting.words import owner_words

TAKEDOWN_COLUMNS = (
    say("standing"),
    READ_BACK["platform"],
    READ_BACK["post_id"],
    say("posted_on"),
    say("first_words"),
    READ_BACK["link"],
    say("photos"),
    say("reason"),
    say("persons"),
    say("to_do"),
    say("owner"),
    say("deadline"),
    say("days_wrong"),
    READ_BACK[TAKEN_DOWN_ON],
)
POST_FINDING_COLUMNS = (*FINDING_COLUMNS, "platform", "post_id")
POST_COLUMNS = (
    "platform",
    "post_id",
    "posted_on",
    "kind",
    "standing",
    "photos",
    "not_judged",
    "wrong_since",
    "absent_since",
)


def write_takedown(run: PublishedRun, path: Path, tr: Translator) -> None:
    """One row for each post that somebody must do something about, in the order of the run."""
    write_csv(path, tuple(map(tr.render, TAKEDOWN_COLUMNS)), (_row(found, tr) for found in run.with_duties))


def _row(found: JudgedPost, tr: Translator) -> tuple[Value, ...]:
    first = found.duties[0]
    deadline = min((duty.deadline for duty in found.duties if duty.deadline), default=None)
    concerned = [p.facts.name for p in found.judged.pictures if p.standing not in (Standing.RIGHT, Standing.NO_PICTURE)]
    return (
        tr.render(STANDINGS[found.standing]),
        found.post.platform,
        found.post.post_id,
        found.judged.posted_on.isoformat() if found.judged.posted_on else None,
        words_shown(found, {}),
        found.post.link,
        ", ".join(concerned),
        " ".join(map(tr.render, reasons(found, {}))),
        ", ".join(people_concerned(found)),
        " ".join(tr.render(duty.what) for duty in found.duties),
        owner_words(first.owner, tr),
        deadline.isoformat() if deadline else None,
        found.days_wrong,
        None,  # for the director to fill in, and to give to “photo-consent taken-down”
    )


def write_post_findings(run: PublishedRun, path: Path, tr: Translator) -> None:
    """What stands in the words of posts, by platform and id of the post; and what was found on their photos."""
    of_photos = finding_rows(run.looked, tr) if run.looked is not None else ()
    write_csv(path, POST_FINDING_COLUMNS, chain(_of_words(run, tr), ((*row, None, None) for row in of_photos)))


def _of_words(run: PublishedRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    for found in run.posts:
        for place, things in ((IN_TEXT, found.judged.in_text), (IN_COMMENTS, found.judged.in_comments)):
            for thing in things:
                finding = finding_of(thing, told(thing, place), run.protocol)
                rule = "R17" if place is IN_COMMENTS and thing.kind in HINTS else finding.rule
                about = (rule, finding.outcome.value, finding.person_id, tr.render(finding.reason))
                yield "", "", *about, found.post.platform, found.post.post_id


def write_posts(run: PublishedRun, path: Path) -> None:
    """One row a post, the latest last; those without a day first."""
    ordered = sorted(run.posts, key=lambda f: (str(f.judged.posted_on or ""), f.post.platform, f.post.post_id))
    write_csv(path, POST_COLUMNS, _posts(ordered))


def _posts(ordered: list[JudgedPost]) -> Iterator[tuple[Value, ...]]:
    for found in ordered:
        yield (
            found.post.platform,
            found.post.post_id,
            found.judged.posted_on.isoformat() if found.judged.posted_on else None,
            found.post.kind.value,
            found.standing.value,
            len(found.judged.pictures),
            sum(picture.facts.problem is not None for picture in found.judged.pictures),
            found.wrong_since.isoformat() if found.wrong_since else None,
            found.post.absent_since.isoformat() if found.post.absent_since else None,
        )
