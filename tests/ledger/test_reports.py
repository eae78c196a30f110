"""The digest of a run's entry stands on whatever people keep of the run, in groups that can be typed over."""

from __future__ import annotations

import json
import re
from pathlib import Path

from openpyxl import load_workbook

from pipeline.language import translator
from pipeline.ledger import chain
from pipeline.reporting.writing import write_run_folder
from tests.reporting.made_up_run import made_up_run


def test_page_workbook_and_record_give_the_digest(tmp_path: Path):
    run = made_up_run(tmp_path, draws=False)
    write_run_folder(run, tmp_path / "out", translator("nl"))
    assert json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["ledger_head"] == run.ledger_head
    summary = load_workbook(tmp_path / "out" / "report.xlsx").worksheets[0]
    assert ("Kenmerk in het logboek", run.ledger_head) in list(summary.values)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    shown = re.search(r'<p class="ledger">.*?<code>(.*?)</code>', page, re.DOTALL)
    assert shown and chain.typed(shown[1]) == run.ledger_head
    assert {len(group) for group in shown[1].split()} == {8}
