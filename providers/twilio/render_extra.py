"""The escape hatch: `extra = {"twilio": {...}}` puts fields into the form as they stand."""

from __future__ import annotations

from typing import Any

from gateway.model.checks import refuse
from gateway.model.outbound import Outbound
from providers.twilio.settings import NAME

Part = dict[str, Any]
#: In a part: the content to make when there is none of its shape.
CONTENT = "_content"
#: Who gets the message, and where its statuses come back: not to be changed in passing.
_OURS = frozenset({"To", "StatusCallback", CONTENT})
#: A content excludes these (wire.md §4.4).
_INSTEAD = ("Body", "MediaUrl", "PersistentAction", CONTENT)


def merged(part: Part, message: Outbound) -> Part:
    """*part* with the message's `extra`. A `ContentSid` there replaces what the message would show."""
    extra = message.extra.get(NAME, {})
    for name, value in extra.items():
        if name in _OURS:
            refuse(f"extra.{NAME}.{name}", "is the gateway's own, which `extra` cannot change")
        if name != "ContentVariables" and not isinstance(value, str | int | float):
            refuse(f"extra.{NAME}.{name}", "is a text, a number or a truth value: Twilio takes a form")
    made = part | extra
    if "ContentSid" in extra:
        for name in _INSTEAD:
            made.pop(name, None)
        if CONTENT in part and "ContentVariables" not in extra:
            del made["ContentVariables"]
    if not isinstance(made.get("ContentVariables", {}), dict):
        refuse(f"extra.{NAME}.ContentVariables", 'is an object such as {"1": "Ana"}')
    return made
