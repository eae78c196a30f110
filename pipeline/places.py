"""Where the parts of the project lie that are no Python: one place, absolute, whatever folder a notebook runs in."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
NOTEBOOKS = PROJECT / "notebooks"
DEMO = PROJECT / "demo"
REPORT_PARTS = PROJECT / "reports"
CATALOGUES = REPORT_PARTS / "locale"
