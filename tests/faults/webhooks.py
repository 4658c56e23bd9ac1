"""Meta's webhooks as a judge would write them: built from wire.md's envelope, signed as Meta signs.

Nothing here is shared with the product's own simulator, so that one mistake cannot hide another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterable
from typing import NamedTuple

from tests.faults.keys import Key

NUMBER = "401122334455667"
ACCOUNT = "198700112233445"
SECRET = "the-app-secret-of-the-fault-runs"
TOKEN = "the-access-token-of-the-fault-runs"


class StatusNote(NamedTuple):
    """One status of one accepted part. *correlation* is the id that the gateway gave with the send."""

    wamid: str
    status: str
    phone: str
    correlation: str
    at: int


def inbound(messages: Iterable[Key]) -> bytes:
    """One webhook that carries *messages* in order, each a text of its contact."""
    keys = list(messages)
    now = str(int(time.time()))
    people = [
        {"profile": {"name": f"Contact {contact}"}, "wa_id": Key(contact, 0).phone}
        for contact in dict.fromkeys(key.contact for key in keys)
    ]
    texts = [
        {"from": key.phone, "id": key.wamid, "timestamp": now, "type": "text", "text": {"body": key.text}}
        for key in keys
    ]
    return _envelope({"contacts": people, "messages": texts})


def statuses(notes: Iterable[StatusNote]) -> bytes:
    """One webhook that carries *notes* in order."""
    return _envelope({"statuses": [_status(note) for note in notes]})


def _status(note: StatusNote) -> dict[str, object]:
    value: dict[str, object] = {
        "id": note.wamid,
        "status": note.status,
        "timestamp": str(note.at),
        "recipient_id": note.phone,
        "biz_opaque_callback_data": note.correlation,
    }
    if note.status == "failed":
        value["errors"] = [{"code": 131026, "title": "Message undeliverable"}]
    return value


def _envelope(value: dict[str, object]) -> bytes:
    metadata = {"display_phone_number": "15550104477", "phone_number_id": NUMBER}
    change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
    body = {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": [change]}]}
    return json.dumps(body).encode()


def signed(body: bytes) -> dict[str, str]:
    """The headers that Meta sends with *body*."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
