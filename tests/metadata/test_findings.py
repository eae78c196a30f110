"""What hides in a file is advice beside the verdict: it never holds a photo up, and never clears one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from consent.facts import TextPlace
from consent.findings import Outcome
from consent.hidden import Hides, what_hides
from consent.people import Person, Role
from consent.protocol import load_protocol
from consent.register import ConsentRegister
from pipeline.judged import Publication, judged
from pipeline.metadata.hidden import Hidden
from pipeline.metadata.words import KINDS, by_kind
from pipeline.naming import NamesFile
from tests.pipeline.seen import face, seen

PROTOCOL = load_protocol("ooh-2019")
REGISTER = ConsentRegister({"S01": Person("S01", Role.PUPIL, "Noor")}, (), PROTOCOL.parameters.validity)
DAY = date(2026, 10, 14)
EVERYTHING = tuple(Hidden(kind, "XMP", "field", "Noor") for kind in Hides)


@pytest.mark.parametrize("platform", ["facebook", "social_schools", "twitter"])
@pytest.mark.parametrize("shown", [seen(), seen(face(1, 100))], ids=["nobody", "a face"])
def test_a_verdict_is_what_it_is_without_what_hides(platform: str, shown) -> None:
    publication = Publication(platform, DAY, PROTOCOL, REGISTER, DAY)
    plain, hiding = (
        judged(publication, "a.jpg", replace(shown, hidden=hidden), (), names=NamesFile())
        for hidden in ((), EVERYTHING)
    )
    assert hiding.verdict.decision is plain.verdict.decision
    assert hiding.verdict.reasons == plain.verdict.reasons
    more = [f for f in hiding.verdict.findings if f not in plain.verdict.findings]
    # Six kinds are told, and that the words are a name of the register.
    assert len(more) == 7 and {(f.rule, f.outcome) for f in more} == {("R12", Outcome.ADVICE)}


def test_what_is_about_a_camera_alone_is_no_finding() -> None:
    assert not list(what_hides({Hides.DEVICE, Hides.MOMENT, Hides.THUMBNAIL, Hides.ORIGIN, Hides.OTHER}))
    assert len(list(what_hides({Hides.PLACE, Hides.DEVICE}))) == 1


def test_every_kind_has_its_words_and_no_value_is_shown() -> None:
    assert KINDS.keys() == set(Hides)
    told = by_kind(
        (*EVERYTHING, Hidden(Hides.PLACE, "EXIF", "GPSLatitude"), Hidden(Hides.PLACE, "EXIF", "GPSLatitude"))
    )
    assert len(told) == len(Hides) and told[0][1] == "XMP field, EXIF GPSLatitude"
    assert "Noor" not in str(told)


def test_the_words_in_a_file_become_texts_that_rules_look_through_each_once() -> None:
    hidden = (
        Hidden(Hides.TEXT, "XMP", "dc:subject", "Noor"),
        Hidden(Hides.TEXT, "IPTC", "Keywords", "Noor"),
        Hidden(Hides.PLACE, "IPTC", "City", "Proefdorp"),
        Hidden(Hides.PLACE, "EXIF", "GPSLatitude"),
    )
    publication = Publication("facebook", DAY, PROTOCOL, REGISTER, DAY)
    facts = judged(publication, "a.jpg", replace(seen(), hidden=hidden), (), names=NamesFile()).facts
    texts = [text for text in facts.texts if text.where is TextPlace.METADATA]
    assert [text.text for text in texts] == ["Noor", "Proefdorp"]
    assert "Noor" not in repr(texts)
