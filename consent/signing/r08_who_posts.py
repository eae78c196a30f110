"""R8: who posts."""

from collections.abc import Iterator

from consent.findings import Finding, Outcome
from consent.messages import say
from consent.signing.post import PostCase, roles_in_words


def who_posts(case: PostCase) -> Iterator[Finding]:
    """Somebody has signed in each role that the protocol names for the platform, and still has that role.

    Why: the protocol says who posts where. A role counts that was held when signing and is held today.
    Example: a teacher signs for Twitter, where the director posts: the post is held.
    """
    platform = case.platform
    if not platform.in_use:
        reason = say("The school does not use {platform}.", platform=platform.name)
        yield Finding("R8", Outcome.BLOCK, reason)
    elif not platform.signers:
        reason = say("The protocol does not say who signs for {platform}.", platform=platform.name)
        yield Finding("R8", Outcome.HOLD, reason, owner=case.owner("R8"))
    for roles in platform.signers:
        who = [signer for signer, held in case.agreed.items() if held.intersection(roles)]
        if who:
            yield Finding("R8", Outcome.PASS, say("Signed in the right role: {signers}.", signers=", ".join(who)))
        else:
            reason = say("Not signed yet: {role}.", role=roles_in_words(roles))
            yield Finding("R8", Outcome.HOLD, reason, owner=case.owner("R8"))
