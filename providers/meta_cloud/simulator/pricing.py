"""What a status says of prices (wire.md 1.6 and 2.12)."""

from __future__ import annotations

import hashlib
from typing import Any

from msgspec import Struct

from gateway.clock import DAY, SECOND
from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.lines import Line

#: Since 1 October 2026 utility templates are charged inside the window too.
UTILITY_CHARGED = 1_790_812_800 * SECOND


class Terms(Struct, frozen=True):
    """What decides the price of one message. *category* is "service" for what is not a template."""

    line: Line
    contact: Contact | None
    category: str
    at: int
    #: Whether the number's free tier still holds.
    free: bool = True


def pricing(terms: Terms) -> dict[str, Any]:
    """`pricing` of a status: billable, model, type and category."""
    if terms.contact is None:
        return priced("free_group_customer_service", f"group_{terms.category}")
    if terms.contact.entry_point_until(terms.line, terms.at) is not None:
        return priced("free_entry_point", "referral_conversion")
    window = terms.contact.window_open(terms.line, terms.at)
    if terms.category == "utility" and window and terms.at < UTILITY_CHARGED:
        return priced("free_customer_service", terms.category)
    if terms.category == "service" and terms.free:
        return priced("free_customer_service", terms.category)
    return priced("regular", terms.category)


def priced(kind: str, category: str) -> dict[str, Any]:
    """The per-message model; `billable` follows from the type."""
    return {"billable": kind == "regular", "pricing_model": "PMP", "type": kind, "category": category}


def conversation(terms: Terms, name: str) -> dict[str, Any] | None:
    """`conversation`, inside a free entry point only (since v24); its end is told with `sent`."""
    contact = terms.contact
    until = contact.entry_point_until(terms.line, terms.at) if contact is not None else None
    if contact is None or until is None:
        return None
    told: dict[str, Any] = {
        "id": conversation_id(contact, terms.line),
        "origin": {"type": "referral_conversion"},
    }
    if name == "sent":
        told["expiration_timestamp"] = str(until // SECOND)
    return told


def before_v24(terms: Terms, name: str) -> dict[str, Any]:
    """`conversation` and `pricing` as they were when conversations were charged."""
    assert terms.contact is not None, "groups came after conversations"
    told: dict[str, Any] = {
        "id": conversation_id(terms.contact, terms.line),
        "origin": {"type": terms.category},
    }
    if name == "sent":
        told["expiration_timestamp"] = str((terms.at + DAY) // SECOND)
    charged = {"billable": True, "pricing_model": "CBP", "category": terms.category}
    return {"conversation": told, "pricing": charged}


def conversation_id(contact: Contact, line: Line) -> str:
    """The same for every message of a conversation."""
    return hashlib.blake2b(f"{contact.user_id}/{line.phone_number_id}".encode(), digest_size=10).hexdigest()
