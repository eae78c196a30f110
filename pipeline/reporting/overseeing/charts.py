"""The pictures of a privacy review: the register by group, verdicts by month, and how old the templates are.

Narrow, so that their words can be read on a phone; on a wide screen they stand beside each other. Colours by Okabe
and Ito, told apart by everybody, and never alone: bars differ in hatching and carry their number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from consent.judging import Decision
from pipeline.language import Translator
from pipeline.overseeing.health import Health, RegisterHealth
from pipeline.overseeing.runs import Kind, Run
from pipeline.overseeing.templates import TemplateState
from pipeline.reporting.overseeing.words import HEALTH, group_words
from pipeline.reporting.plots import INK, picture, styled
from pipeline.reporting.words import DECISIONS

WIDTH_IN, DPI = 4.8, 200
"""Inches and dots an inch: on a phone of 390 px a letter of 11 points is then some 11 px high."""

HEALTH_STYLES = {
    Health.YES: ("#009E73", ""),
    Health.CONDITION: ("#56B4E9", ".."),
    Health.SOON: ("#F0E442", "//"),
    Health.EXPIRED: ("#E69F00", "\\\\"),
    Health.NO: ("#D55E00", "xx"),
    Health.MISSING: ("#d9d6cd", ""),
}
DECISION_STYLES = {
    Decision.PUBLISH: ("#009E73", ""),
    Decision.HOLD: ("#E69F00", ".."),
    Decision.COVER: ("#CC79A7", "\\\\"),
    Decision.BLOCK: ("#D55E00", "//"),
}
"""Colour and hatching of each kind."""

MOST_MONTHS = 12
"""Months that fit above each other on a phone; of a longer time the latest are drawn."""


def health_chart(health: RegisterHealth, purpose: str, tr: Translator) -> Image.Image:
    """A bar a group, the first group on top: how many persons are how, for one purpose."""
    rows = [health.counts[purpose, group] for group in health.groups]
    parts = [(tr.render(HEALTH[kind]), HEALTH_STYLES[kind], [row.get(kind, 0) for row in rows]) for kind in Health]
    labels = [tr.render(group_words(group)) for group in health.groups]
    return _bars(labels, parts, tr.text("persons"))


def verdict_chart(runs: Sequence[Run], tr: Translator) -> Image.Image | None:
    """A bar a month, the latest on top: what became of the photos that somebody wanted to publish; None without any."""
    photos = [(run.day, photo.verdict) for run in runs if run.kind is Kind.CANDIDATES for photo in run.photos]
    if not photos:
        return None
    counts = Counter((day.year * 12 + day.month - 1, verdict) for day, verdict in photos)
    latest = max(month for month, _ in counts)
    months = range(latest, max(min(month for month, _ in counts), latest - MOST_MONTHS + 1) - 1, -1)
    parts = [
        (tr.render(DECISIONS[decision]), style, [counts[month, decision] for month in months])
        for decision, style in DECISION_STYLES.items()
    ]
    return _bars([f"{month % 12 + 1}-{month // 12}" for month in months], parts, tr.text("photos"))


def age_chart(templates: Sequence[TemplateState], months: int, on: date, tr: Translator) -> Image.Image | None:
    """How many reference photos are how many months old, and up to which age they count; None without any."""
    if not templates:
        return None
    ages = Counter(max(0, (on.year - one.since.year) * 12 + on.month - one.since.month) for one in templates)
    figure, axes = _axes(3.4)
    axes.bar(list(ages), list(ages.values()), width=0.9, color="#0072B2", label=tr.text("reference photos"))
    label = tr.text("counts up to {months} months").format(months=months)
    axes.axvline(months + 0.5, color="#D55E00", linewidth=2, linestyle="--", label=label)
    axes.set_xlim(-0.8, max(months, *ages) + 1.5)
    axes.set_xlabel(tr.text("age of the photo in months"), fontsize=11)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MaxNLocator(integer=True))
    styled(axes)
    axes.legend(fontsize=11, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=1)
    return picture(figure)


_Part = tuple[str, tuple[str, str], list[int]]
"""The words, colour and hatching, and lengths of what one kind adds to each bar."""


def _bars(labels: Sequence[str], parts: Sequence[_Part], what: str) -> Image.Image:
    shown = [part for part in parts if any(part[2])]
    figure, axes = _axes(1.3 + 0.36 * len(labels) + 0.24 * len(shown))
    ends = [0] * len(labels)
    whole = max((sum(lengths) for lengths in zip(*(part[2] for part in shown), strict=True)), default=1)
    for words, (colour, hatch), lengths in shown:
        axes.barh(
            range(len(labels)),
            lengths,
            left=ends,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=words,
            height=0.8,
        )
        for place, (length, start) in enumerate(zip(lengths, ends, strict=True)):
            if length / whole >= 0.05:  # narrower than its number: the table has it
                ground = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
                axes.text(
                    start + length / 2,
                    place,
                    str(length),
                    ha="center",
                    va="center",
                    fontsize=10,
                    color=INK,
                    bbox=ground,
                )
        ends = [end + length for end, length in zip(ends, lengths, strict=True)]
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(0, whole * 1.02)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.set_xlabel(what, fontsize=11)
    styled(axes, "x")
    figure.legend(fontsize=11, frameon=False, loc="outside lower center", ncols=1)
    return picture(figure)


def _axes(height_in: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, layout="constrained")
    return figure, figure.add_subplot()
