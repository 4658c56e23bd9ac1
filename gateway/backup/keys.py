"""The key of an encrypted backup: 32 bytes in base64, or a passphrase from which scrypt makes them."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from gateway.errors import GatewayError

LENGTH, SALT, SHORTEST = 32, 16, 12
#: scrypt's cost: 64 MB and a fifth of a second.
COST = 2**16


class Key(Struct, frozen=True):
    """What a person gave. Its text is shown nowhere."""

    text: str

    def __repr__(self) -> str:
        return "Key(***)"

    @property
    def raw(self) -> bytes:
        """The 32 bytes that it is in base64; b"" for a passphrase."""
        try:
            found = base64.b64decode(self.text, validate=True)
        except (binascii.Error, ValueError):
            return b""
        return found if len(found) == LENGTH else b""

    def bytes(self, salt: bytes, cost: int = COST) -> bytes:
        """The key itself. A passphrase is stretched with *salt*."""
        if raw := self.raw:
            return raw
        return Scrypt(salt=salt, length=LENGTH, n=cost, r=8, p=1).derive(self.text.encode())


def key_of(file: str | Path | None, variable: str | None) -> Key | None:
    """The key in *file* or in the environment's *variable*; None when neither is given."""
    if file:
        try:
            text = Path(file).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise GatewayError(f"--key-file {file} cannot be read: {type(error).__name__}") from None
        return _checked(text, f"--key-file {file}")
    if variable:
        return _checked(os.environ.get(variable, "").strip(), f"--key-env {variable}")
    return None


def _checked(text: str, where: str) -> Key:
    key = Key(text)
    if not key.raw and len(text) < SHORTEST:
        raise GatewayError(
            f"{where}: give 32 random bytes in base64 (openssl rand -base64 32), or a passphrase of "
            f"{SHORTEST} characters or more"
        )
    return key
