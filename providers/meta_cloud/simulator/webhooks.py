"""Builds what Meta posts: the envelope, messages of contacts, statuses (wire.md 1.4 to 1.6)."""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

from providers.meta_cloud.simulator.world import Contact, Option


class Line(Struct, frozen=True):
    """The business number that webhooks are about. *display* is its digits."""

    phone_number_id: str
    display: str
    waba_id: str


def encode(payload: dict[str, Any]) -> bytes:
    """The bytes that are signed and sent: non-ASCII as \\uXXXX, slashes escaped, as Meta does."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def envelope(line: Line, value: dict[str, Any]) -> dict[str, Any]:
    """One entry with one change of the field `messages`."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": line.display, "phone_number_id": line.phone_number_id},
        **value,
    }
    entry = {"id": line.waba_id, "changes": [{"value": value, "field": "messages"}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def profile(contact: Contact) -> dict[str, Any]:
    """The contact as `contacts[]` shows it."""
    return {"profile": {"name": contact.name}, "wa_id": contact.wa_id, "user_id": contact.user_id}


def message(contact: Contact, message_id: str, at: int, kind: str, payload: Any) -> dict[str, Any]:
    """One inbound message; *at* is seconds, *payload* the object named like *kind*."""
    return {
        "from": contact.wa_id,
        "from_user_id": contact.user_id,
        "id": message_id,
        "timestamp": str(at),
        "type": kind,
        kind: payload,
    }


def tap(option: Option) -> dict[str, Any]:
    """The `interactive` object of a tapped button or row."""
    answer = {"id": option.id, "title": option.title}
    if option.description:
        answer["description"] = option.description
    return {"type": option.reply, option.reply: answer}


def status(contact: Contact, message_id: str, name: str, at: int, request: dict[str, Any]) -> dict[str, Any]:
    """One status of the message that *request* sent. Pricing comes with `sent`, errors with `failed`."""
    told: dict[str, Any] = {
        "id": message_id,
        "status": name,
        "timestamp": str(at),
        "recipient_id": contact.wa_id,
    }
    if name == "failed":
        told["errors"] = [undeliverable()]
    else:
        told["recipient_user_id"] = contact.user_id
    if "biz_opaque_callback_data" in request:
        told["biz_opaque_callback_data"] = request["biz_opaque_callback_data"]
    if name == "sent":
        told["pricing"] = pricing(request.get("type") == "template")
    return told


def pricing(template: bool) -> dict[str, Any]:
    """Templates are charged as utility, everything else is in the free tier."""
    kind, category = ("regular", "utility") if template else ("free_customer_service", "service")
    return {"billable": template, "pricing_model": "PMP", "type": kind, "category": category}


def undeliverable() -> dict[str, Any]:
    """Error 131026 as a failed status carries it."""
    return {
        "code": 131026,
        "title": "Message undeliverable",
        "message": "Message undeliverable",
        "error_data": {"details": "Message undeliverable."},
    }
