"""The rules about a post as a whole, one file each: what is signed for, by whom, and with which answers.

They stand beside the rules about photos and are never milder: a signature clears nobody. R3, R6, R7, R8 and R12 are
the protocol's own numbers.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from consent.findings import Finding, Outcome
from consent.judging import Decision, Verdict, combine
from consent.messages import UserError, say
from consent.signing.every_file_cleared import FILES, every_file_cleared
from consent.signing.other_questions import other_questions
from consent.signing.post import PostCase, PostFile, Signer, SignOff
from consent.signing.r03_positive_message import positive_message
from consent.signing.r06_purpose import purpose
from consent.signing.r07_two_pairs_of_eyes import two_pairs_of_eyes
from consent.signing.r08_who_posts import who_posts
from consent.signing.r12_no_personal_data import no_personal_data

__all__ = ["POST_RULES", "PostCase", "PostFile", "SignOff", "Signer", "SigningRule", "judge_post"]


@dataclass(frozen=True, slots=True)
class SigningRule:
    """A rule about a post: its id in the protocol, and the pure function that applies it."""

    id: str
    check: Callable[[PostCase], Iterable[Finding]]


POST_RULES = (
    SigningRule(FILES, every_file_cleared),
    SigningRule("R3", positive_message),
    SigningRule("R6", purpose),
    SigningRule("R12", no_personal_data),
    SigningRule("questions", other_questions),
    SigningRule("R8", who_posts),
    SigningRule("R7", two_pairs_of_eyes),
)


def judge_post(case: PostCase, rules: Iterable[SigningRule] = POST_RULES) -> Verdict:
    """Put a post before every rule: publish, hold or block. Never raises for what it finds; what fails, holds."""
    findings = tuple(finding for rule in rules for finding in _apply(rule, case))
    outcome = combine(findings)
    if outcome in (Outcome.PASS, Outcome.ADVICE):
        decision = Decision.PUBLISH
    else:
        decision = Decision.BLOCK if outcome is Outcome.BLOCK else Decision.HOLD
    return Verdict(case.about, decision, findings)


def _apply(rule: SigningRule, case: PostCase) -> Iterator[Finding]:
    try:
        yield from tuple(rule.check(case))
    except UserError as error:
        yield Finding(rule.id, Outcome.HOLD, error.message, owner="director", failed=True)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the post is held and the report says so
        reason = say("This rule could not be applied ({kind}).", kind=type(error).__name__)
        yield Finding(rule.id, Outcome.HOLD, reason, owner="director", failed=True)
