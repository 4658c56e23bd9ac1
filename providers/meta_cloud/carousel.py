"""Carousels of pictures or videos within the window (wire.md §2.2, §2.4)."""

from __future__ import annotations

from typing import Any

from gateway.model import outbound
from providers.meta_cloud.interactives import medium
from providers.meta_cloud.limits import LIMITS, count, most, needed, refuse

Body = dict[str, Any]


def _action(card: outbound.CarouselCard) -> tuple[str, Body]:
    if card.url and not card.buttons:
        parameters = {"display_text": needed("cards.label", card.label, 20), "url": card.url}
        return "cta_url", {"name": "cta_url", "parameters": parameters}
    if card.url or not card.buttons:
        refuse("cards", "need either url and label, or buttons")
    replies = [
        {
            "type": "quick_reply",
            "quick_reply": {
                "id": needed("cards.buttons.id", button.id, 20),
                "title": needed("cards.buttons.title", button.title, 20),
            },
        }
        for button in card.buttons
    ]
    return "quick_reply", {"buttons": replies}


def _card(index: int, card: outbound.CarouselCard) -> tuple[str, Body]:
    if bool(card.image) == bool(card.video):
        refuse("cards", "need exactly one of image and video")
    kind = "image" if card.image else "video"
    name, action = _action(card)
    body: Body = {"card_index": index}
    if name == "cta_url":
        body["type"] = name
    body["header"] = {"type": kind, kind: medium(card.image or card.video)}
    if card.text:
        body["body"] = {"text": most("cards.text", card.text, 160)}
    return f"{name} {len(card.buttons)}", body | {"action": action}


def carousel(message: outbound.Carousel) -> Body:
    """Two to ten cards, whose buttons are of one kind and number."""
    count("cards", message.cards, 2, 10)
    cards = [_card(index, card) for index, card in enumerate(message.cards)]
    if len({shape for shape, _ in cards}) > 1:
        refuse("cards", "must all have the same kind and number of buttons")
    text = needed("text", message.text, LIMITS.interactive_body)
    action = {"cards": [card for _, card in cards]}
    return {
        "type": "interactive",
        "interactive": {"type": "carousel", "body": {"text": text}, "action": action},
    }
