"""The limits of WhatsApp's own content types."""

from __future__ import annotations

from typing import Any

from providers.twilio.simulator.contents.rich import check_actions
from providers.twilio.simulator.contents.shapes import links, number, only, records, text, wrong

BODY, SMALL, LABEL = 1024, 60, 30


def card(content: dict[str, Any], where: str) -> None:
    """A template's header, body, footer and buttons."""
    only(content, ("body", "footer", "header_text", "media", "actions"), where)
    text(content, "body", BODY, where)
    text(content, "footer", SMALL, where, optional=True)
    header = text(content, "header_text", SMALL, where, optional=True)
    if links(content, "media", 0, 1, where) and header:
        raise wrong(f"{where} has header_text and media, allowed is one of them")
    check_actions(records(content, "actions", 0, 10, where), f"{where}.actions", replies=True)


def authentication(content: dict[str, Any], where: str) -> None:
    """A one-time code: the words are WhatsApp's."""
    only(content, ("add_security_recommendation", "code_expiration_minutes", "actions", "body"), where)
    if not isinstance(content.get("add_security_recommendation", False), bool):
        raise wrong(f"{where}.add_security_recommendation is not true or false")
    if "code_expiration_minutes" in content:
        number(content, "code_expiration_minutes", 1, 90, where)
    for action in records(content, "actions", 1, 1, where):
        only(action, ("type", "copy_code_text"), f"{where}.actions")
        if action.get("type") != "COPY_CODE":
            raise wrong(f"{where}.actions.type must be COPY_CODE")
        text(action, "copy_code_text", 25, f"{where}.actions")


def flows(content: dict[str, Any], where: str) -> None:
    """A form of WhatsApp's."""
    fields = ("flow_id", "flow_token", "flow_first_page_id", "is_flow_first_page_endpoint")
    only(content, ("body", "button_text", "subtitle", "media_url", *fields), where)
    text(content, "body", BODY, where)
    text(content, "button_text", LABEL, where)
    text(content, "subtitle", SMALL, where, optional=True)
    text(content, "flow_id", 200, where)
