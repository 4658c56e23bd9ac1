"""What the buttons of a template may be (wire.md 2.2 and 2.7)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid, missing
from providers.meta_cloud.simulator.shapes import (
    array,
    one_of,
    only,
    optional_text,
    records,
    text,
    unique,
    url,
)
from providers.meta_cloud.simulator.templates.record import variables

LABEL, URL, PHONE, CODE = 25, 2000, 20, 15
#: kind -> how many of it a template may have
MOST = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "OTP": 1, "FLOW": 1, "CATALOG": 1, "MPM": 1, "SPM": 1}
#: kind -> members beside type and text
MEMBERS: dict[str, tuple[str, ...]] = {
    "QUICK_REPLY": (),
    "URL": ("url", "example"),
    "PHONE_NUMBER": ("phone_number",),
    "COPY_CODE": ("example",),
    "FLOW": ("flow_id", "flow_name", "flow_json", "flow_action", "navigate_screen", "icon"),
    "CATALOG": (),
    "MPM": (),
    "SPM": (),
    "VOICE_CALL": ("ttl_minutes",),
    "OTP": (
        "otp_type",
        "autofill_text",
        "zero_tap_terms_accepted",
        "supported_apps",
        "package_name",
        "signature_hash",
    ),
    "APP": ("app_deep_link", "app_link"),
    "CALL_PERMISSION_REQUEST": (),
    "REQUEST_CONTACT_INFO": (),
}
#: Kinds whose words are WhatsApp's own.
WORDLESS = ("COPY_CODE", "OTP", "CALL_PERMISSION_REQUEST", "REQUEST_CONTACT_INFO", "SPM")


def check_buttons(buttons: list[dict[str, Any]]) -> None:
    """Raise `GraphError` when Meta would not take *buttons* together."""
    kinds = [check_button(button) for button in buttons]
    for kind, most in MOST.items():
        if kinds.count(kind) > most:
            raise GraphError(100, f"There are {kinds.count(kind)} buttons {kind}, allowed are {most}.")
    runs = [reply for reply, _ in groupby(kind == "QUICK_REPLY" for kind in kinds)]
    if len(runs) > 2:
        raise GraphError(100, "Quick replies stand together, before or after all other buttons.")
    labels = [button["text"] for button in buttons if button.get("text")]
    unique(labels, "buttons.text")


def check_button(button: dict[str, Any]) -> str:
    """One button: its kind."""
    kind = text(button, "type", where="buttons").upper()
    if kind not in MEMBERS:
        raise invalid("buttons.type", f"is not one of {', '.join(MEMBERS)}")
    only(button, ("type", "text", *MEMBERS[kind]), "buttons")
    if kind in WORDLESS:
        optional_text(button, "text", LABEL, where="buttons")
    else:
        text(button, "text", LABEL, where="buttons")
    if "{{" in (button.get("text") or ""):
        raise invalid("buttons.text", "cannot hold a variable")
    if kind == "URL":
        check_url(button)
    elif kind == "PHONE_NUMBER":
        text(button, "phone_number", PHONE, where="buttons")
    elif kind == "COPY_CODE":
        example = button.get("example")
        code = example[0] if isinstance(example, list) and len(example) == 1 else example
        text({"example": code}, "example", CODE, where="buttons")
    elif kind == "FLOW":
        named = [name for name in ("flow_id", "flow_name", "flow_json") if button.get(name)]
        if len(named) != 1:
            raise GraphError(100, "A FLOW button needs exactly one of flow_id, flow_name and flow_json.")
    elif kind == "OTP":
        check_otp(button)
    return kind


def check_url(button: dict[str, Any]) -> None:
    """An address; a variable only at its end, with an example."""
    address = url(button, "url", URL, where="buttons")
    names = variables(address)
    if not names:
        return
    if names != ["1"] or not address.endswith("{{1}}"):
        raise GraphError(100, "A URL has one variable, {{1}}, at its end.")
    if "example" not in button:
        raise missing("buttons.example")
    [example] = array(button, "example", 1, 1, where="buttons")
    text({"example": example}, "example", URL, where="buttons")


def check_otp(button: dict[str, Any]) -> None:
    """How a code gets from the chat into the app."""
    kind = one_of(button, "otp_type", ("COPY_CODE", "ONE_TAP", "ZERO_TAP"), where="buttons")
    if kind == "COPY_CODE":
        return
    optional_text(button, "autofill_text", LABEL, where="buttons")
    for app in records(button, "supported_apps", 1, 5, where="buttons"):
        only(app, ("package_name", "signature_hash"), "supported_apps")
        text(app, "package_name", where="supported_apps")
        text(app, "signature_hash", where="supported_apps")
    if kind == "ZERO_TAP" and button.get("zero_tap_terms_accepted") is not True:
        raise invalid("buttons.zero_tap_terms_accepted", "must be true")
