"""Parameters of a notebook: JSON values on the way in, a checked object inside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from consent.messages import Message, UserError, say

Job = TypeVar("Job")


def checked(job: type[Job], given: Mapping[str, Any], defaults: Mapping[str, Any]) -> Job:
    """The job that the parameters describe. What is None or empty takes its default.

    Raises `UserError` naming the first parameter that is missing, unknown or of the wrong kind.
    """
    filled = {name: value for name, value in given.items() if value not in (None, "")}
    try:
        return TypeAdapter(job).validate_python({**defaults, **filled})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise UserError(say("The parameter {name} is not right: {why}", name=name, why=what_is_wrong(first))) from None


def what_is_wrong(wrong: ErrorDetails) -> Message | str:
    """What is wrong with a value in the reader's language; of what is rare, pydantic's words."""
    match wrong["type"]:
        case "less_than_equal":
            return say("it is {limit} at most.", limit=wrong["ctx"]["le"])
        case "greater_than_equal":
            return say("it is {limit} at least.", limit=wrong["ctx"]["ge"])
        case "greater_than":
            return say("it is more than {limit}.", limit=wrong["ctx"]["gt"])
        case "float_type" | "float_parsing" | "finite_number":
            return say("write a number, without quotation marks and with a point: 0.35")
        case "int_type" | "int_parsing":
            return say("write a whole number, without quotation marks.")
        case "bool_type" | "bool_parsing":
            return say("write true or false, without quotation marks.")
        case "string_type":
            return say("write a text, between quotation marks.")
        case "missing":
            return say("it is missing.")
        case "unexpected_keyword_argument" | "extra_forbidden":
            return say("there is no such setting.")
    return wrong["msg"]


def required_path(given: Mapping[str, Any], name: str) -> Path:
    """A path that must be given."""
    if not given.get(name):
        raise UserError(say("The parameter {name} is missing.", name=name))
    return Path(given[name])
