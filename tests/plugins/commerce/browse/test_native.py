"""Carts that were put together in WhatsApp's own catalogue, and questions about its products."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import inbound
from gateway.testing import Contact, World
from plugins.commerce.browse.sent import MOST, lines_of
from tests.plugins.commerce.conftest import SETTINGS

pytestmark = pytest.mark.usefixtures("shelf")
WHERE = ("meta_cloud", "dialog360")


def line(sku: str, quantity: Any = 1, price: float = 50, currency: str = "KES") -> dict[str, Any]:
    """A line as the phone sends it."""
    return {
        "product_retailer_id": sku,
        "quantity": quantity,
        "item_price": price,
        "currency": currency,
    }


@pytest.mark.provider(*WHERE)
@pytest.mark.database("sqlite", "postgres")
async def test_a_cart_of_the_phone_becomes_the_cart(world: World, ana: Contact) -> None:
    """Quantities as numbers or as texts; the note stands with the cart."""
    await ana.sends(
        "order", product_items=[line("MNG-EA", "3"), line("BAN-1", 2, 120)], text="after 5pm please"
    )
    cart = await ana.sees("Thank you, we have your cart.")
    assert "3 × Mango" in cart.text
    assert "2 × Bananas" in cart.text
    assert "after 5pm please" in cart.text
    assert await _cart(world) == {"v-mng-ea": 3, "v-ban-1": 2}


async def test_our_prices_count_and_differences_are_told(world: World, ana: Contact) -> None:
    """A price that changed, what nobody knows, what is gone, what there is too little of."""
    await world.db().run(
        "update commerce_product set status = 'archived' where tenant = :tenant and id = 'banana'"
    )
    await ana.sends(
        "order",
        product_items=[
            line("MNG-EA", 2, 45.5), line("BAN-1"), line("NO-SUCH"), line("SUK-1KG", 9, 45), line("TOM-1KG"),
        ],
    )  # fmt: skip
    told = (await ana.sees("Some of it is not as you sent it:")).text
    assert "Mango costs KES 50.00 now, your phone had KES 45.50." in told
    assert "• We do not sell Bananas" in told
    assert "We have nothing with the number NO-SUCH." in told
    assert "Only 3 of Sukuma wiki" in told
    assert "Tomatoes" in told
    assert await _cart(world) == {"v-mng-ea": 2, "v-suk-1kg": 3}
    assert await ana.sees("Your cart:")


async def test_another_currency_is_told_and_ours_counts(world: World, ana: Contact) -> None:
    await ana.sends("order", product_items=[line("MNG-EA", 1, 0.4, "USD")])
    assert await ana.sees("We sell in KES, not in USD: our own prices count.")
    assert await _cart(world) == {"v-mng-ea": 1}


@pytest.mark.parametrize("quantity", [0, -4, "-1"])
async def test_a_quantity_that_is_none_is_left_out(world: World, ana: Contact, quantity: Any) -> None:
    await ana.sends("order", product_items=[line("MNG-EA", quantity), line("BAN-1", 1, 120)])
    assert await ana.sees("Mango came without a number, so we left it out.")
    assert await _cart(world) == {"v-ban-1": 1}


async def test_a_huge_quantity_is_what_can_be_had(world: World, ana: Contact) -> None:
    await ana.sends("order", product_items=[line("MNG-EA", 10**9)])
    assert await ana.sees("40")
    assert await _cart(world) == {"v-mng-ea": 40}


async def test_an_empty_cart_is_told(world: World, ana: Contact) -> None:
    await ana.sends("order", product_items=[])
    assert await ana.sees("There was nothing in the cart that you sent.")


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.parametrize(
    ("tap", "cart"),
    [
        ("Add to it", {"v-mng-ea": 3, "v-ban-1": 1}),
        ("Replace it", {"v-mng-ea": 2}),
        ("Leave it", {"v-mng-ea": 1, "v-ban-1": 1}),
    ],
)
async def test_what_is_in_the_cart_already_is_asked_about(
    world: World, ana: Contact, tap: str, cart: dict[str, int]
) -> None:
    """Once: the second tap on it changes nothing."""
    await ana.sends("order", product_items=[line("MNG-EA"), line("BAN-1", 1, 120)])
    await ana.sends("order", product_items=[line("MNG-EA", 2)])
    question = await ana.sees("There is something in your cart here already.")
    await ana.taps(tap)
    assert await _cart(world) == cart
    await ana.taps("Add to it", on=question)
    assert await ana.sees("That was decided already.")
    assert await _cart(world) == cart


async def test_two_carts_are_two(world: World, ana: Contact) -> None:
    """Each with its own question; and one that is delivered twice is one."""
    await ana.sends("order", product_items=[line("BAN-1", 1, 120)])
    with world.faults(duplicate_webhooks=3):
        await ana.sends("order", product_items=[line("MNG-EA", 2)])
    first = await ana.sees("already")
    await ana.sends("order", product_items=[line("MNG-EA", 5)])
    second = await ana.sees("already")
    await ana.taps("Add to it", on=second)
    await ana.taps("Add to it", on=first)
    assert await _cart(world) == {"v-mng-ea": 7, "v-ban-1": 1}


async def test_a_cart_is_decided_by_its_own_contact(world: World, ana: Contact, ben: Contact) -> None:
    """Whoever learns of the button's id."""
    await ana.sends("order", product_items=[line("BAN-1", 1, 120)])
    await ana.sends("order", product_items=[line("MNG-EA", 2)])
    id = (await ana.sees("already")).choices[0].id
    await ben.sends("button_reply", id=id, title="Add to it")
    assert await ben.sees("That was decided already.")
    assert await _cart(world) == {"v-ban-1": 1}


@pytest.mark.provider(*WHERE)
async def test_a_question_about_a_product_opens_its_card(world: World, ana: Contact) -> None:
    """The words stand above it; nobody searches for them."""
    await world.sim.says(ana.phone, "is it fresh?", product=("7100", "MNG-EA"))
    card = await ana.sees("Sweet, from Makueni.")
    assert card.text.startswith("You ask: “is it fresh?”")
    assert card.buttons == ["Add to cart", "View cart", "More"]
    await world.sim.says(ana.phone, "this one?", product=("7100", "TS-BLU-M"))
    assert await ana.sees("T-shirt (Blue, M)")
    await world.sim.says(ana.phone, "and this?", product=("7100", "gone"))
    assert await ana.sees("That is not for sale any more.")


@given(
    st.lists(
        st.builds(
            inbound.OrderItem,
            sku=st.text(max_size=120),
            quantity=st.integers(),
            price=st.one_of(st.text(max_size=50), st.decimals().map(str), st.floats().map(str)),
            currency=st.sampled_from(["", "KES", "USD", "💰" * 40]),
        ),
        max_size=MOST + 5,
    )
)
def test_whatever_a_phone_sends_is_read(items: list[inbound.OrderItem]) -> None:
    """A line for each thing, no price below nothing, and nothing raises."""
    lines = lines_of(inbound.Order("7100", "", tuple(items)), "KES")
    assert len({each.id for each in lines}) == len(lines) <= MOST
    assert all(each.price >= -1 for each in lines)


async def _cart(world: World) -> dict[str, int]:
    rows = await world.db().all("select variant, qty from commerce_cart_line where tenant = :tenant")
    return {row["variant"]: row["qty"] for row in rows}


async def test_a_cart_that_comes_in_the_middle_of_a_checkout_is_not_lost(world: World, ana: Contact) -> None:
    """The question that was open stays open; the cart has what was sent, once."""
    await ana.says("add mango")
    await ana.says("checkout")
    question = await ana.sees()
    await ana.sends("order", product_items=[line("BAN-1", 2, 120)])
    assert await ana.sees("There is something in your cart here already.")
    assert await ana.sees(question.text.splitlines()[-1])
    await ana.taps("Add to it")
    assert await _cart(world) == {"v-mng-ea": 1, "v-ban-1": 2}


@pytest.mark.plugins("commerce", settings={"commerce": SETTINGS | {"max_lines": 80}})
@pytest.mark.database("sqlite", "postgres")
async def test_a_long_cart_is_one_change(world: World, ana: Contact) -> None:
    """In the order of the phone, as many lines as a cart may have, with few statements for all of them."""
    rows = [{"sku": f"S{n}", "name": f"Thing {n}", "price": "10", "stock": 20} for n in range(100)]
    made = await world.request("POST", "/p/commerce/products/batch", key=True, json={"rows": rows})
    assert made.status == 200
    await ana.sends("order", product_items=[line(f"S{n}", 2, 10) for n in range(100)])
    assert await ana.sees("Your cart has 80 different things, and that is as many as it takes.")
    db = world.db()
    kept = await db.all(
        "select sku, qty from commerce_cart_line l join commerce_variant v"
        " on v.tenant = l.tenant and v.id = l.variant where l.tenant = :tenant order by added_at"
    )
    assert [(row["sku"], row["qty"]) for row in kept] == [(f"S{n}", 2) for n in range(80)]
    assert await db.value("select version from commerce_cart where tenant = :tenant") == 2


async def test_a_cart_that_nobody_decides_about_is_forgotten(world: World, ana: Contact) -> None:
    """Its note says something of a person; after a week the question is answered with the cart of now."""
    await ana.says("add mango")
    await ana.sends("order", product_items=[line("BAN-1", 1, 120)], text="ring twice")
    asked = await ana.sees("Shall we add to it")
    await ana.waits("8d")
    assert not await world.db().value("select count(*) from commerce_sent_cart where tenant = :tenant")
    await ana.taps("Add to it", on=asked)
    assert await ana.sees("That was decided already.")
