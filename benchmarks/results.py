"""Results as rows of figures, each with its bounds and the number of trials, and the page that shows them."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from scipy.stats import binomtest

CONFIDENCE = 0.95
LIBRARIES = ("photo-consent-audit", "numpy", "onnxruntime", "opencv-contrib-python", "mediapipe", "pillow")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `value` and `bounds` as a reader sees them, with their unit; `n`: number of trials."""

    what: str
    value: str
    bounds: str = ""
    n: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """`times` out of `n` trials."""

    times: int
    n: int

    def __post_init__(self) -> None:
        if not 0 <= self.times <= self.n:
            raise ValueError(f"{self.times} of {self.n} is no rate")

    @property
    def share(self) -> float | None:
        """The part, 0 to 1; None where nothing was tried."""
        return self.times / self.n if self.n else None

    @property
    def bounds(self) -> tuple[float, float]:
        """95 % bounds of the true part (Clopper and Pearson 1934): exact, and honest for zero of n.

        They take trials to be independent. Several faces of one person are not, so the truth is wider.
        """
        if not self.n:
            return 0.0, 1.0
        found = binomtest(self.times, self.n).proportion_ci(CONFIDENCE, method="exact")
        return float(found.low), float(found.high)

    def row(self, what: str, note: str = "") -> Row:
        """The rate as a line of a table."""
        if self.share is None:
            return Row(what, "not measured", n=0, note=note)
        low, high = self.bounds
        return Row(what, f"{percent(self.share)} ({self.times})", f"{percent(low)} to {percent(high)}", self.n, note)


def percent(part: float) -> str:
    """A part of one as a percentage, with one decimal."""
    return f"{part * 100:.1f} %"


def table(rows: Iterable[Row]) -> str:
    """A Markdown table."""
    lines = ["| | | 95 % bounds | n | |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        cells = (row.what, row.value, row.bounds, "" if row.n is None else str(row.n), row.note)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(line.replace("|  |", "| |").replace("|  |", "| |") for line in lines)


def page(sections: Mapping[str, str], today: date) -> str:
    """The page of results: a heading and its Markdown each, and on what machine it was measured."""
    parts = ["# Results", f"Written by `make bench` on {today.isoformat()}; what the words mean: README.md beside it."]
    for heading, text in {**sections, "The machine": table(machine())}.items():
        parts += [f"## {heading}", text.strip()]
    return "\n\n".join(parts) + "\n"


def machine() -> tuple[Row, ...]:
    """What a reader must know to compare: no name of the computer, no folder of it."""
    memory = _memory_gib()
    return (
        Row("cores that may be used", str(_cores())),
        Row("processor", _processor()),
        Row("memory", "not known" if memory is None else f"{memory:.1f} GiB"),
        Row("system", f"{platform.system()} {platform.machine()}"),
        Row("Python", platform.python_version()),
        *(Row(name, version(name)) for name in LIBRARIES),
    )


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    """The model's name; what the system calls it where there is no list of processors."""
    listed = Path("/proc/cpuinfo")
    if listed.is_file() and (found := re.search(r"^model name\s*:\s*(.+)$", listed.read_text("utf-8"), re.MULTILINE)):
        return found[1].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):  # a system without these names
        return None
