"""The words of a privacy review."""

from __future__ import annotations

from consent.messages import Message, say
from consent.people import Role
from consent.protocol import Protocol
from consent.register import MATCHING
from pipeline.ledger.chain import Kind as EntryKind
from pipeline.overseeing.health import Health
from pipeline.overseeing.runs import Kind
from pipeline.overseeing.templates import Age, Consent

KINDS = {
    Kind.CANDIDATES: say("photos to publish"),
    Kind.PUBLISHED: say("what is public"),
    Kind.RECHECK: say("judged again"),
    Kind.ENROLMENT: say("reference photos enrolled"),
    Kind.CALIBRATION: say("calibration of face matching"),
    Kind.REVIEW: say("privacy review"),
}

HEALTH = {
    Health.YES: say("yes"),
    Health.CONDITION: say("yes, with a condition"),
    Health.SOON: say("yes, runs out soon"),
    Health.EXPIRED: say("run out or unproven"),
    Health.NO: say("no, withdrawn or objection"),
    Health.MISSING: say("no answer"),
}

ENTRIES = {
    EntryKind.SIGN_OFF: say("signed"),
    EntryKind.RELEASE: say("approved"),
    EntryKind.CODE: say("code of a signer set"),
}

AGES = {
    Age.FRESH: say("counts"),
    Age.SOON: say("counts, not for long"),
    Age.TOO_OLD: say("too old, not compared any more"),
}

CONSENTS = {
    Consent.VALID: say("valid consent"),
    Consent.LAPSED: say("form ran out: kept, not compared"),
    Consent.LEFT: say("left the school"),
    Consent.NONE: say("no consent"),
}

ROLES = {
    Role.PUPIL: say("pupils without a group"),
    Role.STAFF: say("staff"),
    Role.PARENT: say("parents"),
    Role.VISITOR: say("visitors"),
}


def group_words(group: str) -> Message:
    """A group of pupils by its own name, others by their role."""
    if group in set(Role) or not group:
        return ROLES[Role(group) if group else Role.PUPIL]
    return say("group {group}", group=group) if group[:1].isdigit() else Message("{group}", (("group", group),))


def purpose_words(purpose: str, protocol: Protocol) -> Message:
    """A platform by its name, or that it is the matching of faces."""
    if purpose == MATCHING:
        return say("matching of faces")
    return Message("{name}", (("name", protocol.platforms[purpose].name),))


def platform_name(platform: str, protocol: Protocol) -> str:
    """A platform by its name; as it is where the protocol of today does not know it."""
    return protocol.platforms[platform].name if platform in protocol.platforms else platform
