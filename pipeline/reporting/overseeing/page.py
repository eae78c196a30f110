"""The page of a privacy review: for a screen, a phone, and for paper with the signature of the privacy officer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from consent.messages import say
from pipeline.language import Translator
from pipeline.overseeing.health import Health
from pipeline.overseeing.remains import Remain
from pipeline.overseeing.review import Review
from pipeline.reporting.calibration_words import of_the_policy
from pipeline.reporting.html import page_environment
from pipeline.reporting.overseeing.points import points
from pipeline.reporting.overseeing.tables import outcome_words
from pipeline.reporting.overseeing.words import (
    AGES,
    CONSENTS,
    ENTRIES,
    HEALTH,
    KINDS,
    group_words,
    platform_name,
    purpose_words,
)
from pipeline.reporting.plots import png_address
from pipeline.reporting.words import DECISIONS, own_language, owner_words

SYMBOLS = {"block": "✕", "hold": "?", "cover": "◷", "publish": "✓"}
"""One sign for each colour, so that colour is never the only difference."""

NO_RULE = say("the file could not be read or looked at")
"""What stands for a finding about the file itself, which no rule of the protocol covers."""

OLDEST_SHOWN = 12
"""Templates on the page; the table has them all."""


def write_review_page(review: Review, path: Path, tr: Translator) -> None:
    """Write the report, with everything in one file."""
    # matplotlib is slow to load
    from pipeline.reporting.overseeing.charts import age_chart, health_chart, verdict_chart

    environment = page_environment(tr)
    words: dict[str, Any] = {
        "sentence": tr.render,
        "owner": lambda role: owner_words(role, tr),
        "symbol": SYMBOLS.__getitem__,
        "kind_words": lambda kind: tr.render(KINDS[kind]),
        "decision_word": lambda decision: tr.render(DECISIONS[decision]),
        "health_words": lambda kind: tr.render(HEALTH[kind]),
        "age_words": lambda age: tr.render(AGES[age]),
        "consent_words": lambda consent: tr.render(CONSENTS[consent]),
        "group_words": lambda group: tr.render(group_words(group)),
        "purpose_words": lambda purpose: tr.render(purpose_words(purpose, review.protocol)),
        "platform_name": lambda platform: platform_name(platform, review.protocol),
        "outcome_words": lambda run: outcome_words(run, tr),
        "Health": Health,
        "entry_words": lambda kind: tr.render(ENTRIES[kind]),
    }
    environment.globals |= words
    months = review.matching.reference_months
    verdicts, ages = verdict_chart(review.runs.runs, tr), age_chart(review.templates, months, review.health.on, tr)
    page = environment.get_template("privacy_review.html.j2")
    path.write_text(
        page.render(
            review=review,
            tr=tr,
            points=points(review),
            remains=_together(review.remains, tr),
            deciders=_deciders(review, tr),
            held_by=_held_by(review, tr),
            calibration=of_the_policy(review.matching.in_force),
            verdict_chart=png_address(verdicts) if verdicts else None,
            age_chart=png_address(ages) if ages else None,
            health_charts=[
                (p, png_address(health_chart(review.health, p, tr)))
                for p in review.health.purposes
                if review.health.groups
            ],
            oldest=review.templates[:OLDEST_SHOWN],
        ),
        encoding="utf-8",
        newline="\n",
    )


def _deciders(review: Review, tr: Translator) -> list[tuple[str, int, int]]:
    """Who decided at the desk, how often, and how many of these decisions were undone or replaced."""
    made = Counter(one.by for one in review.decisions)
    ended = Counter(one.by for one in review.decisions if one.ended_at is not None)
    return [(who or tr.text("unknown"), made[who], ended[who]) for who in sorted(made)]


def _together(remains: Iterable[Remain], tr: Translator) -> list[tuple[Remain, list[str]]]:
    """Things that are due for the same reason and go in the same way, as one that names them all."""
    alike: dict[Remain, list[str]] = {}
    for remain in remains:
        what = remain.what if isinstance(remain.what, str) else tr.render(remain.what)
        alike.setdefault(replace(remain, what=""), []).append(what)
    return list(alike.items())


def _held_by(review: Review, tr: Translator) -> list[tuple[str, str, int]]:
    """Rule, its title, and on how many photos it stood in the way, the most frequent first."""
    counts: Counter[str] = Counter()
    for run in review.runs.runs:
        counts.update(run.held_by)
    rules = review.protocol.rules
    return [
        (rule, own_language(rules[rule].title, tr, "") if rule in rules else tr.render(NO_RULE), count)
        for rule, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
