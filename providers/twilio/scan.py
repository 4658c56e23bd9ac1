"""Whose a webhook is, found without decoding what nobody has authenticated yet."""

from __future__ import annotations

import re

#: The search ends here.
_WINDOW = 64 * 1024
_MOST = 4
#: A parameter of a form, or a member of a JSON object.
_NUMBER = re.compile(
    rb"(?:(?:^|&)(?:To|From)=whatsapp(?:%3A|%3a|:)(?:%2B|%2b|\+)([0-9]{5,15})(?=&|\s*$)"
    rb'|"(?:To|From)"\s{0,8}:\s{0,8}"whatsapp:\+([0-9]{5,15})")'
)
_ACCOUNT = re.compile(
    rb'(?:(?:^|&)AccountSid=(AC[0-9a-fA-F]{32})(?=&|\s*$)|"AccountSid"\s{0,8}:\s{0,8}"(AC[0-9a-fA-F]{32})")'
)


def scan(body: bytes) -> tuple[str, ...]:
    """The phone numbers of *body* ("+15550104477"), four at most: ours is one of them, `To` of a message and
    `From` of a status. Without one, the account's SID."""
    return tuple(f"+{number}" for number in _distinct(_NUMBER, body)) or tuple(_distinct(_ACCOUNT, body))


def _distinct(pattern: re.Pattern[bytes], body: bytes) -> list[str]:
    found: dict[str, None] = {}
    for match in pattern.finditer(body, 0, _WINDOW):
        found[(match[1] or match[2]).decode("ascii")] = None
        if len(found) == _MOST:
            break
    return list(found)
