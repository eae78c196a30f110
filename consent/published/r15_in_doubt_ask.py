"""R15: in doubt, ask."""

from collections.abc import Iterator

from consent.messages import say
from consent.protocol import Protocol
from consent.published.duties import Duty, PublishedPost
from consent.published.standing import Standing
from consent.register import add_months

ASK = {
    Standing.LAPSED: say(
        "It was right on its day, and a form ran out or somebody left since. "
        "Decide whether it may stay, or ask the parents."
    ),
    Standing.RIGHT_SINCE: say(
        "It was posted before there was a yes for everybody. "
        "It may stay today; decide whether to note it as an incident."
    ),
    Standing.WORDS: say(
        "Read its text. What parents cannot do without belongs on Social Schools, and what is not positive does not "
        "belong on social media. Decide whether it may stay."
    ),
}


def in_doubt_ask(post: PublishedPost, protocol: Protocol) -> Iterator[Duty]:
    """What is neither clearly right nor clearly wrong gets somebody who decides, and a last day.

    Why: the protocol sends every doubt to a superior, and a doubt without an owner is forgotten. A month is what
    the law gives for an answer (AVG art. 12, third paragraph).
    Example: the forms of last year ran out; the privacy officer says what happens to last year's posts.
    """
    if post.standing in ASK and (post.in_text or post.standing is not Standing.WORDS):
        owner = protocol.published_rules["R15"].owner
        yield Duty("R15", ASK[post.standing], owner, add_months(post.today, 1))
