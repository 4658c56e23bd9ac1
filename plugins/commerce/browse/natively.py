"""Products as WhatsApp shows them itself: a list of the linked catalogue, and cards to leaf through. Each
only where the channel carries all of it; the same stands in a list of ours elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import (
    Button,
    Buttons,
    Carousel,
    CarouselCard,
    Chat,
    Handled,
    ProductList,
    ProductSection,
    SendRefused,
)
from plugins.commerce.browse import said
from plugins.commerce.browse.lists import paragraphs, row, send_list, showing, turning, window
from plugins.commerce.browse.pictures import picture
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.item import Category, Item
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, HEADER, ROW, clip

#: Products of one message, and cards of a carousel with their words.
MOST, CARDS, CARD, CARD_ID = 30, 9, 160, 20


async def category(chat: Chat, found: Category, below: Sequence[Category], page: int) -> Handled | None:
    """Send a category's products from the linked catalogue, and where to go on; None when that cannot be."""
    size = max(page, 1)
    items, total = await read.shelf(chat.db, chat.language, found.id, offset=(size - 1) * MOST, limit=MOST)
    shown = window(total, page, MOST, MOST)
    listed = [item.retailer_id for item in items if said.can_be_had(item)]
    if not listed or shown.page != size:
        return None
    title = clip(found.name, HEADER)
    text = paragraphs(chat.t("Tap something to see it, or to put it into the cart."), showing(chat, shown))
    message = ProductList(
        text, chat.settings.catalog_id, [ProductSection(clip(found.name, ROW), listed)], header=title
    )
    if not await carried(chat, message):
        return None
    await chat.send(message)
    further = [row(tap("cat", each.id, 1), f"{each.emoji} {each.name}".strip()) for each in below[:8]]
    if further and shown.page == 1:
        onward = turning(chat, shown, lambda n: tap("cat", found.id, n))
        return await send_list(chat, chat.t("There is more to look into:"), [*further, *onward])
    await chat.send(
        Buttons(chat.t("Where shall we go on?"), _onward(chat, found, shown.page < shown.pages, page))
    )
    return Handled


def _onward(chat: Chat, found: Category, more: bool, page: int) -> list[Button]:
    buttons = [
        Button(tap("shop", 1), clip(chat.t("Categories"), BUTTON)),
        Button(tap("cart"), clip(chat.t("View cart"), BUTTON)),
        Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
    ]
    if more:
        buttons[0] = Button(tap("cat", found.id, max(page, 1) + 1), clip(chat.t("Next page"), BUTTON))
    return buttons


async def carousel(chat: Chat, items: Sequence[Item]) -> bool:
    """Send *items* as cards to leaf through; False when one has no picture, or the channel has no cards."""
    cards = [_card(chat, item) for item in items[:CARDS]]
    if len(cards) < 2 or not all(card.image and len(card.buttons[0].id) <= CARD_ID for card in cards):
        return False
    message = Carousel(chat.t("Have a look at these:"), cards)
    if not await carried(chat, message):
        return False
    await chat.send(message)
    return True


def _card(chat: Chat, item: Item) -> CarouselCard:
    """Its button has the shortest id that leads to a card: a carousel's have room for no more."""
    line = said.row_line(chat, item)
    text = f"{clip(item.name, CARD - len(line) - 20)}\n{line}"
    return CarouselCard(
        text, image=picture(item), buttons=[Button(tap(item.product), clip(chat.t("View"), BUTTON))]
    )


async def carried(chat: Chat, message: ProductList | Carousel) -> bool:
    """Whether the channel carries *message* as it is."""
    try:
        return not (await chat.plan(message)).losses
    except SendRefused:
        return False
