"""What may be sent to a contact who wrote within a day although WhatsApp has not approved it
(the last column of the table in wire.md §4.5)."""

from __future__ import annotations

from typing import Any

#: Types that WhatsApp never approves.
UNAPPROVABLE = frozenset({"twilio/list-picker", "twilio/location", "twilio/schedule"})
_FREE = frozenset(
    {
        *("twilio/text", "twilio/media", "twilio/list-picker", "twilio/location", "twilio/catalog"),
        "whatsapp/flows",
    }
)
REPLIES = 3


def allowed(kind: str, content: dict[str, Any]) -> bool:
    """Whether *content* needs no approval inside the window."""
    if kind in _FREE:
        return True
    actions = [action.get("type") or "QUICK_REPLY" for action in content.get("actions") or []]
    replies_only = all(action == "QUICK_REPLY" for action in actions)
    match kind:
        case "twilio/quick-reply":
            return len(actions) <= REPLIES
        case "twilio/call-to-action":
            return actions == ["URL"]
        case "twilio/card":
            return actions == ["URL"] or (replies_only and len(actions) <= REPLIES)
        case "twilio/carousel":
            cards = content.get("cards") or []
            return all(each["type"] == "QUICK_REPLY" for card in cards for each in card["actions"])
    return False
