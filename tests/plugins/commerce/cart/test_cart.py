"""What happens to a cart while it waits: prices change, things run out, buttons grow old, time goes by."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.goods import Shelf

COUNT = "select coalesce(sum(qty), 0) from commerce_cart_line where tenant = :tenant"


async def _set(world: World, what: str, **values: object) -> None:
    await world.db().run(f"update {what} where tenant = :tenant and variant = :variant", **values)


async def test_a_price_that_changed_is_told_once(world: World, shelf: Shelf, ana: Contact) -> None:
    """And what was seen then is what is compared next time."""
    await ana.says("add mango 2")
    await world.db().run("update commerce_variant set price = 4800 where tenant = :tenant and sku = 'MNG-EA'")
    await ana.says("cart")
    cart = await ana.sees("The price of Mango has changed: it is KES 48.00 now, it was KES 50.00.")
    assert "2 × Mango: KES 96.00" in cart.text
    await ana.says("cart")
    assert "has changed" not in (await ana.sees("Total: KES 96.00")).text


async def test_what_cannot_be_had_any_more_is_said_and_mended(
    world: World, shelf: Shelf, ana: Contact
) -> None:
    """Gone, sold out and short, with one button for all of them."""
    for written in ("add mango 5", "add 4 bananas", "add sukuma 2", "add shoes"):
        await ana.says(written)
    db = world.db()
    await _set(world, "commerce_stock set on_hand = 3", variant=shelf["MNG-EA"])
    await _set(world, "commerce_stock set on_hand = 0", variant=shelf["BAN-1"])
    await db.run("update commerce_product set status = 'archived' where tenant = :tenant and id = 'sukuma'")
    await ana.says("cart")
    cart = await ana.sees("Only 3 of Mango are left.")
    assert "We are out of Bananas at the moment." in cart.text
    assert "We do not sell Sukuma wiki any more." in cart.text
    assert cart.buttons == ["Adjust my cart", "Edit", "Keep shopping"]
    await ana.taps("Adjust my cart")
    cart = await ana.sees("Your cart has what we can sell you now.")
    assert "3 × Mango" in cart.text
    assert "Bananas" not in cart.text
    assert cart.buttons[0] == "Checkout"
    assert await db.value(COUNT) == 4


@pytest.mark.parametrize("verb", ["set", "fix", "clear"])
async def test_a_button_of_an_older_cart_changes_nothing(
    verb: str, world: World, shelf: Shelf, ana: Contact
) -> None:
    """The cart of now is shown, with a sentence."""
    await ana.says("add mango 2")
    cart = await world.db().one("select id, version from commerce_cart where tenant = :tenant")
    assert cart is not None
    await ana.says("add mango 1")
    rest = {"set": (shelf["MNG-EA"], 9), "fix": (), "clear": ("yes",)}[verb]
    await press(ana, verb, cart["id"], cart["version"], *rest)
    told = await ana.sees("Your cart has changed since you saw that.")
    assert "3 × Mango" in told.text
    assert await world.db().value(COUNT) == 3


async def test_another_contacts_cart_is_not_touched(
    world: World, shelf: Shelf, ana: Contact, ben: Contact
) -> None:
    """Whatever a tap of theirs carries."""
    await ana.says("add mango 2")
    cart = await world.db().one("select id, version from commerce_cart where tenant = :tenant")
    assert cart is not None
    await press(ben, "set", cart["id"], cart["version"], shelf["MNG-EA"], 40)
    await press(ben, "clear", cart["id"], cart["version"], "yes")
    await ben.sees("Your cart is empty")
    assert await world.db().value(COUNT) == 2


@pytest.mark.parametrize(
    "words",
    [("set",), ("set", "x", "y", "z", "-4"), ("line", "", "", "nothing"), ("edit", "-1"), ("edit", "999999"),
     ("add",), ("add", "nothing", "0"), ("which", "nothing"), ("many", "nothing"), ("clear",), ("fix",),
     ("uncode",), ("unnote", "a", "b"), ("cart", "a", "b", "c")],
)  # fmt: skip
async def test_taps_that_were_made_up(words: tuple[str, ...], shelf: Shelf, ana: Contact) -> None:
    """They are answered like old ones."""
    await ana.says("add mango 2")
    await press(ana, words[0], *words[1:])
    assert ana.new


async def test_a_message_that_comes_three_times_adds_once(world: World, shelf: Shelf, ana: Contact) -> None:
    """And two that were written add twice."""
    with world.faults(duplicate_webhooks=3):
        await ana.says("add mango")
        await press(ana, "add", shelf["MNG-EA"], 1)
    assert await world.db().value(COUNT) == 2
    await press(ana, "add", shelf["MNG-EA"], 1)
    assert await world.db().value(COUNT) == 3


async def test_carts_that_nobody_touches_are_put_away(
    world: World, shelf: Shelf, ana: Contact, ben: Contact
) -> None:
    """After thirty days one is gone from view, and what is added goes into a new one; after ninety more what
    was put away or ordered is forgotten with its lines."""
    amina = world.contact("+254711000009", "Amina")
    for who, state, days in ((ana, "open", 30), (ben, "open", 29), (amina, "ordered", 91)):
        await who.says("add mango 2")
        await world.db().run(
            "update commerce_cart set state = :state, touched_at = touched_at - :ago where tenant = :tenant"
            " and conversation = :conversation",
            state=state, ago=days * 86_400_000_000, conversation=await world.conversation(who),
        )  # fmt: skip
    await ana.waits("19h")  # until twenty to four in the morning
    await ana.says("cart")
    await ana.sees("Your cart is empty")
    await ben.says("cart")
    await ben.sees("2 × Mango")
    await ana.says("add bananas")
    await ana.sees("In your cart: 1 thing")
    sql = "select state from commerce_cart where tenant = :tenant order by state"
    assert [row["state"] for row in await world.db().all(sql)] == ["expired", "open", "open"]
    assert await world.db().value(COUNT) == 5


async def test_a_line_is_changed(shelf: Shelf, ana: Contact) -> None:
    """More, less, out, and a number that is written."""
    await ana.says("add mango 2")
    await ana.says("remove 1 mango")
    await ana.sees("Mango: 1 now.")
    await ana.taps("Edit")
    await ana.taps("Mango")
    line = await ana.sees("Mango: you have 1")
    assert line.buttons == ["1 more", "Another quantity", "Take it out", "See it", "Back to the cart"]
    await ana.taps("Another quantity")
    await ana.sees("How many of Mango would you like in all?")
    await ana.says("a dozen")
    await ana.sees("Mango: 12 now.")
    await ana.taps("Edit")
    await ana.taps("Mango")
    await ana.taps("1 less")
    await ana.sees("Mango: 11 now.")
    await ana.taps("Edit")
    await ana.taps("Mango")
    await ana.taps("Another quantity")
    await ana.says("0")
    await ana.sees("Taken out: Mango.")
    await ana.says("add mango")
    await ana.taps("View cart")
    await ana.taps("Edit")
    await ana.taps("Mango")
    await ana.taps("Take it out")
    await ana.sees("Taken out: Mango.")


async def test_remove_as_people_write_it(shelf: Shelf, ana: Contact) -> None:
    """By SKU, by name, with a slip; of two it is asked which; what is not there is said."""
    for written in ("add mango 2", "add ts-red-m", "add ts-blu-m", "add 3 bananas"):
        await ana.says(written)
    await ana.says("remove t-shirt")
    asked = await ana.sees("Which one shall we take out?")
    assert asked.buttons == ["Red, M", "Blue, M", "None of them"]
    await ana.taps("Red, M")
    await ana.sees("Taken out: T-shirt (Red, M).")
    await ana.says("REMOVE MNG EA")
    await ana.sees("Taken out: Mango.")
    await ana.says("remove banannas")
    await ana.sees("Which one shall we take out?")
    await ana.says("remove shoes")
    await ana.sees("“shoes” is not in your cart. Edit shows what is.")
    await ana.says("remove")
    await ana.sees("What would you like to change?")


async def test_a_note_goes_with_the_cart(shelf: Shelf, ana: Contact) -> None:
    """It is shown, replaced, taken away; one that is too long is refused with what fits."""
    await ana.says("NOTE")
    await ana.sees("NOTE please ring twice")
    await ana.says("note Ring twice,\nthe dog is old 🐕")
    await ana.says("add mango")
    await ana.says("cart")
    await ana.sees("Your note: Ring twice,\nthe dog is old 🐕")
    await ana.says("note " + "x" * 501)
    await ana.sees("Your note has 501 characters; 500 fit.")
    await ana.says("note")
    await ana.taps("Remove the note")
    assert "Your note:" not in (await ana.sees("Your note is gone.")).text


async def test_clear_asks_first(shelf: Shelf, ana: Contact) -> None:
    """No keeps everything."""
    await ana.says("clear")
    await ana.sees("Your cart is empty")
    await ana.says("add mango 2")
    await ana.says("CLEAR")
    await ana.taps("No, keep it")
    await ana.sees("2 × Mango")


async def test_adding_counts_as_a_step_to_an_order(world: World, shelf: Shelf, ana: Contact) -> None:
    """Once a day."""
    await ana.says("add mango")
    await ana.says("add mango")
    sql = "select count(*) from commerce_step where tenant = :tenant and stage = 'cart'"
    assert await world.db().value(sql) == 1
