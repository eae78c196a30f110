"""The whole content of an encrypted database file, free pages and gaps within pages too.

SQLCipher 4, by its documentation: AES-256-CBC with a key by PBKDF2-HMAC-SHA512 (256,000 rounds), the salt in the first
16 bytes of the file; each page of 4096 bytes ends with 80 that it keeps for itself, its initialisation vector first.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from pipeline.keys import bits_of

PAGE, RESERVED, SALT = 4096, 80, 16


def decrypted(path: Path, passphrase: str) -> bytes:
    """The content of every page of the file, one after another, without what SQLCipher adds."""
    bits = bits_of(passphrase)
    content = path.read_bytes()
    stretched = hashlib.pbkdf2_hmac("sha512", passphrase.encode(), content[:SALT], 256_000, 32) if not bits else b""
    key = bytes.fromhex(bits) if bits else stretched
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    return b"".join(_page(page, key, SALT if number == 0 else 0) for number, page in enumerate(pages))


def _page(page: bytes, key: bytes, begins: int) -> bytes:
    vector = page[PAGE - RESERVED : PAGE - RESERVED + 16]
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor()
    return cipher.update(page[begins : PAGE - RESERVED]) + cipher.finalize()
