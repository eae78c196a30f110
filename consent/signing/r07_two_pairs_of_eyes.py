"""R7: two pairs of eyes."""

from collections.abc import Iterator

from consent.findings import Finding, Outcome
from consent.messages import say
from consent.signing.post import PostCase, roles_in_words


def two_pairs_of_eyes(case: PostCase) -> Iterator[Finding]:
    """Where the protocol names several roles, as many different persons have signed for the same exact set.

    Why: what one person overlooks another may see. Somebody who has two roles is still one pair of eyes, and a
    signature for files that have changed since is about other files.
    Example: a director who is in the management team too signs alone: a second person has to sign.
    """
    if len(case.platform.signers) < 2:
        reason = say("One signature is enough for {platform}.", platform=case.platform.name)
        yield Finding("R7", Outcome.NOT_APPLICABLE, reason)
    elif case.missing:
        for roles in case.missing:
            reason = say("Another person still has to sign: {role}.", role=roles_in_words(roles))
            yield Finding("R7", Outcome.HOLD, reason, owner=case.owner("R7"))
    else:
        reason = say("Different persons have signed: {signers}.", signers=", ".join(case.agreed))
        yield Finding("R7", Outcome.PASS, reason)
