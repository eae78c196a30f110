"""How notebooks are checked against their schema, loaded without what takes long and nobody here asks."""

from __future__ import annotations

import importlib
import sys

_GRAMMAR = "rfc3987_syntax"
"""Builds a parser of international web addresses when it is imported: four fifths of the time that nbformat takes."""


def load_jsonschema() -> None:
    """Load jsonschema as if that grammar were not installed. Call it before nbformat, papermill or Voila is imported.

    jsonschema then does not check the formats “iri” and “iri-reference”, which no schema of Jupyter has.
    """
    if "jsonschema" in sys.modules or _GRAMMAR in sys.modules:
        return
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]  # so Python says that a module is not there
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[_GRAMMAR]
