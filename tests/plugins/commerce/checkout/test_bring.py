"""How goods come: what is asked where a shop has one way or many, and where nobody delivers."""

from __future__ import annotations

import pytest

from gateway import AddressRequest
from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import orders, play, the_order
from tests.plugins.commerce.goods import Shelf

WHO = ("checkout", "▸use", "▸skip", "▸n0")
CITY = {"id": "city", "name": "The city", "fee": "100", "areas": ["Kilimani"]}
COAST = {"id": "coast", "name": "The coast", "fee": "900", "areas": ["Nyali"]}
SHOP = {"id": "shop", "name": "Our shop", "address": "Moi Avenue 12"}
HOUSE = {"id": "house", "name": "The warehouse"}


def shop(**settings: object) -> pytest.MarkDecorator:
    """A shop with these settings."""
    return pytest.mark.plugins("commerce", settings={"commerce": {"currency": "KES", **settings}})


@pytest.fixture(autouse=True)
async def _cart(shelf: Shelf, ana: Contact) -> None:
    await press(ana, "add", shelf["MNG-EA"], 1)


@shop(zones=[CITY, COAST], pickup=[SHOP])
@pytest.mark.parametrize(
    ("acts", "delivery", "total"),
    [
        (["▸again", "Nyali beach 4", "▸skip", "▸on_delivery"], "zone.coast", 95000),
        (["▸pickup.shop", "▸at_pickup"], "pickup.shop", 5000),
    ],
)
async def test_where_nobody_delivers_is_said_at_once(
    world: World, ana: Contact, acts: list[str], delivery: str, total: int
) -> None:
    """Before anything else is asked, with the ways on."""
    await play(ana, *WHO, "▸delivery", "Turkana, the lake", "▸none")
    sorry = await ana.sees("We are sorry: we do not deliver there yet.")
    assert sorry.buttons == ["Another address", "Collect it", "Not now"]
    await play(ana, *(act for act in acts if act not in ("▸on_delivery", "▸at_pickup")), "▸confirm")
    order = await the_order(world)
    assert (order["delivery"], order["total"]) == (delivery, total)


@shop(zones=[CITY], pickup=[SHOP, HOUSE])
async def test_nowhere_and_not_now(world: World, ana: Contact) -> None:
    """Every place to collect is offered, and stopping is too."""
    await play(ana, *WHO, "▸delivery", "Turkana, the lake", "▸none")
    assert (await ana.sees("do not deliver there yet")).buttons == [
        "Another address", "Our shop", "The warehouse", "Not now",
    ]  # fmt: skip
    await play(ana, "▸stop")
    await ana.sees("Your cart is kept.")
    assert await orders(world) == []


@shop()
async def test_a_shop_without_settings_sells(world: World, ana: Contact) -> None:
    """It delivers everywhere for nothing, and is paid on delivery: neither is asked."""
    await play(ana, *WHO[:1])
    await ana.sees("Step 1 of 5")
    await play(ana, *WHO[1:], "Anywhere, house 7", "▸skip", "▸confirm")
    order = await the_order(world)
    assert (order["delivery"], order["payment"], order["total"]) == ("zone.all", "on_delivery", 5000)


@shop(pickup=[SHOP])
async def test_a_shop_where_everything_is_collected(world: World, ana: Contact) -> None:
    """Asks neither how nor where."""
    await play(ana, *WHO, "▸confirm")
    order = await the_order(world)
    assert (order["delivery"], order["payment"], order["address"]) == ("pickup.shop", "at_pickup", {})


@shop(zones=[{"id": f"z{n}", "name": f"Area number {n} of the country", "fee": str(n)} for n in range(25)])
async def test_twenty_five_zones(world: World, ana: Contact) -> None:
    """More than a list has rows: they go by numbers."""
    await play(ana, *WHO, "Somewhere, house 7", "24", "▸skip", "▸confirm")
    assert (await the_order(world))["delivery"] == "zone.z23"


@shop(zones=[{**CITY, "free_over": "40", "fee": "100"}])
async def test_delivery_is_free_from_an_amount(world: World, ana: Contact) -> None:
    """Of what is left after discounts."""
    await play(ana, *WHO, "Kilimani, house 7", "▸skip")
    await ana.sees("Delivery (The city): free")
    await play(ana, "▸confirm")
    assert (await the_order(world))["total"] == 5000


@shop(zones=[CITY])
async def test_the_last_five_addresses_are_offered(world: World, ana: Contact, shelf: Shelf) -> None:
    """The newest first, and none twice."""
    await play(ana, *WHO, "Kilimani 0, the gate", "▸skip", "▸confirm")
    for n in (1, 2, 3, 4, 5, 2):
        await press(ana, "add", shelf["MNG-EA"], 1)
        await ana.waits("1h")
        await play(ana, "checkout", "▸new", f"Kilimani {n}, the gate", "▸skip", "▸confirm")
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout")
    shown = (await ana.sees("Choose an address")).buttons
    assert shown == [f"Kilimani {n}, the gate" for n in (2, 5, 4, 3, 1)] + ["Another address"]


@shop(zones=[{"id": "all", "name": "India", "fee": "0"}])
@pytest.mark.tenant(country="IN")
async def test_the_form_for_addresses_in_india(world: World, ana: Contact) -> None:
    """WhatsApp's own, with the name and the number filled in."""
    await play(ana, *WHO)
    form = (await ana.sees("Fill in the address")).message
    assert isinstance(form, AddressRequest)
    assert form.values == {"name": "Ana", "phone_number": ana.phone}
    filled = {"address": "12 MG Road", "city": "Pune", "in_pin_code": "411001"}
    await ana.sends("address_reply", values=filled)
    await play(ana, "▸skip", "▸confirm")
    address = (await the_order(world))["address"]
    assert (address["city"], address["postcode"]) == ("Pune", "411001")
