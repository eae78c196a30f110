"""The register in numbers: how many answers of each kind, by platform."""

from __future__ import annotations

from collections import Counter
from datetime import date

from consent.messages import Message, say
from consent.protocol import Protocol
from consent.register import MATCHING, Answer, ConsentRegister, ConsentStatus, Medium

KINDS = {
    "valid": say("yes"),
    Answer.GROUP_ONLY: say("in a group only"),
    Answer.ASK_FIRST: say("ask first"),
    Answer.NO: say("no"),
    Answer.WITHDRAWN: say("withdrawn"),
    Answer.OBJECTION: say("objection"),
    "faulty": say("expired or unproven"),
    Answer.NONE: say("no answer"),
}
"""What is counted, in the order of the rows. A yes on a form that does not count is no yes."""


def status_table(
    register: ConsentRegister, protocol: Protocol, on: date, medium: Medium
) -> tuple[list[Message | str], list[list[Message | int]]]:
    """Headings and rows: how many persons gave which answer for a medium, a column a platform and one for matching."""
    purposes: dict[str, Message | str] = {name: platform.name for name, platform in protocol.platforms.items()}
    purposes[MATCHING] = say("matching of faces")
    counts = {
        purpose: Counter(_kind(register.status(p, purpose, medium, on)) for p in register.people)
        for purpose in protocol.platforms
    }
    counts[MATCHING] = Counter(_kind(register.matching(p, on)) for p in register.people)
    rows: list[list[Message | int]] = [
        [title, *(counts[purpose][kind] for purpose in purposes)] for kind, title in KINDS.items()
    ]
    return [say("Answer"), *purposes.values()], rows


def _kind(status: ConsentStatus) -> Answer | str:
    if status.answer.is_some_yes and status.fault is not None:
        return "faulty"
    return "valid" if status.answer is Answer.YES else status.answer
