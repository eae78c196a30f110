"""How a published post stands, in words; and what is said about one on its card and in the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from consent.findings import Finding
from consent.messages import Message, say
from consent.published.standing import Standing
from consent.texts.told import told
from pipeline.copyable import typed
from pipeline.language import Translator
from pipeline.published.judging import JudgedPost
from pipeline.published.post import PostKind
from pipeline.reporting.tables import marks
from pipeline.reporting.words import person_label, together, visible

STANDINGS = {
    Standing.NO_PICTURE: say("nothing to judge"),
    Standing.RIGHT: say("right"),
    Standing.RIGHT_SINCE: say("right only since later"),
    Standing.LAPSED: say("no longer covered"),
    Standing.WORDS: say("read it"),
    Standing.UNSURE: say("look at it"),
    Standing.NOT_IN_USE: say("platform not in use"),
    Standing.WITHDRAWN: say("taken back"),
    Standing.NAMES_UNSURE: say("down, check the names"),
    Standing.NEVER_RIGHT: say("never right"),
}
"""The standing in a word or two."""

MEANINGS = {
    Standing.NO_PICTURE: say("A text without pictures, a draft, or what somebody else posted. No picture was judged."),
    Standing.RIGHT: say("Right on the day it was posted, and right today."),
    Standing.RIGHT_SINCE: say("Posted before there was a yes for everybody on it. Today there is one."),
    Standing.LAPSED: say("Right on its day. Since then a form ran out or somebody left the school."),
    Standing.WORDS: say(
        "Nothing is wrong with its pictures. Its words may inform parents or not be positive, or a comment asks for a "
        "look."
    ),
    Standing.UNSURE: say(
        "The program cannot decide this: somebody is not known, something could not be read, or a name or other "
        "personal data may stand in its words."
    ),
    Standing.NOT_IN_USE: say("On a platform that the school does not use."),
    Standing.WITHDRAWN: say("Somebody on it withdrew a consent, refused or objected."),
    Standing.NAMES_UNSURE: say(
        "Not right on the day it was posted if the names are right: the program gave one to somebody whom the register "
        "knows only from later on."
    ),
    Standing.NEVER_RIGHT: say("Not right on the day it was posted, and not right today."),
}
"""What a standing means, for the glossary and the list of what to do."""

TONES = {
    Standing.NO_PICTURE: "publish",
    Standing.RIGHT: "publish",
    Standing.RIGHT_SINCE: "cover",
    Standing.LAPSED: "cover",
    Standing.WORDS: "hold",
    Standing.UNSURE: "hold",
    Standing.NOT_IN_USE: "block",
    Standing.WITHDRAWN: "block",
    Standing.NAMES_UNSURE: "block",
    Standing.NEVER_RIGHT: "block",
}
"""The colours of the audit of candidates: in order, decide, look, down."""

SYMBOLS = {"publish": "✓", "cover": "◷", "hold": "?", "block": "✕"}
"""One sign for each colour, so that colour is never the only difference."""

IN_TEXT, IN_COMMENTS = say("the text or a caption of the post"), say("a comment below it")
"""Where something stands in words."""

FIRST_WORDS = 80
"""Characters of a post's text by which a person finds it again: more than the first line of one on a phone."""


FIRST_ROW = 2
"""The number by which a spreadsheet calls the row below the headings."""


def words_shown(found: JudgedPost, names: Mapping[str, str], most: int = FIRST_WORDS) -> str:
    """The first words of a post; none where they may name somebody and nobody asked for names."""
    return "" if found.is_personal and not names else first_words(found.post.text, most)


def first_words(text: str, most: int = FIRST_WORDS) -> str:
    """The beginning of a post's text, `most` characters on one line, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0] or line[:most]} …"


def to_do_rows(posts: Iterable[JudgedPost], tr: Translator) -> list[tuple[str, str, str, str]]:
    """Of each post that asks for work: its platform, where to find it, how it stands, and the ids of whom it is about.

    An approved post by the folder of its files; another one by its day, and its link or first words. Terminals and the
    mail of a timer keep what they show: where these name somebody, or there are none, the row of takedown.csv tells
    which post it is, and never the name of a file, which may be that of a child.
    """
    to_do = (found for found in posts if found.duties)
    return [
        (
            found.post.platform,
            visible(_found_by(found, row, tr)),
            tr.render(STANDINGS[found.standing]),
            ", ".join(people_concerned(found)),
        )
        for row, found in enumerate(to_do, start=FIRST_ROW)
    ]


def noting(*tables: Path) -> Message:
    """How to say that posts are gone, by the takedown.csv in which they stand; each lies in the folder of its run."""
    return say(
        "Of each post that is gone: write the day into the last column of takedown.csv. Until that is noted it counts "
        "as public. To note it: {command}",
        command="\n".join(typed(table.parents[2], "taken-down", str(table)) for table in tables),
    )


def told_before(
    waiting: Iterable[JudgedPost], told_in: Mapping[tuple[str, str], Path], tr: Translator
) -> list[Message]:
    """Where the posts stand that were told before and are not noted as gone: by report, or else by where they are."""
    posts = list(waiting)
    tables = Counter(table for post in posts if (table := told_in.get((post.post.platform, post.post.post_id))))
    told = [
        say("{count} of the posts told before stand in {file}", count=count, file=str(table))
        for table, count in sorted(tables.items())
    ]
    if told:
        told.append(noting(*sorted(tables)))
    for post in posts:
        if (post.post.platform, post.post.post_id) not in told_in:
            where = tr.text("not shown, because it may name somebody") if post.place_is_personal else post.place
            day = tr.date(post.judged.posted_on) if post.judged.posted_on else tr.text("on a day that is not known")
            told.append(
                say(
                    "Told before, and in no report any more: {platform}, {day}, {where}. To see it in a report, audit "
                    "a new download.",
                    platform=post.post.platform,
                    day=day,
                    where=visible(where) or tr.text("without a link"),
                )
            )
    return told


def people_concerned(found: JudgedPost) -> tuple[str, ...]:
    """Ids of those for whom a post may not be public, or has to be looked at."""
    return tuple(sorted({*found.taken_back, *found.lapsed, *found.without_a_yes, *found.named_in_words}))


def _found_by(found: JudgedPost, row: int, tr: Translator) -> str:
    place = "" if found.place_is_personal else found.place
    if place and found.post.kind is PostKind.APPROVED:
        return place
    day = tr.date(found.judged.posted_on) if found.judged.posted_on else tr.text("on a day that is not known")
    in_table = say("row {row} of takedown.csv", row=row)
    return f"{day}: {place or words_shown(found, {}, 40) or tr.render(in_table)}"


@dataclass(frozen=True, slots=True)
class OfPictures:
    """A reason that rules give, with what it is about: the pictures, each with the finding that has its faces.

    `where` is () where it is about every picture of the post as a whole, and nobody on it.
    """

    reason: Message
    where: tuple[tuple[str, Finding], ...]


def reasons(found: JudgedPost, names: Mapping[str, str]) -> tuple[Message, ...]:
    """Why a post stands as it does, each reason once. `names`: full names by id where the reader asked for them.

    Of a post with several pictures each reason of the rules begins with those that it is about.
    """
    said = (_with_place(one, several=len(found.post.pictures) > 1) for one in of_pictures(found))
    return tuple(dict.fromkeys((*of_post(found, names), *said)))


def of_post(found: JudgedPost, names: Mapping[str, str]) -> tuple[Message, ...]:
    """What is said of the post as a whole, each reason once."""
    return tuple(dict.fromkeys(_of_post(found, names)))


def of_pictures(found: JudgedPost) -> tuple[OfPictures, ...]:
    """What the rules say of its pictures that are not simply right, each reason once.

    What is missing or of no known kind is an open question of the post already.
    """
    said: dict[Message, list[tuple[str, Finding]]] = {}
    for name, picture in zip(_short_names(found), found.judged.pictures, strict=True):
        verdict = picture.then if picture.standing is Standing.RIGHT_SINCE else picture.now
        if picture.standing is not Standing.RIGHT and verdict is not None:
            for finding in together(verdict.reasons):
                if finding.reason not in found.post.questions:
                    said.setdefault(finding.reason, []).append((name, finding))
    everywhere = len(found.post.pictures)
    return tuple(
        OfPictures(reason, () if len(where) == everywhere and not any(marks(f) for _, f in where) else tuple(where))
        for reason, where in said.items()
    )


def _short_names(found: JudgedPost) -> tuple[str, ...]:
    """The names of the pictures without their folders, but where two of the post would be called the same."""
    whole = [picture.facts.name for picture in found.post.pictures]
    short = [name.rpartition("/")[2] for name in whole]
    times = Counter(short)
    return tuple(name if times[end] > 1 else end for name, end in zip(whole, short, strict=True))


def _with_place(one: OfPictures, *, several: bool) -> Message:
    if not several or not one.where:
        return one.reason
    places = (f"{name} ({', '.join(marks(f))})" if marks(f) else name for name, f in one.where)
    return say("{places}: {reason}", places=", ".join(places), reason=one.reason)


def _of_post(found: JudgedPost, names: Mapping[str, str]) -> Iterator[Message]:
    def people(person_ids: tuple[str, ...]) -> str:
        return ", ".join(person_label(who, names) for who in person_ids)

    # Of whom the name goes, it need not be a refusal that takes the post down.
    erased = any(picture.refused for picture in found.refused)
    if found.taken_back and (erased or found.judged.posted_on is None):
        yield say("There is no yes today: {people}.", people=people(found.taken_back))
    elif found.taken_back:
        yield say("The yes was taken back, or refused since: {people}.", people=people(found.taken_back))
    if found.lapsed:
        yield say("A form ran out or somebody left the school: {people}.", people=people(found.lapsed))
    if found.newcomers:
        yield say(
            "From before the day of this post the register knows nothing of: {people}. Who came to the school later "
            "cannot be on it: check the names.",
            people=people(found.newcomers),
        )
    if found.refused:
        yield say(
            "Somebody on it has no yes, and the program no longer says who: the consent for matching ended as well, a "
            "reference photo was not of that person, or you named that person before and did not give the name again. "
            "It must come down, unless you name everybody on it yourself and they have a yes."
        )
    elif found.post.lost_a_name and not found.standing.comes_down:
        yield say(
            "As long as a face here has no name, the program may not find this post when that person withdraws the "
            "consent for publication. Name the face yourself and audit again, or take the post down."
        )
    if found.post.absent_since:
        yield say(
            "It was in an earlier download and is not in that of {day}. Is it gone? Say so with “photo-consent "
            "taken-down”; until then it counts as public.",
            day=found.post.absent_since.isoformat(),
        )
    for place, things in ((IN_TEXT, found.judged.in_text), (IN_COMMENTS, found.judged.in_comments)):
        yield from (told(thing, place) for thing in things)
    if found.post.was_in_text or found.post.was_in_comments:
        yield say("The words of this post are not kept any more, because they told of somebody who was forgotten.")
    yield from found.post.questions
    yield from found.post.remarks
    if found.post.kind is PostKind.DRAFT:
        yield say("This is a draft, which nobody sees. It was not judged.")
    elif not found.post.is_own:
        yield say("Somebody else posted this, and it was shared. Its pictures were not judged.")
