"""`fields.money`: amounts with or without their currency."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.numbers import get_currency_symbol, get_territory_currencies, list_currencies

from gateway.flows.fields.amount import Amount
from gateway.flows.fields.field import Answer, Field, Invalid, core
from gateway.flows.fields.locales import decimal_mark, locale_of
from gateway.flows.fields.numbers import MOST_DIGITS, number
from gateway.flows.fields.plain import SHORT, same
from gateway.language.currency import places_of

Limit = Decimal | int | str | None

_UNIT = re.compile(r"(?P<sign>[-+]?)(?P<before>[^0-9+-]*)(?P<body>(?:[0-9.,' +-]*[0-9])?)(?P<after>.*)", re.S)
_SPOKEN = {
    "KES": ("ksh", "kshs", "sh", "shs", "shilling", "shillings", "shilingi", "bob"),
    "TZS": ("tsh", "tshs", "sh", "shs", "shilling", "shillings", "shilingi"),
    "UGX": ("ush", "ushs", "sh", "shs", "shilling", "shillings", "shilingi"),
    "USD": ("$", "us$", "dollar", "dollars", "dolar", "dolares", "dola", "usd$"),
    "EUR": ("€", "euro", "euros", "yuro"),
    "GBP": ("£", "pound", "pounds", "libra", "libras", "quid"),
    "MXN": ("$", "mx$", "peso", "pesos"),
    "COP": ("$", "col$", "peso", "pesos"),
    "ARS": ("$", "ar$", "peso", "pesos"),
    "CLP": ("$", "peso", "pesos"),
    "PEN": ("s/", "s/.", "sol", "soles"),
    "BRL": ("r$", "real", "reais", "reales"),
    "NGN": ("₦", "n", "naira"),
    "ZAR": ("r", "rand"),
    "INR": ("₹", "rs", "rs.", "rupee", "rupees", "rupia", "rupias"),
    "GHS": ("gh₵", "₵", "cedi", "cedis"),
    "RWF": ("rf", "frw", "franc", "francs"),
}
_CODES = {code.casefold() for code in list_currencies()}


class Money(Field[Amount]):
    """An amount of money: "1,200", "KSh 1,200.50", "1200/=", "2k", "20 USD". *currency* is the one that is
    wanted, as its code; an amount in another is refused. Without it the answer names the currency, or it is
    that of the contact's country. *low* and *high* count, in whole units of it (50 is KES 50)."""

    def __init__(self, *, currency: str = "", low: Limit = 0, high: Limit = None) -> None:
        self.currency = currency.upper()
        self.low = None if low is None else Decimal(low)
        self.high = None if high is None else Decimal(high)

    def __call__(self, *, currency: str = "", low: Limit = 0, high: Limit = None) -> Money:
        """The same with limits."""
        return Money(currency=currency, low=low, high=high)

    def read(self, answer: Answer) -> Amount:
        """The amount. Raises `Invalid`."""
        if len(answer.text) > SHORT:
            raise self._example(answer)
        written, unit = _parted(answer.text)
        home = self.currency or _home(answer)
        currency = _named(unit, home, locale_of(answer))
        if currency is None:
            # What looks like a unit may be a part of the number: "2k", "elfu mbili".
            currency, written = home, answer.text
        if not currency:
            raise core("Please write the amount with its currency, such as {example}.", example="USD 20")
        places = places_of(currency)
        value = number(written, decimal_mark(answer), places)
        if value is None or abs(value) >= Decimal(10) ** (MOST_DIGITS - places):
            raise self._example(answer)
        if self.currency and currency != self.currency:
            raise core("Please write the amount in {currency}.", currency=self.currency)
        return self._within(value, currency, places)

    def _within(self, value: Decimal, currency: str, places: int) -> Amount:
        if value != round(value, places):
            if not places:
                raise core("Please write a whole amount, without decimals.")
            raise core("Please write an amount with at most {places} decimals.", places=places)
        low, high = (None if limit is None else Amount.of(round(limit, places), currency)
                     for limit in (self.low, self.high))  # fmt: skip
        amount = Amount.of(value, currency)
        if low is not None and amount.minor < low.minor:
            if high is not None:
                raise core("Please write an amount from {low} to {high}.", low=low, high=high)
            raise core("Please write an amount of {low} or more.", low=low)
        if high is not None and amount.minor > high.minor:
            raise core("Please write an amount of {high} or less.", high=high)
        return amount

    def _example(self, answer: Answer) -> Invalid:
        currency = self.currency or _home(answer) or "USD"
        return core("Please write an amount, such as {example}.", example=Amount.of(20, currency))


def _parted(text: str) -> tuple[str, str]:
    """What is written of the number, and what stands around it as its unit."""
    plainly = same(text).removesuffix("/=").removesuffix("/-").rstrip(" .!")
    match = _UNIT.fullmatch(plainly)
    if match is None or not match["body"]:
        words = plainly.split()
        unit = next((word for word in (words[:1] + words[-1:]) if _known(word)), "")
        return " ".join(word for word in words if word != unit), unit
    before, after = match["before"].strip(" .:"), match["after"].strip(" .")
    first, _, rest = after.partition(" ")
    if first in ("k", "mil", "million", "millon", "millones", "thousand"):
        return f"{match['sign']}{match['body']} {first}", before or rest.removeprefix("de ").strip()
    if before in ("elfu", "laki", "mia"):
        return f"{before} {match['body']}", after
    for unit in (before, after):
        if unit.endswith(" elfu"):
            return f"elfu {match['body']}", unit.removesuffix(" elfu")
    if before and after:
        return text, ""
    return match["sign"] + match["body"], before or after


def _known(word: str) -> bool:
    return word in _CODES or any(word in names for names in _SPOKEN.values())


def _named(unit: str, home: str, locale: Locale) -> str | None:
    """The currency that *unit* names; *home* for none, and for one of several that are called so."""
    if not unit:
        return home
    if home and unit in (home.casefold(), *_SPOKEN.get(home, ()), same(get_currency_symbol(home, locale))):
        return home
    if unit in _CODES:
        return unit.upper()
    named = [code for code, names in _SPOKEN.items() if unit in names]
    return ("USD" if "USD" in named else named[0]) if named else None


def _home(answer: Answer) -> str:
    """The currency of the contact's country, on the day of the answer; "" when it is not known."""
    if not answer.country:
        return ""
    day = date.fromordinal(date(1970, 1, 1).toordinal() + max(0, min(answer.at // 86_400_000_000, 2_000_000)))
    found: list[str] = get_territory_currencies(answer.country.upper()[:2], day)
    return found[0] if found else ""
