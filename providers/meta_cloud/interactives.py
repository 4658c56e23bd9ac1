"""The bodies of interactive messages (wire.md §2.4)."""

from __future__ import annotations

from typing import Any

from gateway.model import outbound
from providers.meta_cloud.limits import LIMITS, count, most, needed, refuse, unique

Body = dict[str, Any]


def medium(value: str) -> Body:
    """A link, or the id of an upload, told apart by the scheme."""
    return {"link": value} if value.startswith(("https://", "http://")) else {"id": value}


def header(given: outbound.Header | str) -> Body:
    """The head: text, or exactly one medium; {} for none."""
    if isinstance(given, str):
        given = outbound.Header(text=given)
    named = {
        kind: value
        for kind, value in (("image", given.image), ("video", given.video), ("document", given.document))
        if value
    }
    if len(named) + bool(given.text) > 1:
        refuse("header", "has several of text, image, video and document; give one")
    for kind, value in named.items():
        return {"header": {"type": kind, kind: medium(value)}}
    if not given.text:
        return {}
    return {"header": {"type": "text", "text": most("header", given.text, LIMITS.header)}}


def _frame(
    kind: str,
    text: str,
    action: Body,
    head: outbound.Header | str = "",
    footer: str = "",
    limit: int = LIMITS.interactive_body,
) -> Body:
    body: Body = {"type": kind} | header(head) | {"body": {"text": needed("text", text, limit)}}
    if footer:
        body["footer"] = {"text": most("footer", footer, LIMITS.footer)}
    return {"type": "interactive", "interactive": body | {"action": action}}


def _named(name: str, parameters: Body) -> Body:
    return {"name": name, "parameters": parameters}


def buttons(message: outbound.Buttons) -> Body:
    """Up to three reply buttons."""
    count("buttons", message.buttons, 1, LIMITS.buttons)
    unique("buttons.id", [button.id for button in message.buttons])
    unique("buttons.title", [button.title for button in message.buttons])
    replies = [
        {
            "type": "reply",
            "reply": {
                "id": needed("buttons.id", button.id, LIMITS.button_id),
                "title": needed("buttons.title", button.title, LIMITS.button_title),
            },
        }
        for button in message.buttons
    ]
    return _frame("button", message.text, {"buttons": replies}, message.header, message.footer)


def _row(row: outbound.Row) -> Body:
    body = {
        "id": needed("rows.id", row.id, LIMITS.row_id),
        "title": needed("rows.title", row.title, LIMITS.row_title),
    }
    if row.description:
        body["description"] = most("rows.description", row.description, LIMITS.row_description)
    return body


def _title(title: str, sections: int) -> Body:
    check = needed if sections > 1 else most
    checked = check("sections.title", title, LIMITS.section_title)
    return {"title": checked} if checked else {}


def choices(message: outbound.List) -> Body:
    """A list: ten rows in all, section titles wanted when there is more than one."""
    rows = [row for section in message.sections for row in section.rows]
    count("sections", message.sections, 1, LIMITS.sections)
    count("rows", rows, 1, LIMITS.rows)
    unique("rows.id", [row.id for row in rows])
    sections = []
    for section in message.sections:
        count("sections.rows", section.rows, 1, LIMITS.rows)
        titled = _title(section.title, len(message.sections))
        sections.append(titled | {"rows": [_row(row) for row in section.rows]})
    action = {"button": needed("button", message.button, LIMITS.list_button), "sections": sections}
    return _frame("list", message.text, action, message.header, message.footer, LIMITS.list_body)


def cta_url(message: outbound.CtaUrl) -> Body:
    """One button that opens a page."""
    parameters = {"display_text": needed("label", message.label, 20), "url": needed("url", message.url, 2000)}
    return _frame("cta_url", message.text, _named("cta_url", parameters), message.header, message.footer)


def product(message: outbound.Product) -> Body:
    """One product; the only interactive message that may lack a text."""
    action = {"catalog_id": message.catalog_id, "product_retailer_id": message.sku}
    framed = _frame("product", message.text or "-", action, footer=message.footer)
    if not message.text:
        del framed["interactive"]["body"]
    return framed


def product_list(message: outbound.ProductList) -> Body:
    """Up to thirty products in ten sections, under a header."""
    needed("header", message.header, LIMITS.header)
    count("sections", message.sections, 1, 10)
    count("skus", [sku for section in message.sections for sku in section.skus], 1, 30)
    sections = [
        _title(section.title, len(message.sections))
        | {"product_items": [{"product_retailer_id": sku} for sku in section.skus]}
        for section in message.sections
    ]
    action = {"catalog_id": message.catalog_id, "sections": sections}
    return _frame("product_list", message.text, action, message.header, message.footer)


def catalog(message: outbound.Catalog) -> Body:
    """A button to the whole catalogue."""
    thumbnail = {"thumbnail_product_retailer_id": message.thumbnail_sku} if message.thumbnail_sku else {}
    action: Body = {"name": "catalog_message"}
    return _frame(
        "catalog_message",
        message.text,
        action | ({"parameters": thumbnail} if thumbnail else {}),
        footer=message.footer,
    )


def flow(message: outbound.FlowForm) -> Body:
    """A form. Without a screen Meta asks the form's own endpoint for the first one."""
    parameters: Body = {"flow_message_version": "3", "flow_id": message.flow_id}
    if message.token:
        parameters["flow_token"] = message.token
    parameters["flow_cta"] = needed("label", message.label, 30)
    if message.screen:
        payload: Body = {"screen": message.screen} | ({"data": message.data} if message.data else {})
        parameters |= {"flow_action": "navigate", "flow_action_payload": payload}
    elif message.data:
        refuse("data", "needs the screen that shows it; give `screen` too")
    return _frame("flow", message.text, _named("flow", parameters), message.header, message.footer)


def location_request(message: outbound.LocationRequest) -> Body:
    """Asks where the contact is."""
    return _frame("location_request_message", message.text, {"name": "send_location"})


def contact_request(message: outbound.ContactRequest) -> Body:
    """Asks for the phone number."""
    return _frame("request_contact_info", message.text, {"name": "request_contact_info"})


def address_request(message: outbound.AddressRequest) -> Body:
    """Asks for a delivery address."""
    parameters: Body = {"country": message.country}
    if message.values:
        parameters["values"] = message.values
    return _frame("address_message", message.text, _named("address_message", parameters))
