"""jsonschema is loaded without the grammar that nobody here asks for, and checks what it is asked for all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

CHECKS = """
import sys
from pipeline.schemas import _GRAMMAR, load_jsonschema

load_jsonschema()
assert "jsonschema" in sys.modules and _GRAMMAR not in sys.modules, "not loaded, and not said to be missing"
import jsonschema
schema = {"type": "object", "required": ["cells"]}
jsonschema.validate({"cells": []}, schema)
try:
    jsonschema.validate({}, schema)
except jsonschema.ValidationError:
    print("refused")
load_jsonschema()
"""

AFTER_IT_WAS_LOADED = """
import sys
import jsonschema
from pipeline.schemas import load_jsonschema

before = dict(sys.modules)
load_jsonschema()
assert before == dict(sys.modules)
print("refused")
"""


@pytest.mark.parametrize("program", [CHECKS, AFTER_IT_WAS_LOADED], ids=["first", "again"])
def test_jsonschema_is_loaded_without_the_grammar_and_still_refuses(program: str):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "refused"), done.stderr
