"""The values that a template is sent with, as far as they can be judged without its definition (wire.md 2.6).

`templates/sends.py` holds them to the definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from providers.meta_cloud.simulator.checks import products
from providers.meta_cloud.simulator.checks.simple import check_point, check_source
from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.shapes import (
    array,
    one_of,
    only,
    optional_text,
    path,
    record,
    records,
    text,
    unique,
    whole,
)

NAME, COUPON, BUTTONS, CARDS, PAYLOAD, CALL_MINUTES = 512, 15, 10, 10, 512, 43_200
NAMED = re.compile(r"[a-z0-9_]{1,512}", re.ASCII)
LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z]{2,4})?", re.ASCII)
#: What WhatsApp cannot show inside a template's text: line breaks, tabs, more than four spaces.
UNFIT = re.compile(r"[\n\r\t]| {5}")
MEDIA = ("image", "video", "document", "gif")


def check_template(body: dict[str, Any]) -> None:
    """A name, a language, and values of the right shape."""
    template = record(body, "template")
    only(template, ("name", "language", "components", "namespace"), "template")
    name = text(template, "name", NAME, where="template")
    if not NAMED.fullmatch(name):
        raise invalid("template.name", "may hold a-z, 0-9 and _ only")
    language = record(template, "language", where="template")
    only(language, ("code", "policy"), "template.language")
    if not LANGUAGE.fullmatch(text(language, "code", where="template.language")):
        raise invalid("template.language.code", "is not a language like en_US")
    if "policy" in language:
        one_of(language, "policy", ["deterministic"], where="template.language")
    if "components" in template:
        check_components(records(template, "components", 0, 20, where="template"), carousel=True)


def check_components(components: list[dict[str, Any]], *, carousel: bool) -> None:
    """Each component at most once, buttons once for each place."""
    seen: list[Any] = []
    for component in components:
        kind = text(component, "type", where="components").lower()
        if kind == "button":
            seen.append((kind, check_button(component)))
            continue
        seen.append(kind)
        if kind == "carousel" and carousel:
            check_cards(component)
        elif kind in ("header", "body") or (kind == "limited_time_offer" and carousel):
            only(component, ("type", "parameters"), "components")
            check_parameters(component, kind)
        else:
            raise invalid("components.type", "must be header, body, button, limited_time_offer or carousel")
    unique(seen, "components.type")


def check_cards(component: dict[str, Any]) -> None:
    """The values of each card."""
    only(component, ("type", "cards"), "components")
    cards = records(component, "cards", 1, CARDS, where="carousel")
    for card in cards:
        only(card, ("card_index", "components"), "cards")
        check_components(records(card, "components", 0, 12, where="cards"), carousel=False)
    unique([whole(card, "card_index", 0, CARDS - 1, where="cards") for card in cards], "cards.card_index")


def check_parameters(component: dict[str, Any], kind: str) -> None:
    """The values of a head, a body or an offer."""
    values = records(component, "parameters", 0, 100, where=kind)
    if kind != "body" and len(values) != 1:
        raise GraphError(132000, f"{kind}: number of parameters is {len(values)}, expected is 1")
    for value in values:
        check_value(value, kind)
    named = [bool(optional_text(value, "parameter_name", where=kind)) for value in values]
    if any(named) and not all(named):
        raise GraphError(132018, f"{kind}: named and numbered parameters are mixed")
    unique([value["parameter_name"] for value in values if all(named)], f"{kind}.parameter_name")


def check_value(value: dict[str, Any], where: str) -> None:
    """One value of the kinds that stand *where* it does."""
    kind = text(value, "type", where=where).lower()
    check = VALUES[where].get(kind)
    if check is None:
        raise GraphError(132012, f"{where}: parameter type {kind!r} is not allowed here")
    only(value, ("type", "parameter_name", kind), where)
    check(value, f"{where}.{kind}")


def check_words(value: dict[str, Any], where: str) -> None:
    """Text that stands in for a variable."""
    if UNFIT.search(text(value, "text", where=where)):
        raise GraphError(132018, f"{where}: no new lines, tabs or more than 4 consecutive spaces")


def check_currency(value: dict[str, Any], where: str) -> None:
    """An amount, with words in case it cannot be shown."""
    money = record(value, "currency", where=where)
    only(money, ("fallback_value", "code", "amount_1000"), where)
    text(money, "fallback_value", where=where)
    text(money, "code", 3, where=where)
    whole(money, "amount_1000", -(10**15), 10**15, where=where)


def check_date(value: dict[str, Any], where: str) -> None:
    """A moment; only its words are shown."""
    text(record(value, "date_time", where=where), "fallback_value", where=where)


def check_medium(kind: str) -> Callable[[dict[str, Any], str], None]:
    """A file in the head."""

    def check(value: dict[str, Any], where: str) -> None:
        media = record(value, kind, where=where)
        only(media, ("id", "link", *(["filename"] if kind == "document" else [])), where)
        check_source(media, where)

    return check


def check_place(value: dict[str, Any], where: str) -> None:
    """A place in the head."""
    check_point(record(value, "location", where=where), where)


def check_product(value: dict[str, Any], where: str) -> None:
    """A product in the head."""
    products.check_product(record(value, "product", where=where), where)


def check_offer(value: dict[str, Any], where: str) -> None:
    """When the offer ends, in milliseconds."""
    offer = record(value, "limited_time_offer", where=where)
    only(offer, ["expiration_time_ms"], where)
    whole(offer, "expiration_time_ms", 1, 10**15, where=where)


#: component -> type of the parameter -> its check
VALUES: dict[str, dict[str, Callable[[dict[str, Any], str], None]]] = {
    "body": {"text": check_words, "currency": check_currency, "date_time": check_date},
    "header": {
        "text": check_words,
        **{kind: check_medium(kind) for kind in MEDIA},
        "location": check_place,
        "product": check_product,
    },
    "limited_time_offer": {"limited_time_offer": check_offer},
}
#: kind of button -> type of its parameters; none for buttons that take no value
BUTTON_VALUES: dict[str, tuple[str, ...]] = {
    "quick_reply": ("payload",),
    "url": ("text",),
    "copy_code": ("coupon_code",),
    "flow": ("action",),
    "catalog": ("action",),
    "mpm": ("action",),
    "voice_call": ("ttl_minutes", "payload"),
    "request_contact_info": (),
    "phone_number": (),
    "spm": (),
    "call_permission_request": (),
    "app": (),
}


def check_button(component: dict[str, Any]) -> int:
    """The values of one button: its place."""
    only(component, ("type", "sub_type", "index", "parameters"), "components")
    kind = text(component, "sub_type", where="button").lower()
    if kind not in BUTTON_VALUES:
        raise invalid("button.sub_type", "is not known")
    index = whole(component, "index", 0, BUTTONS - 1, where="button")
    values = records(component, "parameters", 0, 2, where="button") if "parameters" in component else []
    types = [text(value, "type", where="button").lower() for value in values]
    if not set(types) <= set(BUTTON_VALUES[kind]):
        raise GraphError(132012, f"button {index}: a {kind} button does not take {', '.join(types)}")
    unique(types, "button.parameters.type")
    for value, name in zip(values, types, strict=True):
        only(value, ("type", name), "button")
        check_button_value(value, name, kind)
    return index


def check_button_value(value: dict[str, Any], name: str, kind: str) -> None:
    """A payload, the end of a URL, a coupon, how long a call button lives, or an action."""
    if name == "ttl_minutes":
        whole(value, name, 1, CALL_MINUTES, where="button")
    elif name != "action":
        limit = {"payload": PAYLOAD, "coupon_code": COUPON, "text": 2000}[name]
        text(value, name, limit, where="button")
    else:
        action = record(value, "action", where="button")
        only(action, ACTIONS[kind], path("button", "action"))
        if "sections" in action:
            array(action, "sections", 1, products.SECTIONS, where="button.action")
            products.check_sections(action, "button.action")


ACTIONS = {
    "flow": ("flow_token", "flow_action_data"),
    "catalog": ("thumbnail_product_retailer_id",),
    "mpm": ("thumbnail_product_retailer_id", "sections"),
}
