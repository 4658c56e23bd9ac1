"""Signatures by the rules of Standard Webhooks, version 1: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SIZE = 32  # bytes of a new secret; 24 to 64 are allowed


def new_secret() -> str:
    """A secret as it is shown, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SIZE)).decode()


def signature(secret: str, event: str, at: int, body: bytes) -> str:
    """ "v1,…" for *body*, sent at *at* (seconds) under the id *event*."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{event}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def headers(keys: Iterable[str], event: str, at: int, body: bytes) -> dict[str, str]:
    """The three headers, signed with every one of *keys*: while a secret is replaced, there are two."""
    return {
        "webhook-id": event,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(signature(key, event, at, body) for key in keys),
    }
