"""The log of events without one contact: every event keeps its number, and what names the contact goes.

Our own ids of messages and of the contact stay: whoever follows the log is told by them what to forget.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.erasure.who import Who

_blocks = msgspec.json.Decoder(list[tuple[str, Any]])
_encode = msgspec.json.Encoder().encode

#: What may stay of the facts of each kind; of other kinds, whatever is no text. A null takes the place of
#: the rest.
_STAYS = frozenset(
    (
        "message",
        "part",
        "status",
        "contact",
        "conversation",
        "channel",
        "what",
        "id",
        "stage",
        "plugin",
        "ref",
        "name",
    )
)


def cut(data: str, who: Who) -> str | None:
    """The block *data* without the contact; None when it has nothing of the contact."""
    if not who.named(data.replace("\\/", "/")) and who.contact not in data:
        return None
    events, changed = _blocks.decode(data), False
    left: list[tuple[str, Any]] = []
    for kind, fact in events:
        blank = _cut(kind, fact, who)
        changed = changed or blank is not fact
        left.append((kind, blank))
    return _encode(left).decode() if changed else None


def _cut(kind: str, fact: Any, who: Who) -> Any:
    if not isinstance(fact, dict) or not _about(fact, who):
        return fact
    left = {name: value if name in _STAYS else _empty(name, value) for name, value in fact.items()}
    return fact if left == fact else left


def _about(fact: dict[str, Any], who: Who) -> bool:
    """Whether *fact* is about the contact, and says more than that."""
    more = any(value and name not in _STAYS for name, value in fact.items())
    if not more:
        return False
    if (
        fact.get("message") in who.messages
        or fact.get("contact") == who.contact
        or fact.get("ref") in who.ids
    ):
        return True
    return who.named(_encode(fact).decode().replace("\\/", "/"))


def _empty(name: str, value: Any) -> Any:
    """What takes the place of *value*: content keeps its type, so that readers know what it was."""
    if name == "content" and isinstance(value, dict):
        return {"type": value.get("type")}
    return "" if isinstance(value, str) and name != "provider_message_id" else None
