"""The link to the checkout on one page."""

from __future__ import annotations

from msgspec import Struct

from gateway import Chat

#: As long as a conversation of the checkout lasts, and a little more.
EXPIRES = "2d"


class CartLink(Struct, frozen=True, array_like=True):
    """What the link holds: which cart, and the conversation of whose it is. No names, so that it is short."""

    cart: str
    conversation: str


def page_link(chat: Chat, cart: str) -> str:
    """The address of the page on which *cart* (an id) can be ordered."""
    return chat.link("/c", CartLink(cart, chat.conversation.id), expires=EXPIRES)
