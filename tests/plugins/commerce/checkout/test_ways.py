"""Which zone an address lies in, and how an order can be paid."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import Words
from plugins.commerce.checkout import payment, ways
from plugins.commerce.checkout.draft import Where
from plugins.commerce.settings import Settings

WORDS = Words("en", country="KE")
SHOP = msgspec.convert(
    {
        "zones": [
            {"id": "city", "name": "Nairobi", "fee": "250", "areas": ["Nairobi", "Kilimani", "Ngong Road"]},
            {"id": "west", "name": "Nairobi West", "fee": "300", "areas": ["Nairobi West"]},
            {
                "id": "coast",
                "name": {"en": "Coast", "es": "Costa"},
                "fee": "600",
                "areas": ["Mombasa", "Nyalí"],
            },
        ],
        "pickup": [{"id": "shop", "name": "Our shop", "address": "Moi Avenue 12", "hours": "8 to 18"}],
        "payment_instructions": "Paybill 1, account {number}, {total}",
    },
    Settings,
)


@pytest.mark.parametrize(
    ("address", "zone"),
    [
        ("House 4, kilimani, near Yaya", "zone.city"),
        ("12 NGONG   ROAD", "zone.city"),
        ("Nairobi West, gate 3", "zone.west"),
        ("nyali beach", "zone.coast"),
        ("Mombasa Road, Nairobi", None),
        ("Kilimanjaro view", None),
        ("a blue gate", None),
        ("", None),
    ],
)
def test_the_zone_stands_in_the_address(address: str, zone: str | None) -> None:
    """By whole words, without case and accents, the longest of them; where two fit nobody guesses."""
    found = ways.zone_of(ways.ways_of(SHOP, WORDS, "en"), Where(address))
    assert (found.id if found else None) == zone


def test_a_shop_that_says_nothing_delivers_everywhere_for_nothing() -> None:
    """And needs no question for it."""
    found = ways.ways_of(Settings(), WORDS, "en")
    assert [way.id for way in found] == [ways.EVERYWHERE]
    assert ways.zone_of(found, Where("anywhere")) == found[0]


def test_ways_are_in_the_language_of_who_reads_them() -> None:
    """Else in the tenant's."""
    assert [way.title for way in ways.ways_of(SHOP, Words("es"), "en")][2] == "Costa"
    assert [way.title for way in ways.ways_of(SHOP, Words("sw"), "en")][2] == "Coast"


@given(st.text(max_size=80))
def test_any_address_has_one_zone_or_none(text: str) -> None:
    """Whatever was written."""
    found = ways.zone_of(ways.ways_of(SHOP, WORDS, "en"), Where(text))
    assert found is None or not found.pickup


@pytest.mark.parametrize(
    ("way", "methods"),
    [
        ("zone.city", ["till", "on_delivery", "instructions"]),
        ("pickup.shop", ["till", "at_pickup", "instructions"]),
        ("none", ["till", "instructions"]),
    ],
)
def test_methods_go_with_the_way(way: str, methods: list[str]) -> None:
    """Nobody pays on delivery what is collected; what plugins say comes first, and nonsense is left out."""
    said = [[{"id": "till", "title": "Till"}, {"id": "on_delivery", "title": "Mine"}], 7, [{"id": 1}], None]
    pays = payment.pays_of(SHOP, WORDS, "en", said)
    found = payment.fitting(pays, ways.way_of(SHOP, WORDS, "en", way), WORDS)
    assert [pay.id for pay in found] == methods


def test_there_is_always_a_way_to_pay() -> None:
    """A shop that has switched them all off is asked."""
    none = msgspec.convert({"pay_on_delivery": False, "pay_at_pickup": False}, Settings)
    assert [pay.id for pay in payment.fitting(payment.pays_of(none, WORDS, "en", []), None, WORDS)] == [
        "later"
    ]


@pytest.mark.parametrize(
    ("hold", "minutes"),
    [("24h", 1440), ("30m", 30), ("2 days", 2880), ("soon", 1440), ("0h", 1440)],
)
def test_how_long_goods_are_held(hold: str, minutes: int) -> None:
    """A day where the setting cannot be read."""
    assert payment.held_for(Settings(hold=hold)) == minutes * 60_000_000


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"zones": [{"id": "a", "name": "A", "fee": "250,50"}]}, 'zone "a": "250,50" is no amount'),
        ({"zones": [{"id": "a", "name": "A", "free_over": "-1"}]}, 'zone "a": "-1" is no amount'),
        ({"currency": "JPY", "zones": [{"id": "a", "name": "A", "fee": "2.5"}]}, "more decimals than JPY"),
        ({"zones": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]}, "zones: each has an id"),
        ({"pickup": [{"id": "", "name": "A"}]}, "pickup: each has an id"),
    ],
)
def test_what_cannot_be_sold_with_is_refused_where_it_is_set(written: dict[str, object], why: str) -> None:
    """Not in the middle of a purchase."""
    with pytest.raises(msgspec.ValidationError, match=why):
        msgspec.convert(written, Settings)
