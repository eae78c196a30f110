"""The words that hide in a file, as texts for the rule that looks for names and personal data (R12)."""

from __future__ import annotations

from collections.abc import Iterable

from consent.facts import TextFact, TextPlace
from consent.hidden import Hides
from pipeline.metadata.hidden import Hidden

FIRST_NUMBER = 1001
"""Texts of other places have lower numbers: no number means two texts of a photo."""


def hidden_texts(hidden: Iterable[Hidden]) -> tuple[TextFact, ...]:
    """Each text of a file once. What could not be read is no text: `what_hides` tells of it."""
    texts = dict.fromkeys(one.text for one in hidden if one.text and one.kind is not Hides.UNREADABLE)
    return tuple(TextFact(n, TextPlace.METADATA, text) for n, text in enumerate(texts, start=FIRST_NUMBER))
