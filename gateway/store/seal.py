"""Secrets at rest: AES-256-GCM under keys derived from `[server] secret`.

A sealed value is: version (1 byte), key id (4 bytes), nonce (12 bytes), ciphertext with its tag. It opens
only at the place it was sealed for, so that a row copied to another tenant is worth nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import SealError, SettingsError

SHORTEST = 32  # characters of a secret
_VERSION = b"\x01"
_HEAD = 1 + 4
_NONCE = 12
_KEY, _KEY_ID = b"channel-gateway seal key", b"channel-gateway seal key id"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value is kept."""

    tenant: str
    table: str
    column: str
    row: str

    def associated(self) -> bytes:
        """The place as associated data; a part may not contain the separator."""
        parts = (self.tenant, self.table, self.column, self.row)
        if any("|" in part for part in parts):
            raise SealError(f"a place to seal for may not contain '|': {self}")
        return "|".join(parts).encode()


class Seal:
    """*secrets*: the first seals, all of them open (rotation)."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self.renew(secrets)

    def renew(self, secrets: Sequence[str]) -> None:
        """Take other secrets from now on. Raises `SettingsError`, and all stays as it was."""
        if not secrets:
            raise SettingsError("[server] secret", "is missing", _REMEDY)
        for number, secret in enumerate(secrets):
            if len(secret) < SHORTEST:
                where = f"[server] secret[{number}]"
                raise SettingsError(where, f"has {len(secret)} characters, {SHORTEST} are the least", _REMEDY)
        keys = [(derive(secret, _KEY_ID, 4), AESGCM(derive(secret, _KEY, 32))) for secret in secrets]
        self._current = keys[0]
        self._keys = dict(reversed(keys))

    @property
    def key_id(self) -> bytes:
        """The id of the current secret's key, as it stands in bytes 2 to 5 of what is sealed."""
        return self._current[0]

    def close(self, plain: bytes, place: Place) -> bytes:
        """*plain*, sealed for *place* under the first secret."""
        key_id, key = self._current
        nonce = os.urandom(_NONCE)
        return _VERSION + key_id + nonce + key.encrypt(nonce, plain, place.associated())

    def open(self, sealed: bytes, place: Place) -> bytes:
        """What was sealed for *place*; raises `SealError`."""
        if sealed[:1] != _VERSION or len(sealed) < _HEAD + _NONCE:
            raise SealError(f"the secret in {place.table}.{place.column} is not in a form that we know")
        key = self._keys.get(sealed[1:_HEAD])
        if key is None:
            raise SealError(
                f"the secret in {place.table}.{place.column} was sealed under a secret that is not "
                "in [server] secret any more: put it back behind the current one"
            )
        nonce, ciphertext = sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        try:
            return key.decrypt(nonce, ciphertext, place.associated())
        except InvalidTag:
            raise SealError(
                f"the secret in {place.table}.{place.column} was changed or belongs to another row"
            ) from None

    def outdated(self, sealed: bytes) -> bool:
        """Whether *sealed* should be sealed again under the current secret."""
        return sealed[1:_HEAD] != self._current[0]


def derive(secret: str, info: bytes, length: int) -> bytes:
    """*length* bytes from *secret* for the purpose *info* (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret.encode())


_REMEDY = 'write secret = ["…"] with at least 32 random characters, as from: openssl rand -base64 32'
