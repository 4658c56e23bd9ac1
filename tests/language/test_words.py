"""Texts with names, numbers, money, days and times, as a language writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.language.currency import places_of
from gateway.language.fill import fill, names
from gateway.language.words import Words

NAIROBI = Words("en", "Africa/Nairobi", country="KE")


class Secret:
    """A value with something inside."""

    token = "hidden"

    def __str__(self) -> str:
        return "shown"


def test_only_plain_names_are_filled_in() -> None:
    """Nothing inside a value can be reached, and nothing that is missing raises."""
    text = "{a} {a.token} {a[0]} {a!r} {a:>9} {0} {} {missing} {{a}} {"
    assert fill(text, {"a": Secret()}) == "shown {a.token} {a[0]} {a!r} {a:>9} {0} {} {missing} {a} {"
    assert Words().t("{a.__class__} {price}", price=3) == "{a.__class__} 3"


def test_without_values_a_text_is_left_alone() -> None:
    """JSON and the like are said as they are."""
    assert Words().t('{"a": {}}') == '{"a": {}}'


@given(
    st.text("{}ab.!_[]: é", max_size=40),
    st.dictionaries(st.sampled_from(["a", "b", "é"]), st.text(max_size=5)),
)
def test_no_text_can_raise(text: str, values: dict[str, str]) -> None:
    """Whatever a translator wrote, filling it in gives a text."""
    filled = fill(text, values)
    if not values:
        assert filled == text
    assert names(text) >= {name for name in values if text == f"{{{name}}}"}


@pytest.mark.parametrize(
    ("words", "minor", "currency", "written"),
    [
        (NAIROBI, 123_450, "KES", "Ksh 1,234.50"),
        (Words("en"), 5_000, "KES", "KES 50.00"),
        (Words("sw", country="TZ"), 250_000, "TZS", "TSh 2,500.00"),
        (Words("es", country="ES"), 123_450, "EUR", "1.234,50 €"),
        (Words("es-MX"), 123_450, "MXN", "$1,234.50"),
        (Words("en"), 1_250, "JPY", "¥1,250"),
        (Words("en"), -1_234_567, "KWD", "-KWD 1,234.567"),
        (Words("en"), 1_234, "UGX", "UGX 1,234"),
        (Words("en"), 12_345, "CLF", "CLF 1.2345"),
        (Words("en"), 100, "XXZ", "XXZ 1.00"),
        (Words("en"), 99999999999999999999, "USD", "$999,999,999,999,999,999.99"),
    ],
)
def test_money(words: Words, minor: int, currency: str, written: str) -> None:
    """Minor units are those of ISO 4217, exactly; signs and places are the language's and the country's."""
    assert words.money(minor, currency) == written


def test_decimals_of_currencies() -> None:
    """By ISO 4217, also where Unicode's tables think otherwise."""
    assert {code: places_of(code) for code in ("KES", "JPY", "KWD", "UGX", "IQD", "TZS", "CLF", "???")} == {
        "KES": 2, "JPY": 0, "KWD": 3, "UGX": 0, "IQD": 3, "TZS": 2, "CLF": 4, "???": 2,
    }  # fmt: skip


def test_numbers() -> None:
    """Whole ones, decimals and exact ones."""
    assert (Words("en").number(1234.5), Words("es").number(12345.5), Words("sw").number(Decimal("0.10"))) == (
        "1,234.5", "12.345,5", "0.1",
    )  # fmt: skip


def test_days_and_times() -> None:
    """An aware time is shown in the tenant's zone, and written as its country does."""
    late = datetime(2026, 11, 21, 22, 5, tzinfo=UTC)
    assert (NAIROBI.date(late), NAIROBI.time(late)) == ("22 Nov 2026", "01:05")
    assert (Words("en").date(late), Words("en").time(late)) == ("Nov 21, 2026", "10:05 PM")
    assert (
        Words("es", "America/Mexico_City", country="MX").date(late, "full")
        == "sábado, 21 de noviembre de 2026"
    )
    assert Words("sw").date(date(2026, 1, 2), "long") == "2 Januari 2026"
    assert NAIROBI.date(late, "EEE d MMM") == "Sun 22 Nov"
    assert NAIROBI.date(datetime(2026, 11, 21, 23)) == "21 Nov 2026"
    assert NAIROBI.time(time(9, 5)) == "09:05"


@pytest.mark.parametrize("language", ["", "zz", "xx-YY-z", "español", "a" * 99])
def test_an_unknown_language_is_written_as_the_tenants(language: str) -> None:
    """Nothing that is kept for a contact can raise."""
    words = Words(language, "Nowhere/Never", home="es")
    assert (words.number(1234567), words.money(100, "EUR"), words.time(time(9))) == (
        "1.234.567",
        "1,00 €",
        "9:00",
    )
    assert Words(language).number(1234567) == "1,234,567"


def test_lists_and_names() -> None:
    """Several things in one sentence; a language as its speakers call it."""
    assert Words("es").join(["mangos", "kiwis", "limas"]) == "mangos, kiwis y limas"
    assert [Words().name_of(code) for code in ("es", "sw", "en", "pt-BR", "zz")] == [
        "Español", "Kiswahili", "English", "Português (Brasil)", "Zz",
    ]  # fmt: skip


def test_a_language_is_known_by_any_of_its_names() -> None:
    """Its own, that in English or in the language that is spoken, its code; of those that are offered."""
    words = Words("es", languages=("en", "es", "pt-BR"))
    names = ("espanol", "Spanish!", "Inglés", "PT", "pt_br", "Português (Brasil)", "es-MX")
    assert [words.code_of(name) for name in names] == ["es", "es", "en", "pt-BR", "pt-BR", "pt-BR", "es"]
    assert [words.code_of(name) for name in ("", "!", "klingon", "sw", "x" * 10_000)] == [""] * 5
    assert words.code_of("kiswahili", ["sw"]) == "sw"
