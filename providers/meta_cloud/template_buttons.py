"""The buttons of template sends, each with what it takes (wire.md §2.6).

Without the template's definition a text does not tell its button's kind: it is the payload of a quick
reply, unless it begins with "url:", then the rest is the variable end of the link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, needed, refuse
from gateway.model.outbound import (
    CallStart,
    CatalogStart,
    CopyCode,
    FlowStart,
    OneTimeCode,
    ProductsStart,
    QuickReply,
    UrlSuffix,
)
from gateway.model.outbound.template import URL_MARK
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.products import product_sections
from providers.meta_cloud.requests import call_lifetime

Body = dict[str, Any]
#: A button in Meta's terms: its kind, whether its index is written as a number, its parameters.
Made = tuple[str, bool, list[Body]]


def typed(value: outbound.ButtonValue) -> outbound.TemplateButton | None:
    """*value* with a text told apart."""
    if not isinstance(value, str):
        return value
    return UrlSuffix(value.removeprefix(URL_MARK)) if value.startswith(URL_MARK) else QuickReply(value)


def _action(kind: str, number: bool, action: Body) -> Made:
    return kind, number, [{"type": "action", "action": action}]


def _sku(field: str, sku: str) -> Body:
    return {"thumbnail_product_retailer_id": filled(f"{field}.thumbnail_sku", sku)}


def _call(field: str, value: CallStart) -> Made:
    parameters: list[Body] = []
    if value.minutes:
        minutes = call_lifetime(f"{field}.minutes", value.minutes)
        parameters.append({"type": "ttl_minutes", "ttl_minutes": minutes})
    if value.payload:
        payload = needed(f"{field}.payload", value.payload, LIMITS.payload)
        parameters.append({"type": "payload", "payload": payload})
    return "voice_call", False, parameters


def _flow(value: FlowStart) -> Made:
    action: Body = {"flow_token": value.token} if value.token else {}
    return _action("flow", False, action | ({"flow_action_data": value.data} if value.data else {}))


def _made(field: str, value: outbound.TemplateButton) -> Made:
    match value:
        case QuickReply(payload):
            text = needed(f"{field}.payload", payload, LIMITS.payload)
            return "quick_reply", False, [{"type": "payload", "payload": text}]
        case UrlSuffix(suffix):
            text = needed(f"{field}.suffix", suffix, LIMITS.url)
            return "url", False, [{"type": "text", "text": text}]
        case OneTimeCode(code):
            text = needed(f"{field}.code", code, LIMITS.one_time_code)
            return "url", False, [{"type": "text", "text": text}]
        case CopyCode(code):
            text = needed(f"{field}.code", code, LIMITS.copy_code)
            return "copy_code", True, [{"type": "coupon_code", "coupon_code": text}]
        case FlowStart():
            return _flow(value)
        case CatalogStart(thumbnail_sku):
            if not thumbnail_sku:  # Meta shows the catalogue's first product.
                return "catalog", True, []
            return _action("catalog", True, _sku(field, thumbnail_sku))
        case ProductsStart():
            sections = product_sections(f"{field}.sections", value.sections)
            return _action("mpm", True, _sku(field, value.thumbnail_sku) | {"sections": sections})
        case CallStart():
            return _call(field, value)


def _check(field: str, kinds: Sequence[outbound.TemplateButton | None]) -> None:
    """How many of each kind a template can have (wire.md §2.2)."""
    count(field, kinds, 0, LIMITS.template_buttons)
    for limit, kind, what in (
        (LIMITS.template_urls, UrlSuffix, "links"),
        (1, CopyCode, "codes to copy"),
        (1, OneTimeCode, "one-time codes"),
    ):
        places = [index for index, value in enumerate(kinds) if isinstance(value, kind)]
        if len(places) > limit:
            refuse(f"{field}[{places[limit]}]", f"is one of {len(places)} {what}, a template has {limit}")
    if any(isinstance(value, OneTimeCode) for value in kinds[1:]):
        refuse(field, "has a one-time code behind the first button; it is the only button of its template")


def buttons(field: str, values: Sequence[outbound.ButtonValue], *, in_card: bool = False) -> list[Body]:
    """The components of the buttons that take something. Indexes are written as the reference does: texts,
    but numbers for codes, catalogues and everything *in_card*."""
    kinds = [typed(value) for value in values]
    _check(field, kinds)
    made = []
    for index, value in enumerate(kinds):
        if value is None:
            continue
        kind, number, parameters = _made(f"{field}[{index}]", value)
        component: Body = {"type": "button", "sub_type": kind}
        component["index"] = index if number or in_card else str(index)
        made.append(component | ({"parameters": parameters} if parameters else {}))
    return made
