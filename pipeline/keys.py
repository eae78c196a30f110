"""The key of a workspace's database: from the environment, else from the system's keyring."""

from __future__ import annotations

import os
import re
import secrets

import keyring
from keyring.errors import KeyringError

from consent.messages import UserError, say

VARIABLE = "PHOTO_CONSENT_KEY"
_SERVICE = "photo-consent"
_MADE = re.compile(r"key-([0-9a-f]{64})")
"""A key that the program made: 256 bits of chance. Only with the mark, so that no passphrase is taken for one."""


def find_key(workspace_id: str) -> str:
    """The key of a workspace; a `UserError` with the way out where none is found."""
    key = os.environ.get(VARIABLE) or _from_keyring(workspace_id)
    if key:
        return key
    raise UserError(
        say("The key of this workspace was not found. Set {variable} to the key that init showed.", variable=VARIABLE)
    )


def make_key(workspace_id: str) -> tuple[str, bool]:
    """A key for a new workspace, and whether it is kept somewhere; if not, it must be shown once."""
    if key := os.environ.get(VARIABLE):
        return key, True
    key = f"key-{secrets.token_hex(32)}"
    try:
        keyring.set_password(_SERVICE, workspace_id, key)
    except KeyringError:
        return key, False
    return key, True


def bits_of(key: str) -> str | None:
    """The 256 bits of a key that the program made, in 64 hexadecimal digits; None for somebody's own passphrase."""
    made = _MADE.fullmatch(key)
    return made and made[1]


def _from_keyring(workspace_id: str) -> str | None:
    try:
        return keyring.get_password(_SERVICE, workspace_id)
    except KeyringError:
        return None
