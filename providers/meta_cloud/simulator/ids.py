"""Ids of messages and media that were never given before, in any run."""

from __future__ import annotations

import base64
import secrets


def wamid() -> str:
    """A message id."""
    return "wamid." + base64.b64encode(secrets.token_bytes(18)).decode()


def number(digits: int = 15) -> str:
    """An id of decimal digits, as media and templates have."""
    return str(9 * 10 ** (digits - 1) + secrets.randbelow(10 ** (digits - 1)))
