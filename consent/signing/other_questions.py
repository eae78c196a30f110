"""The questions that have no number in the protocol, or only in a school's own."""

from collections.abc import Iterator

from consent.findings import Finding
from consent.signing.answers import answered
from consent.signing.post import PostCase

NUMBERED = ("R3", "R6", "R12")
"""Questions with a rule of their own."""


def other_questions(case: PostCase) -> Iterator[Finding]:
    """Whatever else is asked has been answered with yes by everybody who signs; any no blocks, asked for or not.

    Why: a school's own protocol may ask more, and a batch may: whether the names are right that the program gave.
    Example: a signer who sees a wrong name says no there, and the post is blocked although two others signed.
    """
    refused = (rule_id for said in case.words for rule_id, yes in said.answers.items() if not yes)
    for rule_id in dict.fromkeys((*case.questions, *refused)):
        if rule_id not in NUMBERED:
            yield from answered(case, rule_id)
