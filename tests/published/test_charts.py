"""The calendar and the trend show what they are given, for one post as for ten years of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from PIL import Image

from consent.published.standing import Standing
from pipeline.language import translator
from pipeline.reporting.published.charts import KINDS, MOST_MONTHS, posting_calendar, standing_trend
from pipeline.reporting.published.words import MEANINGS, STANDINGS, SYMBOLS, TONES

TR = translator("en")
FIRST = date(2016, 8, 1)
YEARS = [(FIRST + timedelta(days), Standing.RIGHT) for days in range(0, 3650, 5)]


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture.convert("RGB"))


def test_every_standing_has_its_words_and_its_place():
    assert set(STANDINGS) == set(MEANINGS) == set(TONES) == set(Standing)
    assert set(TONES.values()) == set(KINDS) == set(SYMBOLS)
    assert {standing for standing in Standing if TONES[standing] == "block"} == {s for s in Standing if s.comes_down}


@pytest.mark.parametrize("draw", [posting_calendar, standing_trend])
def test_one_post_and_ten_years_can_be_drawn_and_a_wrong_post_shows(draw):
    right = pixels(draw([(FIRST, Standing.RIGHT)], TR))
    wrong = pixels(draw([(FIRST, Standing.NEVER_RIGHT)], TR))
    assert right.shape == wrong.shape and (right != wrong).any()
    assert (pixels(draw(YEARS, TR)) != 255).any()


def test_of_a_long_time_the_latest_months_are_drawn():
    cut = date(YEARS[-1][0].year - MOST_MONTHS // 12, YEARS[-1][0].month, 28) + timedelta(7)
    latest = [(day, standing) for day, standing in YEARS if day >= cut.replace(day=1)]
    assert len(latest) < len(YEARS)
    assert (pixels(standing_trend(YEARS, TR)) == pixels(standing_trend(latest, TR))).all()


def test_the_calendar_has_a_row_for_every_year():
    def height(years: int) -> int:
        days = (date(2026 - years, 5, 1), date(2026, 5, 1))
        return posting_calendar([(day, Standing.RIGHT) for day in days], TR).height

    assert height(3) > height(0)
