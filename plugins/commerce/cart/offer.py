"""What this part brings."""

from __future__ import annotations

from plugins.commerce.common.offer import Offer

OFFER = Offer()
