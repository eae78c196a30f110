"""The run folder of a calibration: a page for people, the figures, and every trial as a row. Ids, never names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import TypeAdapter

from consent.messages import Message
from pipeline.language import Translator
from pipeline.matching.calibration import Calibration
from pipeline.matching.degrade import Degradation
from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.trials import Trial, Tried
from pipeline.private import private_folder
from pipeline.reporting.calibration_words import of_the_calibration
from pipeline.reporting.html import data_address, page_environment
from pipeline.reporting.record import DISTRIBUTION, program_digest
from pipeline.reporting.tables import Value, write_csv

PAGE, FIGURES, TRIALS = "calibration.html", "calibration.json", "calibration.csv"
TRIAL_COLUMNS = (
    "person_id",
    "photo_sha256",
    "version",
    "as",
    "named_up_to_widest",
    "distance",
    "second",
    "distance_own",
    "distance_kin",
    "compared",
)
_CALIBRATION = TypeAdapter(Calibration)


@dataclass(frozen=True)
class CalibrationReport:
    """A calibration with the trials that it was made from, as its page shows it."""

    school: str
    calibration: Calibration
    tried: Tried
    ways: tuple[Degradation, ...]
    ledger_head: str = ""
    """The digest of the entry of this calibration in the ledger."""

    @property
    def sentences(self) -> tuple[Message, ...]:
        """What it says, for people."""
        return of_the_calibration(self.calibration)

    @property
    def own_threshold(self) -> bool:
        """Whether the threshold without calibration is a stricter one of the school's own (school.toml)."""
        return self.calibration.standard < MatchingPolicy().threshold

    @cached_property
    def by_way(self) -> tuple[tuple[Message, int, int, int, int], ...]:
        """For each way of degrading: persons wrongly named and tried, and photos rightly named and tried."""
        return tuple((way.label, *self._of_way(way.name)) for way in self.ways)

    @property
    def left_out(self) -> tuple[int, int]:
        """How many of the faces made poorer were not compared, and how many there were."""
        faces = {(trial.reference, trial.version): trial.compared for trial in self.tried.trials}
        return len(faces) - sum(faces.values()), len(faces)

    def _of_way(self, name: str) -> tuple[int, int, int, int]:
        limit = self.calibration.threshold
        strangers = [t for t in self.tried.trials if t.version == name and t.stranger and t.compared]
        own = [t for t in self.tried.trials if t.version == name and not t.stranger]
        wrong = {t.person_id for t in strangers if t.name_at(limit) is not None}
        right = sum(t.name_at(limit) == t.person_id for t in own)
        return len(wrong), len({t.person_id for t in strangers}), right, len(own)

    @cached_property
    def mistaken(self) -> tuple[tuple[str, str, bool, float], ...]:
        """Whom the threshold without calibration takes for whom, whether they are kin, and how near; nearest first."""
        nearest: dict[tuple[str, str], float] = {}
        for trial in self.tried.trials:
            name = trial.name_at(max(self.calibration.standard, self.calibration.threshold))
            if name not in (None, trial.person_id):
                pair = trial.person_id, str(name)
                nearest[pair] = min(trial.distance, nearest.get(pair, trial.distance))
        kin = self.tried.kin
        return tuple(
            (who, name, name in kin.get(who, ()), near)
            for (who, name), near in sorted(nearest.items(), key=lambda item: (item[1], item[0]))
        )


def write_calibration_folder(report: CalibrationReport, folder: Path, tr: Translator) -> None:
    """Write the page, the figures and the trials into a new folder."""
    from pipeline.reporting.curves import det_curve, score_histogram  # matplotlib is slow to load

    private_folder(folder, may_exist=False)
    write_csv(folder / TRIALS, TRIAL_COLUMNS, _rows(report.tried.trials))
    (folder / FIGURES).write_text(json.dumps(calibration_record(report), ensure_ascii=False, indent=2) + "\n", "utf-8")
    page = page_environment(tr).get_template("calibration.html.j2")
    (folder / PAGE).write_text(
        page.render(
            report=report,
            calibration=report.calibration,
            tr=tr,
            sentence=tr.render,
            histogram=_address(score_histogram(report.tried.trials, report.calibration, tr)),
            curve=_address(det_curve(report.calibration, tr)),
        ),
        encoding="utf-8",
        newline="\n",
    )


def read_calibration(folder: Path) -> Calibration:
    """The calibration of a run folder."""
    return _CALIBRATION.validate_python(json.loads((folder / FIGURES).read_text("utf-8"))["calibration"])


def calibration_record(report: CalibrationReport) -> dict[str, Any]:
    """The figures as plain JSON values."""
    return {
        "program": {"name": DISTRIBUTION, "sha256": program_digest()},
        "ledger_head": report.ledger_head,
        "ways": [way.name for way in report.ways],
        "photos_not_enrolled": report.tried.others,
        "says": [str(sentence) for sentence in report.sentences],
        "calibration": _CALIBRATION.dump_python(report.calibration, mode="json"),
    }


def _rows(trials: Sequence[Trial]) -> Iterator[tuple[Value, ...]]:
    """Two distances of one face, not those to everybody, from which a template could be worked out."""
    for trial in trials:
        distances = (trial.distance, trial.second, trial.own, trial.kin)
        yield (
            trial.person_id,
            trial.reference,
            trial.version,
            "stranger" if trial.stranger else "enrolled",
            trial.named,
            *(round(d, 4) if isfinite(d) else None for d in distances),
            "yes" if trial.compared else "no",
        )


def _address(picture: Image.Image) -> str:
    file = BytesIO()
    picture.save(file, format="png", optimize=True)
    return data_address(file.getvalue(), "png")
