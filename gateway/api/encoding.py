"""Bytes as JSON shows them."""

from __future__ import annotations

import base64
from typing import Literal


def text_or_base64(raw: bytes) -> tuple[str, Literal["text", "base64"]]:
    """*raw* as text when it is UTF-8, else in base64, and which of the two it is."""
    try:
        return raw.decode(), "text"
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode(), "base64"
