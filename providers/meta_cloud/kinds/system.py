"""What the platform says of a contact: a new number, a new user id, a new security code (wire.md §1.5)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud.clean import decode, plain


class SystemObject(Struct):
    """`{"body": "User … changed", "wa_id": "34611222333", "type": "user_changed_number"}`.

    Older payloads have `new_wa_id`, and the number before in `customer`.
    """

    type: str | None = None
    body: str | None = None
    wa_id: str | None = None
    new_wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    previous_user_id: str | None = None
    previous_parent_user_id: str | None = None
    customer: Any = None


class SystemMessage(Struct):
    """`identity` stands beside `system`: `{"acknowledged": true, "hash": "TmV3", …}`."""

    system: SystemObject | None = None
    identity: Any = None


_DECODER = msgspec.json.Decoder(SystemMessage)

_EVENTS = {
    "user_changed_number": "number_changed",
    "customer_changed_number": "number_changed",
    "user_changed_user_id": "user_id_changed",
    "customer_identity_changed": "identity_changed",
    "user_identity_changed": "identity_changed",
}


def read_system(raw: bytes) -> inbound.System | None:
    """The change in *raw*. A word that we do not know stays the event."""
    message = decode(_DECODER, raw)
    found = message.system
    if found is None:
        return None
    kind = found.type or ""
    details = {"identity": message.identity, "customer": found.customer}
    return inbound.System(
        event=_EVENTS.get(kind, kind),
        text=found.body or "",
        wa_id=found.wa_id or found.new_wa_id or "",
        user_id=found.user_id or "",
        parent_user_id=found.parent_user_id or "",
        previous_user_id=found.previous_user_id or "",
        previous_parent_user_id=found.previous_parent_user_id or "",
        details=plain({name: value for name, value in details.items() if value}),
    )
