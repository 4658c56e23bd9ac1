"""Our interactive messages as content: the types with blanks in place of words, and what fills them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, needed, refuse, unique, web
from providers.twilio.contents.actions import replies
from providers.twilio.contents.blanks import Blanks
from providers.twilio.contents.carousel import carousel
from providers.twilio.limits import LIMITS

Body = dict[str, Any]


def _words(blanks: Blanks, message: Any, limit: int = LIMITS.interactive_body) -> str:
    return blanks.text(needed("text", message.text, limit), "Text")


def _plain(message: Any, *names: str) -> None:
    """Refuse what this content has no place for; the gateway puts it into the text before."""
    for name in names:
        if getattr(message, name):
            refuse(name, "has no place in Twilio's content; put it into the text")


def buttons(message: outbound.Buttons, blanks: Blanks) -> Body:
    """Up to three reply buttons."""
    _plain(message, "header", "footer")
    count("buttons", message.buttons, 1, LIMITS.buttons)
    unique("buttons[].id", [button.id for button in message.buttons])
    unique("buttons[].title", [button.title for button in message.buttons])
    body = _words(blanks, message)
    return {"twilio/quick-reply": {"body": body, "actions": replies("buttons", message.buttons, blanks)}}


def choices(message: outbound.List, blanks: Blanks) -> Body:
    """Up to ten items; sections are none."""
    _plain(message, "header", "footer")
    rows = [row for section in message.sections for row in section.rows]
    count("sections", message.sections, 1, LIMITS.sections)
    count("rows", rows, 1, LIMITS.rows)
    if message.sections[0].title:
        refuse("sections[0].title", "has no place in Twilio's list; put it into the text")
    unique("sections[0].rows[].id", [row.id for row in rows])
    body = _words(blanks, message, LIMITS.list_body)
    label = blanks.line(needed("button", message.button, LIMITS.list_button), "Open")
    items = [_item(f"sections[0].rows[{index}]", row, blanks) for index, row in enumerate(rows)]
    return {"twilio/list-picker": {"body": body, "button": label, "items": items}}


def _item(field: str, row: outbound.Row, blanks: Blanks) -> Body:
    title = blanks.line(needed(f"{field}.title", row.title, LIMITS.row_title), "Choice")
    id = blanks.id(f"{field}.id", needed(f"{field}.id", row.id, LIMITS.row_id))
    item = {"item": title, "id": id}
    if row.description:
        words = needed(f"{field}.description", row.description, LIMITS.row_description)
        item["description"] = blanks.line(words, "Detail")
    return item


def cta_url(message: outbound.CtaUrl, blanks: Blanks) -> Body:
    """One button that opens a page."""
    _plain(message, "header", "footer")
    body = _words(blanks, message)
    title = blanks.line(needed("label", message.label, LIMITS.label), "Open")
    action = {"type": "URL", "title": title, "url": blanks.link(web("url", message.url))}
    return {"twilio/call-to-action": {"body": body, "actions": [action]}}


def product_list(message: outbound.ProductList, blanks: Blanks) -> Body:
    """Products of a catalogue, whose id belongs to the shape."""
    count("sections", message.sections, 1, 10)
    count("products", [sku for section in message.sections for sku in section.skus], 1, LIMITS.products)
    made: Body = {"id": filled("catalog_id", message.catalog_id)}
    if message.header:
        made["title"] = blanks.line(needed("header", message.header, LIMITS.header), "Title")
    made["body"] = _words(blanks, message)
    made |= _subtitle(message.footer, blanks)
    made["items"] = [
        item
        for at, section in enumerate(message.sections)
        for item in _products(f"sections[{at}]", section, blanks)
    ]
    return {"twilio/catalog": made}


def _products(field: str, section: outbound.ProductSection, blanks: Blanks) -> list[Body]:
    """The items of one section, which have one blank for its title."""
    count(f"{field}.skus", section.skus, 1, LIMITS.products)
    titled: Body = {}
    if section.title:
        title = needed(f"{field}.title", section.title, LIMITS.section_title)
        titled["section_title"] = blanks.line(title, "Section")
    return [
        {"id": blanks.id(f"{field}.skus[{index}]", filled(f"{field}.skus[{index}]", sku))} | titled
        for index, sku in enumerate(section.skus)
    ]


def _subtitle(footer: str, blanks: Blanks) -> Body:
    if not footer:
        return {}
    return {"subtitle": blanks.line(needed("footer", footer, LIMITS.footer), "Subtitle")}


def flow(message: outbound.FlowForm, blanks: Blanks) -> Body:
    """A form by its id, which belongs to the shape as its first screen does."""
    _plain(message, "header", "footer")
    if not message.flow_id:
        refuse("flow_id", "is empty: Twilio knows a form by its id only")
    if message.data:
        refuse("data", "cannot go with a form through Twilio; let the form ask its endpoint")
    if message.draft:
        refuse("draft", "is not possible through Twilio: publish the form")
    made: Body = {"body": _words(blanks, message)}
    made["button_text"] = blanks.line(needed("label", message.label, LIMITS.flow_label), "Open")
    made["flow_id"] = filled("flow_id", message.flow_id)
    if message.token:
        made["flow_token"] = blanks.id("token", filled("token", message.token))
    if message.screen:
        made["flow_first_page_id"] = filled("screen", message.screen)
    made["is_flow_first_page_endpoint"] = not message.screen
    return {"whatsapp/flows": made}


SHAPES: dict[type[outbound.Base], Callable[[Any, Blanks], Body]] = {
    outbound.Buttons: buttons,
    outbound.List: choices,
    outbound.CtaUrl: cta_url,
    outbound.ProductList: product_list,
    outbound.FlowForm: flow,
    outbound.Carousel: carousel,
}
