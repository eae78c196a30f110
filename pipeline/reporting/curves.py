"""The pictures of a calibration: how distances lie, and what each threshold would cost. Drawn without pyplot.

Colours by Okabe and Ito, told apart by everybody, and never alone: lines differ in stroke, bars in hatching.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from PIL import Image

from pipeline.language import Translator
from pipeline.matching.calibration import Calibration
from pipeline.matching.trials import Trial

BLUE, ORANGE, GREEN, INK = "#0072B2", "#D55E00", "#009E73", "#1b2733"
_WIDEST_SHOWN = 1.0
_BIN = 0.025
_WIDTH_IN = 4.8
"""On a telephone of 390 px a picture has 340: 12 points are 12 px there, as large as the smallest text of the page."""
_LETTERS = 38
"""That fit below or beside a picture, in one line."""


def score_histogram(trials: Sequence[Trial], calibration: Calibration, tr: Translator) -> Image.Image:
    """How near a face lies to the own person, to the nearest other one and to kin, as shares of the trials."""
    _ = tr.text
    figure, axes = _axes()
    sets = (
        (_("the own person (another photo)"), [t.own for t in trials if not t.stranger], BLUE, "", "-"),
        (_("the nearest other person"), [t.distance for t in trials if t.stranger], ORANGE, "//", "--"),
        (_("family and look-alikes"), [t.kin for t in trials if t.stranger], GREEN, "..", ":"),
    )
    edges = np.arange(0, _WIDEST_SHOWN + _BIN, _BIN)
    for label, distances, colour, hatch, stroke in sets:
        known = np.array(distances)[np.isfinite(distances)]
        if known.size:
            axes.hist(
                np.clip(known, 0, _WIDEST_SHOWN - _BIN / 2),
                list(edges),
                weights=np.full(known.size, 1 / known.size),
                label=label,
                histtype="stepfilled",
                facecolor=to_rgba(colour, 0.18),
                edgecolor=colour,
                hatch=hatch,
                linestyle=stroke,
                linewidth=1.8,
            )
    label = _("the threshold: {threshold}").format(threshold=tr.number(calibration.threshold))
    axes.axvline(calibration.threshold, color=INK, linewidth=2, label=label)
    axes.set_xlim(0, _WIDEST_SHOWN)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda distance, _position: tr.number(distance)))
    axes.set_xlabel(_lines(_("distance between two faces (no unit; small is alike)")))
    axes.set_ylabel(_("share of the comparisons"))
    axes.yaxis.set_major_formatter(_percent(tr))
    return _picture(figure, axes)


def det_curve(calibration: Calibration, tr: Translator) -> Image.Image:
    """The DET curve: what each threshold costs, in strangers with a name and in enrolled persons without theirs."""
    _ = tr.text
    figure, axes = _axes()
    points = [
        (point, point.fpir.share, point.fnir.share)
        for point in calibration.curve
        if point.fpir.share is not None and point.fnir.share is not None
    ]
    axes.plot(
        [fpir for _point, fpir, _fnir in points],
        [fnir for _point, _fpir, fnir in points],
        color=BLUE,
        linewidth=2,
        marker=".",
        label=_("a threshold each, strict to the left"),
    )
    for point, fpir, fnir in (at for at in points if at[0].threshold == calibration.threshold):
        axes.plot([point.fpir.low, point.fpir.high], [fnir] * 2, color=INK, linewidth=1.5, label=_("95% bounds"))
        axes.plot([fpir] * 2, [point.fnir.low, point.fnir.high], color=INK, linewidth=1.5)
        axes.plot(
            fpir,
            fnir,
            "D",
            color=INK,
            markersize=9,
            clip_on=False,
            label=_("the threshold chosen: {threshold}").format(threshold=tr.number(calibration.threshold)),
        )
    target = calibration.target_fpir
    axes.axvline(target, color=ORANGE, linestyle="--", linewidth=1.8, label=_("the target"))
    # Up to the target the axis is linear, so that a rate of nought has its place; then each decade is as wide.
    axes.set_xscale("symlog", linthresh=target)
    decades = [10.0**power for power in range(-6, 1) if 10.0**power > 1.5 * target]
    axes.set_xticks([0.0, target, *decades])
    axes.set_xticks([], minor=True)
    axes.set_xlim(-target / 5, 1)  # a rate of nought stands clear of the edge
    axes.set_ylim(0, 1.02)
    axes.set_xlabel(_lines(_("strangers with a wrong name (FPIR)")))
    axes.set_ylabel(_lines(_("enrolled persons without their name (FNIR)")))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_percent(tr))
    return _picture(figure, axes)


def _axes() -> tuple[Figure, Axes]:
    """A figure for a phone as well as for paper: few words, large ones."""
    figure = Figure(figsize=(_WIDTH_IN, 5.6), dpi=220, layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#d9d6cd", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=12, colors=INK)
    axes.xaxis.label.set_fontsize(12)
    axes.yaxis.label.set_fontsize(12)
    return figure, axes


def _lines(text: str) -> str:
    """A long text in lines that fit."""
    return fill(text, _LETTERS)


def _percent(tr: Translator) -> FuncFormatter:
    return FuncFormatter(lambda share, _position: tr.share(share))


def _picture(figure: Figure, axes: Axes) -> Image.Image:
    axes.legend(fontsize=12, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=1)
    file = BytesIO()
    figure.savefig(file, format="png")
    with Image.open(file) as picture:
        return picture.convert("RGB").quantize(64)
