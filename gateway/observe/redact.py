"""What may leave the process in a log line or an error report, and what may not.

Message text, phone numbers and secrets never do. Two nets: fields whose name says what they hold are
dropped, and in every other text what looks like a phone number is masked.
"""

from __future__ import annotations

import re
from typing import Any

MASK = "***"
#: Characters; a longer text is cut.
LONGEST = 500

#: Names of fields: what was written, who wrote it, what opens doors, what may hold any of them.
_WRITTEN = {
    "text",
    "body",
    "caption",
    "content",
    "message",
    "input",
    "output",
    "prompt",
    "raw",
    "payload",
    "part",
    "parts",
}
_PEOPLE = {
    "to",
    "from",
    "sender",
    "recipient",
    "contact",
    "identity",
    "identities",
    "phone",
    "phones",
    "msisdn",
    "wa_id",
    "user_id",
    "bsuid",
    "name",
    "first_name",
    "last_name",
    "username",
    "profile",
    "profile_name",
    "email",
    "address",
    "location",
    "latitude",
    "longitude",
}
_SECRETS = {
    "token",
    "secret",
    "password",
    "passwd",
    "authorization",
    "auth",
    "api_key",
    "key",
    "signature",
    "credentials",
    "cookie",
    "cookies",
    "dsn",
}
_MIXED = {
    "query",
    "query_string",
    "headers",
    "data",
    "form",
    "json",
    "args",
    "params",
    "vars",
    "env",
    "environ",
}
_DROPPED = frozenset(_WRITTEN | _PEOPLE | _SECRETS | _MIXED)
_DROPPED_ENDS = ("_token", "_secret", "_password", "_key", "_text", "_body", "_phone", "_number", "_email")

_KEPT = (
    r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"  # our ids
    r"|\b[0-9a-f]{32}\b"
    r"|(?<![\d+])(?:19|20)\d\d-[01]\d-[0-3]\d"  # days, and times of day behind them
    r"(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?(?![\d-])"
)
#: Seven digits or more, also as people write them, and provider message ids, which hold the number in base64.
_NUMBER = r"\+?\(?\d(?:[ \u00a0().\-/]{0,2}\d){6,}"
_MASKED = re.compile(rf"(?P<kept>{_KEPT})|wamid\.[\w+/=-]*|{_NUMBER}")
_QUERY = re.compile(r"\?[^\s\"'<>#]*")
#: Characters that JSON leaves as they are and a terminal obeys: C1 controls, line and direction marks.
_UNSAFE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def dropped(key: str) -> bool:
    """Whether a field of this name holds what must not leave."""
    lower = key.lower()
    return lower in _DROPPED or lower.endswith(_DROPPED_ENDS)


def mask(text: str) -> str:
    """*text* without phone numbers and control characters, cut to a bearable length."""
    if len(text) > 2 * LONGEST:
        text = text[: 2 * LONGEST]  # so that a long digit run is masked before it is cut
    if not text.isascii() or "\x7f" in text:
        text = _UNSAFE.sub("\ufffd", text)
    text = _MASKED.sub(lambda match: match["kept"] or MASK, text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def without_query(text: str) -> str:
    """*text* with the query strings of its URLs cut off."""
    return _QUERY.sub("", text)


def clean(value: Any, depth: int = 4) -> Any:
    """*value* with dropped fields and masked texts, at any depth; objects become their type's name."""
    if isinstance(value, str):
        return mask(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth == 0:
        return MASK
    if isinstance(value, dict):
        return {
            mask(str(key)): MASK if dropped(str(key)) else clean(item, depth - 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(item, depth - 1) for item in value]
    return f"<{type(value).__name__}>"
