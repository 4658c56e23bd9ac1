"""Which numbers a webhook names, found without decoding what nobody has authenticated yet."""

from __future__ import annotations

import re

#: The search ends here; Meta's bodies are at most 3 MB (wire.md §1.3).
_WINDOW = 3 * 1024 * 1024
_MOST = 4
_NUMBER = re.compile(rb'"phone_number_id"[ \t\r\n]{0,64}:[ \t\r\n]{0,64}"([0-9A-Za-z_-]{1,64})"')

_ACCOUNT = re.compile(rb'"id"[ \t\r\n]{0,64}:[ \t\r\n]{0,64}"([0-9]{5,20})"')


def scan(body: bytes) -> tuple[str, ...]:
    """At most four distinct values of `phone_number_id` in *body*, in their order. A body without one is
    about an account: then at most four of its `id`s, of which `entry[].id` is the first."""
    return _distinct(_NUMBER, body) or _distinct(_ACCOUNT, body)


def _distinct(pattern: re.Pattern[bytes], body: bytes) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for match in pattern.finditer(body, 0, _WINDOW):
        found[match[1].decode("ascii")] = None
        if len(found) == _MOST:
            break
    return tuple(found)
