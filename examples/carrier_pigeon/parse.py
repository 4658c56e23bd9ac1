"""Webhooks: who is believed, and what they tell."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any

from examples.carrier_pigeon.settings import PigeonSettings
from gateway.model import inbound
from gateway.model.event import (
    Event,
    Identity,
    MessageReceived,
    Person,
    StatusReceived,
    identity_kind,
)
from gateway.model.status import Failure, Status
from gateway.provider import Parsed, ParseFailure, WebhookRequest

HEADER = "x-pigeon-ring"
STATES: dict[str, Status] = {
    "sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed",
}  # fmt: skip
_LOFT = re.compile(rb'"loft"\s*:\s*"([0-9]{1,20})"')


def ring(secret: str, body: bytes) -> str:
    """The header's value for *body*."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def authentic(request: WebhookRequest, settings: PigeonSettings) -> bool:
    """Whether exactly one ring is on the webhook, and one of ours."""
    given = request.headers.get(HEADER, ())
    if len(given) != 1:
        return False
    wanted = given[0].encode("utf-8", "replace")
    rings = (ring(secret, request.body).encode() for secret in settings.ring)
    return any(hmac.compare_digest(each, wanted) for each in rings)


def scan(body: bytes) -> tuple[str, ...]:
    """The loft that *body* names."""
    return tuple(found[1].decode() for found in list(_LOFT.finditer(body))[:4])


def parse(body: bytes) -> Parsed:
    """The one event of a webhook; never raises."""
    try:
        told = json.loads(body)
        return Parsed((_flight(told, body) if "flight" in told else _note(told, body),))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return Parsed(failures=(ParseFailure(f"{type(error).__name__}: {error}"[:500], body),))


def _note(told: dict[str, Any], raw: bytes) -> Event:
    note = told["note"]
    kind = text_of(note.get("kind", "text"))
    content: inbound.Inbound = inbound.Unknown(kind, note)
    if kind == "text":
        content = inbound.Text(text_of(note["text"]))
    name = text_of(note.get("name", ""))
    who = Person((_identity(text_of(note["from"])),), name)
    return MessageReceived(text_of(told["loft"]), text_of(note["id"]), who, content, 0, raw=raw)


def _flight(told: dict[str, Any], raw: bytes) -> Event:
    flight = told["flight"]
    status = STATES[flight["state"]]
    failure = Failure("undeliverable", 7, title="the bird came back") if status == "failed" else None
    correlation = text_of(flight.get("ref", ""))
    who = Person((_identity(text_of(flight["to"])),))
    return StatusReceived(
        text_of(told["loft"]), text_of(flight["id"]), status, 0, who, correlation, failure=failure, raw=raw
    )  # fmt: skip


def _identity(name: str) -> Identity:
    if not name:
        raise ValueError("a contact without a name")
    return Identity(identity_kind(name), name)


def text_of(value: object) -> str:
    """*value*, when it is a text that can be stored; `ValueError` otherwise."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("a text is missing, or holds what cannot be stored")
    value.encode()  # no half of a surrogate pair
    return value
