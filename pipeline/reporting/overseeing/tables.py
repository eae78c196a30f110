"""The tables of a privacy review: the same rows in CSV files for programs and in a workbook for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from consent.judging import Decision
from consent.messages import Message, say
from pipeline.language import Translator
from pipeline.overseeing.health import Health
from pipeline.overseeing.review import Review
from pipeline.overseeing.runs import Kind, Run
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.overseeing.points import points
from pipeline.reporting.overseeing.words import (
    AGES,
    CONSENTS,
    ENTRIES,
    HEALTH,
    KINDS,
    group_words,
    platform_name,
    purpose_words,
)
from pipeline.reporting.published.words import STANDINGS
from pipeline.reporting.tables import Value, write_csv
from pipeline.reporting.words import DECISIONS, owner_words

Row = tuple[Value, ...]


@dataclass(frozen=True)
class Table:
    """A table: the name of its file, its title, and its columns, each with a name, a heading and a width in characters.

    `rows` gives the plain words of a file for programs, or what a person reads where there is a translator.
    """

    name: str
    title: Message
    columns: tuple[tuple[str, Message, int], ...]
    rows: Callable[[Review, Translator | None], Iterator[Row]]


def _runs(review: Review, tr: Translator | None) -> Iterator[Row]:
    for run in review.runs.runs:
        people: Value = review.changed_by_people(run) if run.photos and run.tells_overrides else None
        if tr is None:
            counts = " ".join(f"{kind}={count}" for kind, count in run.counts.items() if count)
            yield run.started.isoformat(timespec="seconds"), run.kind.value, run.platform, counts, people, run.run_id
        else:
            platform = platform_name(run.platform, review.protocol)
            yield (
                tr.moment(run.started.astimezone()),
                tr.render(KINDS[run.kind]),
                platform,
                outcome_words(run, tr),
                people,
                run.run_id,
            )


def outcome_words(run: Run, tr: Translator) -> str:
    """What came of a run, in words: how many of each kind, without those that did not occur."""
    words = {**{d.value: DECISIONS[d] for d in Decision}} if run.kind is Kind.CANDIDATES else _COUNTED
    return ", ".join(f"{tr.render(words[kind])}: {count}" for kind, count in run.counts.items() if count)


_COUNTED = {
    **{standing.value: words for standing, words in STANDINGS.items()},
    "enrolled": say("enrolled"),
    "refused": say("refused"),
    "persons": say("persons"),
    "references": say("reference photos"),
}


def _overrides(review: Review, tr: Translator | None) -> Iterator[Row]:
    for one in review.overrides:
        who = ", ".join(one.by) or (tr.text("unknown") if tr else "unknown")
        if tr is None:
            verdicts: tuple[str, str] = (one.by_itself.value, one.verdict.value)
            yield one.day.isoformat(), one.platform, one.photo, *verdicts, who, one.run_id, one.sha256
        else:
            verdicts = (tr.render(DECISIONS[one.by_itself]), tr.render(DECISIONS[one.verdict]))
            platform = platform_name(one.platform, review.protocol)
            yield tr.date(one.day), platform, one.photo, *verdicts, who, one.run_id, one.sha256


def _signatures(review: Review, tr: Translator | None) -> Iterator[Row]:
    for one in review.ledger.signatures:
        signers, no = ", ".join(one.signers), ", ".join(one.no)
        if tr is None:
            yield one.at.isoformat(), one.kind.value, one.run, signers, one.files, no, one.whose
        else:
            what = tr.render(ENTRIES[one.kind])
            yield tr.moment(one.at.astimezone()), what, one.run, signers, one.files, no, one.whose


def _health(review: Review, tr: Translator | None) -> Iterator[Row]:
    health = review.health
    for purpose in health.purposes:
        for group in health.groups:
            counts = [health.counts[purpose, group].get(kind, 0) for kind in Health]
            if tr is None:
                yield purpose, group, *counts
            else:
                yield tr.render(purpose_words(purpose, review.protocol)), tr.render(group_words(group)), *counts


def _templates(review: Review, tr: Translator | None) -> Iterator[Row]:
    for one in review.templates:
        dated = "yes" if one.dated else "no"
        if tr is None:
            yield (
                one.person_id,
                one.since.isoformat(),
                dated,
                one.last_day.isoformat(),
                one.age.value,
                one.consent.value,
                one.photo_sha256,
            )
        else:
            age, consent = tr.render(AGES[one.age]), tr.render(CONSENTS[one.consent])
            days = tr.date(one.since), tr.text(dated), tr.date(one.last_day)
            yield one.person_id, *days, age, consent, one.photo_sha256


def _decisions(review: Review, tr: Translator | None) -> Iterator[Row]:
    for one in review.decisions:
        moments = [at.astimezone() if at else None for at in (one.at, one.ended_at)]
        made, ended = (("" if at is None else tr.moment(at) if tr else at.isoformat()) for at in moments)
        who = one.by or (tr.text("unknown") if tr else "unknown")
        yield made, who, one.photo, one.what, one.number, one.who, ended, one.photo_sha256


def _remains(review: Review, tr: Translator | None) -> Iterator[Row]:
    for one in review.remains:
        why, way_out = (tr.render(one.why), tr.render(one.way_out)) if tr else (str(one.why), str(one.way_out))
        since = "" if one.since is None else tr.date(one.since) if tr else one.since.isoformat()
        what = one.what if isinstance(one.what, str) else tr.render(one.what) if tr else str(one.what)
        yield what, why, since, way_out


def _unread(review: Review, tr: Translator | None) -> Iterator[Row]:
    for one in review.runs.unread:
        yield one.what, tr.render(one.why) if tr else str(one.why)


TABLES = (
    Table(
        "runs.csv",
        say("Runs"),
        (
            ("started", say("Made on"), 24),
            ("kind", say("What was done"), 30),
            ("platform", say("Platform"), 18),
            ("counts", say("What came of it"), 60),
            ("changed_by_people", say("Changed by people"), 14),
            ("run", say("Run"), 34),
        ),
        _runs,
    ),
    Table(
        "overrides.csv",
        say("Decided otherwise"),
        (
            ("day", say("Date"), 20),
            ("platform", say("Platform"), 18),
            ("photo", say("Photo"), 30),
            ("verdict_by_itself", say("The program by itself"), 22),
            ("verdict", say("With what people said"), 22),
            ("by", say("By"), 20),
            ("run", say("Run"), 34),
            ("sha256", say("SHA-256"), 20),
        ),
        _overrides,
    ),
    Table(
        "decisions.csv",
        say("Decisions"),
        (
            ("at", say("Moment"), 24),
            ("by", say("By"), 20),
            ("photo", say("Photo"), 30),
            ("what", say("About"), 12),
            ("number", say("Number"), 10),
            ("who", say("Decision"), 26),
            ("ended_at", say("Undone"), 24),
            ("sha256", say("SHA-256"), 20),
        ),
        _decisions,
    ),
    Table(
        "signatures.csv",
        say("Signatures"),
        (
            ("at", say("Moment"), 24),
            ("kind", say("What was done"), 26),
            ("run", say("Run"), 34),
            ("by", say("By"), 30),
            ("files", say("Files"), 10),
            ("no", say("Answered with no"), 20),
            ("code_of", say("Code of"), 30),
        ),
        _signatures,
    ),
    Table(
        "register_health.csv",
        say("Register"),
        (
            ("purpose", say("For"), 24),
            ("group", say("Group"), 24),
            *((kind.value, words, 14) for kind, words in HEALTH.items()),
        ),
        _health,
    ),
    Table(
        "templates.csv",
        say("Templates"),
        (
            ("person_id", say("Person"), 14),
            ("since", say("Photo of"), 20),
            ("dated", say("Day is of the photo itself"), 16),
            ("last_day", say("Counts up to"), 20),
            ("age", say("Age"), 30),
            ("consent", say("Consent"), 34),
            ("photo_sha256", say("SHA-256"), 20),
        ),
        _templates,
    ),
    Table(
        "due_to_be_erased.csv",
        say("Due to be erased"),
        (
            ("what", say("What"), 40),
            ("why", say("Why"), 60),
            ("since", say("Since"), 20),
            ("way_out", say("What to do"), 50),
        ),
        _remains,
    ),
    Table("not_read.csv", say("Not read"), (("what", say("What"), 40), ("why", say("Why"), 80)), _unread),
)


def write_tables(review: Review, folder: Path) -> None:
    """Each table as a CSV file, in English words and ids."""
    for table in TABLES:
        write_csv(folder / table.name, [name for name, _heading, _width in table.columns], table.rows(review, None))


def write_review_workbook(review: Review, path: Path, tr: Translator) -> None:
    """The workbook: what to do, and each table on a sheet of its own."""
    from pipeline.reporting.sheets import sheet, workbook

    with workbook(path) as book:
        _ = tr.text
        headings = ((_("To do"), 50), (_("What"), 70), (_("Owner"), 24))
        sheet(book, _("Summary"), headings, _summary(review, tr))
        for table in TABLES:
            columns: Sequence[tuple[str, int]] = [
                (tr.render(heading), width) for _name, heading, width in table.columns
            ]
            sheet(book, tr.render(table.title), columns, table.rows(review, tr))


def _summary(review: Review, tr: Translator) -> Iterator[Row]:
    _ = tr.text
    yield _("School"), review.school, ""
    yield _("Period"), f"{tr.date(review.since)} – {tr.date(review.until)}", ""
    for point in points(review):
        yield tr.render(point.title), tr.render(point.text), owner_words(point.owner, tr)
    yield _("Digest in the ledger"), review.ledger_head, ""
    matching = review.matching
    if matching.why_not is not None:
        yield _("Face matching"), tr.render(matching.why_not), ""
    for said in of_the_policy(matching.in_force):
        yield _("Calibration"), tr.render(said), ""
