"""Builds what is inside of Meta's webhooks: contacts, messages, errors (wire.md 1.4 and 1.5)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.contact import Contact
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.phone import Option

HREF = "/documentation/business-messaging/whatsapp/support/error-codes"


def profile(contact: Contact, shown: bool, username: bool = True, bsuids: bool = True) -> dict[str, Any]:
    """The contact as `contacts[]` shows it; *shown* says whether the number may be named."""
    person: dict[str, Any] = {"profile": {"name": contact.name}}
    if username and contact.username:
        person["profile"]["username"] = contact.username
    if shown:
        person["wa_id"] = contact.wa_id
    if bsuids:
        person["user_id"] = contact.user_id
    if bsuids and contact.parent_user_id:
        person["parent_user_id"] = contact.parent_user_id
    if contact.identity_key_hash:
        person["identity_key_hash"] = contact.identity_key_hash
    return person


def sender(contact: Contact, shown: bool, prefix: str = "from", bsuids: bool = True) -> dict[str, Any]:
    """Who a message is from (or, with another *prefix*, to): number, user id, parent user id."""
    ids: dict[str, Any] = {prefix: contact.wa_id} if shown else {}
    if bsuids:
        ids[f"{prefix}_user_id"] = contact.user_id
    if bsuids and contact.parent_user_id:
        ids[f"{prefix}_parent_user_id"] = contact.parent_user_id
    return ids


def message(who: dict[str, Any], message_id: str, at: int, kind: str, content: Any) -> dict[str, Any]:
    """One message; *at* is seconds, *content* the object named like *kind*, None when there is none."""
    told = {**who, "id": message_id, "timestamp": str(at), "type": kind}
    return told if content is None else {**told, kind: content}


def quoted(line: Line, message_id: str) -> dict[str, Any]:
    """The `context` of an answer to one of the business' messages."""
    return {"from": line.display, "id": message_id}


def tap(option: Option) -> tuple[str, dict[str, Any]]:
    """The type and the object of a tapped button or row."""
    if option.reply == "button":
        return "button", {"payload": option.id, "text": option.title}
    answer = {"id": option.id, "title": option.title}
    if option.description:
        answer["description"] = option.description
    return "interactive", {"type": option.reply, option.reply: answer}


def error(code: int, title: str, details: str, href: bool = True) -> dict[str, Any]:
    """One element of `errors[]`."""
    told = {"code": code, "title": title, "message": title, "error_data": {"details": details}}
    return {**told, "href": HREF} if href else told
