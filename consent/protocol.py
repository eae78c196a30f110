"""A school's protocol: its platforms, the parameters of its rules and the sentences they rest on.

A protocol is a TOML file under `consent/protocols/`; a school with its own gives the path of its
file. Unknown keys are refused, so that a misspelt parameter cannot be overlooked.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from consent.messages import UserError, say
from consent.register import EVERY_PURPOSE, MATCHING, Medium, Validity

PROTOCOLS = Path(__file__).parent / "protocols"
_STRICT = ConfigDict(extra="forbid", strict=False)


def _plain(platform_id: str) -> str:
    """A permission names its platform in one cell of a table, before its evidence, and is read back from there."""
    if not re.fullmatch(r"[a-z0-9_]+", platform_id):
        raise ValueError("the id of a platform has small letters, digits and _ alone; its name may be any text")
    return platform_id


def _not_reserved(platform_id: str) -> str:
    if platform_id in (MATCHING, EVERY_PURPOSE):
        raise ValueError("the register uses this word for another purpose")
    return platform_id


@dataclass(frozen=True, slots=True)
class Platform:
    """A place where the school publishes, or decided not to."""

    name: str
    in_use: bool
    purpose: str
    prefers_anonymous: bool = False
    signers: tuple[tuple[str, ...], ...] = ()
    mediums: tuple[Medium, ...] = (Medium.PHOTO, Medium.FILM)
    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class RuleText:
    """What the protocol says for a rule, in its own words, and who decides when it holds."""

    sentence: str
    owner: str
    title: Mapping[str, str] = field(default_factory=dict)
    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class PostRule(RuleText):
    """A rule about the post as a whole, which a person answers: a question by language."""

    question: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    """Platforms it is asked for; none means all."""
    __pydantic_config__ = _STRICT


@dataclass(frozen=True, slots=True)
class Parameters:
    """The numbers of the rules. Lengths are pixels of the picture as it would be published."""

    min_pupils: Annotated[int, Field(ge=1)]
    group_only_min_persons: Annotated[int, Field(ge=1)]
    published_long_side_px: Annotated[int, Field(ge=1)]
    recognisable_face_px: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    form_year_end_month: Annotated[int, Field(ge=1, le=12)]
    form_year_end_day: Annotated[int, Field(ge=1, le=31)]
    form_months: Annotated[int, Field(ge=1, le=12)]
    unidentifiable_faces: Literal["hold", "advise"] = "hold"
    """What R2 says of a nameless face too small to be compared, under 40 px: "advise" lets it pass.

    A larger one that is blurred or turned is held all the same.
    """
    __pydantic_config__ = _STRICT

    def too_small(self, side_px: float) -> bool:
        """Whether a face of this size is recognised by nobody. A size that makes no sense is not small."""
        return 0 <= side_px < self.recognisable_face_px

    @property
    def validity(self) -> Validity:
        """How long a consent form counts."""
        return Validity(self.form_year_end_month, self.form_year_end_day, self.form_months)


@dataclass(frozen=True)
class Protocol:
    """The protocol as the rules see it."""

    id: str
    title: str
    updated: str
    source: str
    parameters: Parameters
    platforms: Mapping[Annotated[str, AfterValidator(_plain), AfterValidator(_not_reserved)], Platform]
    rules: Mapping[str, RuleText]
    post_rules: Mapping[str, PostRule]
    published_rules: Mapping[str, RuleText]
    digest: str = ""
    __pydantic_config__ = _STRICT

    def platform(self, platform_id: str) -> Platform:
        """A platform by its id; a `UserError` that lists the known ones otherwise."""
        try:
            return self.platforms[platform_id]
        except KeyError:
            known = ", ".join(sorted(self.platforms))
            raise UserError(
                say(
                    "The protocol knows no platform “{platform}”. It knows: {known}.", platform=platform_id, known=known
                )
            ) from None

    def open_points(self, platform_id: str) -> dict[str, PostRule]:
        """The rules about a whole post that a person must answer for this platform."""
        return {
            rule_id: rule
            for rule_id, rule in self.post_rules.items()
            if not rule.platforms or platform_id in rule.platforms
        }


def load_protocol(name_or_path: str) -> Protocol:
    """Read a protocol by its id (`ooh-2019`) or from a file; raises `UserError` naming what is wrong."""
    path = PROTOCOLS / f"{name_or_path}.toml"
    if not path.is_file():
        path = Path(name_or_path)
    try:
        content = path.read_bytes()
        table = tomllib.loads(content.decode("utf-8-sig"))
        return TypeAdapter(Protocol).validate_python({**table, "digest": hashlib.sha256(content).hexdigest()})
    except FileNotFoundError:
        raise UserError(
            say(
                "There is no protocol “{name}”. Give one of {known}, or the path of a protocol file.",
                name=name_or_path,
                known=", ".join(sorted(p.stem for p in PROTOCOLS.glob("*.toml"))),
            )
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError(say("The protocol {file} cannot be read: {why}", file=path.name, why=str(error))) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(
            say("The protocol {file} is wrong at {where}: {why}", file=path.name, where=where, why=first["msg"])
        ) from None
