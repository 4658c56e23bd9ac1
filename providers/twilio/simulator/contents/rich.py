"""The limits of content types with cards, products and forms."""

from __future__ import annotations

from typing import Any

from providers.twilio.simulator.contents.shapes import (
    link,
    links,
    one_of,
    only,
    records,
    text,
    unique,
    wrong,
)

TITLE, SUBTITLE, BUTTON, URL, CODE = 1024, 60, 25, 2000, 15
CARDS, CARD_TEXT, CARD_BUTTONS = 10, 160, 2
#: type of an action -> the field that it needs, and how many there may be
ACTIONS = {
    "URL": ("url", 2),
    "PHONE_NUMBER": ("phone", 1),
    "COPY_CODE": ("code", 1),
    "VOICE_CALL": ("", 1),
    "QUICK_REPLY": ("", 10),
}
_FIELDS = ("type", "title", "url", "phone", "code", "id", "webview_size", "digitable_line")


def check_actions(actions: list[dict[str, Any]], where: str, *, replies: bool) -> None:
    """Buttons; quick replies among them only where *replies*."""
    allowed = [kind for kind in ACTIONS if replies or kind != "QUICK_REPLY"]
    for action in actions:
        only(action, _FIELDS, where)
        kind = one_of(action, "type", allowed, where)
        if kind != "COPY_CODE":
            text(action, "title", BUTTON, where)
        needed = ACTIONS[kind][0]
        if needed == "url":
            link(action.get("url"), f"{where}.url")
        elif needed:
            text(action, needed, CODE if needed == "code" else 20, where)
        text(action, "id", 200, where, optional=True)
    for kind, (_, most) in ACTIONS.items():
        if sum(action["type"] == kind for action in actions) > most:
            raise wrong(f"{where} has more than {most} of the type {kind}")
    unique([action["id"] for action in actions if action.get("id")], f"{where}.id")


def card(content: dict[str, Any], where: str) -> None:
    """A picture with words and buttons."""
    only(content, ("title", "subtitle", "body", "media", "actions"), where)
    title = text(content, "title", TITLE, where, optional=True)
    body = text(content, "body", TITLE, where, optional=True)
    text(content, "subtitle", SUBTITLE, where, optional=True)
    pictures = links(content, "media", 0, 1, where)
    if not (title or body) and not pictures:
        raise wrong(f"{where} needs a title or media")
    check_actions(records(content, "actions", 0, 10, where), f"{where}.actions", replies=True)


def carousel(content: dict[str, Any], where: str) -> None:
    """Two to ten cards whose buttons are of the same types."""
    only(content, ("body", "cards"), where)
    text(content, "body", TITLE, where)
    cards = records(content, "cards", 2, CARDS, where)
    for one in cards:
        only(one, ("title", "body", "media", "actions"), f"{where}.cards")
        words = text(one, "title", CARD_TEXT, f"{where}.cards", optional=True)
        words += text(one, "body", CARD_TEXT, f"{where}.cards", optional=True)
        if len(words) > CARD_TEXT:
            raise wrong(f"{where}.cards: title and body have more than {CARD_TEXT} characters")
        link(one.get("media"), f"{where}.cards.media")
        actions = records(one, "actions", 1, CARD_BUTTONS, f"{where}.cards")
        check_actions(actions, f"{where}.cards.actions", replies=True)
    buttons = {tuple(action["type"] for action in one["actions"]) for one in cards}
    if len(buttons) > 1:
        raise wrong(f"{where}.cards must all have the same types of buttons")


def catalog(content: dict[str, Any], where: str) -> None:
    """Products, or all of a catalogue."""
    only(content, ("title", "body", "subtitle", "id", "items", "dynamic_items"), where)
    text(content, "body", 1024, where)
    text(content, "title", 60, where, optional=True)
    text(content, "subtitle", 60, where, optional=True)
    items = records(content, "items", 0, 30, where)
    for item in items:
        text(item, "id", 200, f"{where}.items")
    if not items and not content.get("id") and not content.get("dynamic_items"):
        raise wrong(f"{where} needs id, items or dynamic_items")


def flows(content: dict[str, Any], where: str) -> None:
    """A form that Twilio builds."""
    only(content, ("body", "button_text", "subtitle", "media_url", "pages", "type"), where)
    text(content, "body", 1024, where)
    text(content, "button_text", 30, where)
    text(content, "subtitle", 60, where, optional=True)
    text(content, "type", 100, where)
    for page in records(content, "pages", 1, 10, where):
        text(page, "id", 100, f"{where}.pages")
