"""Checks of interactive messages: reply buttons, lists and the other kinds (wire.md 2.2 and 2.4)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.errors import GraphError, invalid
from providers.meta_cloud.simulator.shapes import array, optional_text, record, text

BODY, LIST_BODY, HEADER, FOOTER = 1024, 4096, 60, 60
BUTTONS, BUTTON_TITLE, BUTTON_ID = 3, 20, 256
LIST_BUTTON, SECTIONS, ROWS = 20, 10, 10
SECTION_TITLE, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 24, 24, 72, 200
CTA_LABEL = 20

#: Kinds that are accepted with no more than their body and action looked at.
OTHERS = frozenset(
    {
        "address_message",
        "call_permission_request",
        "carousel",
        "catalog_message",
        "flow",
        "location_request_message",
        "product",
        "product_list",
        "request_contact_info",
        "voice_call",
    }
)


def check_interactive(body: dict[str, Any]) -> None:
    """Raise `GraphError` when `interactive` breaks a limit."""
    interactive = record(body, "interactive")
    kind = text(interactive, "type", where="interactive")
    if kind not in OTHERS | {"button", "list", "cta_url"}:
        raise invalid("interactive.type", "is not known")
    check_frame(interactive, kind)
    action = record(interactive, "action", where="interactive")
    if kind == "button":
        check_buttons(action)
    elif kind == "list":
        check_list(action)
    elif kind == "cta_url":
        parameters = record(action, "parameters", where="action")
        text(parameters, "display_text", CTA_LABEL, where="action.parameters")
        text(parameters, "url", 2000, where="action.parameters")


def check_frame(interactive: dict[str, Any], kind: str) -> None:
    """Header, body and footer. Only `product` may do without a body; a list has a text header only."""
    if kind != "product":
        limit = LIST_BODY if kind == "list" else BODY
        text(record(interactive, "body", where="interactive"), "text", limit, where="interactive.body")
    if "footer" in interactive:
        text(record(interactive, "footer"), "text", FOOTER, where="interactive.footer")
    if "header" not in interactive:
        return
    header = record(interactive, "header")
    shape = text(header, "type", where="interactive.header")
    if shape == "text":
        text(header, "text", HEADER, where="interactive.header")
    elif shape not in ("image", "video", "document") or kind == "list":
        raise invalid("interactive.header.type", "is not allowed here")
    else:
        record(header, shape, where="interactive.header")


def check_buttons(action: dict[str, Any]) -> None:
    """One to three reply buttons with different ids and titles."""
    replies = []
    for button in array(action, "buttons", 1, BUTTONS, where="interactive.action"):
        if not isinstance(button, dict) or button.get("type") != "reply":
            raise invalid("interactive.action.buttons.type", "must be reply")
        reply = record(button, "reply", where="interactive.action.buttons")
        text(reply, "id", BUTTON_ID, where="buttons.reply")
        text(reply, "title", BUTTON_TITLE, where="buttons.reply")
        replies.append(reply)
    check_unique([reply["id"] for reply in replies], "buttons.reply.id")
    check_unique([reply["title"] for reply in replies], "buttons.reply.title")


def check_list(action: dict[str, Any]) -> None:
    """One to ten sections with ten rows in total; titles are needed when there are several sections."""
    text(action, "button", LIST_BUTTON, where="interactive.action")
    sections = array(action, "sections", 1, SECTIONS, where="interactive.action")
    rows = []
    for section in sections:
        if not isinstance(section, dict):
            raise GraphError(100, "Parameter interactive.action.sections is not an array of objects.")
        if len(sections) > 1:
            text(section, "title", SECTION_TITLE, where="sections")
        optional_text(section, "title", SECTION_TITLE, where="sections")
        rows += array(section, "rows", 1, ROWS, where="sections")
    if len(rows) > ROWS:
        raise invalid("interactive.action.sections", f"have {len(rows)} rows, allowed are {ROWS} in total")
    for row in rows:
        if not isinstance(row, dict):
            raise GraphError(100, "Parameter sections.rows is not an array of objects.")
        text(row, "id", ROW_ID, where="rows")
        text(row, "title", ROW_TITLE, where="rows")
        optional_text(row, "description", ROW_DESCRIPTION, where="rows")
    check_unique([row["id"] for row in rows], "rows.id")


def check_unique(values: list[str], name: str) -> None:
    """No two of *values* are the same."""
    if len(set(values)) < len(values):
        raise invalid(name, "is used twice")
