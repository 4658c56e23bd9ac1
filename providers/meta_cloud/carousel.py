"""Carousels of pictures, videos or products within the window (wire.md §2.2, §2.4)."""

from __future__ import annotations

from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, needed, refuse, unique, web
from providers.meta_cloud.content import medium
from providers.meta_cloud.limits import LIMITS

Body = dict[str, Any]


def _replies(field: str, card: outbound.CarouselCard) -> Body:
    count(f"{field}.buttons", card.buttons, 1, LIMITS.buttons)
    unique(f"{field}.buttons[].id", [button.id for button in card.buttons])
    unique(f"{field}.buttons[].title", [button.title for button in card.buttons])
    replies = []
    for index, button in enumerate(card.buttons):
        here = f"{field}.buttons[{index}]"
        reply = {
            "id": needed(f"{here}.id", button.id, LIMITS.card_button_id),
            "title": needed(f"{here}.title", button.title, LIMITS.card_button),
        }
        replies.append({"type": "quick_reply", "quick_reply": reply})
    return {"buttons": replies}


def _action(field: str, card: outbound.CarouselCard) -> tuple[str, Body]:
    """The kind of a card's buttons, and its action."""
    if bool(card.url) == bool(card.buttons):
        refuse(field, "needs either url and label, or buttons")
    if card.buttons:
        if card.label:
            refuse(f"{field}.label", "is the name of a link, and the card has buttons")
        return "quick_reply", _replies(field, card)
    label = needed(f"{field}.label", card.label, LIMITS.card_button)
    parameters = {"display_text": label, "url": web(f"{field}.url", card.url)}
    return "cta_url", {"name": "cta_url", "parameters": parameters}


def _text(field: str, text: str) -> Body:
    if not text:
        return {}
    if text.count("\n") > LIMITS.card_line_breaks:
        refuse(field, f"has {text.count(chr(10))} line breaks, WhatsApp takes {LIMITS.card_line_breaks}")
    return {"body": {"text": needed(field, text, LIMITS.card_text)}}


def _media_card(field: str, card: outbound.CarouselCard) -> tuple[str, Body]:
    """The shape of a card with a picture or video, and its body."""
    if bool(card.image) == bool(card.video):
        refuse(field, "needs exactly one of image and video")
    kind = "image" if card.image else "video"
    name, action = _action(field, card)
    body: Body = {"type": name} if name == "cta_url" else {}
    body["header"] = {"type": kind, kind: medium(f"{field}.{kind}", card.image or card.video)}
    return f"{name} {len(card.buttons)}", body | _text(f"{field}.text", card.text) | {"action": action}


def _product_card(field: str, card: outbound.CarouselCard, catalog: str) -> tuple[str, Body]:
    """The shape of a product's card, and its body."""
    for name in ("text", "image", "video", "label", "url", "buttons"):
        if getattr(card, name):
            refuse(f"{field}.{name}", "has no place on a product's card")
    action = {
        "product_retailer_id": filled(f"{field}.sku", card.sku),
        "catalog_id": filled("catalog_id", catalog),
    }
    return "product", {"type": "product", "action": action}


def carousel(message: outbound.Carousel) -> Body:
    """Two to ten cards, whose buttons are of one kind and number."""
    count("cards", message.cards, LIMITS.cards_least, LIMITS.cards)
    cards, first = [], ""
    for index, card in enumerate(message.cards):
        field = f"cards[{index}]"
        if card.sku:
            shape, body = _product_card(field, card, message.catalog_id)
        else:
            shape, body = _media_card(field, card)
        first = first or shape
        if shape != first:
            refuse(
                field, f"has {shape}, the first card {first}; all need the same kind and number of buttons"
            )
        cards.append({"card_index": index} | body)
    if message.catalog_id and first != "product":
        refuse("catalog_id", "is for cards of products, and there are none")
    text = needed("text", message.text, LIMITS.interactive_body)
    framed = {"type": "carousel", "body": {"text": text}, "action": {"cards": cards}}
    return {"type": "interactive", "interactive": framed}
