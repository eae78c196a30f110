"""R9: platforms that are not used."""

from collections.abc import Iterator

from consent.facts import Case
from consent.findings import Finding, Outcome
from consent.messages import say


def platform_in_use(case: Case) -> Iterator[Finding]:
    """Nothing is published on a platform that the school does not use.

    Why: nobody was asked for it and nobody watches over it.
    Example: any photo for Instagram is blocked.
    """
    name = case.platform.name
    if case.platform.in_use:
        yield Finding("R9", Outcome.PASS, say("The school uses {platform}.", platform=name))
    else:
        yield Finding("R9", Outcome.BLOCK, say("The school does not use {platform}.", platform=name))
