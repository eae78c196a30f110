"""A school's settings: `school.toml` in its workspace."""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from consent.messages import Message, UserError, say
from consent.protocol import Parameters, Protocol, load_protocol
from consent.signing.post import Signer
from pipeline.erasing.retention import Retention
from pipeline.language import Translator
from pipeline.matching.conditions import MatchingSettings
from pipeline.parameters import what_is_wrong

_STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class School:
    """The settings of a school."""

    name: str
    workspace_id: str
    protocol: str = "ooh-2019"
    language: str = "nl"
    matching: MatchingSettings = field(default_factory=MatchingSettings)
    retention: Retention = field(default_factory=Retention)
    """How long each kind of data is kept."""
    parameters: Mapping[str, Annotated[float, Field(strict=True)]] = field(default_factory=dict)
    """Numbers of the protocol that this school sets otherwise."""
    signers: tuple[Signer, ...] = ()
    """Who of the staff may sign, in which roles; `pipeline.signing.signers` checks them."""
    __pydantic_config__ = _STRICT

    def load_protocol(self) -> Protocol:
        """The protocol with this school's own numbers; `UserError` for a number that it does not have."""
        protocol = load_protocol(self.protocol)
        for name, value in self.parameters.items():
            _check_stricter(name, value, protocol.parameters)
        merged = {name: getattr(protocol.parameters, name) for name in Parameters.__dataclass_fields__}
        try:
            parameters = TypeAdapter(Parameters).validate_python({**merged, **self.parameters})
        except ValidationError as error:
            raise UserError(_first_fault(error)) from None
        return replace(protocol, parameters=parameters)


STRICTER = {
    "min_pupils": "more",
    "group_only_min_persons": "more",
    "published_long_side_px": "more",
    "recognisable_face_px": "less",
    "form_months": "less",
}
"""The numbers that a school may set, and in which direction they become stricter. Whoever wants it milder
writes a protocol of its own, which is then named in every report."""


def _check_stricter(name: str, value: float, parameters: Parameters) -> None:
    if name not in STRICTER:
        known = ", ".join(STRICTER)
        raise UserError(say("school.toml: [parameters] knows no {name}. It knows: {known}.", name=name, known=known))
    bound = getattr(parameters, name)
    if value < bound if STRICTER[name] == "more" else value > bound:
        raise UserError(
            say(
                "school.toml: {name} = {value} is milder than the protocol, which says {bound}. Make it stricter, "
                "or write a protocol of the school's own.",
                name=name,
                value=value,
                bound=bound,
            )
        )


def load_school(path: Path) -> School:
    """Read `school.toml`; `UserError` that says what is wrong in it. A protocol file may lie beside it."""
    text = ""
    try:
        text = path.read_text("utf-8-sig")
        school = TypeAdapter(School).validate_python(tomllib.loads(text))
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(
            say("“{folder}” is no workspace. Make one with: photo-consent init FOLDER", folder=str(path.parent))
        ) from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(_decimal_comma(text) or say("school.toml cannot be read: {why}", why=str(error))) from None
    except ValidationError as error:
        raise UserError(_first_fault(error)) from None
    beside = path.parent / school.protocol  # a notebook runs in another folder than the command line
    return replace(school, protocol=str(beside)) if beside.is_file() else school


def _first_fault(error: ValidationError) -> Message:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return say("school.toml is wrong at {where}: {why}", where=where, why=what_is_wrong(first))


def _decimal_comma(text: str) -> Message | None:
    """What to say of the first number as one writes it in Dutch, for which the format has no words."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := re.fullmatch(r"\s*(\w+)\s*=\s*(\d+),(\d+)\s*(#.*)?", line):
            setting, whole, part, _ = found.groups()
            right = f"{setting} = {whole}.{part}"
            return say(
                "school.toml cannot be read. In line {line} write a point for the comma: {right}",
                line=number,
                right=right,
            )
    return None


NEW_SCHOOL = """\
# {about}
name = {name}
workspace_id = "{workspace_id}"
protocol = "ooh-2019"
language = "{language}"

[matching]
# {matching}
enabled = {enabled}
dpia_reference = {dpia}

[parameters]
# {parameters}
# group_only_min_persons = 5

[retention]
# {retention}
# run_folders_months = 12

# {signers}
# [[signers]]
# id = "{director}"
# roles = ["director"]
"""

COMMENTS = {
    "about": say("Settings of this school. Leave workspace_id as it is; protocol may be a file of the school's own."),
    "matching": say(
        "Comparing faces makes biometric data. Off (false) unless the school has made a data protection impact "
        "assessment (DPIA): then true, with its reference. Only who consented to matching is ever enrolled."
    ),
    "parameters": say("Numbers of the protocol that this school sets more strictly, for example:"),
    "retention": say("How long data are kept, where it is to be other than the standard, for example:"),
    "signers": say(
        "Who signs before anything is published: an id and roles (director, mt_member, privacy_officer, teacher). "
        "Facebook needs two persons. Then each sets a code: photo-consent signers code ID"
    ),
    "director": say("headteacher"),
}


def new_school_file(name: str, tr: Translator, dpia_reference: str = "") -> str:
    """The text of `school.toml` for a new workspace; matching is on where a DPIA is named."""
    return NEW_SCHOOL.format(
        name=_quoted(name),
        workspace_id=uuid.uuid4(),
        language=tr.language,
        enabled="true" if dpia_reference else "false",
        dpia=_quoted(dpia_reference),
        **{place: tr.render(comment) for place, comment in COMMENTS.items()},
    )


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are a part of TOML's, which wants one for DEL as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
