"""Signed links to files: what they open, until when, and how, under a key of `[server] secret`.

A token is version, key id, end, disposition, tenant and file, and a HMAC-SHA256 over it all, in base64url.
It says who may try; whether the file is still there is asked of the database each time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Sequence

from msgspec import Struct

from gateway.store.seal import derive

_KEY, _KEY_ID = b"channel-gateway media link key", b"channel-gateway media link key id"
_HEAD = struct.Struct(">B4sQc")  # version, key id, end in seconds, disposition
_VERSION = 1
_MAC = 32
#: The longest that a link to a private file lives, in seconds.
LONGEST = 600.0


class Opened(Struct, frozen=True):
    """What a token says. *until* is seconds UTC, 0 without an end."""

    tenant: str
    media: str
    until: int
    disposition: str


class Tokens:
    """*secrets*: the first signs, all of them verify."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self.renew(secrets)

    def renew(self, secrets: Sequence[str]) -> None:
        """Take other secrets from now on."""
        keys = [(derive(secret, _KEY_ID, 4), derive(secret, _KEY, 32)) for secret in secrets]
        self._current, self._keys = keys[0], dict(reversed(keys))

    def make(self, tenant: str, media: str, until: int, disposition: str = "a") -> str:
        """A token for the file *media*, good *until* a time in seconds UTC; 0 has no end."""
        key_id, key = self._current
        body = _HEAD.pack(_VERSION, key_id, until, disposition.encode()) + f"{tenant}|{media}".encode()
        return _text(body + hmac.new(key, body, hashlib.sha256).digest())

    def open(self, token: str) -> Opened | None:
        """What *token* says; None when we did not sign it, or it was changed."""
        blob = _bytes(token)
        if blob is None or len(blob) <= _HEAD.size + _MAC:
            return None
        body, mac = blob[:-_MAC], blob[-_MAC:]
        version, key_id, until, disposition = _HEAD.unpack_from(body)
        key = self._keys.get(key_id)
        if version != _VERSION or key is None:
            return None
        if not hmac.compare_digest(mac, hmac.new(key, body, hashlib.sha256).digest()):
            return None
        tenant, _, media = body[_HEAD.size :].decode().partition("|")
        return Opened(tenant, media, until, disposition.decode())


def _text(blob: bytes) -> str:
    return base64.urlsafe_b64encode(blob).rstrip(b"=").decode()


def _bytes(token: str) -> bytes | None:
    """The bytes of *token*; None when no token of ours is written so. There is one way to write each."""
    if not token.isascii() or len(token) > 512:
        return None
    try:
        blob = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return blob if _text(blob) == token else None
