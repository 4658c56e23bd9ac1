"""Every command of the shop in every language, however it is written: with nothing, with a cart, and with an
order, each is answered in the language of who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from msgspec import Struct

from gateway import Command
from gateway.testing import Contact, World
from plugins.commerce.hooks import commands
from plugins.commerce.orders.number import new_number
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place
from tests.plugins.commerce.spoken import LANGUAGES, said, without_accents

COMMANDS: Mapping[str, Command] = {each.name: each for each in commands()}
STATES = ("nothing", "cart", "order")
#: A number of Spain speaks Spanish at any shop, one of Kenya what the shop speaks: English or Swahili.
PREFIX = {"en": "+2547110", "es": "+3461100", "sw": "+2547110"}
SWAHILI = pytest.param("sw", marks=pytest.mark.tenant(language="sw"))
SPOKEN = ("en", "es", SWAHILI)
MANGO = {"en": "Mango", "es": "Mango", "sw": "Embe"}

HOME = "What would you like to do?"
EMPTY = "Your cart is empty. Write what you are looking for, or have a look at the shop."
NO_ORDER = "You have not ordered anything yet."
UNKNOWN = "You have no order with that number here."
ORDER = "*Order {number}* of {day}"
OWNER = "From now on this number gets the summary of the day and a word when something runs low."


class Row(Struct, frozen=True):
    """What is written behind a command, and what it is answered with by who has *nothing*, a *cart* with two
    mangos, or an *order* ("" where it is the same as with nothing). {mango} and {number} are filled in."""

    command: str
    rest: str
    nothing: str
    cart: str = ""
    order: str = ""

    def answer(self, state: str) -> str:
        """What is expected in *state*."""
        return {"cart": self.cart, "order": self.order}.get(state, "") or self.nothing


ROWS = (
    Row("menu", "", HOME, HOME, HOME),
    Row("help", "", "You can write:"),
    Row("shop", "", "What are you looking for? Choose, or write its name."),
    Row("search", "", "Write what you are looking for."),
    Row("search", "{mango}", "In stock"),
    Row("search", "zzyzx", "I found nothing for “{words}”."),
    Row("hello", "", HOME),
    Row("thanks", "", "You are welcome! Write the name of what you need, or MENU."),
    Row("cart", "", EMPTY, "Your cart:", EMPTY),
    Row("add", "", "Write ADD, what you would like, and how many of it. Its name will do, or its code."),
    Row("add", "mng-ea 2", "Added: {qty} × {name}.", "You have {total} of it now."),
    Row("add", "{mango}", "Added: {qty} × {name}."),
    Row("add", "zzyzx", "We have nothing called “{what}”. Write SEARCH and a word, or look around."),
    Row("remove", "", EMPTY, "What would you like to change?"),
    Row("remove", "mng-ea", EMPTY, "Taken out: {name}."),
    Row("clear", "", EMPTY, "Shall we take the {n} thing out of your cart?", EMPTY),
    Row("note", "", "Write NOTE and what we should know, for example: NOTE please ring twice"),
    Row("note", "ring twice", "Your note goes with the order.", "Your note: {note}"),
    Row("code", "", "Which code do you have? CANCEL takes you back to your cart."),
    Row("code", "karibu", "There is no code {code}. Look at it once more, then write CODE and the word."),
    Row("checkout", "", EMPTY, "What is your name?", EMPTY),
    Row("orders", "", NO_ORDER, NO_ORDER, "Your orders, the newest first. Tap one to see it."),
    Row("status", "", NO_ORDER, NO_ORDER, ORDER),
    Row("track", "", NO_ORDER, NO_ORDER, ORDER),
    Row("track", "{number}", UNKNOWN, UNKNOWN, ORDER),
    Row("track", "12", "That number has a typo. A number looks like K7Q3M9T; you find it in My orders."),
    Row("cancel", "", NO_ORDER, NO_ORDER, "Why do you want to cancel order {number}?"),
    Row("cancel", "{number}", UNKNOWN, UNKNOWN, "Why do you want to cancel order {number}?"),
    Row("reorder", "", NO_ORDER, NO_ORDER, "Order {number} is in your cart again, at today's prices."),
    Row("reorder", "{number}", UNKNOWN, UNKNOWN, "Order {number} is in your cart again, at today's prices."),
    Row("owner", "MWENYE-7788", OWNER),
)


def test_every_command_is_in_the_table() -> None:
    """And each has words in each language."""
    assert {row.command for row in ROWS} == set(COMMANDS)
    assert [name for name, each in COMMANDS.items() if set(each.words) != set(LANGUAGES)] == []


def _forms(word: str) -> Iterator[str]:
    """*word* as people write it."""
    yield word.upper()
    yield f"  {word.replace(' ', '   ').capitalize()} "
    yield without_accents(word)


def _words(command: str, language: str) -> list[str]:
    """What means *command* in *language*."""
    words = COMMANDS[command].words
    assert isinstance(words, Mapping)
    return list(words[language])


class Asker:
    """People who each write one thing in *language*, and what was not answered as it should be."""

    def __init__(self, world: World, language: str) -> None:
        self.world, self.language = world, language
        self.wrong: list[str] = []
        self._count = 0

    async def ask(self, row: Row, state: str, word: str) -> None:
        """Somebody in *state* writes *word* and the row's rest."""
        self._count += 1
        who = self.world.contact(f"{PREFIX[self.language]}{self._count:05}", "Amina")
        number = await self._prepare(who, state)
        rest = row.rest.replace("{mango}", MANGO[self.language]).replace("{number}", number)
        await who.says(f"{word} {rest}".rstrip() if rest else word)
        seen = "\n".join([each.header + "\n" + each.text for each in who.new])
        values = {"name": MANGO[self.language]} if row.command in ("add", "remove") else {}
        if not said(self.language, row.answer(state), **values).search(seen):
            self.wrong.append(f"{state}: {word!r} {rest!r} → {seen!r}")
        for choice in [choice for each in who.new for choice in each.choices]:
            if "…" in (shown := choice.title + choice.description):
                self.wrong.append(f"{state}: {word!r} {rest!r} → is cut: {shown!r}")

    async def _prepare(self, who: Contact, state: str) -> str:
        """Have *who* in *state*; the number of the order, or of one that is nobody's."""
        if state == "cart":
            await who.says("add mng-ea 2")
        if state == "order":
            return (await place(self.world, who, {"MNG-EA": 2})).number
        return new_number()


@pytest.fixture
async def plenty(world: World, shelf: Shelf) -> None:
    """Goods for everybody."""
    await world.db().run("update commerce_stock set on_hand = 5000 where tenant = :tenant")


@pytest.mark.parametrize("language", SPOKEN)
async def test_all_words_of_a_language_however_they_are_written(
    world: World, plenty: None, language: str
) -> None:
    """In upper case, with odd spaces, without accents."""
    asker = Asker(world, language)
    for row in ROWS:
        words = _words(row.command, language)
        for word in words if not row.rest or row.command == "owner" else words[:1]:
            for form in dict.fromkeys(_forms(word)):
                await asker.ask(row, "nothing", form)

    assert asker.wrong == []


@pytest.mark.parametrize("state", ["cart", "order"])
@pytest.mark.parametrize("language", SPOKEN)
async def test_with_a_cart_and_with_an_order(world: World, plenty: None, language: str, state: str) -> None:
    """The first word of each command, in its forms."""
    asker = Asker(world, language)
    for row in ROWS:
        for form in dict.fromkeys(_forms(_words(row.command, language)[0])):
            await asker.ask(row, state, form)

    assert asker.wrong == []


@pytest.mark.parametrize("language", ["es", SWAHILI])
async def test_english_words_are_answered_in_ones_own_language(
    world: World, plenty: None, language: str
) -> None:
    """Who speaks another language may write what a poster says in English."""
    asker = Asker(world, language)
    for row in ROWS:
        await asker.ask(row, "nothing", _words(row.command, "en")[0])

    assert asker.wrong == []


@pytest.mark.provider("twilio")
@pytest.mark.parametrize("language", SPOKEN)
async def test_where_there_are_no_buttons(world: World, plenty: None, language: str) -> None:
    """Twilio shows numbers: the same words get the same answers, whoever asks."""
    asker = Asker(world, language)
    for n, row in enumerate(ROWS):
        forms = list(_forms(_words(row.command, language)[-1]))
        await asker.ask(row, STATES[n % len(STATES)], forms[n % len(forms)])

    assert asker.wrong == []
