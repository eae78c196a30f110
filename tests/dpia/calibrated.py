"""A made-up calibration: 17 persons, none of whom got a wrong name."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.matching.calibration import Calibration, CurvePoint, rate

POINT = CurvePoint(0.24, rate(0, 17), rate(13, 17))
CALIBRATION = Calibration(
    calibrated_at=datetime(2026, 10, 3, 9, 0, tzinfo=UTC),
    recogniser="dlib_face_resnet",
    basis="b",
    gallery="g",
    persons=17,
    references=34,
    absent=0,
    target_fpir=0.001,
    threshold=0.24,
    standard=0.34,
    margin=0.06,
    smallest_face_px=40.0,
    shown=False,
    persons_needed=2996,
    fpir=POINT.fpir,
    fnir=POINT.fnir,
    kin_pairs=1,
    kin_errors=0,
    curve=(POINT,),
)
