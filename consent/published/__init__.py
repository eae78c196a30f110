"""The rules about posts that are already public, one file each: who must do what, and by when.

A rule looks at a judged post and says its duties. The ids are those of the rules of the protocol.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from consent.protocol import Protocol
from consent.published.duties import Duty, PublishedPost
from consent.published.r13_take_down import take_down
from consent.published.r14_it_stays_public import it_stays_public
from consent.published.r15_in_doubt_ask import in_doubt_ask
from consent.published.r17_negative_reactions import negative_reactions


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """A rule of the protocol about published posts: its id there, and the pure function that applies it."""

    id: str
    check: Callable[[PublishedPost, Protocol], Iterator[Duty]]


PUBLISHED_RULES = (
    PublishedRule("R13", take_down),
    PublishedRule("R17", negative_reactions),
    PublishedRule("R15", in_doubt_ask),
    PublishedRule("R14", it_stays_public),
)


def duties(
    post: PublishedPost, protocol: Protocol, rules: Iterable[PublishedRule] = PUBLISHED_RULES
) -> tuple[Duty, ...]:
    """All that the protocol asks to be done about one post, in the order of the rules."""
    return tuple(duty for rule in rules for duty in rule.check(post, protocol))
