"""Meta's webhooks as a judge would write them: built from wire.md's envelope, signed as Meta signs.

Nothing here is shared with the product's own simulator, so that one mistake cannot hide another.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from tests.faults.keys import Key
from tests.faults.numbers import ONE, Number, of_contact

NUMBER = ONE[0].id
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
    number: str = NUMBER


def inbound(messages: Iterable[Key], numbers: Sequence[Number] = ONE) -> bytes:
    """One webhook that carries *messages* in order, each a text of its contact to one of *numbers*."""
    groups = groupby(messages, lambda key: of_contact(key.contact, numbers).id)
    return _envelope([(number, _texts(list(keys))) for number, keys in groups])


def _texts(keys: list[Key]) -> dict[str, object]:
    now = str(int(time.time()))
    people = [
        {"profile": {"name": f"Contact {contact}"}, "wa_id": Key(contact, 0).phone}
        for contact in dict.fromkeys(key.contact for key in keys)
    ]
    texts = [
        {"from": key.phone, "id": key.wamid, "timestamp": now, "type": "text", "text": {"body": key.text}}
        for key in keys
    ]
    return {"contacts": people, "messages": texts}


def statuses(notes: Iterable[StatusNote]) -> bytes:
    """One webhook that carries *notes* in order."""
    groups = groupby(notes, lambda note: note.number)
    return _envelope([(number, {"statuses": [_status(note) for note in some]}) for number, some in groups])


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


def _envelope(values: Iterable[tuple[str, dict[str, object]]]) -> bytes:
    changes = [{"field": "messages", "value": _value(number, value)} for number, value in values]
    body = {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": changes}]}
    return json.dumps(body).encode()


def _value(number: str, value: dict[str, object]) -> dict[str, object]:
    metadata = {"display_phone_number": "15550104477", "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": metadata, **value}


def signed(body: bytes) -> dict[str, str]:
    """The headers that Meta sends with *body*."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
