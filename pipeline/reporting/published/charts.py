"""The posting calendar and the trend: how many posts a month, and how they stand today. Drawn without pyplot.

Colours by Okabe and Ito, told apart by everybody, and never alone: kinds differ in hatching too.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from datetime import date

import numpy as np
from babel.dates import get_month_names
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from consent.messages import say
from consent.published.standing import Standing
from pipeline.language import Translator
from pipeline.reporting.plots import INK, picture, styled
from pipeline.reporting.published.words import TONES

KINDS = {
    "block": (say("must come down"), "#D55E00", "//"),
    "hold": (say("somebody must look"), "#E69F00", ".."),
    "cover": (say("somebody must decide"), "#CC79A7", "\\\\"),
    "publish": (say("right, or nothing to judge"), "#009E73", ""),
}
"""What the pictures tell apart, from the most urgent on: words, colour and hatching."""

WIDTH_IN = 5.4
"""Inches; on a phone the words of a wider picture would be too small to read."""

LEAST_MONTHS = 6
"""Months that the bars have room for at the least, so that a single one is no wall."""

MOST_MONTHS = 36
"""Months that fit beside each other on a phone; of a longer time the latest are drawn."""


def posting_calendar(dated: Sequence[tuple[date, Standing]], tr: Translator) -> Image.Image:
    """A square a month, years below each other: how many posts, and in colour how many of them need somebody."""
    _ = tr.text
    every = Counter((day.year, day.month) for day, _standing in dated)
    open_ = Counter((day.year, day.month) for day, standing in dated if TONES[standing] != "publish")
    years = list(range(min(every)[0], max(every)[0] + 1))
    figure = Figure(figsize=(WIDTH_IN, 1.4 + 0.55 * len(years)), dpi=160, layout="constrained")
    axes = figure.add_subplot()
    shares = np.full((len(years), 12), np.nan)
    for (year, month), count in every.items():
        shares[year - years[0], month - 1] = open_[year, month] / count
    drawn = axes.imshow(shares, cmap="cividis_r", vmin=0, vmax=1, aspect="auto")
    for (year, month), count in every.items():
        colour = "white" if open_[year, month] / count > 0.5 else INK
        axes.text(month - 1, year - years[0], str(count), ha="center", va="center", color=colour, fontsize=11)
    names = get_month_names("abbreviated", locale=tr.language)
    axes.set_xticks(range(12), [names[month] for month in range(1, 13)])
    axes.set_yticks(range(len(years)), [str(year) for year in years])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, labelsize=11, colors=INK)
    bar = figure.colorbar(drawn, ax=axes, orientation="horizontal", fraction=0.12, aspect=40)
    label = _("number: posts in the month; colour: the part of them that somebody must do something about")
    bar.set_label(textwrap.fill(label, 50))
    bar.ax.xaxis.set_major_formatter(lambda share, _position: tr.percent(share))
    return picture(figure)


def standing_trend(dated: Sequence[tuple[date, Standing]], tr: Translator) -> Image.Image:
    """Bars of posts a month, by how they stand today."""
    last = max(day.year * 12 + day.month - 1 for day, _standing in dated)
    first = max(min(day.year * 12 + day.month - 1 for day, _standing in dated), last - MOST_MONTHS + 1)
    counts = Counter((day.year * 12 + day.month - 1, TONES[standing]) for day, standing in dated)
    _ = tr.text
    months = range(first, last + 1)
    figure = Figure(figsize=(WIDTH_IN, 4.6), dpi=160, layout="constrained")
    axes = figure.add_subplot()
    below = np.zeros(len(months))
    for tone in reversed(KINDS):
        words, colour, hatch = KINDS[tone]
        heights = np.array([counts[month, tone] for month in months], dtype=float)
        axes.bar(
            range(len(months)),
            heights,
            bottom=below,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            label=tr.render(words),
        )
        below += heights
    room = max(len(months), LEAST_MONTHS) / 2
    axes.set_xlim(len(months) / 2 - 0.5 - room, len(months) / 2 - 0.5 + room)
    step = max(1, len(months) // 9)
    places = range(0, len(months), step)
    axes.set_xticks(list(places), [f"{months[p] % 12 + 1}-{months[p] // 12}" for p in places], rotation=45)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel(_("posts in the month"))
    styled(axes)
    axes.legend(fontsize=11, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=2)
    return picture(figure)
