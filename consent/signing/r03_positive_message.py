"""R3: a positive message."""

from collections.abc import Iterator

from consent.findings import Finding
from consent.signing.answers import answered, hinted
from consent.signing.post import PostCase


def positive_message(case: PostCase) -> Iterator[Finding]:
    """Everybody who signs has said that the message and the photos carry a positive message.

    Why: the protocol asks it of every post. Whether something is positive is for people to say; reading feelings
    from the faces of children is forbidden, and the program does not try. Words that are seldom positive are told.
    Example: the director said yes and the member of the management team said no: the post is blocked.
    """
    yield from hinted(case, "R3")
    yield from answered(case, "R3")
