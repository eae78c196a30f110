"""What the command line says of forgetting."""

from __future__ import annotations

from collections.abc import Iterator

from consent.messages import Message, say
from pipeline.erasing.forgetting import Forgotten
from pipeline.erasing.traces import Kind, Trace
from pipeline.published.kept import KeptPost
from pipeline.reporting.words import visible
from pipeline.workspace import Workspace

WHAT_IT_MEANS = say(
    "Forgetting {person} cannot be undone. Templates, and whatever was found with them, are erased. Nobody can name "
    "this person any more: photos that show them are held, and posts on which they were named are to be taken down. "
    "For a child that stays at school a letter of withdrawal is usually what is meant: photo-consent register import."
)
ADVICE = {
    Kind.RUN: say("report of a run: delete the folder, or leave it to purge, {months} months after the run"),
    Kind.APPROVED: say("approved to be published: take it down there, then delete it here"),
    Kind.PICTURE: say("a picture under this id: delete it"),
    Kind.DATABASE: say("a copy of the database, which still knows the person: delete it"),
    Kind.OTHER: say("mentions the person: delete the file, or the line in it"),
    Kind.UNREAD: say("the program cannot read it: look yourself"),
}
ELSEWHERE = say(
    "The program sees no further than this workspace. Look yourself: the folder of reference photos, exports and lists "
    "of the school, backups, other computers, paper. Whoever puts a backup back must forget this person again."
)


def of_the_erasure(person_id: str, done: Forgotten) -> Iterator[Message]:
    """What went, what stays and why, sentence by sentence."""
    if done.erased is None:
        day = done.on.isoformat()
        yield say("{person} was forgotten already, on {day}. The database knows no more.", person=person_id, day=day)
    else:
        yield say(
            "{person} is forgotten. Erased: {templates} templates, and what was found with them on {photos} photos. "
            "Replaced by an id that tells nothing: the name on {pictures} published pictures and in {decisions} "
            "decisions.",
            person=person_id,
            templates=done.erased.templates,
            photos=done.erased.photos,
            pictures=done.erased.pictures,
            decisions=done.erased.decisions,
        )
        yield say(
            "Kept under that id, without name, group and day of birth: {lines} consent lines, as proof of what was "
            "agreed (AVG art. 7(1)). The ledger proves this erasure; it calls the person {token}.",
            lines=done.erased.lines,
            token=done.erased.token,
        )
    if done.under_way:
        yield say(
            "Runs under way, or cut off: {count}. Their reports may still name this person: give this command again "
            "when they are done.",
            count=done.under_way,
        )


def of_a_post(post: KeptPost) -> tuple[str, str, str]:
    """The row of a post: where, when, which."""
    return post.platform, post.posted_on.isoformat() if post.posted_on else "", visible(post.link or post.post_id)


def of_a_trace(trace: Trace, space: Workspace) -> tuple[str, Message]:
    """The row of a file: where it is and what to do with it."""
    inside = trace.file.is_relative_to(space.folder)
    place = trace.file.relative_to(space.folder) if inside else trace.file
    months = space.school.retention.run_folders_months
    advice = ADVICE[trace.kind]
    return visible(str(place)), say(advice.text, months=months) if trace.kind is Kind.RUN else advice
