"""Writes a run folder: the report, the workbook, the two tables and the record."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from pipeline.language import Translator
from pipeline.private import private_folder
from pipeline.reporting.html import write_html
from pipeline.reporting.record import write_record
from pipeline.reporting.tables import write_findings, write_verdicts, write_workbook
from pipeline.run import AuditRun


def write_run_folder(run: AuditRun, folder: Path, tr: Translator) -> None:
    """Write every file of the run into `folder`, which is made where it is missing.

    Each file appears under its name only once it is whole, the report last: a run that was broken
    off leaves no half report that somebody could take for a whole one.
    """
    private_folder(folder)
    whole(folder / "run.json", partial(write_record, run))
    whole(folder / "verdicts.csv", partial(write_verdicts, run))
    whole(folder / "findings.csv", partial(write_findings, run, tr=tr))
    whole(folder / "report.xlsx", partial(write_workbook, run, tr=tr))
    whole(folder / "report.html", partial(write_html, run, tr=tr))


def whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file that appears under its name only once it is whole."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        write(unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
