"""Numbers and amounts of money, as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from gateway.flows import fields
from gateway.flows.fields import Amount
from tests.flows.fields.reading import read, refusal
from tests.support.examples import examples

LOCALES = [
    ("en", "KE"),
    ("en", "US"),
    ("en", "IN"),
    ("es", "CO"),
    ("es", "MX"),
    ("sw", "KE"),
    ("de", "CH"),
    ("fr", "FR"),
]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3), (" 12. ", 12), ("#4", 4), ("-3", -3), ("1,200", 1200), ("1.200", 1200), ("1 200", 1200),
        ("1,20,000", 120000), ("3.0", 3), ("2k", 2000), ("1.5k", 1500), ("2 mil", 2000), ("elfu 2", 2000),
        ("elfu mbili", 2000), ("two thousand", 2000), ("twelve", 12), ("Doce", 12), ("kumi na moja", 11),
        ("cuatro", 4), ("sifuri", 0), ("٣", 3), ("１２", 12), ("3️⃣", 3), ("१२", 12), ("1’200", 1200),
    ],
)  # fmt: skip
def test_a_whole_number_is_read_in_every_writing(text: str, value: int) -> None:
    """Digits of any script, grouped in any way, number words of three languages, "k" and "elfu"."""
    assert read(fields.integer, text) == value


@pytest.mark.parametrize(
    "text", ["", "x", "2.5", "12,34", "1,2,3", "9" * 30, "1e5", "½", "3 or 4", "1..2", "0x10"]
)
def test_what_is_no_whole_number_is_asked_again(text: str) -> None:
    """A sentence with an example, no guess."""
    assert refusal(fields.integer, text) == "Please write a whole number, such as 3."


def test_the_limits_of_a_number_are_said() -> None:
    """Whoever writes too much is told how much it may be, also whoever wrote no number."""
    field = fields.integer(low=1, high=20)
    assert [read(field, "1"), read(field, "20")] == [1, 20]
    assert {refusal(field, text) for text in ("0", "21", "many")} == {"Please write a number from 1 to 20."}
    assert refusal(fields.integer(low=5), "4") == "Please write a number that is 5 or more."
    assert refusal(fields.integer(high=5), "6") == "Please write a number that is 5 or less."


def test_a_comma_is_read_as_the_country_writes_it() -> None:
    """ "1.200" is twelve hundred in Colombia, a little more than one in Kenya; the rest reads itself."""
    assert read(fields.decimal, "1.200", "es", "CO") == 1200
    assert read(fields.decimal, "1.200") == Decimal("1.2")
    assert (
        read(fields.decimal, "1,200.50", "es", "CO") == read(fields.decimal, "1.200,50") == Decimal("1200.5")
    )
    assert read(fields.decimal, "0,125") == Decimal("0.125")
    assert read(fields.decimal(places=2), "1.200") == 1200
    assert refusal(fields.decimal(places=1), "1.25") == "Please write a number with at most one decimal."


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1200", 120000), ("1,200", 120000), ("1.200", 120000), ("KSh 1,200.50", 120050), ("ksh.200", 20000),
        ("1200/=", 120000), ("1200/-", 120000), ("Sh 50", 5000), ("2k", 200000), ("KES 2k", 200000),
        ("2k bob", 200000), ("20 shillings", 2000), ("shilingi elfu 2", 200000), ("elfu mbili", 200000),
        ("0.5", 50), ("1.200,50", 120050), ("٢٠", 2000),
    ],
)  # fmt: skip
def test_an_amount_is_read_with_or_without_its_currency(text: str, minor: int) -> None:
    """As shops in Nairobi write prices."""
    assert read(fields.money(currency="KES"), text) == Amount(minor, "KES")


def test_an_amount_names_its_currency_or_has_that_of_the_country() -> None:
    """Where no currency is wanted: "$" is the peso in Mexico."""
    assert read(fields.money, "20", "es", "MX") == Amount(2000, "MXN")
    assert read(fields.money, "$20", "es", "MX") == Amount(2000, "MXN")
    assert read(fields.money, "$20", country="") == Amount(2000, "USD")
    assert read(fields.money, "20 euros") == Amount(2000, "EUR")
    assert read(fields.money, "2 mil pesos", "es", "CO") == Amount(200000, "COP")
    assert read(fields.money(currency="JPY"), "1,250") == Amount(1250, "JPY")
    assert refusal(fields.money, "20", country="").startswith("Please write the amount with its currency")


def test_an_amount_in_another_currency_is_refused() -> None:
    """Nobody pays 20 shillings where 20 dollars are meant."""
    assert refusal(fields.money(currency="KES"), "20 USD") == "Please write the amount in KES."
    assert refusal(fields.money(currency="USD"), "20 bob") == "Please write the amount in USD."


def test_the_limits_of_an_amount_are_said() -> None:
    """In whole units of the currency; less than nothing is never an amount."""
    field = fields.money(currency="KES", low=50, high="1000.50")
    assert read(field, "1000.5") == Amount(100050, "KES")
    assert refusal(field, "49") == "Please write an amount from KES 50.00 to KES 1000.50."
    assert refusal(field, "1001") == "Please write an amount of KES 1000.50 or less."
    assert refusal(fields.money(currency="KES"), "-5") == "Please write an amount of KES 0.00 or more."
    assert (
        refusal(fields.money(currency="KES"), "1.2345") == "Please write an amount with at most 2 decimals."
    )


def test_an_amount_knows_its_value() -> None:
    """Minor units and the currency's decimals, exactly."""
    assert (Amount.of("12.50", "KES").minor, Amount(1250, "KES").value) == (1250, Decimal("12.50"))
    assert (str(Amount(1250, "JPY")), str(Amount(5, "USD"))) == ("JPY 1250", "USD 0.05")
    with pytest.raises(ValueError, match="JPY has 0 decimals"):
        Amount.of("1.5", "JPY")


@examples(100)
@given(st.integers(-(10**12), 10**12), st.sampled_from(LOCALES))
def test_a_whole_number_comes_back_from_every_locale(value: int, where: tuple[str, str]) -> None:
    """What Babel writes for a reader is read as the same number."""
    language, country = where
    assert read(fields.integer, format_decimal(value, locale=f"{language}_{country}"), *where) == value


@examples(100)
@given(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(LOCALES))
def test_a_decimal_comes_back_from_every_locale(value: Decimal, where: tuple[str, str]) -> None:
    """Decimals and groups as that country writes them."""
    written = format_decimal(value, locale="_".join(where), decimal_quantization=False)
    assert read(fields.decimal, written, *where) == value


@examples(100)
@given(st.integers(0, 10**11), st.sampled_from(["KES", "USD", "JPY", "MXN", "EUR"]), st.sampled_from(LOCALES))
def test_an_amount_comes_back_from_every_locale(minor: int, currency: str, where: tuple[str, str]) -> None:
    """With its symbol, before or behind."""
    amount = Amount(minor, currency)
    written = format_currency(amount.value, currency, locale="_".join(where))
    assert read(fields.money(currency=currency), written, *where) == amount
