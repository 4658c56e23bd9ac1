"""Messages that ask the contact for something, and calls (wire.md §2.4)."""

from __future__ import annotations

import re
from typing import Any

from gateway.model import outbound
from gateway.model.checks import filled, needed, refuse, unique
from providers.meta_cloud.interactives import frame, named
from providers.meta_cloud.limits import LIMITS

Body = dict[str, Any]
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def location_request(message: outbound.LocationRequest) -> Body:
    """Asks where the contact is."""
    return frame("location_request_message", message.text, {"name": "send_location"})


def contact_request(message: outbound.ContactRequest) -> Body:
    """Asks for the phone number."""
    return frame("request_contact_info", message.text, {"name": "request_contact_info"})


def _words(field: str, values: dict[str, Any]) -> dict[str, Any]:
    """*values*, when each is a text."""
    for name, value in values.items():
        if not isinstance(value, str):
            refuse(f"{field}.{name}", "is a text")
        if value:
            filled(f"{field}.{name}", value)
    return values


def address_request(message: outbound.AddressRequest) -> Body:
    """Asks for a delivery address."""
    if not _COUNTRY.fullmatch(message.country):
        refuse("country", "is two capital letters such as IN")
    parameters: Body = {"country": message.country}
    if message.values:
        parameters["values"] = _words("values", message.values)
    if message.saved:
        unique("saved[].id", [saved.id for saved in message.saved])
        parameters["saved_addresses"] = [
            {
                "id": filled(f"saved[{index}].id", saved.id),
                "value": _words(f"saved[{index}].values", saved.values),
            }
            for index, saved in enumerate(message.saved)
        ]
    if message.errors:
        parameters["validation_errors"] = _words("errors", message.errors)
    return frame("address_message", message.text, named("address_message", parameters))


def call_permission(message: outbound.CallPermissionRequest) -> Body:
    """Asks whether the business may call."""
    return frame("call_permission_request", message.text, {"name": "call_permission_request"})


def call_lifetime(field: str, minutes: int) -> int:
    """*minutes* that a call button works, when that is possible."""
    if not 0 < minutes <= LIMITS.call_minutes:
        refuse(field, f"is {minutes}, WhatsApp takes 1 to {LIMITS.call_minutes} minutes")
    return minutes


def call_button(message: outbound.CallButton) -> Body:
    """A button that calls the business."""
    parameters: Body = {"display_text": needed("label", message.label, LIMITS.label)}
    if message.minutes:
        parameters["ttl_minutes"] = call_lifetime("minutes", message.minutes)
    if message.payload:
        parameters["payload"] = needed("payload", message.payload, LIMITS.payload)
    return frame("voice_call", message.text, named("voice_call", parameters))
