"""The form of an API key: `gw_<id>_<secret>_<check>`, readable by scanners, refused offline when mistyped.

id: 12 characters of base32 in lower case (60 bits), public. secret: 43 characters of base62 (256 bits).
check: CRC-32 of all that stands before it, 6 characters of base62, so that a cut or mistyped key needs
no look-up and a secret scanner finds no false ones.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import zlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FORM = re.compile(r"(gw_([a-z2-7]{12})_([0-9A-Za-z]{43}))_([0-9A-Za-z]{6})", re.ASCII)


class KeyParts(Struct, frozen=True):
    """A well-formed key: its public *id* and its *body*, all but the check."""

    id: str
    body: str


def make() -> tuple[str, str]:
    """A new key: its id, and the whole text, which is shown once and never kept."""
    key_id = "".join(secrets.choice(_BASE32) for _ in range(12))
    body = f"gw_{key_id}_" + "".join(secrets.choice(_BASE62) for _ in range(43))
    return key_id, f"{body}_{_check(body)}"


def parse(key: str) -> KeyParts | None:
    """The parts of *key*, or None when it has not the form or its check does not match."""
    match = _FORM.fullmatch(key)
    if match is None or match[4] != _check(match[1]):
        return None
    return KeyParts(match[2], match[1])


def pepper(secret: str) -> bytes:
    """The HMAC key for hashes of API keys, derived from one `[server] secret` (HKDF-SHA256)."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"gateway api key pepper")
    return kdf.derive(secret.encode())


def digest(body: str, pepper: bytes) -> bytes:
    """What is stored of a key. No slow hash is needed: the secret has 256 bits of its own."""
    return hmac.new(pepper, body.encode(), hashlib.sha256).digest()


def _check(body: str) -> str:
    number, text = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        text = _BASE62[digit] + text
    return text
