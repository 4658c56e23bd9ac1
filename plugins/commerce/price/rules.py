"""The shop's rules of prices, read from its settings."""

from __future__ import annotations

from plugins.commerce.common import money
from plugins.commerce.price.bill import Terms
from plugins.commerce.settings import Settings


def tax_bp(settings: Settings, tax_class: str) -> int:
    """The tax of *tax_class* in basis points: "16" is 1600, "12.5" is 1250. A class that the settings do not
    name is taxed as the usual one."""
    written = settings.tax.get(tax_class, settings.tax.get("", "0"))
    whole, _, rest = written.partition(".")
    return int(whole) * 100 + int(f"{rest:0<2}"[:2])


def rounding(settings: Settings) -> int:
    """What totals are rounded down to, in minor units; 1 when the settings say nothing, or what the currency
    cannot be counted in."""
    try:
        return max(1, money.minor(settings.rounding or "0", settings.currency))
    except ValueError:
        return 1


def terms(settings: Settings, delivery: int = 0, free_over: int = 0) -> Terms:
    """The rules for a bill with this fee for the delivery."""
    return Terms(
        currency=settings.currency,
        tax_included=settings.prices_include_tax,
        rounding=rounding(settings),
        delivery=delivery,
        free_over=free_over,
    )
