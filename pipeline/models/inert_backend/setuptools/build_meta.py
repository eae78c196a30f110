"""Lets `pip download` take a source distribution without running or fetching anything for it.

pip wants the metadata even of what it only downloads, and would install setuptools, unverified, and
run the distribution's setup.py to get it. Put on PYTHONPATH, this backend hands pip the metadata
that lies ready in the distribution instead. Nothing but `pipeline.models.fetch` uses it.
"""

import email
import shutil
import sys
from pathlib import Path
from typing import Any


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """Nothing is built, so nothing is required (PEP 517)."""
    return []


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Any = None) -> str:
    """Copy PKG-INFO of the unpacked distribution, which is the working directory; the folder's name (PEP 517)."""
    metadata = email.message_from_string(Path("PKG-INFO").read_text(encoding="utf-8"))
    folder = f"{metadata['Name'].replace('-', '_')}-{metadata['Version']}.dist-info"
    Path(metadata_directory, folder).mkdir()
    shutil.copyfile("PKG-INFO", Path(metadata_directory, folder, "METADATA"))
    return folder


# The name under which pip asks for the backend of a distribution that names none.
__legacy__ = sys.modules[__name__]
