"""What a contact sends besides text, with usual content, so that a test names only what it cares for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

from providers.meta_cloud.simulator import webhooks

#: kind -> mime type; the kinds of media that a contact can send.
MIME = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mpeg",
    "voice": "audio/ogg; codecs=opus",
    "document": "application/pdf",
    "sticker": "image/webp",
}

#: An advertisement that a contact came by.
REFERRAL = {
    "source_url": "https://fb.example/ad1",
    "source_id": "120299900011122",
    "source_type": "ad",
    "headline": "Tea week",
    "body": "Chat with us",
    "media_type": "image",
    "image_url": "https://cdn.example.org/ad.jpg",
    "ctwa_clid": "Afx-simulated-click-id",
    "welcome_message": {"text": "How can we help?"},
}

UNAVAILABLE = "media_placeholder"


class Content(Struct, frozen=True):
    """Meta's `type`, the object of that name (None: there is none), and what stands beside it."""

    kind: str
    payload: Any
    beside: dict[str, Any] = field(default_factory=dict)


def content_of(kind: str, fields: dict[str, Any]) -> Content:
    """A contact's message of *kind*, all kinds of wire.md 1.5.

    Kinds that are not known here are passed on with *fields* as their content, so that a test can send
    what Meta invents tomorrow. Media are not here: they need a store.
    """
    make = USUAL.get(kind)
    return make(dict(fields)) if make is not None else Content(kind, fields)


def media(kind: str, stored: dict[str, Any], fields: dict[str, Any]) -> Content:
    """A medium whose id, mime type, hash and URL are *stored*."""
    extra: dict[str, Any] = {"voice": kind == "voice"} if kind in ("voice", "audio") else {}
    if kind == "sticker":
        extra = {"animated": False}
    return Content("audio" if kind == "voice" else kind, {**stored, **extra, **fields})


def _text(fields: dict[str, Any]) -> Content:
    return Content("text", {"body": fields.pop("text", "Hello"), **fields})


def _location(fields: dict[str, Any]) -> Content:
    return Content("location", {"latitude": -1.2921, "longitude": 36.8219, **fields})


def _contacts(fields: dict[str, Any]) -> Content:
    usual = {
        "name": {"formatted_name": "Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz"},
        "phones": [{"phone": "+34 600 999 888", "wa_id": "34600999888", "type": "CELL"}],
    }
    return Content("contacts", fields.get("contacts", [usual]))


def _reaction(fields: dict[str, Any]) -> Content:
    """Without an emoji, or with None, the reaction is taken away (the property is absent then)."""
    return Content("reaction", {name: value for name, value in fields.items() if value is not None})


def _button(fields: dict[str, Any]) -> Content:
    return Content("button", {"payload": "CONFIRM-17", "text": "Confirm", **fields})


def _interactive(kind: str, usual: dict[str, Any]) -> Callable[[dict[str, Any]], Content]:
    def make(fields: dict[str, Any]) -> Content:
        return Content("interactive", {"type": kind, kind: {**usual, **fields}})

    return make


def flow_reply(fields: dict[str, Any]) -> Content:
    """A filled flow: *fields* are `data` (with the `flow_token`) and `body`."""
    data = fields.get("data", {"flow_token": "tok-17", "day": "2026-12-01"})
    return nfm_reply("flow", fields.get("body", "Sent"), data)


def address_reply(fields: dict[str, Any]) -> Content:
    """An address: *fields* are `values`, `saved_address_id` and `body`."""
    values = fields.get("values", {"name": "Ana", "in_pin_code": "411001", "city": "Pune"})
    saved = {"saved_address_id": fields["saved_address_id"]} if "saved_address_id" in fields else {}
    return nfm_reply("address_message", fields.get("body", "Ana\n411001, Pune"), {**saved, "values": values})


def nfm_reply(name: str, body: str, data: dict[str, Any]) -> Content:
    """`response_json` is a string of JSON."""
    reply = {"name": name, "body": body, "response_json": json.dumps(data)}
    return Content("interactive", {"type": "nfm_reply", "nfm_reply": reply})


def _order(fields: dict[str, Any]) -> Content:
    items = [{"product_retailer_id": "SKU-1", "quantity": 2, "item_price": 7.99, "currency": "EUR"}]
    return Content("order", {"catalog_id": "7100", "product_items": items, **fields})


def _unsupported(fields: dict[str, Any]) -> Content:
    kind = fields.get("type", "poll_creation")
    told = webhooks.error(
        131051, "Message type unknown", "Message type is currently not supported.", href=False
    )
    if kind == UNAVAILABLE:
        title = "This message is currently unavailable."
        told = webhooks.error(131060, title, "Content could not be provided.", href=False)
    return Content("unsupported", {"type": kind}, {"errors": [told]})


def _welcome(fields: dict[str, Any]) -> Content:
    return Content("request_welcome", None)


def _edit(fields: dict[str, Any]) -> Content:
    text = fields.pop("text", "corrected")
    return Content("edit", {"message": {"type": "text", "text": {"body": text}}, **fields})


USUAL: dict[str, Callable[[dict[str, Any]], Content]] = {
    "text": _text,
    "location": _location,
    "contacts": _contacts,
    "reaction": _reaction,
    "button": _button,
    "button_reply": _interactive("button_reply", {"id": "yes", "title": "Yes"}),
    "list_reply": _interactive("list_reply", {"id": "mon-9", "title": "09:00", "description": "Free"}),
    "flow_reply": flow_reply,
    "address_reply": address_reply,
    "call_permission_reply": _interactive(
        "call_permission_reply",
        {"response": "accept", "is_permanent": False, "response_source": "user_action"},
    ),
    "order": _order,
    "unsupported": _unsupported,
    "request_welcome": _welcome,
    "edit": _edit,
}
