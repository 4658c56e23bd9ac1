"""Template sends (wire.md §2.6): the values in the places where Meta looks for them."""

from __future__ import annotations

import re
from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, needed, refuse
from providers.meta_cloud.content import place
from providers.meta_cloud.interactives import header
from providers.meta_cloud.limits import LIMITS
from providers.meta_cloud.template_buttons import buttons

Body = dict[str, Any]
_NAME = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
#: What Meta refuses within a value with 132018 or 132012.
_BROKEN = re.compile(r"[\n\r\t]|\x20{5}")
_SPACES = 4


def _words(field: str, text: str) -> str:
    if _BROKEN.search(text):
        refuse(
            field,
            f"has a line break, a tab or more than {_SPACES} spaces in a row, "
            "which a template's value cannot have; put them into the template itself",
        )
    return needed(field, text, LIMITS.template_value)


def _parameter(field: str, value: outbound.Value) -> Body:
    match value:
        case outbound.Money(text, currency, amount):
            if not _CURRENCY.fullmatch(currency):
                refuse(f"{field}.currency", "is an ISO 4217 code such as EUR")
            if abs(amount) > LIMITS.money_1000:
                refuse(f"{field}.amount_1000", f"is over {LIMITS.money_1000} thousandths")
            money = {"fallback_value": _words(f"{field}.text", text), "code": currency, "amount_1000": amount}
            return {"type": "currency", "currency": money}
        case outbound.Day(text):
            return {"type": "date_time", "date_time": {"fallback_value": _words(f"{field}.text", text)}}
        case _:
            return {"type": "text", "text": _words(field, value)}


def _body(field: str, values: list[outbound.Value] | dict[str, outbound.Value]) -> list[Body]:
    """The body's component, or none. Meta takes names or places, never both."""
    if isinstance(values, dict):
        parameters = []
        for name, value in values.items():
            made = _parameter(f"{field}.{name}", value)
            kind = {"type": made.pop("type"), "parameter_name": filled(f"a name in {field}", name)}
            parameters.append(kind | made)
    else:
        parameters = [_parameter(f"{field}[{index}]", value) for index, value in enumerate(values)]
    return [{"type": "body", "parameters": parameters}] if parameters else []


def _text_head(field: str, head: outbound.Header, made: Body) -> Body:
    if head.parameter and made["type"] != "text":
        refuse(f"{field}.parameter", "names the variable of a text, and the header is none")
    if made["type"] == "text":
        _words(field, head.text)
    named = {"parameter_name": filled(f"{field}.parameter", head.parameter)} if head.parameter else {}
    return {"type": made["type"]} | named | made


def _head(prefix: str, message: outbound.Template | outbound.TemplateCard, marketing: bool) -> list[Body]:
    """The head's component, or none; *prefix* is the path in front of its name."""
    head = message.header
    if isinstance(head, str):
        head = outbound.Header(text=head)
    made = header(f"{prefix}header", head, LIMITS.template_header)
    if bool(made) + (message.place is not None) + (message.product is not None) > 1:
        refuse(f"{prefix}header, place and product", "exclude each other; give one")
    if head.gif and not marketing:
        refuse(f"{prefix}header.gif", "goes through the marketing endpoint only; set `marketing`")
    if made or head.parameter:
        if not made:
            refuse(f"{prefix}header.parameter", "names the variable of a text, and there is none")
        made = _text_head(f"{prefix}header", head, made)
    elif message.place is not None:
        made = {"type": "location", "location": place(f"{prefix}place.", message.place)}
    elif message.product is not None:
        made = {"type": "product", "product": {
            "product_retailer_id": filled(f"{prefix}product.sku", message.product.sku),
            "catalog_id": filled(f"{prefix}product.catalog_id", message.product.catalog_id),
        }}  # fmt: skip
    return [{"type": "header", "parameters": [made]}] if made else []


def _carousel(message: outbound.Template) -> list[Body]:
    if not message.cards:
        return []
    count("cards", message.cards, LIMITS.cards_least, LIMITS.cards)
    cards = []
    for index, card in enumerate(message.cards):
        field = f"cards[{index}]"
        components = _head(f"{field}.", card, message.marketing)
        components += _body(f"{field}.values", card.values)
        components += buttons(f"{field}.buttons", card.buttons, in_card=True)
        if any(isinstance(button, outbound.OneTimeCode) for button in card.buttons):
            refuse(f"{field}.buttons", "has a one-time code; only authentication templates have one")
        cards.append({"card_index": index, "components": components})
    return [{"type": "carousel", "cards": cards}]


def _offer(until: int) -> list[Body]:
    if not until:
        return []
    if not 0 < until // 1000 <= LIMITS.offer_ms:
        refuse("offer_until", "is the end of the offer in microseconds UTC")
    offer = {"expiration_time_ms": until // 1000}
    parameters = [{"type": "limited_time_offer", "limited_time_offer": offer}]
    return [{"type": "limited_time_offer", "parameters": parameters}]


def one_time_code(message: outbound.Template) -> str:
    """The code of an authentication template, "" for other templates."""
    codes = [button.code for button in message.buttons if isinstance(button, outbound.OneTimeCode)]
    return codes[0] if codes else ""


def _values(message: outbound.Template) -> list[outbound.Value] | dict[str, outbound.Value]:
    """An authentication template's body says the same code as its button (wire.md §2.6)."""
    code = one_time_code(message)
    if code and message.values and message.values != [code]:
        refuse("values", "of a template with a one-time code are that code, or left out")
    return [code] if code else message.values


def _components(message: outbound.Template) -> list[Body]:
    return [
        *_head("", message, message.marketing),
        *_body("values", _values(message)),
        *_offer(message.offer_until),
        *_carousel(message),
        *buttons("buttons", message.buttons),
    ]


def template(message: outbound.Template) -> Body:
    """The template with its values, or with the components as given."""
    if not _NAME.fullmatch(message.name):
        refuse("name", f"of a template has 1 to {LIMITS.template_name} of a-z, 0-9 and _")
    if not _LANGUAGE.fullmatch(message.language):
        refuse("language", "is the template's own code, such as es or en_US")
    body: Body = {"name": message.name, "language": {"code": message.language}}
    components = message.components or _components(message)
    if components:
        body["components"] = components
    return {"type": "template", "template": body}
