"""Carousels: as they are, else one message for each card, in order."""

from __future__ import annotations

from gateway.fit.checks import ids
from gateway.fit.choices import Choice, fit_choice
from gateway.fit.files import file_of
from gateway.fit.numbered import numbers_apply
from gateway.fit.work import Work
from gateway.model.capability import Limits
from gateway.model.checks import WHATSAPP, filled, refuse, web
from gateway.model.menu import Option
from gateway.model.outbound import (
    Carousel,
    CarouselCard,
    CtaUrl,
    Header,
    Image,
    Outbound,
    Product,
    Text,
    Video,
)


def _shape(card: CarouselCard) -> str:
    """What kind of card it is; all of one carousel have to be alike."""
    if card.sku:
        return "carousel.products"
    name = "carousel.links" if card.url else "carousel.buttons"
    return f"{name} {len(card.buttons)}"


def _checked(work: Work, message: Carousel) -> None:
    """Refuse what is wrong on every channel."""
    filled("text", message.text)
    if not message.cards:
        refuse("cards", "has 0 items, WhatsApp takes 1 or more")
    for at, card in enumerate(message.cards):
        field = f"cards[{at}]"
        if card.image and card.video:
            refuse(field, "needs exactly one of image and video")
        if not (card.sku or card.image or card.video or card.text.strip()):
            refuse(field, "has no picture, no video and no text")
        if card.sku and (card.text or card.image or card.video or card.url or card.label or card.buttons):
            refuse(field, "has a product's sku, beside which nothing has a place")
        if card.url:
            filled(f"{field}.label", card.label)
            web(f"{field}.url", card.url, None)
        elif card.label:
            refuse(f"{field}.label", "is the name of a link, and there is no url")
        fields = [f"{field}.buttons[{index}]" for index in range(len(card.buttons))]
        ids([f"{name}.id" for name in fields], [each.id for each in card.buttons], WHATSAPP.button_id)
        ids([f"{name}.title" for name in fields], [each.title for each in card.buttons], WHATSAPP.text)


def _card_fits(limits: Limits, card: CarouselCard) -> bool:
    """Whether a card of pictures goes as it is."""
    return (
        bool(card.image or card.video)
        and bool(card.url) != bool(card.buttons)
        and len(card.text) <= limits.card_text
        and card.text.count("\n") <= limits.card_line_breaks
        and len(card.label) <= limits.card_button
        and len(card.url) <= limits.url
        and len(card.buttons) <= min(limits.buttons, limits.card_buttons)
        and all(len(each.title) <= limits.card_button for each in card.buttons)
        and all(len(each.id) <= limits.card_button_id for each in card.buttons)
    )


def _fits(work: Work, message: Carousel) -> bool:
    """Whether the channel carries *message* as it is; cards that are not alike it does not."""
    shapes = {_shape(card) for card in message.cards}
    limits = work.limits
    feature = next(iter(shapes)).partition(" ")[0]
    return (
        work.native("carousel")
        and len(shapes) == 1
        and work.capabilities.feature(feature) in ("full", "partial")
        and limits.cards_least <= len(message.cards) <= limits.cards
        and len(message.text) + len(work.quoted) + 1 <= limits.interactive_body + (not work.quoted)
        and all(card.sku or _card_fits(limits, card) for card in message.cards)
    )


def carousel(work: Work, message: Carousel) -> list[Outbound]:
    """A carousel, or its text and then its cards. The numbers of their buttons run on."""
    _checked(work, message)
    if _fits(work, message):
        words = work.open(message.text)
        return [message if words == message.text else Carousel(words, message.cards, message.catalog_id)]
    work.lose("cards", "converted", "one message for each card")
    counted = numbers_apply([Option(each.id, each.title) for card in message.cards for each in card.buttons])
    made = work.fit(Text(message.text))
    first = 1
    for card in message.cards:
        made += _card(work, card, message.catalog_id, first, counted)
        first += len(card.buttons)
    return made


def _card(work: Work, card: CarouselCard, catalog: str, first: int, counted: bool) -> list[Outbound]:
    """One card as messages of their own."""
    if card.sku:
        return work.fit(Product(catalog, card.sku))
    head = Header(image=card.image, video=card.video)
    if card.buttons:
        options = [Option(each.id, each.title) for each in card.buttons]
        words = card.text if card.text.strip() else work.say.choose
        linked = f"{words}\n\n{card.label}:\n{card.url}" if card.url else words
        return fit_choice(
            work, Choice(linked, [("", options)], head, first=first, counted=counted), "buttons", "buttons"
        )
    if card.url:
        return work.fit(CtaUrl(card.text if card.text.strip() else card.label, card.label, card.url, head))
    return _shown(work, card)


def _shown(work: Work, card: CarouselCard) -> list[Outbound]:
    """A card with nothing to tap."""
    if card.image:
        return work.fit(Image(**file_of(card.image), caption=card.text))
    if card.video:
        return work.fit(Video(**file_of(card.video), caption=card.text))
    return work.fit(Text(card.text))
