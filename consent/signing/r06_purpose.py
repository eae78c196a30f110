"""R6: the purpose of the post."""

from collections.abc import Iterator

from consent.findings import Finding
from consent.signing.answers import answered, hinted
from consent.signing.post import PostCase


def purpose(case: PostCase) -> Iterator[Finding]:
    """Everybody who signs has said that the post shows the school and that parents can do without it.

    Why: what parents need to know belongs on Social Schools, which all of them read. Words that inform are told.
    Example: on Facebook the date of the parents' evening gets a no, and the post is blocked there.
    """
    yield from hinted(case, "R6")
    yield from answered(case, "R6")
