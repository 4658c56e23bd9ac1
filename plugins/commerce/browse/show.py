"""Where other parts send the customer to."""

from __future__ import annotations

from plugins.commerce.browse.card import show_card
from plugins.commerce.browse.home import show_home
from plugins.commerce.browse.shop import show_category, show_shop

__all__ = ["show_card", "show_category", "show_home", "show_shop"]
