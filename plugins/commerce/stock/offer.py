"""What this part brings."""

from __future__ import annotations

from gateway import PersonalData
from plugins.commerce.common.offer import Offer
from plugins.commerce.stock import keep
from plugins.commerce.stock.api import ROUTES

OFFER = Offer(
    routes=ROUTES,
    jobs=(keep.NIGHTLY,),
    personal=(
        PersonalData("commerce_stock", nobody="how much there is of what"),
        PersonalData("commerce_reservation", nobody="which order holds what; the order knows whose it is"),
        PersonalData("commerce_stock_move", nobody="what came and went, and who of the staff wrote it down"),
    ),
)
