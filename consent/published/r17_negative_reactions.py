"""R17: negative reactions."""

from collections.abc import Iterator

from consent.messages import say
from consent.protocol import Protocol
from consent.published.duties import Duty, PublishedPost
from consent.published.r13_take_down import A_DAY
from consent.texts import CERTAIN

REMOVE = {
    True: say("Remove the comment with personal data now; the post itself may stay for all that."),
    False: say("Read the comments. Remove at once those that are negative, or that tell of somebody."),
}
"""What to do about comments: where something in them is certain, and where a person has to look."""


def negative_reactions(post: PublishedPost, protocol: Protocol) -> Iterator[Duty]:
    """Comments with words that are seldom positive, or with a name or other personal data, are read within a day.

    Why: the protocol has negative reactions removed at once, and has social media looked at every day. Whether a
    comment is negative is for a person to say: the program knows a list of words. A full name or a citizen service
    number needs no look.
    Example: somebody wrote below the photos of the school trip that it was a disgrace; the director reads it.
    """
    if post.in_comments:
        certain = any(found.kind in CERTAIN for found in post.in_comments)
        rule = protocol.published_rules.get("R17")  # a school's own protocol may be older than this rule
        deadline = post.today if certain else post.today + A_DAY
        yield Duty("R17", REMOVE[certain], rule.owner if rule else "director", deadline)
