"""Cards with a picture or video each, and reply buttons below (wire.md §4.5).

Links in the cards are not sure to go without an approval, so the table says that they take another form.
"""

from __future__ import annotations

from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, most, needed, refuse, unique
from providers.twilio.contents.actions import replies
from providers.twilio.contents.blanks import Blanks
from providers.twilio.files import place
from providers.twilio.limits import LIMITS

Body = dict[str, Any]


def _card(field: str, card: outbound.CarouselCard, blanks: Blanks) -> Body:
    for name in ("label", "url", "sku"):
        if getattr(card, name):
            refuse(f"{field}.{name}", "has no place in Twilio's carousel within the window")
    if bool(card.image) == bool(card.video):
        refuse(field, "needs exactly one of image and video")
    kind = "image" if card.image else "video"
    count(f"{field}.buttons", card.buttons, 1, LIMITS.card_buttons)
    unique(f"{field}.buttons[].id", [button.id for button in card.buttons])
    made: Body = {}
    title, _, rest = most(f"{field}.text", card.text, LIMITS.card_text).strip().partition("\n")
    if title.strip():
        made["title"] = blanks.line(title, "Title")
    if rest.strip():
        made["body"] = blanks.text(rest, "Text")
    made["media"] = blanks.file(place(f"{field}.{kind}", card.image or card.video, kind))
    return made | {"actions": replies(f"{field}.buttons", card.buttons, blanks)}


def carousel(message: outbound.Carousel, blanks: Blanks) -> Body:
    """Two to ten cards with the same number of buttons."""
    if message.catalog_id:
        refuse("catalog_id", "is for cards of products, which Twilio's carousel has not")
    count("cards", message.cards, LIMITS.cards_least, LIMITS.cards)
    body = blanks.text(needed("text", message.text, LIMITS.interactive_body), "Text")
    cards = [_card(f"cards[{index}]", card, blanks) for index, card in enumerate(message.cards)]
    if len({len(card.buttons) for card in message.cards}) > 1:
        refuse("cards", "need the same number of buttons")
    return {"twilio/carousel": {"body": body, "cards": cards}}
