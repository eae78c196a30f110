"""What the rules that are a question have in common: the program cannot see it, so every signer answers it."""

from collections.abc import Iterator

from consent.findings import Finding, Outcome
from consent.messages import say
from consent.signing.post import PostCase
from consent.texts.told import told_of_message


def hinted(case: PostCase, rule_id: str) -> Iterator[Finding]:
    """What the words of the text hint at about this rule: hold until somebody who signs has said yes, then advice.

    A hint is for people to judge: it neither answers the question nor takes the answer away.
    """
    for hint in (found for found in case.in_message if found.rule == rule_id and case.is_asked(rule_id)):
        if case.agreed:
            yield Finding(rule_id, Outcome.ADVICE, told_of_message(hint))
        else:
            yield Finding(rule_id, Outcome.HOLD, told_of_message(hint), owner=case.owner(rule_id))


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
