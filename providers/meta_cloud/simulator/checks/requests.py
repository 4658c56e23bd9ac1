"""Forms, and messages that ask the contact for a place, an address, a number or a call (wire.md 2.4)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.checks.simple import EMOJI
from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.shapes import (
    one_of,
    only,
    optional_text,
    record,
    records,
    text,
    unique,
    whole,
)

FLOW_LABEL, CALL_LABEL, CALL_PAYLOAD, CALL_MINUTES = 30, 20, 512, 43_200
_FLOW = (
    "flow_message_version",
    "flow_id",
    "flow_name",
    "flow_token",
    "flow_cta",
    "mode",
    "flow_action",
    "flow_action_payload",
)
_WHERE = "action.parameters"


def named(action: dict[str, Any], name: str, parameters: tuple[str, ...] = ()) -> dict[str, Any]:
    """An action that says its *name*; its parameters, which are needed when any are known."""
    only(action, ("name", *(["parameters"] if parameters else [])), "interactive.action")
    if text(action, "name", where="interactive.action") != name:
        raise invalid("interactive.action.name", f"must be {name}")
    if not parameters:
        return {}
    given = record(action, "parameters", where="interactive.action")
    only(given, parameters, _WHERE)
    return given


def check_flow(action: dict[str, Any]) -> None:
    """A form by id or by name, and how it begins."""
    given = named(action, "flow", _FLOW)
    if whole(given, "flow_message_version", 1, 100, where=_WHERE) != 3:
        raise invalid(f"{_WHERE}.flow_message_version", "must be 3")
    if bool(given.get("flow_id")) == bool(given.get("flow_name")):
        raise GraphError(100, f"Parameter {_WHERE} needs exactly one of flow_id and flow_name.")
    for name in ("flow_id", "flow_name", "flow_token"):
        optional_text(given, name, where=_WHERE)
    label = text(given, "flow_cta", FLOW_LABEL, where=_WHERE)
    if EMOJI.search(label):
        raise invalid(f"{_WHERE}.flow_cta", "may not hold an emoji")
    if "mode" in given:
        one_of(given, "mode", ("draft", "published"), where=_WHERE)
    start = one_of(given, "flow_action", ("navigate", "data_exchange"), where=_WHERE) if (
        "flow_action" in given
    ) else "navigate"  # fmt: skip
    if "flow_action_payload" in given:
        if start == "data_exchange":
            raise invalid(f"{_WHERE}.flow_action_payload", "is not allowed with data_exchange")
        payload = record(given, "flow_action_payload", where=_WHERE)
        only(payload, ("screen", "data"), "flow_action_payload")
        text(payload, "screen", where="flow_action_payload")
        if "data" in payload and not record(payload, "data", where="flow_action_payload"):
            raise invalid("flow_action_payload.data", "may not be empty")


def check_location_request(action: dict[str, Any]) -> None:
    """Asks where the contact is."""
    named(action, "send_location")


def check_contact_request(action: dict[str, Any]) -> None:
    """Asks for the phone number."""
    named(action, "request_contact_info")


def check_call_permission(action: dict[str, Any]) -> None:
    """Asks whether the business may call."""
    named(action, "call_permission_request")


def check_voice_call(action: dict[str, Any]) -> None:
    """A button that calls the business; the parameters may be left out."""
    if "parameters" not in action:
        named(action, "voice_call")
        return
    given = named(action, "voice_call", ("display_text", "ttl_minutes", "payload"))
    optional_text(given, "display_text", CALL_LABEL, where=_WHERE)
    optional_text(given, "payload", CALL_PAYLOAD, where=_WHERE)
    if "ttl_minutes" in given:
        whole(given, "ttl_minutes", 1, CALL_MINUTES, where=_WHERE)


def check_address(action: dict[str, Any]) -> None:
    """Asks for a delivery address, with what is known of it."""
    given = named(action, "address_message", ("country", "values", "saved_addresses", "validation_errors"))
    country = text(given, "country", 2, where=_WHERE)
    if len(country) != 2 or not country.isascii() or not country.isupper():
        raise invalid(f"{_WHERE}.country", "is not a country code like IN")
    for name in ("values", "validation_errors"):
        if name in given:
            texts(record(given, name, where=_WHERE), f"{_WHERE}.{name}")
    if "saved_addresses" in given:
        saved = records(given, "saved_addresses", 0, 100, where=_WHERE)
        for address in saved:
            only(address, ("id", "value"), "saved_addresses")
            text(address, "id", where="saved_addresses")
            texts(record(address, "value", where="saved_addresses"), "saved_addresses.value")
        unique([address["id"] for address in saved], "saved_addresses.id")


def texts(holder: dict[str, Any], where: str) -> None:
    """Every member is a text."""
    for name in holder:
        optional_text(holder, name, where=where)
