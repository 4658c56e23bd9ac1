"""Whose a webhook is, found without decoding what nobody has authenticated yet."""

from __future__ import annotations

import re
from urllib.parse import unquote

#: The search ends here.
_WINDOW = 64 * 1024
_MOST = 4
_NUMBER = re.compile(rb"(?:^|&)(?:To|From)=whatsapp(?:%3A|%3a|:)((?:%2B|%2b)[0-9]{5,15})(?=&|$)")
_ACCOUNT = re.compile(rb"(?:^|&)AccountSid=(AC[0-9a-fA-F]{32})(?=&|$)")


def scan(body: bytes) -> tuple[str, ...]:
    """The phone numbers of *body* ("+15550104477"): ours is one of them, `To` of a message and `From` of a
    status. Without one, the account's SID."""
    return _distinct(_NUMBER, body) or _distinct(_ACCOUNT, body)


def _distinct(pattern: re.Pattern[bytes], body: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in pattern.finditer(body, 0, _WINDOW):
        found[unquote(match[1].decode("ascii"))] = None
        if len(found) == _MOST:
            break
    return tuple(found)
