"""R13: take down."""

from collections.abc import Iterator
from datetime import timedelta

from consent.messages import say
from consent.protocol import Protocol
from consent.published.duties import Duty, PublishedPost
from consent.published.standing import Standing

TAKE_DOWN = {
    Standing.NEVER_RIGHT: say(
        "Take this post down now. It was not right on the day it was posted: note it as an incident."
    ),
    Standing.NAMES_UNSURE: say(
        "Take this post down now, and check the names. If they are right, it was not right on the day it was posted: "
        "then note it as an incident."
    ),
    Standing.WITHDRAWN: say("Take this post down now. A consent was withdrawn or refused since, or somebody objected."),
    Standing.NOT_IN_USE: say("Take this post down now. The school does not use this platform."),
}
UNDATED = say("Take this post down now. Somebody on it has no yes today; since when it is public, nobody knows.")
"""For a post of an unknown day: what was then said cannot have changed since, as far as anybody can tell."""
A_DAY = timedelta(days=1)
"""The protocol has the director look at social media every day: by the next day somebody has looked."""


def take_down(post: PublishedPost, protocol: Protocol) -> Iterator[Duty]:
    """A post that is out of line comes down at once; one that may be is looked at within a day.

    Why: the protocol says so, and a withdrawal has effect from the moment it is known (AVG art. 7).
    Example: a parent withdrew last week; the post of last month is on today's list.
    """
    owner = protocol.published_rules["R13"].owner
    if post.standing.comes_down:
        undated = post.standing is Standing.WITHDRAWN and post.days_public is None
        yield Duty("R13", UNDATED if undated else TAKE_DOWN[post.standing], owner, post.today)
    elif post.standing is Standing.UNSURE:
        what = say("Look at this post, today or tomorrow. As long as nobody is sure, it is better hidden.")
        yield Duty("R13", what, owner, post.today + A_DAY)
