"""What this part brings."""

from __future__ import annotations

from gateway import PersonalData
from plugins.commerce.catalogue import api, feed, picture_api, pictures, sold
from plugins.commerce.common.offer import Offer

OFFER = Offer(
    routes=(*api.ROUTES, *picture_api.ROUTES, *feed.ROUTES),
    jobs=(pictures.SWEEP, sold.NIGHTLY),
    personal=(
        PersonalData("commerce_category", nobody="how the shop is sorted"),
        PersonalData("commerce_product", nobody="what the shop sells"),
        PersonalData("commerce_variant", nobody="what the shop sells"),
    ),
)
