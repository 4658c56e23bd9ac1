"""What a contact sends, as parameters of a webhook, with usual content, so that a test names only what it
cares for (wire.md §4.1)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from msgspec import Struct, field

#: kind -> MessageType and usual mime type; the kinds of media that a contact can send.
MEDIA = {
    "image": ("image", "image/jpeg"),
    "video": ("video", "video/mp4"),
    "audio": ("audio", "audio/mpeg"),
    "voice": ("audio", "audio/ogg"),
    "document": ("document", "application/pdf"),
    "sticker": ("sticker", "image/webp"),
    "contacts": ("contacts", "text/vcard"),
}
#: Kinds that Twilio does not tell the business about (wire.md §5.2).
UNTOLD = frozenset({"reaction", "edit", "revoke", "system", "request_welcome"})


class Said(Struct, frozen=True):
    """`MessageType`, `Body`, and what stands beside them."""

    kind: str
    body: str = ""
    beside: dict[str, str] = field(default_factory=dict)


def _text(fields: dict[str, Any]) -> Said:
    return Said("text", str(fields.pop("text", "Hello")), plain(fields))


def _location(fields: dict[str, Any]) -> Said:
    place = {
        "Latitude": str(fields.pop("latitude", -1.2921)),
        "Longitude": str(fields.pop("longitude", 36.8219)),
        "Address": str(fields.pop("address", "Kenyatta Avenue 1, Nairobi")),
        "Label": str(fields.pop("name", "Market")),
    }
    return Said("location", "", place | plain(fields))


def _button(fields: dict[str, Any]) -> Said:
    title = str(fields.pop("title", "Yes"))
    tap = {"ButtonText": title, "ButtonPayload": str(fields.pop("id", "yes")), "ButtonType": "REPLY"}
    return Said("button", title, tap)


def _list(fields: dict[str, Any]) -> Said:
    title = str(fields.pop("title", "09:00"))
    return Said("interactive", title, {"ListId": str(fields.pop("id", "mon-9")), "ListTitle": title})


def _flow(fields: dict[str, Any]) -> Said:
    data = fields.pop("data", {"flow_token": "tok-17", "day": "2026-12-01"})
    told = {"FlowData": json.dumps(data), "InteractiveData": json.dumps({"flowResponse": data})}
    return Said("interactive", str(fields.pop("body", "")), told)


def _unsupported(fields: dict[str, Any]) -> Said:
    return Said(str(fields.pop("type", "unsupported")), "", plain(fields))


USUAL: dict[str, Callable[[dict[str, Any]], Said]] = {
    "text": _text,
    "location": _location,
    "button_reply": _button,
    "list_reply": _list,
    "flow_reply": _flow,
    "unsupported": _unsupported,
}
KINDS = frozenset({*USUAL, *MEDIA})


def said(kind: str, fields: dict[str, Any]) -> Said:
    """A message of *kind* that is no media. A kind that is not known is told as it stands, with *fields* as
    parameters: what Twilio invents tomorrow. `LookupError` for what it never tells."""
    if kind in UNTOLD:
        raise LookupError(f"Twilio does not tell the business of a {kind}")
    make = USUAL.get(kind)
    return make(dict(fields)) if make is not None else Said(kind, "", plain(fields))


def plain(fields: dict[str, Any]) -> dict[str, str]:
    """Any fields as parameters: all of them are strings."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}


def referral(given: dict[str, Any]) -> dict[str, str]:
    """The ad that a contact came by; *given* changes the usual one (`SourceId`, `CtwaClid`, …)."""
    usual = {
        "Body": "Chat with us",
        "Headline": "Tea week",
        "SourceId": "120299900011122",
        "SourceType": "ad",
        "SourceUrl": "https://fb.example/ad1",
        "MediaId": "e420-simulated",
        "MediaContentType": "image/jpeg",
        "MediaUrl": "https://cdn.example.org/ad.jpg",
        "CtwaClid": "Afx-simulated-click-id",
    }
    return {"ReferralNumMedia": "1"} | {
        f"Referral{name}": str(value) for name, value in (usual | given).items()
    }


def vcard(contacts: list[dict[str, Any]]) -> bytes:
    """Contact cards as one file, which is how Twilio hands them on."""
    lines: list[str] = []
    for card in contacts:
        name = card.get("name", {})
        full, first, last = (name.get(part, "") for part in ("formatted_name", "first_name", "last_name"))
        lines += ["BEGIN:VCARD", "VERSION:3.0", f"N:{last};{first};;;", f"FN:{full}"]
        for number in card.get("phones", []):
            wa_id = f";waid={number['wa_id']}" if number.get("wa_id") else ""
            lines.append(f"TEL;type={number.get('type', 'CELL')}{wa_id}:{number['phone']}")
        lines += [f"EMAIL;type={each.get('type', 'WORK')}:{each['email']}" for each in card.get("emails", [])]
        lines.append("END:VCARD")
    return "".join(f"{line}\r\n" for line in lines).encode()


#: A card for whoever names none.
ANA: dict[str, Any] = {
    "name": {"formatted_name": "Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz"},
    "phones": [{"phone": "+34 600 999 888", "wa_id": "34600999888", "type": "CELL"}],
}
