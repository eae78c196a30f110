"""Text on a photo: what a rule speaks against can be covered or cut away, and a new file is read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from consent.facts import Case, TextFact, TextPlace
from consent.findings import Finding, Outcome
from consent.judging import Decision, Verdict, judge
from consent.messages import say
from consent.rules import RULES, Rule
from pipeline.judged import judged
from pipeline.matching.identification import Identification
from pipeline.naming import NamesFile
from pipeline.remedies.apply import apply, made_of
from pipeline.remedies.cover import around_text
from pipeline.remedies.judging import _new_texts, judge_made, known_facts
from pipeline.remedies.propose import propose
from pipeline.remedies.remedy import How, Kind
from pipeline.remedies.words import of_made
from pipeline.run import AuditedPhoto
from pipeline.vision.observation import Box, SeenText
from tests.remedies.test_judging import AT
from tests.remedies.test_propose import FACEBOOK, audited

NAME = SeenText(1, Box(1200, 900, 300, 60), "Noor", 0.95)
OTHER = SeenText(2, Box(100, 900, 300, 60), "Groep 4", 0.95)


def _holds_noor(case: Case) -> Iterator[Finding]:
    for text in case.photo.texts:
        if text.text == "Noor":
            yield Finding("R12", Outcome.HOLD, say("A name."), texts=(text.number,), owner="director")


WITH_NAMES = (*(rule for rule in RULES if rule.id != "R12"), Rule("R12", _holds_noor))


def verdict(photo: AuditedPhoto, *texts: TextFact) -> Verdict:
    facts = replace(photo.facts, texts=(*photo.facts.texts, *texts))
    return judge(FACEBOOK.case(facts), WITH_NAMES)


def with_texts(people: list[str | None], *texts: SeenText) -> AuditedPhoto:
    """The photo of those persons, with texts, and the verdict by the rules above."""
    seen = audited(people).observation
    assert seen is not None
    found = [Identification(n, who, None) for n, who in enumerate(people, start=1) if who]
    photo = judged(FACEBOOK, "a.jpg", replace(seen, texts=texts), found, names=NamesFile())
    return replace(photo, verdict=verdict(photo))


GROUP = ["S01", "S02", "S03"]


def test_a_text_that_holds_is_covered_alone_or_with_the_faces():
    held = with_texts(GROUP, NAME, OTHER).verdict
    assert (held.decision, held.cover, held.cover_texts) == (Decision.HOLD, (), (1,))
    refused = with_texts(["S10", *GROUP], NAME, OTHER).verdict
    assert (refused.decision, refused.cover, refused.cover_texts) == (Decision.COVER, (1,), (1,))
    assert with_texts(GROUP, OTHER).verdict.decision is Decision.PUBLISH


@pytest.mark.parametrize("where", [TextPlace.FILE_NAME, TextPlace.METADATA])
def test_what_nobody_can_see_cannot_be_covered(where: TextPlace):
    held = verdict(with_texts(GROUP), TextFact(999, where, "Noor"))
    assert (held.decision, held.cover_texts) == (Decision.HOLD, ())


def test_where_covering_the_text_is_not_enough_nothing_is_offered():
    held = with_texts([*GROUP, None], NAME).verdict
    assert held.decision is Decision.HOLD
    assert bool(held.cover) == bool(held.cover_texts)


@pytest.mark.parametrize("how", list(How))
def test_under_the_cover_nothing_of_the_text_is_left(how: How):
    photo = with_texts(GROUP, NAME, OTHER)
    seen = photo.observation
    assert seen is not None
    (remedy,) = [r for r in propose(photo, FACEBOOK) if r.kind is Kind.COVER]
    assert remedy.texts == (1,) and 0 < remedy.lost < 0.05
    noise = np.random.default_rng(1).integers(0, 256, (1200, 1600, 3), np.uint8)
    other = noise.copy()
    box = around_text(NAME)
    under = (slice(int(box.y), int(box.y + box.height)), slice(int(box.x), int(box.x + box.width)))
    other[under] = 255 - other[under]
    assert apply(remedy, seen, noise, how) == apply(remedy, seen, other, how)
    made = made_of(remedy, seen, b"new", run_id="r", photo="a", how=how, at=AT)
    assert made.covered == (box,)
    assert str(of_made(made)) == "Texts covered: 1."
    assert str(of_made(replace(made, faces=(2,), covered=(box, box)))).endswith("face 2. Texts covered: 1.")


def test_the_new_file_is_read_again():
    photo = with_texts(GROUP, NAME, OTHER)
    seen = photo.observation
    assert seen is not None
    (remedy,) = [r for r in propose(photo, FACEBOOK) if r.kind is Kind.COVER]
    made = made_of(remedy, seen, b"new", run_id="r", photo="a.jpg", how=How.SOLID, at=AT)
    known = known_facts(photo.facts, seen, made)
    assert [t.text for t in known.texts if t.where is TextPlace.VISIBLE] == ["Groep 4"]

    under = replace(NAME, number=1, box=replace(NAME.box, x=NAME.box.x + 20, width=200))
    new = SeenText(2, Box(800, 100, 200, 40), "Sem", 0.9)
    result = replace(seen, sha256=made.sha256, texts=(under, new, replace(OTHER, number=3)))
    assert [(t.number, t.text) for t in _new_texts(seen, made, result)] == [(3, "Sem")]
    assert judge_made(photo, made, result, FACEBOOK).decision is not Decision.PUBLISH


def test_a_crop_leaves_out_what_is_not_on_it():
    photo = with_texts(GROUP, NAME, OTHER)
    crops = [r for r in propose(photo, FACEBOOK) if r.kind is Kind.CROP]
    for remedy in crops:
        assert remedy.keep is not None
        assert remedy.texts == (1,) and not NAME.box.overlap(remedy.keep)
