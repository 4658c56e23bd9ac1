"""Who wrote: "whatsapp:" addresses, user ids and phones (wire.md §4.1, §6)."""

from __future__ import annotations

import re
from typing import Any

from gateway.model.event import Identity, Person
from providers.twilio.wire import BAD, Parameters, read_object

PREFIX = "whatsapp:"
_PHONE = re.compile(r"[+ ]?([0-9]{1,15})", re.ASCII)
_USER_ID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)


def address(value: str) -> str:
    """ "+34600111222" or "ES.9081…" out of "whatsapp:+34600111222"; "" for the address of another channel."""
    return value[len(PREFIX) :] if value.startswith(PREFIX) else ""


def phone(value: str) -> str:
    """ "+" and the digits of *value*; "" when it is no phone number. A plus that was not escaped in a form
    has become a space."""
    found = _PHONE.fullmatch(value)
    return "+" + found[1] if found else ""


def _identity(value: str, account: str) -> Identity | None:
    """The name that an address is, user ids being known within *account*."""
    if number := phone(value):
        return Identity("phone", number)
    found = _USER_ID.fullmatch(value)
    if found is None:
        return None
    return Identity("parent_bsuid", value) if found[1] else Identity("bsuid", value, account)


def person(parameters: Parameters, role: str) -> Person:
    """The contact of a webhook, whose address is the parameter *role* ("From" of what they sent, "To" of
    what we did). The address comes first, the phone by which WhatsApp knows them next to it."""
    account = parameters.get("AccountSid", "")
    told = [address(parameters.get(role, "")), phone(parameters.get("WaId", ""))]
    for name in ("ExternalUserId", "ExternalUserIdentifier"):
        told.append(parameters.get(name, "").removeprefix(PREFIX))
    found = [identity for each in told if (identity := _identity(each, account))]
    phones_first = sorted(dict.fromkeys(found), key=lambda identity: identity.kind != "phone")
    return Person(tuple(phones_first), parameters.get("ProfileName", "") or _profile(parameters))


def _profile(parameters: Parameters) -> str:
    """The name in `ChannelMetadata`, where there is no parameter of it:
    `{"type": "whatsapp", "data": {"context": {"ProfileName": "Lucia Prado", "WaId": "34600111222"}}}`."""
    found: Any = {}
    try:
        found = read_object(parameters.get("ChannelMetadata", "{}"))
    except BAD:
        return ""
    for name in ("data", "context", "ProfileName"):
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else ""
