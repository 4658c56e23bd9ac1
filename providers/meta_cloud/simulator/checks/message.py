"""What every message has in common, and which check is whose (wire.md 2.1, 2.5, 2.9, 2.13)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from providers.meta_cloud.simulator.checks import cards, interactive, simple
from providers.meta_cloud.simulator.checks.recipient import check_recipient
from providers.meta_cloud.simulator.checks.template import check_template
from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.shapes import (
    flag,
    one_of,
    only,
    optional_text,
    record,
    text,
    whole,
)

CALLBACK_DATA = 512
COMMON = (
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "recipient_identity_key_hash",
    "category",
    "message_send_ttl_seconds",
)
#: What only the marketing endpoint takes (wire.md 2.9).
MARKETING = ("message_activity_sharing", "product_policy", "degrees_of_freedom_spec")

KINDS: dict[str, Callable[[dict[str, Any]], None]] = {
    "text": simple.check_text,
    "image": simple.check_media("image", captioned=True),
    "video": simple.check_media("video", captioned=True),
    "document": simple.check_media("document", captioned=True),
    "audio": simple.check_media("audio", captioned=False),
    "sticker": simple.check_media("sticker", captioned=False),
    "location": simple.check_location,
    "contacts": cards.check_contacts,
    "reaction": simple.check_reaction,
    "interactive": interactive.check_interactive,
    "template": check_template,
    "pin": simple.check_pin,
}


def check_message(body: dict[str, Any], own_number: str, *, marketing: bool = False) -> None:
    """Raise `GraphError` when *body* cannot be sent from the business number *own_number* (digits).
    *marketing* is the endpoint that takes marketing templates only."""
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "Parameter messaging_product must be whatsapp.")
    check_recipient(body, own_number)
    kind = body.get("type", "text")
    check = KINDS.get(kind) if isinstance(kind, str) else None
    if check is None:
        raise GraphError(131051, f"Message type {kind!r} is not supported.")
    if marketing and kind != "template":
        raise GraphError(131055, "Only marketing templates can be sent here.")
    check_common(body, kind)
    only(body, (*COMMON, kind, *(MARKETING if marketing else ())))
    if marketing:
        check_marketing(body)
    if kind == "pin" and body.get("recipient_type") != "group":
        raise invalid("type", "pin is for groups only")
    check(body)


def check_common(body: dict[str, Any], kind: str) -> None:
    """What stands beside the content: the quote, the caller's own data, the key, Direct Send."""
    optional_text(body, "biz_opaque_callback_data", CALLBACK_DATA)
    optional_text(body, "recipient_identity_key_hash", 256)
    if "context" in body:
        context = record(body, "context")
        only(context, ["message_id"], "context")
        text(context, "message_id", where="context")
        if kind == "reaction":
            raise invalid("context", "is not allowed with a reaction")
    if "category" in body:
        category = one_of(body, "category", ("utility", "authentication"))
        if kind not in ("text", "interactive"):
            raise invalid("category", f"is not allowed for type {kind}")
        if category == "authentication" and "recipient" in body and not body.get("to"):
            raise GraphError(131062, "A user id cannot be sent an authentication message.")
    if "message_send_ttl_seconds" in body:
        if "category" not in body:
            raise GraphError(100, "Parameter message_send_ttl_seconds needs a category.")
        whole(body, "message_send_ttl_seconds", 30, 43_200)


def check_marketing(body: dict[str, Any]) -> None:
    """What the marketing endpoint takes beside the template."""
    flag(body, "message_activity_sharing")
    if "product_policy" in body:
        one_of(body, "product_policy", ("CLOUD_API_FALLBACK", "STRICT"))
    if "degrees_of_freedom_spec" in body:
        record(record(body, "degrees_of_freedom_spec"), "creative_features_spec")


def check_receipt(body: dict[str, Any]) -> str:
    """A read receipt, with or without the typing indicator: the id of the message that was read."""
    if body.get("messaging_product") != "whatsapp":
        raise GraphError(100, "Parameter messaging_product must be whatsapp.")
    if body.get("status") != "read":
        raise GraphError(100, "Parameter status must be read.")
    message_id = text(body, "message_id")
    if "typing_indicator" in body:
        indicator = record(body, "typing_indicator")
        only(indicator, ["type"], "typing_indicator")
        one_of(indicator, "type", ["text"], where="typing_indicator")
    return message_id
