from __future__ import annotations

import pytest
from babel.messages.extract import extract_from_dir
from made_up_run import audited

from consent.facts import Orientation
from consent.messages import say
from pipeline.places import PROJECT
from pipeline.reporting.remedies import BY_REASON, cover_step, steps
from pipeline.reporting.words import with_names

UNKNOWN, BEHIND = Orientation.UNKNOWN, Orientation.FROM_BEHIND


@pytest.mark.parametrize(
    ("photo", "cover", "expected"),
    [
        (audited("a", ("S01", "S02")), None, []),
        (audited("a"), None, []),
        (
            audited("a", ("S01", "S03", "S02")),
            "Cover face 2, and let a person confirm that nobody recognises this person.",
            ["Choose a photo or film without S03."],
        ),
        (
            audited("a", ("S03", "S01", "S02", "S07")),
            "Cover faces 1, 4, and let a person confirm that nobody recognises these persons.",
            ["Choose a photo or film without S07.", "Choose a photo or film without S03."],
        ),
        (
            audited("a", ("S01",)),
            None,
            ["Choose a photo or film with more children who have a yes, or one from behind."],
        ),
        (
            audited("a", ("S01", "S04", "S02")),
            "Cover face 2, and let a person confirm that nobody recognises this person.",
            ["Ask the parents of S04 and put their answer in the register."],
        ),
        (
            audited("a", ("S01", None, "S02")),
            "Cover face 2, and let a person confirm that nobody recognises this person.",
            ["Say who face 2 is, in names.csv."],
        ),
        (
            audited("a", (None, "S01", None, "S02")),
            "Cover faces 1, 3, and let a person confirm that nobody recognises these persons.",
            ["Say who faces 1, 3 are, in names.csv."],
        ),
        (
            audited("a", ("S01", "S02"), bodies=(UNKNOWN,)),
            None,
            ["Look at person P1: say who it is, or that nobody recognises this one."],
        ),
        (
            audited("a", ("S01", "S02"), bodies=(UNKNOWN, BEHIND, UNKNOWN)),
            None,
            ["Look at persons P1, P3: say who they are, or that nobody recognises them."],
        ),
        (
            audited("a", ("S06", "S02")),
            None,
            ["Have the form of S06 renewed and put it in the register."],
        ),
        (audited("a", ("S05", "S01")), None, ["Choose a photo or film that shows S05 in a group of 3 or more."]),
        (
            audited("a", ("S01",), bodies=(BEHIND,), platform="instagram"),
            None,
            [
                "Choose a platform that the school uses.",
                "Ask for consent for S01 on the form, or choose a photo or film without S01.",
                "Look who the others on it are, and name them.",
            ],
        ),
        (
            audited("a", problem=say("The file is empty.")),
            None,
            ["Look at this file yourself, or save it again as a JPEG and run the audit again."],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_way_out_follows_from_the_reasons(photo, cover, expected):
    step = cover_step(photo.verdict)
    assert (str(step) if step else None) == cover
    assert [str(step) for step in steps(photo.verdict)] == expected


def test_every_reason_that_has_a_remedy_is_still_a_sentence_of_the_rules():
    """A reworded reason must not lose its way out unnoticed."""
    methods, options = [("**.py", "python")], {}
    said = {
        message
        for _file, _line, message, _comments, _context in extract_from_dir(
            PROJECT / "consent", methods, options, keywords={"say": None}
        )
    }
    assert set(BY_REASON) - said == set()


@pytest.mark.parametrize("people", [("S03", "S01", "S02"), ("S01",), ("S04", "S01"), ("S06", "T01"), ("S05", "S07")])
def test_whatever_stands_in_the_way_has_a_way_out(people):
    photo = audited("a", people)
    assert photo.verdict.reasons and steps(photo.verdict)


def test_names_stand_beside_the_ids_in_a_sentence_also_in_one_within_another():
    inner = say("This looks like {person}.", person="S01")
    names = {"S01": "Fenna de Proef", "facebook": "nobody"}
    named = with_names(say("{person}, {platform}: {why}", person="S01", platform="facebook", why=inner), names)
    assert str(named) == "S01 (Fenna de Proef), facebook: This looks like S01 (Fenna de Proef)."
    assert with_names(inner, {}) is inner
