"""Templates of every type that Twilio has, and how it lists them."""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.model.template import TemplateButtonDefinition as ButtonOf
from gateway.model.template import TemplateCardDefinition, TemplateDefinition, TemplateHeader
from providers.twilio.templates.kept import friendly
from providers.twilio.templates.read import read_template
from providers.twilio.templates.write import write

SID = "HX" + "0" * 30 + "4d"
SHOP = "https://duka.example/o/{{1}}"
CDN = "https://cdn.duka.example/{{1}}"

READY = TemplateDefinition(
    "order_ready",
    "en_US",
    "utility",
    "Hi {{first_name}}, your order {{number}} is ready.\nFor {{first_name}}.",
    TemplateHeader("image", handle=CDN, example="order.png"),
    "Duka",
    {"first_name": "Ana", "number": "1042"},
    [
        ButtonOf("quick_reply", "On my way"),
        ButtonOf("url", "See it", SHOP, example="https://duka.example/o/1042"),
    ],
)
NUMBERED = TemplateDefinition("visit", "es", "utility", "Hola {{1}}, {{2}}.", examples=["Ana", "lunes"])
OTP = ButtonOf("otp", details={"otp_type": "COPY_CODE"})
CODE = TemplateDefinition("code", "es", "authentication", code_minutes=10, buttons=[OTP])
COUPON = TemplateDefinition(
    "sale",
    "es",
    "marketing",
    "Sale for {{1}}",
    TemplateHeader("text", "Until {{1}}", "Monday"),
    examples=["Ana"],
    buttons=[ButtonOf("copy_code", "Copy it", example="SALE10"), ButtonOf("phone", "Call", phone="+34911")],
)
CARDS = TemplateDefinition(
    "new",
    "es",
    "marketing",
    "New, {{1}}",
    examples=["Ana"],
    cards=[
        TemplateCardDefinition(
            TemplateHeader("image", handle=CDN, example=f"{n}.jpg"),
            "{{1}} at {{2}}\nNow",
            ["Mango", "KES 50"],
            [
                ButtonOf("quick_reply", "More"),
                ButtonOf("url", "Buy", SHOP, example="https://duka.example/o/1"),
            ],
        )
        for n in (0, 1)
    ],
)
FORM = TemplateDefinition(
    "form", "es", "utility", "Please {{1}}", examples=["Ana"],
    buttons=[ButtonOf("flow", "Open", details={"flow_id": "77", "navigate_screen": "ASK"})],
)  # fmt: skip
NAMED_HEAD = TemplateDefinition(
    "head", "es", "utility", "Hi", TemplateHeader("text", "Order {{number}}", "1042")
)
ALL = [READY, NUMBERED, CODE, COUPON, CARDS, FORM, NAMED_HEAD]


def entry(definition: TemplateDefinition, **approval: Any) -> dict[str, Any]:
    """*definition* as Twilio lists it."""
    content, samples = write(definition)
    told = {"name": definition.name, "category": definition.category.upper(), "status": "approved"} | approval
    return {
        "sid": SID,
        "friendly_name": friendly(definition.name, content.names),
        "language": definition.language,
        "variables": samples,
        "types": {content.type: content.fields},
        "approval_requests": told | {"content_type": content.type},
    }


def listed(definition: TemplateDefinition) -> TemplateDefinition:
    """*definition* as it comes back, through a table's JSON too."""
    read = read_template(entry(definition))
    assert read is not None
    return msgspec.json.decode(msgspec.json.encode(read), type=TemplateDefinition)
