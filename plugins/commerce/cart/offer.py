"""What this part brings."""

from __future__ import annotations

from gateway import Chat, Command, Handled, Message
from plugins.commerce.cart.added import on_add
from plugins.commerce.cart.show import show_cart
from plugins.commerce.common.offer import Offer
from plugins.commerce.common.taps import Tap


async def on_cart(message: Message, chat: Chat, tapped: Tap) -> Handled:
    """[View cart]."""
    return await show_cart(chat)


async def cart(message: Message, chat: Chat, rest: str) -> Handled:
    """CART."""
    return await show_cart(chat)


OFFER = Offer(
    taps={"add": on_add, "cart": on_cart},
    commands=(
        Command(
            "cart",
            {"en": ["cart", "basket"], "es": ["carrito", "cesta"], "sw": ["kikapu"]},
            "What is in your cart",
            cart,
            always=True,
        ),
    ),
)
