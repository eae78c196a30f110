"""What a notebook and the terminal show of a run: a table of counts and a sheet of pictures."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from PIL import Image

from pipeline.enrolment import Enrolment, Resemblance
from pipeline.language import Translator
from pipeline.matching.calibration import Calibration
from pipeline.overseeing.review import Review
from pipeline.published.run import STANDING_ORDER, PublishedRun
from pipeline.reporting.calibration_words import of_the_calibration
from pipeline.reporting.overseeing.points import points
from pipeline.reporting.overseeing.tables import TABLES, Table
from pipeline.reporting.published.words import STANDINGS
from pipeline.reporting.words import ACTION_ORDER, DECISIONS, owner_words
from pipeline.run import AuditRun

TILE_PX = 240
TILES = 12
REVIEW_TABLES = {table.name: table for table in TABLES}


def verdict_table(run: AuditRun, tr: Translator) -> pd.DataFrame:
    """One row a decision, in the order of the report: its word, how many photos, and which."""
    rows = [
        {
            tr.text("Verdict"): tr.render(DECISIONS[decision]),
            tr.text("Number"): run.count(decision),
            (tr.text("Photos and films") if run.has_films else tr.text("Photos")): ", ".join(
                p.name for p in run.photos if p.verdict.decision is decision
            ),
        }
        for decision in ACTION_ORDER
    ]
    return pd.DataFrame(rows)


def standing_table(run: PublishedRun, tr: Translator) -> pd.DataFrame:
    """One row a standing, the most urgent first: its word and how many posts."""
    rows = [
        {tr.text("Standing"): tr.render(STANDINGS[standing]), tr.text("Number"): run.count(standing)}
        for standing in STANDING_ORDER
    ]
    return pd.DataFrame(rows)


def contact_sheet(run: AuditRun) -> Image.Image:
    """The first photos of the report, as they stand in the report: faces without consent pixelated."""
    shown = [p.picture for d in ACTION_ORDER for p in run.photos if p.verdict.decision is d and p.picture is not None]
    photos = shown[:TILES]
    sheet = Image.new("RGB", (4 * TILE_PX, -(-max(len(photos), 1) // 4) * TILE_PX), "white")
    for place, path in enumerate(photos):
        with Image.open(path) as picture:
            picture.thumbnail((TILE_PX, TILE_PX))
            sheet.paste(picture, (place % 4 * TILE_PX, place // 4 * TILE_PX))
    return sheet


def enrolment_table(enrolments: Sequence[Enrolment], tr: Translator) -> pd.DataFrame:
    """One row a reference photo: the file, the person and what became of it."""
    rows = [
        {
            tr.text("File"): e.file,
            tr.text("Person"): e.person_id or "",
            tr.text("Result"): tr.render(e.refused) if e.refused else tr.text("enrolled"),
            tr.text("Warning"): " ".join(map(tr.render, e.warnings)),
        }
        for e in enrolments
    ]
    return pd.DataFrame(rows)


def look_alike_table(alike: Sequence[Resemblance], tr: Translator) -> pd.DataFrame:
    """One row for each two persons who look alike; no row where nobody does."""
    rows = [
        {
            tr.text("Person"): one.pair.first,
            tr.text("Looks like"): one.pair.second,
            tr.text("Distance"): round(one.pair.distance, 2),
            tr.text("Same family name"): tr.text("yes") if one.same_family_name else tr.text("no"),
        }
        for one in alike
    ]
    return pd.DataFrame(rows)


def calibration_table(calibration: Calibration, tr: Translator) -> pd.DataFrame:
    """What a calibration says, a sentence a row."""
    return pd.DataFrame({tr.text("Calibration"): [tr.render(said) for said in of_the_calibration(calibration)]})


def review_points(review: Review, tr: Translator) -> pd.DataFrame:
    """What a privacy review asks for, a point a row; no row where nothing does."""
    return pd.DataFrame(
        [
            {
                tr.text("To do"): tr.render(point.title),
                tr.text("What"): tr.render(point.text),
                tr.text("Owner"): owner_words(point.owner, tr),
            }
            for point in points(review)
        ]
    )


def review_runs(review: Review, tr: Translator) -> pd.DataFrame:
    """The runs of the period, one a row, the latest first."""
    return _as_shown(REVIEW_TABLES["runs.csv"], review, tr)


def health_table(review: Review, tr: Translator) -> pd.DataFrame:
    """The register by platform and group: how many persons gave which answer."""
    return _as_shown(REVIEW_TABLES["register_health.csv"], review, tr)


def _as_shown(table: Table, review: Review, tr: Translator) -> pd.DataFrame:
    headings = [tr.render(heading) for _name, heading, _width in table.columns]
    return pd.DataFrame(table.rows(review, tr), columns=headings)
