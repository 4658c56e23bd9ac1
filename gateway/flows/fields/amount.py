"""An amount of money, exactly."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from gateway.language.currency import places_of


class Amount(Struct, frozen=True):
    """*minor* are the currency's smallest units: 1250 is KES 12.50, or JPY 1,250. To write it for a contact:
    ``chat.words.money(amount.minor, amount.currency)``."""

    minor: int
    currency: str

    @classmethod
    def of(cls, value: Decimal | int | str, currency: str) -> Amount:
        """*value* units of *currency*: ``Amount.of("12.50", "KES")``. Raises `ValueError` when it has more
        decimals than the currency."""
        scaled = Decimal(value).scaleb(places_of(currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{currency} has {places_of(currency)} decimals; {value} has more")
        return cls(int(scaled), currency)

    @property
    def value(self) -> Decimal:
        """In whole units, with the currency's decimals."""
        return Decimal(self.minor).scaleb(-places_of(self.currency))

    def __str__(self) -> str:
        return f"{self.currency} {self.value:f}"
