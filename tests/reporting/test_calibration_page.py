"""The page of a calibration: whole in one file, harmless, readable on a phone, and plain about what is unknown."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from math import floor, inf
from pathlib import Path

import numpy as np
import pytest

from pipeline.language import translator
from pipeline.matching.calibration import CurvePoint, calibrated, not_milder
from pipeline.matching.conditions import InForce
from pipeline.matching.degrade import degradations
from pipeline.matching.identification import MatchingPolicy
from pipeline.matching.trials import Trial, Tried
from pipeline.reporting.calibration_page import (
    FIGURES,
    PAGE,
    TRIALS,
    CalibrationReport,
    read_calibration,
    write_calibration_folder,
)
from pipeline.reporting.calibration_words import of_the_calibration, of_the_policy
from pipeline.reporting.curves import det_curve, score_histogram

SCHOOL = "De <b>Proef</b><script>alert(1)</script>"
WAYS = degradations(40.0)


def tried(persons: int, near: float = 0.45, photos: int = 2) -> Tried:
    """Made-up trials: everybody's nearest stranger is at `near` or further, and new photos lie around 0.35."""
    scatter = np.random.default_rng(1)
    trials = []
    for number in range(persons):
        for photo in range(photos):
            for way in WAYS:
                who, of = f"P{number}", f"{number * 10 + photo:064x}"
                if persons > 1:
                    distance = near and near + abs(scatter.normal(0, 0.08))
                    trials.append(Trial(who, of, way.name, True, "P0" if number else "P1", distance, inf, inf, 0.5))
                if photos > 1:
                    distance = abs(scatter.normal(0.35, 0.06))
                    trials.append(Trial(who, of, way.name, False, who, distance, 0.6, distance))
    kin = {"P0": frozenset({"P1"}), "P1": frozenset({"P0"})}
    return Tried(tuple(trials), "dlib_face_resnet", "ab" * 32, "cd" * 32, persons, kin, absent=0, others=1)


def report(given: Tried, target: float = 0.01) -> CalibrationReport:
    found = calibrated(given, target, MatchingPolicy(), datetime(2026, 11, 22, 9, 5, tzinfo=UTC))
    return CalibrationReport(SCHOOL, found, given, WAYS)


CASES = {
    "few persons": report(tried(17)),
    "few persons, and strangers near": report(tried(17, near=0.25)),
    "enough persons": report(tried(310, photos=1)),
    "so near that nothing helps": report(tried(310, near=0.0, photos=1)),
    "one person": report(tried(1)),
    "one photo of each": report(tried(3, photos=1)),
}
SAYS = {
    "few persons": [
        "daarvoor zijn ten minste 300 personen nodig",
        "grens streng, 0,4,",
        "Van 1000 gezichten van onbekenden",
    ],
    "few persons, and strangers near": ["0 van de 17", "en worden er meer gezichten voorgelegd", "aangezien voor"],
    "enough persons": ["Dat blijft binnen het doel van 10 op de 1000", "kon niet worden gemeten"],
    "so near that nothing helps": ["Het doel van 10 op de 1000 is niet gehaald"],
    "one person": ["daarvoor zijn twee ingeschreven personen nodig", "grens streng, 0,4,"],
    "one photo of each": ["daarvoor zijn twee referentiefoto’s van iemand nodig"],
}


@pytest.mark.parametrize("case", CASES)
def test_the_page_says_what_is_known_and_what_is_not(case: str, tmp_path: Path):
    write_calibration_folder(CASES[case], tmp_path / "run", translator("nl"))
    assert {path.name for path in (tmp_path / "run").iterdir()} == {PAGE, FIGURES, TRIALS}
    page = (tmp_path / "run" / PAGE).read_text("utf-8")
    for words in SAYS[case]:
        assert words in page, words
    assert "<script" not in page and "&lt;script&gt;" in page and "<b>Proef" not in page
    assert not re.search(r'(src|href)="(?!data:image/png;base64,)', page)
    assert page.count("<img src=") == page.count('alt="') == 2
    assert read_calibration(tmp_path / "run") == CASES[case].calibration
    assert json.loads((tmp_path / "run" / FIGURES).read_text("utf-8"))["photos_not_enrolled"] == 1


def test_english_is_english(tmp_path: Path):
    write_calibration_folder(CASES["few persons"], tmp_path / "run", translator("en"))
    page = (tmp_path / "run" / PAGE).read_text("utf-8")
    assert '<html lang="en">' in page and "Calibration of face matching" in page and "gezicht" not in page


def test_who_is_mistaken_for_whom_is_listed_by_id_nearest_first():
    shown = CASES["few persons, and strangers near"]
    assert {(who, name) for who, name, *_ in shown.mistaken} >= {("P1", "P0"), ("P0", "P1"), ("P9", "P0")}
    assert [near for *_, near in shown.mistaken] == sorted(near for *_, near in shown.mistaken)
    assert {kin for who, _, kin, _ in shown.mistaken if who in ("P0", "P1")} == {True}
    assert CASES["few persons"].mistaken == ()


def test_ways_are_counted_in_persons_for_strangers_and_in_photos_for_the_enrolled():
    rows = CASES["few persons"].by_way
    assert [str(label) for label, *_ in rows] == [str(way.label) for way in WAYS]
    assert all((wrong, strangers, own) == (0, 17, 34) and 0 < right < 34 for _, wrong, strangers, right, own in rows)
    assert CASES["few persons"].left_out == (0, 34 * len(WAYS))


def test_faces_that_were_not_compared_are_told_apart_and_show_nothing_of_strangers(tmp_path: Path):
    given = tried(17)
    blurred = tuple(
        Trial(t.person_id, t.reference, t.version, t.stranger, None, compared=False) if t.version == "moved" else t
        for t in given.trials
    )
    shown = report(replace(given, trials=blurred))
    rows = dict(zip([way.name for way in WAYS], [row[1:] for row in shown.by_way], strict=True))
    assert rows["moved"] == (0, 0, 0, 34) and shown.left_out == (34, 34 * len(WAYS))
    write_calibration_folder(shown, tmp_path / "run", translator("nl"))
    assert f"geen naam: 34 van de {34 * len(WAYS)}" in (tmp_path / "run" / PAGE).read_text("utf-8")
    with (tmp_path / "run" / TRIALS).open(encoding="utf-8-sig", newline="") as file:
        told = [(row["version"], row["compared"], row["distance"]) for row in csv.DictReader(file, delimiter=";")]
    assert {version for version, compared, _ in told if compared == "no"} == {"moved"}
    assert all((compared == "no") == (distance == "") for _, compared, distance in told)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("case", CASES)
def test_pictures_are_drawn_of_whatever_there_is(case: str, language: str):
    shown, tr = CASES[case], translator(language)
    for picture in (score_histogram(shown.tried.trials, shown.calibration, tr), det_curve(shown.calibration, tr)):
        assert picture.width > 1000 and len(picture.getcolors()) > 2


def test_a_gallery_that_changed_takes_the_place_of_what_follows():
    found = CASES["few persons"].calibration
    changed = of_the_policy(InForce(MatchingPolicy(0.33), found, changed=True))[:-1]
    assert changed[0] == of_the_calibration(found)[0]
    assert "out of date" in str(changed[-1]) and "0.33" in str(changed[-1])
    assert of_the_policy(InForce(MatchingPolicy(), found)) == of_the_calibration(found)
    (none,) = of_the_policy(InForce(MatchingPolicy()))
    assert "was not calibrated" in str(none)
    (older,) = of_the_policy(InForce(MatchingPolicy(0.25), changed=True))
    assert "another version of the program" in str(older) and "0.25" in str(older)


def test_an_upper_bound_is_never_rounded_down():
    found = CASES["few persons"].calibration
    fpir, fnir = replace(found.fpir, high=0.00101), replace(found.fnir, low=0.0019, high=0.0021)
    _, wrong, missing, _ = map(str, of_the_calibration(replace(found, curve=(CurvePoint(0.4, fpir, fnir),))))
    assert "at most 2 get" in wrong and "1 to 3 do not" in missing


def test_a_report_speaks_of_the_threshold_in_force():
    """What a school sets more strictly has its own figures: fewer wrong names, more faces held."""
    found = CASES["few persons, and strangers near"].calibration
    chosen, stricter = found.threshold, found.threshold - 0.105
    said = [str(one) for one in of_the_policy(InForce(MatchingPolicy(stricter), found))]
    missing = found.at(found.threshold - 0.11).fnir
    assert missing.low > found.at(chosen).fnir.low, "or this shows nothing"
    assert f"{floor(1000 * missing.low)} to" in said[2]
    assert f"strict, {stricter}," in said[3] and not any(f" {chosen}" in one for one in said)
    assert "school.toml" in said[4] and len(said) == 5
    (*_, wider) = of_the_policy(InForce(MatchingPolicy(chosen, margin=0.2), found))
    assert "wider margin" in str(wider)


@pytest.mark.parametrize(
    ("target", "words"), [(0.01, "of 10 in 1000"), (0.001, "of 1 in 1000"), (0.0005, "of 0.5 in 1000")]
)
def test_a_target_is_told_without_stray_decimals(target: float, words: str):
    assert words in str(of_the_calibration(report(tried(17), target).calibration)[-1])


def test_a_part_of_the_photos_shows_nothing_and_says_so():
    part = report(replace(tried(310, photos=1), absent=2)).calibration
    assert not part.shown and "2 took no part" in str(of_the_calibration(part)[-1])
    kept = not_milder(part, [replace(part, threshold=0.2)])
    assert "earlier calibration (2026-11-22) stays: 0.2." in str(of_the_calibration(kept)[-1])


# In a browser.

BROWSER = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.mark.slow
@pytest.mark.skipif(not BROWSER, reason="no Chromium here: install it, or name it in CHROMIUM")
def test_a_browser_shows_it_on_a_desk_and_on_a_phone(tmp_path: Path):
    sync_api = pytest.importorskip("playwright.sync_api")
    write_calibration_folder(CASES["few persons, and strangers near"], tmp_path / "run", translator("nl"))
    address, asked, said = (tmp_path / "run" / PAGE).as_uri(), [], []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        for width in (320, 390, 1200):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert min(page.evaluate("[...document.images].map(i => i.naturalWidth)")) > 1000
        browser.close()
    assert [url for url in asked if not url.startswith("data:image/png")] == [address]
    assert said == []
