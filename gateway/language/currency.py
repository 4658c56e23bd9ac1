"""How many decimals a currency has, by ISO 4217: what "minor units" are at every payment provider."""

from __future__ import annotations

_NONE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
     "XOF", "XPF")
)  # fmt: skip
_THREE = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
_FOUR = frozenset(("CLF", "UYW"))


def places_of(currency: str) -> int:
    """The decimals of *currency*: 2 of "KES", 0 of "JPY", 3 of "KWD"; 2 of one that is not known."""
    if currency in _NONE:
        return 0
    return 3 if currency in _THREE else 4 if currency in _FOUR else 2
