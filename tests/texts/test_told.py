"""What becomes of a text in which something was found, for whoever runs an audit by a script."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from consent.judging import Decision
from consent.messages import say
from consent.texts import Found, Kind
from consent.texts.told import told, told_of_message
from pipeline.jobs import AuditOutcome
from pipeline.language import translator
from pipeline.remembered import tells_of
from pipeline.reporting.words import with_names


@pytest.mark.parametrize(
    ("kind", "hold", "block"),
    [(None, False, False), (Kind.INFORMS, True, False), (Kind.GIVEN_NAME, True, False), (Kind.FULL_NAME, True, True)],
)
def test_the_text_of_the_post_sets_the_exit_status_too(kind: Kind | None, hold: bool, block: bool):
    photos: dict[Decision, list[str]] = {decision: [] for decision in Decision} | {Decision.PUBLISH: ["a.jpg"]}
    outcome = AuditOutcome(Path(), photos, 0, [], (Found(kind),) if kind else ())
    assert (outcome.fails("hold"), outcome.fails("block")) == (hold, block)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_name_asked_for_stands_behind_the_id_in_brackets_of_its_own(language: str):
    for kind in (kind for kind in Kind if kind.value.endswith("name") or kind is Kind.INITIALS):
        said = with_names(told(Found(kind, ("S01",)), say("the file name")), {"S01": "Sanne"})
        text = translator(language).render(said)
        assert "S01 (Sanne)" in text and text.count("(") == 1, text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_where_several_may_be_meant_each_has_a_name_where_it_is_asked_for(language: str):
    names = {"S01": "Sanne", "S03": "Sanne", "S05": "Sanne"}
    for of_whom in (("S01", "S03"), ("S01", "S03", "S05")):
        said, shown = told_of_message(Found(Kind.GIVEN_NAME, of_whom)), translator(language)
        assert ", ".join(of_whom) in shown.render(said)
        assert ", ".join(f"{who} (Sanne)" for who in of_whom) in shown.render(with_names(said, names))
        assert tells_of(json.dumps(said.plain()), ["S03"]), "who is forgotten is found among others"
