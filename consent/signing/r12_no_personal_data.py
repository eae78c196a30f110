"""R12: no personal data, as far as a person answers it."""

from collections.abc import Iterator

from consent.findings import Finding
from consent.signing.answers import answered
from consent.signing.post import PostCase


def no_personal_data(case: PostCase) -> Iterator[Finding]:
    """Everybody who signs has looked for names, addresses and other personal data in message and photos.

    Why: consent for a picture is no consent for a name beside it, and only people can read what is on a drawing
    or a shirt.
    Example: a name on a rucksack that one signer saw gets a no, and the post is blocked.
    """
    yield from answered(case, "R12")
