"""Pictures of curves: strangers named against enrolled unnamed, and distances of right and wrong pairs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

from benchmarks.curves import Curve

# Okabe and Ito 2008: told apart by colour-blind readers too.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000")
_STYLES = ("-", "--", "-.", ":")


def draw_det(curves: Mapping[str, Curve], path: Path) -> None:
    """FPIR against FNIR, one line a recogniser. Rates of zero are drawn at half of one error."""
    figure = Figure(figsize=(6, 4.5), layout="constrained")
    axes = figure.subplots()
    for number, (name, curve) in enumerate(curves.items()):
        points = [point for point in curve.points if point.fpir.n and point.fnir.n]
        fpir = [max(point.fpir.times, 0.5) / point.fpir.n for point in points]
        fnir = [max(point.fnir.times, 0.5) / point.fnir.n for point in points]
        axes.plot(fpir, fnir, _STYLES[number % 4], color=_COLOURS[number % 5], label=name, marker=".")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="strangers who get a name (FPIR)",
        ylabel="enrolled without the right name (FNIR)",
    )
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(_as_percent)
        axis.set_minor_formatter(NullFormatter())
    axes.grid(visible=True, which="both", alpha=0.3)
    if curves:
        axes.legend(title="nearer to the lower left is better")
    figure.savefig(path, dpi=100, metadata={"Software": None})


def draw_distances(curve: Curve, name: str, path: Path, threshold: float | None = None) -> None:
    """How far faces lie from their own person and from others. `threshold`: the program's own, where it has one."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    edges = bin_edges(curve)
    for values, label, colour in (
        (curve.impostor, f"to somebody else ({len(curve.impostor)} pairs)", _COLOURS[1]),
        (curve.genuine, f"to the right person ({len(curve.genuine)} faces)", _COLOURS[0]),
    ):
        weights = np.full(len(values), 100 / max(1, len(values)))
        axes.hist(values, edges, weights=weights, color=colour, alpha=0.6, label=label)
    if threshold is not None:
        axes.axvline(threshold, color="black", linestyle="--", label=f"threshold {threshold:.2f}")
    axes.set(xlabel=f"distance ({name})", ylabel="part of the pairs, %")
    axes.legend()
    figure.savefig(path, dpi=100, metadata={"Software": None})


def bin_edges(curve: Curve, bins: int = 40) -> list[float]:
    """Edges of a histogram that holds all finite distances."""
    known = [value for value in (*curve.genuine, *curve.impostor) if np.isfinite(value)]
    return [float(edge) for edge in np.linspace(0.0, max(known, default=1.0) or 1.0, bins + 1)]


def _as_percent(part: float, _: int | None) -> str:
    return f"{100 * part:.3g} %"
