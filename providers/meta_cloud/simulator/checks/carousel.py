"""Carousels of pictures, videos or products within the window (wire.md 2.2 and 2.4)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.checks import products, requests
from providers.meta_cloud.simulator.checks.simple import check_source
from providers.meta_cloud.simulator.errors import invalid
from providers.meta_cloud.simulator.shapes import only, record, records, text, unique, url, whole

LEAST, MOST, CARD_BODY, LINE_BREAKS, LABEL, REPLY_ID, REPLIES = 2, 10, 160, 2, 20, 20, 10


def check_carousel(action: dict[str, Any]) -> None:
    """Two to ten cards of one shape, counted from 0."""
    only(action, ["cards"], "interactive.action")
    cards = records(action, "cards", LEAST, MOST, where="interactive.action")
    for place, card in enumerate(cards):
        if whole(card, "card_index", 0, MOST - 1, where="cards") != place:
            raise invalid("cards.card_index", f"must be {place} here")
    if len({check_card(card) for card in cards}) > 1:
        raise invalid("cards", "must all have the same kind, buttons and catalogue")


def check_card(card: dict[str, Any]) -> tuple[str, ...]:
    """One card; what the others must have in common with it."""
    only(card, ("card_index", "type", "header", "body", "action"), "cards")
    action = record(card, "action", where="cards")
    if card.get("type") == "product":
        only(card, ("card_index", "type", "action"), "cards")
        products.check_product(action, "cards.action")
        return ("product", action["catalog_id"])
    check_media_header(record(card, "header", where="cards"))
    if "body" in card:
        check_body(record(card, "body", where="cards"))
    if "buttons" in action:
        if card.get("type", "quick_reply") not in ("quick_reply", "button", "cta_url"):
            raise invalid("cards.type", "does not go with reply buttons")
        return ("quick_reply", str(check_replies(action)))
    if card.get("type", "cta_url") != "cta_url":
        raise invalid("cards.type", "must be cta_url or product")
    parameters = requests.named(action, "cta_url", ("display_text", "url"))
    text(parameters, "display_text", LABEL, where="cards.action.parameters")
    url(parameters, "url", where="cards.action.parameters")
    return ("cta_url",)


def check_media_header(header: dict[str, Any]) -> None:
    """A picture or a video."""
    shape = text(header, "type", where="cards.header")
    if shape not in ("image", "video"):
        raise invalid("cards.header.type", "must be image or video")
    only(header, ("type", shape), "cards.header")
    media = record(header, shape, where="cards.header")
    only(media, ("id", "link"), f"cards.header.{shape}")
    check_source(media, f"cards.header.{shape}")


def check_body(body: dict[str, Any]) -> None:
    """Short words under the picture."""
    only(body, ["text"], "cards.body")
    if text(body, "text", CARD_BODY, where="cards.body").count("\n") > LINE_BREAKS:
        raise invalid("cards.body.text", f"has more than {LINE_BREAKS} line breaks")


def check_replies(action: dict[str, Any]) -> int:
    """Quick replies: how many."""
    only(action, ["buttons"], "cards.action")
    buttons = records(action, "buttons", 1, REPLIES, where="cards.action")
    replies = []
    for button in buttons:
        only(button, ("type", "quick_reply"), "cards.action.buttons")
        if button.get("type") != "quick_reply":
            raise invalid("cards.action.buttons.type", "must be quick_reply")
        reply = record(button, "quick_reply", where="cards.action.buttons")
        only(reply, ("id", "title"), "cards.quick_reply")
        text(reply, "id", REPLY_ID, where="cards.quick_reply")
        text(reply, "title", LABEL, where="cards.quick_reply")
        replies.append(reply["id"])
    unique(replies, "cards.quick_reply.id")
    return len(buttons)
