"""What a contact sent, inferred from which parameters are there: Twilio names no type (wire.md §4.1)."""

from __future__ import annotations

from gateway.model import inbound
from providers.twilio.kinds_choice import read_choice
from providers.twilio.kinds_media import read_files
from providers.twilio.wire import Parameters, integer

#: Words of `MessageType` for what Twilio does not pass on: no parameter holds it.
_NOT_PASSED = frozenset(
    {"reaction", "order", "unsupported", "system", "poll", "edit", "revoke", "contacts", "ephemeral"}
)


def read_content(parameters: Parameters) -> list[inbound.Inbound]:
    """What was sent: one content, or as many as there are files."""
    if "Latitude" in parameters or "Longitude" in parameters:
        return [_location(parameters) or _unknown(parameters, "location")]
    if choice := read_choice(parameters):
        return [choice]
    if files := read_files(parameters):
        return files
    body, kind = parameters.get("Body", ""), parameters.get("MessageType", "")
    if integer(parameters.get("NumMedia", "")):
        return [inbound.Unsupported(kind or "media", text=body)]  # a file was sent, and is not told where
    if body:
        return [inbound.Text(body)]
    if kind.lower() in _NOT_PASSED:
        return [inbound.Unsupported(kind)]
    return [_unknown(parameters, "" if kind.lower() == "text" else kind)]


def _location(parameters: Parameters) -> inbound.Location | None:
    """A point, or None when it is not on the map."""
    try:
        latitude, longitude = float(parameters["Latitude"]), float(parameters["Longitude"])
    except (ValueError, KeyError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    name = parameters.get("Label") or parameters.get("Body", "")
    return inbound.Location(latitude, longitude, name, parameters.get("Address", ""))


def _unknown(parameters: Parameters, kind: str) -> inbound.Unknown:
    return inbound.Unknown(kind, dict(parameters))
