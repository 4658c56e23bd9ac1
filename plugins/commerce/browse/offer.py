"""What this part brings."""

from __future__ import annotations

from gateway import PersonalData, Recurring, every
from plugins.commerce.browse import taps
from plugins.commerce.browse.tell import BackInStock, tell_who_waits
from plugins.commerce.browse.words import COMMANDS
from plugins.commerce.common.offer import Offer

OFFER = Offer(
    taps=taps.TAPS,
    commands=COMMANDS,
    jobs=(Recurring(tell_who_waits, every(minutes=15)),),
    events=(BackInStock,),
    personal=(
        PersonalData("commerce_waiting", contact="contact"),
        PersonalData("commerce_sight", contact="contact"),
        PersonalData("commerce_sent_cart", contact="contact"),
    ),
)
