"""A made-up audit with every decision in it, judged by the real rules and drawn by the real pencil."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from consent.facts import BodyFact, Case, FaceFact, Orientation, PhotoFacts
from consent.judging import judge
from consent.messages import Message, say
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import Answer, ConsentRecord, ConsentRegister, Medium
from consent.texts import Found, Kind
from pipeline.matching.calibration import Calibration, CurvePoint, Rate
from pipeline.matching.conditions import InForce
from pipeline.matching.identification import Identification, MatchingPolicy
from pipeline.naming import HandNames, hand_findings
from pipeline.reporting.pictures import draw
from pipeline.run import AuditedPhoto, AuditRun, ModelUse
from pipeline.vision.observation import Body, Box, Face, Observation
from tests.pipeline.seen import FAR_AWAY

DAY = date(2026, 11, 20)
PROTOCOL = load_protocol("ooh-2019")
WIDTH, HEIGHT = 640, 480

ANSWERS = {
    "S01": Answer.YES,
    "S02": Answer.YES,
    "S03": Answer.NO,
    "S04": Answer.ASK_FIRST,
    "S05": Answer.GROUP_ONLY,
    "S06": Answer.YES,  # on a form of last year
    "S07": Answer.OBJECTION,
    "T01": Answer.NO,
}
NAMES = {"S01": "Fenna de Proef", "S03": "Joost van Voorbeeld", "T01": "Marit Toets"}

FPIR, FNIR = Rate(0.0, 17, 0.0, 0.0, 0.1713), Rate(4.5, 15, 0.3, 0.1234, 0.5432)
CALIBRATION = Calibration(
    calibrated_at=datetime(2026, 11, 1, 10, tzinfo=UTC),
    recogniser="dlib_face_resnet",
    basis="12" * 32,
    gallery="34" * 32,
    persons=17,
    references=30,
    absent=4,
    target_fpir=0.001,
    threshold=0.35,
    standard=0.4,
    margin=0.06,
    smallest_face_px=40.0,
    shown=False,
    persons_needed=2996,
    fpir=FPIR,
    fnir=FNIR,
    kin_pairs=1,
    kin_errors=1,
    curve=(CurvePoint(0.35, FPIR, FNIR),),
)

HOSTILE = (
    "<img src=x onerror=alert(1)>.jpg",
    '"><script>alert(2)</script>.jpg',
    "{{ 7 * 7 }}{% raw %}.jpg",
    "=cmd|' /C calc'!A0.jpg",
    "+1;2\n3.jpg",
    "@SUM(A1).jpg",
    "-2\r.jpg",
    "\ttab.jpg",
    "\u202egpj.jpg",
    "half\udce9.jpg",
    "nul\x00\x1b[31m.jpg",
)

FACES: dict[str, tuple[str | None, ...]] = {
    "IMG_01.jpg": ("S01", "S02"),
    "IMG_02.jpg": ("S01", "S03", "S02"),
    "IMG_03.jpg": ("S01",),
    "IMG_04.jpg": ("S01", "S04", "S02"),
    "IMG_05.jpg": ("S01", "S02", "S06"),
    "IMG_06.jpg": ("S05", "S01"),
    "IMG_07.jpg": ("S01", "S07", "S02"),
    "IMG_08.jpg": ("S01", "S02", "T01"),
    "IMG_09.jpg": ("S01", None, "S02"),
    "sportdag/middag/heel lange naam zonder enig streepje erin IMG_10_kopie_van_kopie_definitief_2.jpg": ("S02", "S01"),
}


def register() -> ConsentRegister:
    """Eight persons and what they answered about Facebook."""
    people = {who: Person(who, Role.STAFF if who.startswith("T") else Role.PUPIL) for who in ANSWERS}
    records = [
        ConsentRecord(
            who,
            "facebook",
            Medium.PHOTO,
            answer,
            given_by="both parents",
            given_on=date(2025, 9, 1) if who == "S06" else date(2026, 9, 1),
            form_version="2026-1",
            evidence=f"form {who}",
        )
        for who, answer in ANSWERS.items()
    ]
    return ConsentRegister(people, tuple(records))


def pixels(seed: int = 1) -> np.ndarray:
    """Noise on a slope, redder to the right and greener downwards: full of detail, and no two places alike."""
    noise = np.random.default_rng(seed).integers(-60, 61, (HEIGHT, WIDTH, 3))
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH]
    slope = np.stack([60 + 135 * across // WIDTH, 60 + 135 * down // HEIGHT, np.full_like(down, 128)], axis=2)
    return (slope + noise).astype(np.uint8)


def audited(
    name: str,
    people: tuple[str | None, ...] = (),
    bodies: tuple[Orientation, ...] = (),
    small: int = 0,
    problem: Message | None = None,
    platform: str = "facebook",
) -> AuditedPhoto:
    """A photo with those faces from left to right, then `small` tiny ones, then those bodies."""
    sides = [90.0] * len(people) + [12.0] * small
    faces = tuple(
        Face(i + 1, Box(30 + 110 * i, 120, side, side * 1.2), 0.9, ((0, 0),) * 5) for i, side in enumerate(sides)
    )
    figures = tuple(
        Body(i + 1, Box(330 + 90 * i, 100, 80, 300), 0.8, orientation) for i, orientation in enumerate(bodies)
    )
    why = say("This face looks like {person}, but not enough to be sure.", person="S03")
    facts = PhotoFacts(
        name,
        tuple(
            FaceFact(f.number, f.box.side, who, why_unnamed=None if who else why, identifiable=f.box.side >= 40)
            for f, who in zip(faces, (*people, *[None] * small), strict=True)
        ),
        tuple(BodyFact(b.number, b.orientation, 40.0) for b in figures),
        problem,
    )
    case = Case(facts, platform, DAY, register(), PROTOCOL)
    sha256 = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    seen = None if problem else Observation(sha256, WIDTH, HEIGHT, faces, figures)
    return AuditedPhoto(name, sha256, seen, case, judge(case))


def named_by_hand(photo: AuditedPhoto) -> AuditedPhoto:
    """The photo with its first face named by a person, and its second by the program."""
    said = HandNames({1: photo.identified[1]}, {1: FAR_AWAY})
    return replace(
        photo,
        verdict=replace(photo.verdict, findings=(*photo.verdict.findings, *hand_findings(said))),
        said=said,
        found={
            2: Identification(2, photo.identified[2], None, 0.31234567, 0.5),
            3: Identification(3, None, None, 0.45),
        },
    )


def drawn(photo: AuditedPhoto, folder: Path) -> AuditedPhoto:
    """The photo with its picture in `folder`; as it is where there is nothing to draw."""
    if photo.observation is None:
        return photo
    path = folder / f"{photo.sha256}.jpg"
    path.write_bytes(draw(pixels(), photo))
    return replace(photo, picture=path)


def made_up_run(folder: Path, *, names: bool = False, platform: str = "facebook", draws: bool = True) -> AuditRun:
    """The whole made-up batch; pictures go to `folder`, where they are wanted."""
    photos = [audited(name, people, platform=platform) for name, people in FACES.items()]
    behind, unsure = Orientation.FROM_BEHIND, Orientation.UNKNOWN
    photos += [
        audited("IMG_11.jpg", bodies=(behind, behind, behind), platform=platform),
        audited("IMG_12.jpg", ("S01", "S02"), small=2, bodies=(behind,), platform=platform),
        audited("IMG_13.jpg", ("S02", "S01"), bodies=(unsure,), platform=platform),
        audited("IMG_14.jpg", platform=platform),
        audited("IMG_15.jpg", problem=say("The file is empty."), platform=platform),
    ]
    photos += [audited(name, ("S01", "S03", "S02"), platform=platform) for name in HOSTILE]
    photos[0] = named_by_hand(photos[0])
    return AuditRun(
        run_id="20261120-0915-facebook",
        school="Basisschool De <b>Verzinsel</b>",
        platform_id=platform,
        on=DAY,
        started=datetime(2026, 11, 20, 9, 15, tzinfo=UTC),
        finished=datetime(2026, 11, 20, 9, 16, tzinfo=UTC),
        protocol=PROTOCOL,
        photos=tuple(drawn(photo, folder) for photo in photos) if draws else tuple(photos),
        matching=say("Nobody has said yet who this is."),
        in_force=InForce(MatchingPolicy(threshold=0.35), CALIBRATION, changed=True),
        other_files=("notulen.docx", "<i>Thumbs</i>.db"),
        message="Wat een mooie sportdag!\n<script>alert(3)</script>",
        in_message=(
            Found(Kind.FULL_NAME, (next(iter(NAMES)),)),
            Found(Kind.PHONE),
            Found(Kind.INFORMS, words=("inleveren", "uiterlijk")),
        ),
        register_digest="ab" * 32,
        register_people=len(ANSWERS),
        models=(ModelUse("centerface", "1.5.0", "cd" * 32),),
        thresholds={"recognisable_face_px": 16.0, "margin": 0.05},
        parameters={
            "folder": "/home/fenna/fotos/sportdag",
            "windows": "C:\\Users\\fenna\\register.xlsx",
            "home": "~/fotos/sportdag",
            "up": "../fenna/sportdag",
            "text": "Wat een mooie sportdag!\n<script>alert(3)</script>",
            "platform": platform,
            "dpia": "DPIA/2026/3",
            "matching": False,
        },
        times={"detect": 1.23456, "judge": 0.5},
        names=NAMES if names else {},
        notes=(say("Nobody can be recognised."),),
        ledger_head="e7" * 32,
    )
