"""A post before it is published: exactly what would go, and who has signed for exactly that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from pydantic import ConfigDict

from consent.judging import Decision
from consent.messages import Message, say
from consent.protocol import Platform, Protocol
from consent.texts import CERTAIN, Found

ROLES = {
    "director": say("the director"),
    "privacy_officer": say("the privacy officer"),
    "mt_member": say("a member of the management team"),
    "teacher": say("the teacher"),
}
"""The roles that somebody can sign in. A school's own protocol may name others: those are shown as written there."""

SHOWN_BY_SIGNING = ("R7", "R8")
"""Open points that nobody is asked about, because who signs, and in which role, answers them."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody of the staff who may sign. The id stands in files and on reports; a name does not."""

    id: str
    roles: tuple[str, ...]
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class SignOff:
    """One signature: who, in which roles, when, what was answered (by rule id), and about what.

    `digest`: of a no `PostCase.digest`, of a yes `PostCase.seen`: whoever says yes says it of what was found as well,
    and a no to these files and this text stands, whatever else is found in them later.
    """

    signer: str
    roles: tuple[str, ...]
    at: datetime
    answers: Mapping[str, bool]
    digest: str

    @property
    def says_no(self) -> bool:
        """Whether anything was answered with no."""
        return not all(self.answers.values())


@dataclass(frozen=True, slots=True)
class PostFile:
    """A file as it would be published, by name and SHA-256, and what the protocol says of it now."""

    name: str
    sha256: str
    decision: Decision


@dataclass(frozen=True)
class PostCase:
    """A post before the rules about posts.

    `about`: the run that it comes from; `message_sha256`: empty where there is no text. `asked`: ids of questions
    beyond the protocol's own, such as whether the names are right that the program gave. `sign_offs`: all that were
    ever given, the latest last; `signers`: who may sign today.
    """

    about: str
    platform_id: str
    protocol: Protocol
    files: tuple[PostFile, ...]
    message_sha256: str = ""
    asked: tuple[str, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    signers: tuple[Signer, ...] = field(default=())
    in_message: tuple[Found, ...] = ()
    """What the words of the text have in them, as of today (`consent.texts.in_post`)."""
    said: tuple[tuple[str, ...], ...] = ()
    """What rests on somebody's word, or the program's: who was named, set aside, or may be read, in no order."""

    @property
    def platform(self) -> Platform:
        """The platform asked for; a `UserError` where the protocol does not know it."""
        return self.protocol.platform(self.platform_id)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over what would be published: where, by which protocol, which files and which text."""
        return _digest(self._about)

    @cached_property
    def seen(self) -> str:
        """SHA-256 over what would be published, what was found in the text, and what was said of the photos.

        Files and text alone do not tell: by a register or lists of another day, other things are found in the text, and
        another face may have been set aside. Whoever signed before has not said yes to these. Ids of persons could be
        guessed from it, so it is kept in the encrypted database only.
        """
        found = sorted([one.kind.value, one.person_ids, one.words] for one in self.in_message)
        return _digest({**self._about, "found": found, "said": sorted(self.said)})

    @property
    def _about(self) -> dict[str, object]:
        return {
            "run": self.about,
            "platform": self.platform_id,
            "protocol": self.protocol.digest,
            "message": self.message_sha256,
            "files": sorted([file.name, file.sha256] for file in self.files),
        }

    @property
    def forbidden(self) -> tuple[Found, ...]:
        """What stands in the text and may not be published, whatever anybody answers."""
        return tuple(found for found in self.in_message if found.kind in CERTAIN)

    @cached_property
    def questions(self) -> tuple[str, ...]:
        """Ids of what every signer must answer with yes."""
        open_points = self.protocol.open_points(self.platform_id)
        return (*(rule_id for rule_id in open_points if rule_id not in SHOWN_BY_SIGNING), *self.asked)

    @cached_property
    def words(self) -> tuple[SignOff, ...]:
        """The latest word of each signer on exactly this set. What says no to nothing and leaves a question is none."""
        return tuple({said.signer: said for said in self.sign_offs if self._counts(said)}.values())

    def _counts(self, said: SignOff) -> bool:
        if said.says_no:
            return said.digest in (self.digest, self.seen)
        return said.digest == self.seen and all(said.answers.get(q) for q in self.questions)

    def signed(self, signer: Signer, answers: Mapping[str, bool], at: datetime) -> SignOff:
        """What it is that somebody signs who gives these answers now."""
        yes = all(answers.values())
        return SignOff(signer.id, signer.roles, at, dict(answers), self.seen if yes else self.digest)

    @cached_property
    def agreed(self) -> dict[str, frozenset[str]]:
        """Who answered everything with yes, each with the roles held both then and today."""
        today = {signer.id: frozenset(signer.roles) for signer in self.signers}
        return {
            said.signer: today.get(said.signer, frozenset()) & frozenset(said.roles)
            for said in self.words
            if not said.says_no
        }

    @property
    def missing(self) -> tuple[tuple[str, ...], ...]:
        """The role sets of the platform for which nobody has signed yet, one person counted once."""
        return _unfilled(self.platform.signers, list(self.agreed.values()))

    def answered_no(self, rule_id: str) -> tuple[str, ...]:
        """Ids of the signers whose latest word on this question is no."""
        return tuple(said.signer for said in self.words if said.answers.get(rule_id) is False)

    def is_asked(self, rule_id: str) -> bool:
        """Whether this is asked for the platform."""
        return rule_id in self.questions

    def owner(self, rule_id: str) -> str:
        """Who decides when this rule holds."""
        rule = self.protocol.post_rules.get(rule_id)
        return rule.owner if rule else "director"


def _digest(about: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _unfilled(role_sets: tuple[tuple[str, ...], ...], people: list[frozenset[str]]) -> tuple[tuple[str, ...], ...]:
    """The fewest role sets that stay empty when each person fills one at most."""
    if not role_sets:
        return ()
    first, rest = role_sets[0], role_sets[1:]
    ways = [(first, *_unfilled(rest, people))]
    for number, roles in enumerate(people):
        if roles.intersection(first):
            ways.append(_unfilled(rest, people[:number] + people[number + 1 :]))
    return min(ways, key=len)


def roles_in_words(roles: Iterable[str]) -> Message:
    """The roles of a set, any of which will do: “the teacher or the director”."""
    first, *others = (ROLES.get(role) or Message("{role}", (("role", role),)) for role in roles)
    for other in others:
        first = say("{one} or {other}", one=first, other=other)
    return first
