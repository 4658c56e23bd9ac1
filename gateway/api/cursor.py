"""Cursors of lists: where the last page ended, signed for one tenant and one list."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from gateway.api.problems import Problem

_MAC = 16


class Cursors:
    """*secrets* are `[server] secret`: the first signs, all are believed."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self.renew(secrets)

    def renew(self, secrets: Sequence[str]) -> None:
        """Take other secrets from now on."""
        self._keys = [hmac.new(each.encode(), b"cursor", hashlib.sha256).digest() for each in secrets]

    def seal(self, tenant: str, purpose: str, *last: str | int) -> str:
        """A cursor behind the row with the keys *last*, for the list *purpose* of *tenant*."""
        plain = msgspec.json.encode(last)
        return base64.urlsafe_b64encode(_mac(self._keys[0], tenant, purpose, plain) + plain).decode()

    def open(self, cursor: str, tenant: str, purpose: str) -> list[str | int]:
        """The keys in *cursor*, [] for "". Raises `Problem` for one that was not given for this list."""
        if not cursor:
            return []
        try:
            blob = base64.urlsafe_b64decode(cursor.encode("ascii"))
        except ValueError:
            blob = b""
        mac, plain = blob[:_MAC], blob[_MAC:]
        if not any(hmac.compare_digest(mac, _mac(key, tenant, purpose, plain)) for key in self._keys):
            raise Problem(
                400, "bad_cursor", "pass the cursor of the last answer, unchanged", pointer="/cursor"
            )
        return msgspec.json.decode(plain, type=list[str | int])


def _mac(key: bytes, tenant: str, purpose: str, plain: bytes) -> bytes:
    return hmac.new(key, f"{tenant}|{purpose}|".encode() + plain, hashlib.sha256).digest()[:_MAC]
