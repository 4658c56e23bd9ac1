"""What this part brings."""

from __future__ import annotations

from gateway import Command, PersonalData, public_page
from plugins.commerce.checkout import begin, page
from plugins.commerce.checkout.events import OrderPlaced
from plugins.commerce.checkout.pagelink import CartLink
from plugins.commerce.common.offer import Offer

WORDS = {
    "en": ["checkout", "check out", "pay"],
    "es": ["finalizar compra", "comprar", "pagar"],
    "sw": ["lipia", "lipa", "maliza"],
}

OFFER = Offer(
    taps={"checkout": begin.tapped},
    commands=(Command("checkout", WORDS, "Order what is in your cart", begin.command, always=True),),
    routes=(
        public_page("GET", "/c/{token}", page.show, value=CartLink),
        public_page("POST", "/c/{token}", page.order, value=CartLink),
    ),
    events=(OrderPlaced,),
    personal=(
        PersonalData("commerce_customer", contact="contact"),
        PersonalData("commerce_address", contact="contact"),
    ),
)
