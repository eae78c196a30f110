"""What a report says of what was found in a text: the kind, the place and the person id, never the words.

Of a hint it says the entries of the program's own list, which tell of nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from consent.findings import Finding, Outcome
from consent.messages import Message, say
from consent.protocol import Protocol
from consent.texts.found import CERTAIN, HINTS, Found, Kind

_OF_A_PERSON = {
    Kind.FULL_NAME: say("A full name of the register stands in {where}: {person}."),
    Kind.INITIALS: say("Initials with a family name of the register stand in {where}: {person}."),
    Kind.FAMILY_NAME: say("A family name of the register stands in {where}: {person}."),
    Kind.GIVEN_NAME: say("A given name of the register stands in {where}: {person}."),
    Kind.WORD_NAME: say(
        "A word that is also a name of the register stands in {where}: {person}. Look whether it is meant as a name."
    ),
    Kind.MISREAD_NAME: say(
        "A word that is nearly a name of the register stands in {where}: {person}. It may be read wrongly: look."
    ),
    Kind.BIRTH_DATE: say("The date of birth of somebody in the register stands in {where}: {person}."),
}
_OF_NOBODY = {
    Kind.EMAIL: say("An e-mail address stands in {where}."),
    Kind.PHONE: say("A telephone number stands in {where}."),
    Kind.ADDRESS: say("An address or a postcode stands in {where}."),
    Kind.BIRTH_DATE: say("A date of birth stands in {where}."),
    Kind.BSN: say("A citizen service number (BSN) stands in {where}."),
    Kind.MAYBE_BSN: say("A number that may be a citizen service number (BSN) stands in {where}."),
    Kind.ACCOUNT: say("An account number of a bank stands in {where}."),
}

_HINTS = {
    Kind.INFORMS: say("What parents cannot do without may stand in {where} ({words})."),
    Kind.NOT_POSITIVE: say("Words that are seldom positive stand in {where} ({words})."),
}
_HINTS_TO_SIGN = {
    Kind.INFORMS: say("{what} That belongs on Social Schools: whoever signs reads it and answers."),
    Kind.NOT_POSITIVE: say("{what} Whoever signs reads it and answers."),
}

MOST_WORDS = 6
"""Entries of the list that a sentence names; by then it is clear what it is about."""


def told(found: Found, where: Message) -> Message:
    """The sentence about one thing that was found; `where` names the place, as “the file name”."""
    if found.kind in HINTS:
        named = ", ".join(f"“{word}”" for word in found.words[:MOST_WORDS])
        words = f"{named}, …" if len(found.words) > MOST_WORDS else named
        return say(_HINTS[found.kind].text, where=where, words=words)
    if found.kind not in _OF_NOBODY or found.person_ids:
        return say(_OF_A_PERSON[found.kind].text, where=where, person=_persons(found.person_ids))
    return say(_OF_NOBODY[found.kind].text, where=where)


def _persons(ids: Sequence[str]) -> Message:
    """Whom it may be, each by itself: so a name can be put beside each id, and who is forgotten is found among them."""
    one, *others = ids or ("",)
    if others:
        return say("{person}, {others}", person=one, others=_persons(others))
    return Message("{person}", (("person", one),))


def told_of_message(found: Found) -> Message:
    """The sentence about one thing in the text of a post, with what to do about it."""
    what = told(found, say("the text of the post"))
    if found.kind in HINTS:
        return say(_HINTS_TO_SIGN[found.kind].text, what=what)
    if found.kind in CERTAIN:
        return say("{what} It may not be published: change the text and audit again.", what=what)
    return say("{what} Whoever signs looks at it and answers whether it may stay.", what=what)


def findings_in_message(found: Iterable[Found], protocol: Protocol) -> Iterator[Finding]:
    """What was found in the text of a post that nobody has signed for, as findings of the rules that it is about."""
    return (finding_of(one, told_of_message(one), protocol) for one in found)


def finding_of(found: Found, reason: Message, protocol: Protocol) -> Finding:
    """One thing in a text as a finding: what is certain blocks, all else waits for the person who decides."""
    certain = found.kind in CERTAIN
    rule = protocol.post_rules.get(found.rule)
    return Finding(
        found.rule,
        Outcome.BLOCK if certain else Outcome.HOLD,
        reason,
        person_id=found.person_ids[0] if len(found.person_ids) == 1 else None,
        owner=None if certain else rule.owner if rule else "director",
    )
