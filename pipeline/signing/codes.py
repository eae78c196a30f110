"""Personal codes of signers: kept as a hash that is slow to guess, and asked for less often after wrong ones."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

LOG2_N, BLOCK_SIZE, LANES = 17, 8, 1
"""Parameters of scrypt: the first that the OWASP Password Storage Cheat Sheet names. They take 128 MiB."""

LEAST_LENGTH = 8
"""Characters of a code. NIST SP 800-63B asks for no fewer of a secret that somebody remembers."""

FREE_TRIES = 5
"""Wrong codes in a row before a signer has to wait. Who types badly is not kept waiting; NIST SP 800-63B allows no
more than 100 in a row, which with the waits below takes days."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
"""The wait after that, doubled by each further wrong code up to the longest."""


@dataclass(frozen=True, slots=True)
class HashedCode:
    """A code as it is kept: scrypt's result and what it takes to work it out again, in hexadecimal."""

    salt: str
    hash: str
    cost: str


def hashed(code: str) -> HashedCode:
    """A code with a salt of its own."""
    salt = secrets.token_bytes(16)
    cost = f"{LOG2_N}:{BLOCK_SIZE}:{LANES}"
    return HashedCode(salt.hex(), _scrypt(code, salt, cost).hex(), cost)


def fits(code: str, kept: HashedCode) -> bool:
    """Whether this is the code. Takes as long for a wrong one."""
    return hmac.compare_digest(_scrypt(code, bytes.fromhex(kept.salt), kept.cost), bytes.fromhex(kept.hash))


def waits_until(wrong: int, last_wrong: datetime | None) -> datetime | None:
    """Until when no code is looked at after so many wrong ones in a row; None where there is no wait."""
    if wrong < FREE_TRIES or last_wrong is None:
        return None
    times: int = 2 ** min(wrong - FREE_TRIES, 10)
    return last_wrong + min(FIRST_WAIT * times, LONGEST_WAIT)


def _scrypt(code: str, salt: bytes, cost: str) -> bytes:
    log2_n, block_size, lanes = map(int, cost.split(":"))
    memory = 128 * 2**log2_n * block_size * lanes
    # One keyboard writes é as one character and another as two: both are the same code.
    secret = unicodedata.normalize("NFC", code).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=2**log2_n, r=block_size, p=lanes, maxmem=2 * memory, dklen=32)
