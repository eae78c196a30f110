"""R14: it stays public."""

from collections.abc import Iterator

from consent.messages import say
from consent.protocol import Protocol
from consent.published.duties import Duty, PublishedPost


def it_stays_public(post: PublishedPost, protocol: Protocol) -> Iterator[Duty]:
    """Removing a post is not erasing it: others who have it must be told.

    Why: the protocol warns that what was posted stays public after removal, and the law asks the school to
    tell those who took it over (AVG art. 17, second paragraph, and art. 19).
    Example: a post taken down was shared by the parents' association; the privacy officer asks them too.
    """
    if post.standing.comes_down:
        what = say(
            "Removing is not erasing. Ask whoever took the picture over to remove it too: those who shared the post, "
            "the school's own website and newsletter, the platform itself and search engines. Tell the parents."
        )
        yield Duty("R14", what, protocol.published_rules["R14"].owner)
