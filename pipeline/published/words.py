"""The words of a post that is public: its text, captions and comments, read by the register of today.

They are kept with the post, so that a recheck finds the name of who came into the register later. When somebody is
forgotten of whom they tell, none of the words of that post is kept any more, only what stood in them: so nothing of the
person is left, and the post stands no better for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from consent.published.standing import Publishing
from consent.texts import CERTAIN, HINTS, Found, Sought, in_posts
from consent.texts import together as each_once
from pipeline.published.kept import KeptPost
from pipeline.published.post import PostKind


def in_text(post: KeptPost, publishing: Publishing) -> tuple[Found, ...]:
    """What stands in the text and the captions of a post.

    The words of a draft are read by nobody, and those of a retweet are somebody else's: only personal data counts. Who
    signed for an approved post has answered all that is a question, so there only what is certain counts.
    """
    if post.kind is PostKind.DRAFT:
        return ()
    asked = () if post.kind is PostKind.RETWEET else tuple(publishing.protocol.open_points(post.platform))
    found = (*in_posts(_own(post), publishing.register.sought, asked), *post.was_in_text)
    if post.kind is PostKind.APPROVED:
        return each_once(one for one in found if one.kind in CERTAIN)
    return each_once(one for one in found if one.kind not in HINTS or one.rule in asked)


def in_comments(post: KeptPost, publishing: Publishing) -> tuple[Found, ...]:
    """What stands in the words of others below a post: personal data, and what is seldom positive (R17)."""
    if post.kind is PostKind.DRAFT:
        return ()
    return each_once((*in_posts(post.comments, publishing.register.sought, _OF_OTHERS), *post.was_in_comments))


def tell_of(post: KeptPost, sought: Sought) -> bool:
    """Whether the words that are kept of a post tell of one of them, by any part of the name or the day of birth."""
    return any(found.person_ids for found in in_posts((*_own(post), *post.comments), sought, ()))


def without_words(post: KeptPost, sought: Sought) -> KeptPost:
    """The post without any of its words, and with what stands in them by the register of now."""
    was_in_text = each_once((*in_posts(_own(post), sought, HINTS.values()), *post.was_in_text))
    was_in_comments = each_once((*in_posts(post.comments, sought, _OF_OTHERS), *post.was_in_comments))
    return replace(post, text="", captions=(), comments=(), was_in_text=was_in_text, was_in_comments=was_in_comments)


def with_another_id(post: KeptPost, person_id: str, new_id: str) -> KeptPost:
    """The post with another id for a person wherever something stood in its words."""

    def renamed(found: tuple[Found, ...]) -> tuple[Found, ...]:
        ids = (tuple(sorted(new_id if who == person_id else who for who in one.person_ids)) for one in found)
        return tuple(replace(one, person_ids=who) for one, who in zip(found, ids, strict=True))

    return replace(post, was_in_text=renamed(post.was_in_text), was_in_comments=renamed(post.was_in_comments))


def as_before(post: KeptPost, before: Iterable[KeptPost], sought: Sought) -> KeptPost:
    """A post that is read again: without its words, where they were dropped from what was kept of it before.

    What stood in them then counts beside what stands in them now, by the register of now. So do texts of its pictures.
    """
    earlier = list(before)
    pictures = [picture for old in earlier for picture in old.pictures]
    if pictures:
        post = replace(post, pictures=tuple(picture.as_before(pictures, sought) for picture in post.pictures))
    was_in_text = tuple(found for old in earlier for found in old.was_in_text)
    was_in_comments = tuple(found for old in earlier for found in old.was_in_comments)
    if not (was_in_text or was_in_comments):
        return post
    was_in_text, was_in_comments = (*post.was_in_text, *was_in_text), (*post.was_in_comments, *was_in_comments)
    return without_words(replace(post, was_in_text=was_in_text, was_in_comments=was_in_comments), sought)


def _own(post: KeptPost) -> tuple[str, ...]:
    return (post.text, *post.captions)


_OF_OTHERS = ("R3",)
"""Of which rule hints are read in comments."""
