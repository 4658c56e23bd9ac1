"""What this part brings."""

from __future__ import annotations

from plugins.commerce.catalogue.api import ROUTES
from plugins.commerce.common.offer import Offer

OFFER = Offer(routes=ROUTES)
