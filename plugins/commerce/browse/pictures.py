"""A product's picture, where there is one that can be sent."""

from __future__ import annotations

from gateway import Buttons, Chat, Header, SendRefused
from plugins.commerce.catalogue.item import Item

#: What WhatsApp shows of the web. Anything else would fail when it is fetched, and the card with it.
SHOWN = (".jpg", ".jpeg", ".png")


def picture(item: Item) -> str:
    """What stands in a header or on a card; "" for no picture."""
    if item.image:
        return f"stored:{item.image}"
    link = item.image_link
    path = link.partition("?")[0].partition("#")[0].lower()
    return link if link.startswith("https://") and path.endswith(SHOWN) else ""


async def send_pictured(chat: Chat, item: Item, message: Buttons) -> None:
    """Send *message* below the picture of *item*; without it, when its address is none."""
    if found := picture(item):
        try:
            await chat.send(Buttons(message.text, message.buttons, header=Header(image=found)))
            return
        except SendRefused:
            pass
    await chat.send(message)
