"""Calibrations: figures and digests, neither persons nor templates."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import TypeAdapter, ValidationError

from pipeline.erasing.retention import Swept
from pipeline.matching.calibration import Calibration, Limits, takes_the_place_of
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

    def drop_calibrations(self, before: date) -> Swept:
        """Forget calibrations of before that day of which a later one takes the place; the latest always stays."""
        with self.transaction():
            rows = self._db.execute("SELECT rowid, calibrated_at, content FROM calibration ORDER BY rowid").fetchall()
            made = [(row, _calibration(datetime.fromisoformat(at), content, "")) for row, at, content in rows]
            gone = [
                row
                for place, (row, one) in enumerate(made)
                if one.calibrated_at.date() < before
                and any(takes_the_place_of(newer, one) for _, newer in made[place + 1 :])
            ]
            self._db.executemany("DELETE FROM calibration WHERE rowid = ?", [(row,) for row in gone])
        return Swept(len(gone), len(made) - len(gone))


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
