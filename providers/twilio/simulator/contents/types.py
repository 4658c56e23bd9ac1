"""The limits of each content type (the table of wire.md §4.5). A content is held to them when it is made,
and once more with the values of its variables in place when it is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from providers.twilio.simulator.contents import rich, whatsapp
from providers.twilio.simulator.contents.shapes import links, number, only, records, text, unique, wrong

BODY, SESSION_BODY = 1600, 1024
REPLY_TITLE, REPLY_ID, REPLIES = 20, 200, 10
LIST_BUTTON, ITEMS, ITEM, ITEM_ID, DESCRIPTION = 20, 10, 24, 200, 72


def _text(content: dict[str, Any], where: str) -> None:
    only(content, ["body"], where)
    text(content, "body", BODY, where)


def _media(content: dict[str, Any], where: str) -> None:
    only(content, ("body", "media"), where)
    text(content, "body", BODY, where, optional=True)
    links(content, "media", 1, 10, where)


def _quick_reply(content: dict[str, Any], where: str) -> None:
    only(content, ("body", "actions"), where)
    text(content, "body", SESSION_BODY, where)
    actions = records(content, "actions", 1, REPLIES, where)
    for action in actions:
        only(action, ("type", "title", "id"), f"{where}.actions")
        if action.get("type") not in (None, "QUICK_REPLY"):
            raise wrong(f"{where}.actions.type must be QUICK_REPLY")
        text(action, "title", REPLY_TITLE, f"{where}.actions")
        text(action, "id", REPLY_ID, f"{where}.actions", optional=True)
    unique([action["title"] for action in actions], f"{where}.actions.title")
    unique([action["id"] for action in actions if action.get("id")], f"{where}.actions.id")


def _list_picker(content: dict[str, Any], where: str) -> None:
    only(content, ("body", "button", "items"), where)
    text(content, "body", SESSION_BODY, where)
    text(content, "button", LIST_BUTTON, where)
    items = records(content, "items", 1, ITEMS, where)
    for item in items:
        only(item, ("item", "id", "description"), f"{where}.items")
        text(item, "item", ITEM, f"{where}.items")
        text(item, "id", ITEM_ID, f"{where}.items")
        text(item, "description", DESCRIPTION, f"{where}.items", optional=True)
    unique([item["id"] for item in items], f"{where}.items.id")


def _call_to_action(content: dict[str, Any], where: str) -> None:
    only(content, ("body", "actions"), where)
    text(content, "body", SESSION_BODY, where)
    actions = records(content, "actions", 1, REPLIES, where)
    rich.check_actions(actions, f"{where}.actions", replies=False)


def _location(content: dict[str, Any], where: str) -> None:
    only(content, ("latitude", "longitude", "label", "id", "address"), where)
    number(content, "latitude", -90, 90, where)
    number(content, "longitude", -180, 180, where)
    for name in ("label", "address"):
        text(content, name, 1000, where, optional=True)


def _schedule(content: dict[str, Any], where: str) -> None:
    only(content, ("id", "title", "time_slots"), where)
    text(content, "id", 1000, where)
    text(content, "title", 1000, where)


CHECKS: dict[str, Callable[[dict[str, Any], str], None]] = {
    "whatsapp/authentication": whatsapp.authentication,
    "whatsapp/flows": whatsapp.flows,
    "whatsapp/card": whatsapp.card,
    "twilio/carousel": rich.carousel,
    "twilio/card": rich.card,
    "twilio/catalog": rich.catalog,
    "twilio/flows": rich.flows,
    "twilio/list-picker": _list_picker,
    "twilio/quick-reply": _quick_reply,
    "twilio/call-to-action": _call_to_action,
    "twilio/location": _location,
    "twilio/media": _media,
    "twilio/schedule": _schedule,
    "twilio/text": _text,
}


def check_type(kind: str, content: Any) -> None:
    """Raise `TwilioError` 20001 when *content* is not one of the type *kind*."""
    check = CHECKS.get(kind)
    if check is None:
        raise wrong(f"types has no {kind!r}; there are {', '.join(CHECKS)}")
    if not isinstance(content, dict):
        raise wrong(f"types.{kind} is not an object")
    # Clients of Twilio's own send null for what was not given.
    check(without_nulls(content), kind)


def without_nulls(value: Any) -> Any:
    """*value* without the members that are null, however deep."""
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    return [without_nulls(inner) for inner in value] if isinstance(value, list) else value


def chosen(types: dict[str, Any]) -> str:
    """The type that WhatsApp gets of a content that has several: the richest."""
    return next(kind for kind in CHECKS if kind in types)
