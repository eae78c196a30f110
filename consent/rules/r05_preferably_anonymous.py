"""R5: preferably anonymous."""

from collections.abc import Iterator

from consent.facts import Case
from consent.findings import Finding, Outcome
from consent.messages import say

NOT_ASKED = Finding("R5", Outcome.NOT_APPLICABLE, say("This platform does not ask for anonymous photos or films."))
NOBODY = Finding("R5", Outcome.PASS, say("Nobody can be recognised: that is what the protocol likes best."))


def preferably_anonymous(case: Case) -> Iterator[Finding]:
    """Where the platform asks for it, children are shown as anonymously as possible.

    Why: a picture from behind shows the event as well and gives nobody away. It is a preference:
    this rule advises and never stands in the way.
    Example: six pupils seen from behind pass; two faces give the advice to look for another photo.
    """
    if not case.platform.prefers_anonymous:
        yield NOT_ASKED
    elif not case.recognisable and not case.unseen:
        yield NOBODY
    else:
        count = len(case.recognisable) + len(case.unseen)
        reason = say(
            "{count} persons can be recognised or may be. A photo or film from behind is better, where there is one.",
            count=count,
        )
        yield Finding("R5", Outcome.ADVICE, reason)
