"""Answers to interactive messages: taps, rows, forms, addresses, call permissions (wire.md §1.5)."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud.clean import decode, moment, plain
from providers.meta_cloud.wire import Number


class Choice(Struct):
    """`{"id": "mon-9", "title": "09:00", "description": "Free"}`."""

    id: str | None = None
    title: str | None = None
    description: str | None = None


class Form(Struct):
    """`{"name": "flow", "body": "Sent", "response_json": "{\\"flow_token\\": \\"tok-17\\"}"}`."""

    name: str | None = None
    body: str | None = None
    response_json: str | None = None


class CallPermission(Struct):
    """`{"response": "accept", "is_permanent": false, "expiration_timestamp": 1795504800}`."""

    response: str | None = None
    is_permanent: bool | None = None
    expiration_timestamp: Number = None
    response_source: str | None = None


class Interactive(Struct):
    """The object of an interactive answer; one of the four is there."""

    button_reply: Choice | None = None
    list_reply: Choice | None = None
    nfm_reply: Form | None = None
    call_permission_reply: CallPermission | None = None


class InteractiveMessage(Struct):
    """The object itself may be missing, together with `value.errors`."""

    interactive: Interactive | None = None


_DECODER = msgspec.json.Decoder(InteractiveMessage)
_DATA = msgspec.json.Decoder(dict[str, Any])


def _form(form: Form) -> inbound.Inbound | None:
    """A form's answer; `response_json` is JSON within a text, filled by a person's phone. None when it is
    no object that can be stored."""
    try:
        data = plain(decode(_DATA, form.response_json.encode())) if form.response_json else {}
    except (ValueError, RecursionError):
        return None
    text = form.body or ""
    if form.name == "address_message":
        values = data.get("values")
        saved = data.get("saved_address_id")
        return inbound.AddressReply(
            values if isinstance(values, dict) else {}, saved if isinstance(saved, str) else "", text
        )
    token = data.pop("flow_token", "")
    return inbound.FlowReply(token if isinstance(token, str) else "", data, text)


def read_interactive(raw: bytes) -> inbound.Inbound | None:
    """The answer in *raw*, or None for one that we do not know."""
    found = decode(_DECODER, raw).interactive
    if found is None:
        return None
    if (tap := found.button_reply) is not None:
        return inbound.ButtonReply(tap.id or "", tap.title or "")
    if (row := found.list_reply) is not None:
        return inbound.ListReply(row.id or "", row.title or "", row.description or "")
    if found.nfm_reply is not None:
        return _form(found.nfm_reply)
    if (call := found.call_permission_reply) is not None:
        expires = moment(call.expiration_timestamp)
        accepted = call.response == "accept"
        return inbound.CallPermissionReply(
            accepted, bool(call.is_permanent), expires, call.response_source or ""
        )
    return None
