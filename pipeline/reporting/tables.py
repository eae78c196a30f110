"""The tables of a run folder: two CSV files for programs and one workbook for people.

The CSV files keep ids and English column names, dots in decimals and no names of persons. The
workbook is in the reader's language, with names only where the reader asked for them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from consent.findings import Finding
from consent.judging import Decision
from consent.protocol import RuleText
from consent.texts.told import findings_in_message
from pipeline.language import Translator
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.remedies import steps, ways
from pipeline.reporting.words import (
    DECISIONS,
    OUTCOMES,
    drawn,
    own_language,
    owner_words,
    person_label,
    visible,
    with_names,
)
from pipeline.run import AuditedPhoto, AuditRun

Value = str | int | float | None

VERDICT_COLUMNS = (
    "photo",
    "sha256",
    "verdict",
    "rules",
    "persons",
    "faces",
    "identified",
    "unknown",
    "recognisable",
    "not_identifiable",
    "anonymity",
)
FINDING_COLUMNS = ("photo", "face", "rule", "outcome", "person_id", "reason")


def write_verdicts(run: AuditRun, path: Path) -> None:
    """One row a photo. The counts of a photo that could not be looked at stay empty: they are not zero."""
    write_csv(path, VERDICT_COLUMNS, (_verdict_row(photo) for photo in run.photos))


def write_findings(run: AuditRun, path: Path, tr: Translator) -> None:
    """One row for each face a finding names (a body is P1, a text T1, ...), or one row where it names none.

    What stands in the text of the post comes first, without a photo.
    """
    write_csv(path, FINDING_COLUMNS, (*_of_message(run, tr), *finding_rows(run, tr)))


def _of_message(run: AuditRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    for finding in findings_in_message(run.in_message, run.protocol):
        yield "", "", finding.rule, finding.outcome.value, finding.person_id, tr.render(finding.reason)


def finding_rows(run: AuditRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    """The rows about photos, with `FINDING_COLUMNS`."""
    for photo in run.photos:
        for finding in photo.verdict.findings:
            for mark in marks(finding) or ("",):
                yield (
                    photo.name,
                    mark,
                    finding.rule,
                    finding.outcome.value,
                    finding.person_id,
                    tr.render(finding.reason),
                )


def marks(finding: Finding) -> tuple[str, ...]:
    """The labels in the picture that a finding is about: faces as numbers, bodies as P and texts as T."""
    texts = (f"T{number}" for number in drawn(finding.texts))
    return (*map(str, finding.faces), *(f"P{number}" for number in finding.bodies), *texts)


def counts(photo: AuditedPhoto) -> tuple[int | None, ...]:
    """Persons, faces, identified, unknown, recognisable and not identifiable ones; None where nobody could look."""
    if photo.observation is None:
        return (None,) * 6
    unknown = photo.recognisable - photo.identified.keys() - photo.unidentifiable
    faces, identified = len(photo.facts.faces), len(photo.identified)
    return photo.person_count, faces, identified, len(unknown), len(photo.recognisable), len(photo.unidentifiable)


def _verdict_row(photo: AuditedPhoto) -> tuple[Value, ...]:
    rules = " ".join(dict.fromkeys(f.rule for f in photo.verdict.reasons))
    anonymity = None if photo.observation is None else round(photo.anonymity, 3)
    return photo.name, photo.sha256, photo.verdict.decision.value, rules, *counts(photo), anonymity


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
    """UTF-8 with BOM and semicolons, so that a Dutch Excel opens it as it is."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(columns)
        writer.writerows([_inert(value) for value in row] for row in rows)


def _inert(value: Value) -> Value:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if not isinstance(value, str):
        return value
    guarded = f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return visible(guarded)


def write_workbook(run: AuditRun, path: Path, tr: Translator) -> None:
    """The workbook: summary, photos, findings and open points, each on a sheet of its own."""
    from pipeline.reporting.sheets import sheet, workbook

    with workbook(path) as book:
        _ = tr.text
        sheet(book, _("Summary"), ((_("Item"), 34), (_("Value"), 60)), _summary(run, tr))
        sheet(
            book,
            _("Photos"),
            (
                (_("Photo"), 30),
                (_("Verdict"), 18),
                (_("Rules"), 14),
                (_("Persons"), 10),
                (_("Faces"), 10),
                (_("Identified"), 12),
                (_("Unknown"), 12),
                (_("Recognisable"), 13),
                (_("Not identifiable"), 16),
                (_("Too small"), 12),
                (_("Anonymity"), 12),
                (_("Persons identified"), 30),
                (_("What would make it publishable"), 70),
                (_("SHA-256"), 20),
            ),
            (_photo_row(photo, run, tr) for photo in run.photos),
        )
        sheet(
            book,
            _("Findings"),
            (
                (_("Photo"), 30),
                (_("Face"), 10),
                (_("Rule"), 8),
                (_("Title"), 30),
                (_("Outcome"), 18),
                (_("Person"), 24),
                (_("Reason"), 70),
                (_("Owner"), 24),
            ),
            _finding_rows(run, tr),
        )
        sheet(
            book,
            _("Open points"),
            (
                (_("Rule"), 8),
                (_("Question"), 60),
                (_("The protocol"), 60),
                (_("Owner"), 24),
                (_("Yes or no"), 12),
                (_("Name"), 24),
            ),
            (
                (
                    rule_id,
                    own_language(rule.question, tr, rule.sentence),
                    rule.sentence,
                    owner_words(rule.owner, tr),
                    "",
                    "",
                )
                for rule_id, rule in run.protocol.open_points(run.platform_id).items()
            ),
        )


def _summary(run: AuditRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    _ = tr.text
    yield _("School"), run.school
    yield _("Platform"), run.protocol.platform(run.platform_id).name
    yield _("Date"), tr.date(run.on)
    yield _("Protocol"), run.protocol.source
    yield (_("Photos and films") if run.has_films else _("Photos")), len(run.photos)
    for decision in Decision:
        yield tr.render(DECISIONS[decision]).capitalize(), run.count(decision)
    yield _("Face matching"), tr.render(run.matching)
    for said in of_the_policy(run.in_force):
        yield _("Calibration"), tr.render(said)
    yield _("Files that are no photos"), ", ".join(run.other_files)
    yield _("Run"), run.run_id
    yield _("Digest in the ledger"), run.ledger_head


def _photo_row(photo: AuditedPhoto, run: AuditRun, tr: Translator) -> tuple[Value, ...]:
    remedy = ways(photo)[:1] or steps(photo.verdict)
    return (
        photo.name,
        tr.render(DECISIONS[photo.verdict.decision]),
        " ".join(dict.fromkeys(f.rule for f in photo.verdict.reasons)),
        *counts(photo),
        None if photo.observation is None else len(photo.too_small),
        None if photo.observation is None else round(photo.anonymity, 3),
        ", ".join(f"{number}: {person_label(who, run.names)}" for number, who in sorted(photo.identified.items())),
        " ".join(tr.render(with_names(step, run.names)) for step in remedy),
        photo.sha256,
    )


def _finding_rows(run: AuditRun, tr: Translator) -> Iterator[tuple[Value, ...]]:
    for finding in findings_in_message(run.in_message, run.protocol):
        rule: RuleText | None = run.protocol.post_rules.get(finding.rule)
        yield tr.text("The message"), "", *_finding_cells(finding, rule, run, tr)
    for photo in run.photos:
        for finding in photo.verdict.findings:
            for mark in marks(finding) or ("",):
                yield photo.name, mark, *_finding_cells(finding, run.protocol.rules.get(finding.rule), run, tr)


def _finding_cells(finding: Finding, rule: RuleText | None, run: AuditRun, tr: Translator) -> tuple[Value, ...]:
    return (
        finding.rule,
        own_language(rule.title, tr, "") if rule else "",
        tr.render(OUTCOMES[finding.outcome]),
        person_label(finding.person_id, run.names) if finding.person_id else "",
        tr.render(with_names(finding.reason, run.names)),
        owner_words(finding.owner, tr) if finding.owner else "",
    )
