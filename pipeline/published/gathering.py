"""From what a reader finds to an export: posts, and one list of everything that is wrong with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from consent.messages import say
from pipeline.published.archive import Archive, kind_of
from pipeline.published.post import AttachmentKind, Export, Fault, Post


def gather(
    platform: str, archive: Archive, found: Iterable[Post | Fault], looks_posted: Callable[[str], bool]
) -> Export:
    """Posts and faults apart. What is wrong with a post is a fault as well, so that one list tells all.

    `looks_posted`: whether a file, by its name, should belong to a post. Where it belongs to none, that is told.
    """
    posts: list[Post] = []
    faults = list(archive.faults)
    for item in found:
        if isinstance(item, Fault):
            faults.append(item)
            continue
        posts.append(item)
        attached = (question for attachment in item.attachments if (question := attachment.open_question))
        faults += (Fault(item.file, item.position, reason) for reason in (*item.problems, *attached))
    faults += _unclaimed(archive, posts, looks_posted)
    return Export(platform, tuple(posts), tuple(dict.fromkeys(faults)))


def _unclaimed(archive: Archive, posts: Iterable[Post], looks_posted: Callable[[str], bool]) -> Iterator[Fault]:
    """A line for every folder with pictures that look posted, but that no post refers to."""
    used = {attachment.name for post in posts for attachment in post.attachments}
    folders = Counter(
        name.rpartition("/")[0]
        for name in archive.names
        if name not in used and kind_of(name) is not AttachmentKind.OTHER and looks_posted(name)
    )
    for folder, count in folders.items():
        reason = say("Pictures or films in this folder that belong to no post that was read: {count}.", count=count)
        yield Fault(folder, None, reason)
