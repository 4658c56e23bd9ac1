"""The frame of interactive messages; reply buttons, lists and links (wire.md 2.2 and 2.4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from providers.meta_cloud.simulator.checks import carousel, products, requests
from providers.meta_cloud.simulator.checks.simple import check_source
from providers.meta_cloud.simulator.errors import invalid, missing
from providers.meta_cloud.simulator.shapes import (
    only,
    optional_text,
    record,
    records,
    text,
    unique,
    url,
)

BODY, LIST_BODY, HEADER, FOOTER = 1024, 4096, 60, 60
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
LIST_BUTTON, SECTIONS, ROWS = 20, 10, 10
SECTION_TITLE, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 24, 24, 72, 200
CTA_LABEL = 20
MEDIA = ("image", "video", "document")


def check_interactive(body: dict[str, Any]) -> None:
    """Raise `GraphError` when `interactive` breaks a limit."""
    interactive = record(body, "interactive")
    kind = KINDS.get(text(interactive, "type", where="interactive"))
    if kind is None:
        raise invalid("interactive.type", "is not known")
    only(interactive, ("type", "header", "body", "footer", "action"), "interactive")
    check_frame(interactive, kind)
    kind.check(record(interactive, "action", where="interactive"))


def check_frame(interactive: dict[str, Any], kind: Kind) -> None:
    """Header, body and footer, as far as the kind has them."""
    if kind.body_needed or "body" in interactive:
        body = record(interactive, "body", where="interactive")
        only(body, ["text"], "interactive.body")
        text(body, "text", kind.body, where="interactive.body")
    if "footer" in interactive:
        if not kind.footer:
            raise invalid("interactive.footer", "is not allowed here")
        footer = record(interactive, "footer")
        only(footer, ["text"], "interactive.footer")
        text(footer, "text", FOOTER, where="interactive.footer")
    if "header" in interactive:
        check_header(record(interactive, "header"), kind.headers)
    elif kind.header_needed:
        raise missing("interactive.header")


def check_header(header: dict[str, Any], allowed: tuple[str, ...], where: str = "interactive.header") -> None:
    """A text or one medium, of the kinds that are *allowed*."""
    shape = text(header, "type", where=where)
    if shape not in allowed:
        raise invalid(f"{where}.type", "is not allowed here")
    only(header, ["type", shape, *(["sub_text"] if shape == "text" else [])], where)
    if shape == "text":
        text(header, "text", HEADER, where=where)
        return
    media = record(header, shape, where=where)
    only(media, ("id", "link", *(["filename"] if shape == "document" else [])), f"{where}.{shape}")
    check_source(media, f"{where}.{shape}")


def check_buttons(action: dict[str, Any]) -> None:
    """One to three reply buttons with different ids and titles."""
    only(action, ["buttons"], "interactive.action")
    replies = []
    for button in records(action, "buttons", 1, BUTTONS, where="interactive.action"):
        only(button, ("type", "reply"), "interactive.action.buttons")
        if button.get("type") != "reply":
            raise invalid("interactive.action.buttons.type", "must be reply")
        reply = record(button, "reply", where="interactive.action.buttons")
        only(reply, ("id", "title"), "buttons.reply")
        text(reply, "id", BUTTON_ID, where="buttons.reply")
        text(reply, "title", BUTTON_TITLE, where="buttons.reply")
        replies.append(reply)
    unique([reply["id"] for reply in replies], "buttons.reply.id")
    unique([reply["title"] for reply in replies], "buttons.reply.title")


def check_list(action: dict[str, Any]) -> None:
    """One to ten sections with ten rows in total; titles are needed when there are several sections."""
    only(action, ("button", "sections"), "interactive.action")
    text(action, "button", LIST_BUTTON, where="interactive.action")
    sections = records(action, "sections", 1, SECTIONS, where="interactive.action")
    rows = []
    for section in sections:
        only(section, ("title", "rows"), "sections")
        if len(sections) > 1:
            text(section, "title", SECTION_TITLE, where="sections")
        optional_text(section, "title", SECTION_TITLE, where="sections")
        rows += records(section, "rows", 1, ROWS, where="sections")
    if len(rows) > ROWS:
        raise invalid("interactive.action.sections", f"have {len(rows)} rows, allowed are {ROWS} in total")
    for row in rows:
        only(row, ("id", "title", "description"), "rows")
        text(row, "id", ROW_ID, where="rows")
        text(row, "title", ROW_TITLE, where="rows")
        optional_text(row, "description", ROW_DESCRIPTION, where="rows")
    unique([row["id"] for row in rows], "rows.id")


def check_link(action: dict[str, Any]) -> None:
    """One button that opens a page."""
    parameters = requests.named(action, "cta_url", ("display_text", "url"))
    text(parameters, "display_text", CTA_LABEL, where="action.parameters")
    url(parameters, "url", where="action.parameters")


class Kind(Struct, frozen=True):
    """What one kind of interactive message may have around its action."""

    check: Callable[[dict[str, Any]], None]
    headers: tuple[str, ...] = ()
    header_needed: bool = False
    body: int = BODY
    body_needed: bool = True
    footer: bool = True


_ANY = ("text", *MEDIA)
KINDS: dict[str, Kind] = {
    "button": Kind(check_buttons, _ANY),
    "list": Kind(check_list, ("text",), body=LIST_BODY),
    "cta_url": Kind(check_link, _ANY),
    "flow": Kind(requests.check_flow, _ANY),
    "location_request_message": Kind(requests.check_location_request, footer=False),
    "request_contact_info": Kind(requests.check_contact_request),
    "address_message": Kind(requests.check_address, _ANY),
    "call_permission_request": Kind(requests.check_call_permission),
    "voice_call": Kind(requests.check_voice_call, _ANY),
    "product": Kind(products.check_product, body_needed=False),
    "product_list": Kind(products.check_product_list, ("text",), header_needed=True),
    "catalog_message": Kind(products.check_catalog),
    "carousel": Kind(carousel.check_carousel, footer=False),
}
