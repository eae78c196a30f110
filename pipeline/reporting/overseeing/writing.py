"""Writes the run folder of a privacy review."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pipeline.language import Translator
from pipeline.overseeing.review import Review
from pipeline.private import private_folder
from pipeline.reporting.overseeing.page import write_review_page
from pipeline.reporting.overseeing.record import write_review_record
from pipeline.reporting.overseeing.tables import write_review_workbook, write_tables
from pipeline.reporting.writing import whole

PAGE = "report.html"


def write_review(review: Review, folder: Path, tr: Translator) -> None:
    """Write every file into `folder`, which is made; the report last."""
    private_folder(folder, may_exist=False)
    write_tables(review, folder)
    whole(folder / "run.json", partial(write_review_record, review))
    whole(folder / "report.xlsx", partial(write_review_workbook, review, tr=tr))
    whole(folder / PAGE, partial(write_review_page, review, tr=tr))
