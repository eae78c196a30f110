"""One labelled folder measured: tables, pictures, and all figures as JSON. No template, id or file name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.curves import Curve, draw_curve, histogram
from benchmarks.figures import bin_edges, draw_det, draw_distances
from benchmarks.identification import Naming, Trials, measure_naming
from benchmarks.labelled import LabelledFolder, read_labelled
from benchmarks.looking import Measured, look
from benchmarks.results import Rate, Row, table
from benchmarks.seeing import Seeing, measure_seeing
from consent.protocol import load_protocol
from pipeline.matching.dlib_resnet import DlibResNet
from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.recogniser import Recogniser
from pipeline.models.store import ModelStore
from pipeline.school import School
from pipeline.vision.observer import Observer


@dataclass(frozen=True)
class Report:
    """What was measured on one labelled folder. `own`: the program as it is, where its own recogniser took part."""

    measured: Measured
    seeing: Seeing
    own: Naming | None
    curves: Mapping[str, Curve]

    def data_rows(self) -> list[Row]:
        """What the figures rest on."""
        folder = self.measured.folder
        people = {label.person_id for probe in folder.probes for label in probe.labels} - {None}
        refused = f"{self.measured.refused} refused: not exactly one clear face" if self.measured.refused else ""
        return [
            Row("photos", str(len(folder.probes)), note=f"{sum(probe.complete for probe in folder.probes)} complete"),
            Row("enrolled", str(len({who for who, _ in folder.references})), note=f"{len(people)} of them on photos"),
            Row("reference photos", str(len(folder.references)), note=refused),
        ]

    def headline(self) -> list[Row]:
        """The figures of the program as it is."""
        return self.own.rows() if self.own else []

    def comparison(self) -> list[Row]:
        """Each recogniser at equal rates of strangers named."""
        return [row for name, curve in self.curves.items() for row in curve.rows(name)]

    def markdown(self) -> str:
        """All tables, one below the other."""
        parts = [table([*self.data_rows(), *self.headline(), *self.seeing.rows()])]
        if self.seeing.orientation:
            parts += ["What is said of persons, by how they stand:", self.seeing.orientation_table()]
        parts += ["Recognisers at equal rates of strangers named:", table(self.comparison())]
        return "\n\n".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Every figure. Rows are lines of probes.csv."""
        return {
            "data": {row.what: row.value for row in self.data_rows()},
            "program": _plain(self.own),
            "seeing": _plain(self.seeing),
            "recognisers": {name: _curve(curve) for name, curve in self.curves.items()},
        }

    def write(self, folder: Path, name: str) -> None:
        """Write `<name>.json`, `<name>-det.png` and a picture of distances for each recogniser."""
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_json(), indent=1, sort_keys=True, allow_nan=False)
        (folder / f"{name}.json").write_text(text + "\n", "utf-8")
        draw_det(self.curves, folder / f"{name}-det.png")
        for number, (recogniser, curve) in enumerate(self.curves.items(), start=1):
            own = self.measured.policy.threshold if recogniser == DlibResNet.name else None
            draw_distances(curve, recogniser, folder / f"{name}-distances-{number}.png", own)


def measure(path: Path, store: ModelStore, recognisers: Sequence[Recogniser]) -> Report:
    """Look at a labelled folder once and work out everything."""
    folder: LabelledFolder = read_labelled(path)
    protocol, policy = load_protocol(School.protocol), MatchingPolicy()
    with Observer(store) as observer:
        measured = look(folder, observer, recognisers, policy, protocol.parameters.published_long_side_px)
    is_own = any(recogniser.name == DlibResNet.name for recogniser in recognisers)
    return Report(
        measured,
        measure_seeing(measured.photos),
        measure_naming(measured, DlibResNet.name, policy, protocol) if is_own else None,
        {recogniser.name: draw_curve(Trials(measured, recogniser.name)) for recogniser in recognisers},
    )


def _curve(curve: Curve) -> dict[str, Any]:
    edges = bin_edges(curve)
    return {
        "points": [_plain(point) for point in curve.points],
        "distances": {
            "edges": [round(edge, 4) for edge in edges],
            "to the right person": histogram(curve.genuine, edges),
            "to somebody else": histogram(curve.impostor, edges),
        },
    }


def _plain(thing: Any) -> Any:
    """Frozen records as dictionaries, rates with their bounds."""
    if isinstance(thing, Rate):
        return {"times": thing.times, "n": thing.n, "bounds": [round(bound, 5) for bound in thing.bounds]}
    if hasattr(thing, "__dataclass_fields__"):
        return {name: _plain(getattr(thing, name)) for name in thing.__dataclass_fields__}
    if isinstance(thing, dict):
        return {str(key): _plain(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_plain(value) for value in thing]
    return round(thing, 5) if isinstance(thing, float) else thing
