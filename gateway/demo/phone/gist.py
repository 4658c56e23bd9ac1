"""What an exchange is about, in a few words, whoever the provider is: found by names that they all use."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

#: Characters of a gist, and nodes of a body that are looked at.
LONGEST, NODES = 60, 400

_STATUSES = frozenset(
    {"queued", "accepted", "sending", "sent", "delivered", "read", "played", "failed", "undelivered"}
)
_STATUS = frozenset({"status", "messagestatus"})
_WORDS = (
    *("body", "text", "caption", "buttontext", "title", "listtitle", "1", "emoji", "name", "label"),
    *("filename", "mediacontenttype0", "mediaurl"),
)


def gist(body: str, kind: str = "") -> str:
    """Its words, its status, or its kind; "" when there is nothing to tell."""
    if kind.startswith("multipart/form-data"):
        return "file"
    found = list(_members(_parsed(body, kind)))
    names = {name for name, _ in found}
    if "typing_indicator" in names or names >= {"messageid", "channel"}:
        return "typing…"
    status = next((value for name, value in found if name in _STATUS and value in _STATUSES), "")
    if status:
        return f"status: {status}"
    made = next((name for name in names if name.startswith(("twilio/", "whatsapp/"))), "")
    if made:
        return f"content: {made.partition('/')[2]}"
    words = next((value for key in _WORDS for name, value in found if name == key and value), "")
    tag = next((value for name, value in found if name in ("type", "messagetype") and value), "")
    words = " ".join(words.split())
    short = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return f"{tag}: {short}" if tag and short and tag != "text" else short or tag


def _parsed(body: str, kind: str) -> Any:
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body))
    try:
        return json.loads(body) if body[:1] in ("{", "[") else {}
    except (ValueError, RecursionError):
        return {}


def _inner(value: Any) -> Any:
    """What is inside of *value*: JSON travels in texts too."""
    return _parsed(value, "") if isinstance(value, str) else value


def _members(whole: Any) -> Iterator[tuple[str, str]]:
    """Names in small letters with their texts, the outer ones first."""
    waiting, seen = deque([whole]), 0
    while waiting and seen < NODES:
        node = waiting.popleft()
        seen += 1
        if isinstance(node, dict):
            for name, value in node.items():
                yield name.lower(), value if isinstance(value, str) and value[:1] != "{" else ""
            waiting.extend(_inner(value) for value in node.values())
        elif isinstance(node, list):
            waiting.extend(node)
