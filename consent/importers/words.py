"""The words of a register, Dutch and English, and what they mean.

A cross or “ja, mag op sociale media” is missing on purpose: what these cover only the school's own
form can say, so only its mapping file may.
"""

from __future__ import annotations

from collections.abc import Mapping

from consent.people import Role
from consent.protocol import Protocol
from consent.register import EVERY_PURPOSE, MATCHING, Answer, Medium

Vocabulary = Mapping[str, Answer]

ANSWERS: Vocabulary = {
    "yes": Answer.YES,
    "y": Answer.YES,
    "ja": Answer.YES,
    "j": Answer.YES,
    "no": Answer.NO,
    "n": Answer.NO,
    "nee": Answer.NO,
    "": Answer.NO,
    "leeg": Answer.NO,
    "group_only": Answer.GROUP_ONLY,
    "group only": Answer.GROUP_ONLY,
    "alleen groepsfoto": Answer.GROUP_ONLY,
    "niet individueel, groepsfoto mag": Answer.GROUP_ONLY,
    "ask_first": Answer.ASK_FIRST,
    "ask first": Answer.ASK_FIRST,
    "eerst vragen": Answer.ASK_FIRST,
    "withdrawn": Answer.WITHDRAWN,
    "ingetrokken": Answer.WITHDRAWN,
    "objection": Answer.OBJECTION,
    "bezwaar": Answer.OBJECTION,
}

ROLES: Mapping[str, Role] = {
    "pupil": Role.PUPIL,
    "leerling": Role.PUPIL,
    "staff": Role.STAFF,
    "medewerker": Role.STAFF,
    "leerkracht": Role.STAFF,
    "parent": Role.PARENT,
    "ouder": Role.PARENT,
    "visitor": Role.VISITOR,
    "bezoeker": Role.VISITOR,
}

MEDIUMS: Mapping[str, Medium] = {
    "photo": Medium.PHOTO,
    "foto": Medium.PHOTO,
    "film": Medium.FILM,
    "video": Medium.FILM,
    "both": Medium.BOTH,
    "beide": Medium.BOTH,
}


EMPTIED = frozenset({"leegmaken", "make empty"})
"""What stands in a cell about a person that is to be empty from now on; an empty cell changes nothing. No sign such as
“-”: many an export fills its empty cells with one."""

NOTHING = frozenset(
    {"", "-", "--", "?", "??", ".", "0", "n", "no", "nee", "none", "geen", "niet", "leeg", "ontbreekt", "missing"}
    | {"nvt", "n.v.t.", "na", "n/a", "onbekend", "unknown", "false", "onwaar"}
    | EMPTIED
)
"""Words in a column about a form that say there is none: a cell “nee” under “Formulier” is no evidence."""


def told(cell: str) -> str:
    """What a cell about a form tells; empty where it only says that there is nothing."""
    return "" if normal(cell) in NOTHING else cell


def normal(cell: str) -> str:
    """A cell as it is looked up: without capitals, and with single spaces."""
    return " ".join(cell.casefold().split())


def purposes_of(protocol: Protocol) -> dict[str, str]:
    """The purpose that each word means: a platform's id or name, `matching`, and `all` for objections."""
    names = {normal(platform.name): platform_id for platform_id, platform in protocol.platforms.items()}
    ids = {normal(platform_id): platform_id for platform_id in protocol.platforms}
    return {**names, **ids, MATCHING: MATCHING, EVERY_PURPOSE: EVERY_PURPOSE}
