"""Writes the run folder of published posts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline.language import Translator
from pipeline.published.run import PublishedRun
from pipeline.reporting.published.board import BOARD_FILE, write_board
from pipeline.reporting.published.page import write_page
from pipeline.reporting.published.record import write_published_record
from pipeline.reporting.published.tables import write_post_findings, write_posts, write_takedown
from pipeline.reporting.published.workbook import write_published_workbook
from pipeline.reporting.writing import whole

TAKEDOWN_FILE = "takedown.csv"


def write_published(run: PublishedRun, folder: Path, tr: Translator) -> None:
    """Write every file of the run into `folder`, which exists; each appears once it is whole, the report last."""
    whole(folder / "run.json", partial(write_published_record, run))
    whole(folder / "posts.csv", partial(write_posts, run))
    whole(folder / TAKEDOWN_FILE, partial(write_takedown, run, tr=tr))
    whole(folder / "findings.csv", partial(write_post_findings, run, tr=tr))
    whole(folder / "report.xlsx", partial(write_published_workbook, run, tr=tr))
    write_board(run, folder / BOARD_FILE)
    whole(folder / "report.html", partial(write_page, run, tr=tr))
