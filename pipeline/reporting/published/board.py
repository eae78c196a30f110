"""bestuur.txt: a ready text for the board of the school, when the protocol's calamity is there.

In Dutch, whoever reads the report: the board is a Dutch one. Facts only, no child and no person; what was done is
for the director to fill in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from consent.messages import Message, say
from consent.published.standing import Standing
from pipeline.language import translator
from pipeline.published.judging import JudgedPost
from pipeline.published.post import PostKind
from pipeline.published.run import PublishedRun

BOARD_FILE = "bestuur.txt"


def is_calamity(found: JudgedPost) -> bool:
    """Whether the board must know: a post was never right, or is still public a day after somebody took a yes back.

    A post of which nobody knows since when counts as such, and so does one that shows somebody without a yes on a
    platform that the school does not use. The protocol has the board told of a calamity and does not say what one is;
    this is the reading of the project, for the school to change.
    """
    if found.standing is Standing.NEVER_RIGHT:
        return True
    if found.standing is Standing.NOT_IN_USE:
        return bool(found.without_a_yes)
    return found.standing in (Standing.WITHDRAWN, Standing.NAMES_UNSURE) and (
        found.days_wrong is None or found.days_wrong >= 1
    )


def write_board(run: PublishedRun, path: Path) -> bool:
    """Write the text where there is a calamity; whether there is one."""
    concerned = [found for found in run.posts if is_calamity(found)]
    if concerned:
        render = translator("nl").render
        path.write_text("\n".join(map(render, _text(run, concerned))) + "\n", encoding="utf-8")
    return bool(concerned)


def _text(run: PublishedRun, concerned: list[JudgedPost]) -> Iterator[Message]:
    yield say("To the board, from {school}", school=run.school)
    yield say("Date: {day}", day=run.on.isoformat())
    yield Message("")
    if any(map(_is_public, concerned)):
        yield say("Pictures or names of persons are public, or were until now, without the consent that they need.")
    else:
        yield say("Pictures or names of persons may be public without the consent that they need.")
    yield Message("")
    for platform_id in run.platforms:
        of_platform = [found for found in concerned if found.post.platform == platform_id]
        platform = run.protocol.platforms.get(platform_id)
        name = platform.name if platform else platform_id
        yield from _of_public(name, [found for found in of_platform if _is_public(found)])
        yield from _of_approved(name, [found for found in of_platform if not _is_public(found)])
    yield Message("")
    yield say("How this was found: an audit of what the school has published, on the date above.")
    yield say("Which posts these are stands in the report at the school. No person is named here on purpose.")
    yield Message("")
    yield say("Taken down on (to be filled in):")
    yield say("Parents told on (to be filled in):")
    yield say("Reported as a data breach, or why not (to be filled in):")
    yield say("What will prevent it from now on (to be filled in):")
    yield say("Name and signature of the director:")


def _is_public(found: JudgedPost) -> bool:
    """Whether it was seen on a platform; of an approved post nobody told the program that it was placed."""
    return found.post.kind is not PostKind.APPROVED


def _of_public(platform: str, posts: list[JudgedPost]) -> Iterator[Message]:
    stood = Counter(found.standing for found in posts)
    never, since, not_in_use = (stood[s] for s in (Standing.NEVER_RIGHT, Standing.WITHDRAWN, Standing.NOT_IN_USE))
    if never:
        yield say("{platform}: posts that were not right on the day they were posted: {count}.",
                  platform=platform, count=never)  # fmt: skip
    if since:
        yield say(
            "{platform}: posts still public a day or more after a consent was withdrawn or refused, or of which "
            "nobody knows since when: {count}.",
            platform=platform,
            count=since,
        )
    if stood[Standing.NAMES_UNSURE]:
        yield say(
            "{platform}: posts that were not right on the day they were posted, if the names that the program gave are "
            "right: {count}.",
            platform=platform,
            count=stood[Standing.NAMES_UNSURE],
        )
    if not_in_use:
        yield say("{platform}, which the school does not use: posts that show somebody who gave no yes: {count}.",
                  platform=platform, count=not_in_use)  # fmt: skip
    doubtful = sum(
        found.standing in (Standing.WITHDRAWN, Standing.NAMES_UNSURE) and bool(found.newcomers) for found in posts
    )
    if doubtful:
        yield say(
            "{platform}: posts among these on which the names have yet to be checked, because they are older than what "
            "the register knows of somebody: {count}.",
            platform=platform,
            count=doubtful,
        )
    days = [found.wrong_since for found in posts if found.wrong_since]
    if days:
        yield say("{platform}: the first one has been public without consent since {day}.",
                  platform=platform, day=min(days).isoformat())  # fmt: skip


def _of_approved(platform: str, posts: list[JudgedPost]) -> Iterator[Message]:
    if not posts:
        return
    yield say(
        "{platform}: posts that were approved here and must come down: {count}. Whether they were placed, "
        "the program does not know; nobody noted that they are gone.",
        platform=platform,
        count=len(posts),
    )
    days = [found.wrong_since for found in posts if found.wrong_since]
    if days:
        yield say("{platform}: if they were placed, the first one has been public without consent since {day}.",
                  platform=platform, day=min(days).isoformat())  # fmt: skip
