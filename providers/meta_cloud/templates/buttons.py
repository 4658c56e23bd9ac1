"""A template's buttons, ours and Meta's (wire.md §2.7). What one has beyond our fields is in `details`."""

from __future__ import annotations

from typing import Any

from gateway.model.template import ButtonKind, TemplateButtonDefinition

#: `{"type": "URL", "text": "Ver", "url": "https://example.org/{{1}}", "example": ["https://example.org/v1"]}`
KINDS: dict[str, ButtonKind] = {
    "QUICK_REPLY": "quick_reply",
    "URL": "url",
    "PHONE_NUMBER": "phone",
    "COPY_CODE": "copy_code",
    "OTP": "otp",
    "FLOW": "flow",
    "CATALOG": "catalog",
    "MPM": "products",
    "SPM": "product",
    "VOICE_CALL": "call",
    "CALL_PERMISSION_REQUEST": "call_permission",
    "REQUEST_CONTACT_INFO": "contact_request",
    "APP": "app",
}
_TYPES = {ours: theirs for theirs, ours in KINDS.items()}
#: An approved authentication template is listed with the link that its OTP button has become.
_OTP_LINK = "https://www.whatsapp.com/otp/"


def read_button(button: dict[str, Any]) -> TemplateButtonDefinition:
    """Meta's *button* as ours; one of a type that we do not know is kept whole."""
    kind = KINDS.get(str(button.get("type", "")).upper())
    if kind is None:
        return TemplateButtonDefinition("other", details=dict(button))
    details = {name: value for name, value in button.items() if name != "type"}
    text, url = _take(details, "text"), _take(details, "url")
    if kind == "url" and url.startswith(_OTP_LINK):
        kind = "otp"
    phone, example = _take(details, "phone_number"), _example(details)
    return TemplateButtonDefinition(kind, text, url, phone, example, details)


def write_button(button: TemplateButtonDefinition) -> dict[str, Any]:
    """Our *button* as Meta takes it."""
    if button.kind == "other":
        return dict(button.details)
    linked = button.kind == "url" or (button.kind == "otp" and button.url)
    words = {"text": button.text, "url": button.url, "phone_number": button.phone}
    made: dict[str, Any] = {"type": "URL" if linked else _TYPES[button.kind]}
    made |= {name: value for name, value in words.items() if value}
    if button.example:
        made["example"] = [button.example] if linked else button.example
    return made | button.details


def _take(details: dict[str, Any], name: str) -> str:
    """The text *name*, taken out of *details*; what is no text, or empty, stays there."""
    value = details.get(name)
    if isinstance(value, str) and value:
        del details[name]
        return value
    return ""


def _example(details: dict[str, Any]) -> str:
    """The one example, which Meta writes as a text or as a list of one."""
    value = details.get("example")
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str) and value:
        del details["example"]
        return value
    return ""
