"""Calibrations: figures and digests, neither persons nor templates."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from pipeline.matching.calibration import Calibration, Limits
from pipeline.store.database import Database

_CALIBRATION = TypeAdapter(Calibration)
_LIMITS = TypeAdapter(Limits)


class CalibrationTables(Database):
    """Every calibration that was made."""

    def add_calibration(self, calibration: Calibration) -> None:
        """Keep a calibration, beside those that were made before."""
        content = _CALIBRATION.dump_json(calibration).decode()
        with self.transaction():
            self._db.execute("INSERT INTO calibration VALUES (?, ?)", (calibration.calibrated_at.isoformat(), content))

    def calibration(self, recogniser: str) -> Calibration | Limits | None:
        """The latest calibration of a recogniser, if there is one."""
        return next(iter(self.calibrations(recogniser)), None)

    def calibrations(self, recogniser: str) -> list[Calibration | Limits]:
        """All calibrations of a recogniser, the latest first; only the limits of what cannot be read."""
        rows = self._db.execute("SELECT calibrated_at, content FROM calibration ORDER BY rowid DESC")
        known = (_calibration(datetime.fromisoformat(at), content, recogniser) for at, content in rows)
        return [one for one in known if one.recogniser == recogniser]


def _calibration(at: datetime, content: str, recogniser: str) -> Calibration | Limits:
    """A calibration as it was kept; where it is not of this version of the program, its limits.

    If need be the strictest, by which nobody is named, since a threshold that cannot be read may have been any.
    """
    try:
        return _CALIBRATION.validate_json(content)
    except ValidationError:
        try:
            return _LIMITS.validate_json(content)
        except ValidationError:
            return Limits(at, recogniser, threshold=0.0, margin=0.0, smallest_face_px=0.0)
