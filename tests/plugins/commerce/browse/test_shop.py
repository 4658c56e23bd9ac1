"""Walking through the shop."""

from __future__ import annotations

import pytest

from gateway import Chat, Command, Handled, Message, flow, hook
from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf

pytestmark = pytest.mark.usefixtures("shelf")


@flow(title="Your table")
async def table(chat: Chat) -> None:
    """A conversation of another plugin."""
    await chat.ask("seats", "For how many?")


class Tables:
    """It, with a word that begins it."""

    @hook.register_commands
    def commands(self) -> list[Command]:
        return [Command("book", ["book"], "Book a table", book)]


async def book(message: Message, chat: Chat, rest: str) -> Handled:
    return await chat.start(table)


@pytest.mark.plugins("commerce", Tables)
async def test_what_was_put_aside_comes_first(ana: Contact) -> None:
    """In the menu and in HELP, which tells of the other plugin's words as well."""
    await ana.says("book")
    await ana.says("menu")
    await ana.says("menu")
    home = await ana.sees("What would you like to do?")
    assert home.buttons[0] == "Go on: Your table"
    await ana.taps("Go on: Your table")
    assert await ana.sees("For how many?")
    await ana.says("menu")
    await ana.says("help")
    assert "*BOOK*: Book a table" in (await ana.sees("You can write:")).text
    assert "Your table" in (await ana.sees("in the middle of something")).buttons


@pytest.mark.plugins("commerce", "basics")
async def test_with_basics_behind_it_a_language_can_be_chosen(ana: Contact) -> None:
    """MENU and HELP are the shop's, LANGUAGE is a row of it."""
    await ana.says("menu")
    home = await ana.sees("Welcome to Duka Moja!")
    assert "Language" in home.buttons
    await ana.taps("Language")
    await ana.taps("Kiswahili")
    await ana.says("help")
    assert (await ana.sees("*MENYU*")).text.count("*MENYU*") == 1


async def test_who_comes_first_is_welcomed_to_the_shop(ana: Contact) -> None:
    """And who comes again is welcomed back, by name."""
    await ana.says("Hi")
    home = await ana.sees("Welcome to Duka Moja!")
    assert home.buttons == ["Shop", "Search", "Cart", "My orders", "Help"]
    assert home.losses == ()
    await ana.taps("Shop")
    await ana.says("menu")
    assert await ana.sees("Welcome back, Ana!")


@pytest.mark.provider("all")
async def test_from_the_menu_to_the_cart(ana: Contact) -> None:
    """Home, categories, products, the card, the cart: on every provider."""
    await ana.says("MENU")
    await ana.taps("Shop")
    assert (await ana.sees("What are you looking for?")).buttons == ["Our picks", "Fresh", "Clothes", "Menu"]
    await ana.taps("Fresh")
    assert "Fruit" in (await ana.sees("Fresh")).buttons
    await ana.taps("Fruit")
    fruit = await ana.sees("Mango")
    assert fruit.buttons == ["Mango", "Bananas", "Menu"]
    assert "KES 120.00 / bunch" in fruit.words
    await ana.taps("Bananas")
    card = await ana.sees("(was KES 150.00)")
    assert card.buttons == ["Add to cart", "View cart", "More"]
    await ana.taps("Add to cart")
    assert await ana.sees("Bananas")
    await ana.says("home")
    assert "Cart (1)" in (await ana.sees("Welcome back")).buttons


async def test_what_there_is_little_of_says_so(ana: Contact) -> None:
    await ana.says("menu")
    await ana.taps("Shop")
    await ana.taps("Fresh")
    await ana.taps("Vegetables")
    assert "Only 3 left" in (await ana.sees("Sukuma")).words
    await ana.taps("Tomatoes")
    card = await ana.sees("Sold out")
    assert card.buttons == ["Tell me when back", "Similar", "Menu"]
    await ana.taps("Similar")
    assert await ana.sees("Sukuma wiki")


async def test_a_variant_is_chosen(world: World, ana: Contact, shelf: Shelf) -> None:
    await ana.says("t-shirt")
    card = await ana.sees("From KES 1,199.00")
    assert card.buttons == ["Choose", "View cart", "More"]
    await ana.taps("Choose")
    kinds = await ana.sees("Which T-shirt?")
    assert kinds.buttons == ["Red, M", "Red, L", "Blue, M", "Menu"]
    await ana.taps("Red, L")
    assert await ana.sees("Sold out")
    await ana.taps("Blue, M", on=kinds)
    await ana.taps("Add to cart")
    qty = await world.db().value(
        "select qty from commerce_cart_line where tenant = :tenant and variant = :v", v=shelf["TS-BLU-M"]
    )
    assert qty == 1


async def test_more_tells_all(ana: Contact) -> None:
    """The whole description, the number, and what else can be done."""
    await ana.says("mango")
    await ana.taps("More")
    more = await ana.sees("MNG-EA")
    assert more.buttons == ["Add several", "Similar", "Menu"]
    await ana.taps("Add several")
    several = await ana.sees("How many of Mango?")
    assert several.buttons == ["1", "2", "3", "5", "10", "Another number", "Menu"]


async def test_a_category_that_is_gone_leads_on(world: World, ana: Contact) -> None:
    """A tap of last month."""
    await ana.says("shop")
    await world.db().run("update commerce_category set hidden = 1 where tenant = :tenant and id = 'clothes'")
    await ana.taps("Clothes")
    assert await ana.sees("That category is not there any more.")


async def test_a_product_that_is_gone_leads_on(world: World, ana: Contact) -> None:
    await ana.says("shop")
    await ana.taps("Fresh")
    await world.db().run(
        "update commerce_product set status = 'archived' where tenant = :tenant and id = 'mango'"
    )
    await ana.taps("Mango")
    assert await ana.sees("That is not for sale any more.")
