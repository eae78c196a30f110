"""What the rules that are a question have in common: the program cannot see it, so every signer answers it."""

from collections.abc import Iterator

from consent.findings import Finding, Outcome
from consent.messages import say
from consent.signing.post import PostCase


def answered(case: PostCase, rule_id: str) -> Iterator[Finding]:
    """Block where somebody said no, hold where nobody has signed, pass where all who signed said yes."""
    refused = case.answered_no(rule_id)
    if refused:
        reason = say("Answered with no by {signers}.", signers=", ".join(refused))
        yield Finding(rule_id, Outcome.BLOCK, reason)
    elif not case.is_asked(rule_id):
        reason = say("This is not asked for {platform}.", platform=case.platform.name)
        yield Finding(rule_id, Outcome.NOT_APPLICABLE, reason)
    elif case.agreed:
        yield Finding(rule_id, Outcome.PASS, say("Answered with yes by {signers}.", signers=", ".join(case.agreed)))
    else:
        yield Finding(rule_id, Outcome.HOLD, say("Nobody has answered this yet."), owner=case.owner(rule_id))
