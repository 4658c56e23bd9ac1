"""Webhook bodies made by hand, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gateway.model.event import ChannelEvent
from providers.meta_cloud.parse import parse

FOLDER = Path(__file__).parents[2] / "samples" / "meta"
ACCOUNT, NUMBER, DISPLAY = "198700112233445", "401122334455667", "15550104477"
METADATA = {"display_phone_number": DISPLAY, "phone_number_id": NUMBER}


def load(name: str) -> Any:
    """A sample as objects that may be changed."""
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def value_of(body: Any) -> Any:
    """The value of the only change of *body*."""
    return body["entry"][0]["changes"][0]["value"]


def change(field: str, value: Any, time: int | None = 1_794_900_000) -> bytes:
    """A body with one change."""
    entry: dict[str, Any] = {"id": ACCOUNT, "changes": [{"field": field, "value": value}]}
    if time is not None:
        entry["time"] = time
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def numbered(field: str, **members: Any) -> bytes:
    """A body with one change of a field that names its number."""
    return change(field, {"messaging_product": "whatsapp", "metadata": METADATA} | members)


def events(body: bytes) -> list[ChannelEvent]:
    """The events of *body*, of which nothing fails."""
    parsed = parse(body)
    assert parsed.failures == ()
    found = [event for event in parsed.events if isinstance(event, ChannelEvent)]
    assert len(found) == len(parsed.events)
    return found


def one(body: bytes) -> ChannelEvent:
    """The only event of *body*."""
    (event,) = events(body)
    return event
