"""A house with a shop whose words are in three languages, and the plugin basics behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.language.catalogues import entry, write
from tests.support.house import ANA, House
from tests.support.postgres import Urls

SHOP = """\
from gateway import Chat, Command, Handled, Message, flow, hook

@flow(title="Your order")
async def order(chat: Chat) -> None:
    name = await chat.ask("name", chat.t("What is your name?"))
    size = await chat.choose("size", chat.t("Which size?"), {"s": "S", "m": "M"})
    await chat.say(f"{name}: {size}")

@hook.register_commands
def commands():
    cart = {"en": ["cart"], "es": ["carrito"], "sw": ["kikapu"]}
    add = {"en": ["add"], "es": ["añadir"], "sw": ["ongeza"]}
    return [
        Command("cart", cart, "What is in your cart", show),
        Command("add", add, "Put something into it", put, takes="WHAT"),
        Command("secret", ["xyzzy"], "", show),
    ]

async def show(message: Message, chat: Chat, rest: str) -> Handled:
    await chat.say(chat.t("Your cart is empty, {name}.", name=chat.contact.name))
    return Handled

async def put(message: Message, chat: Chat, rest: str) -> Handled:
    await chat.say(chat.t("Added: {what}", what=rest) + f" ({chat.contact.language}, {chat.language})")
    return Handled

@hook.on_message
async def other(message: Message, chat: Chat) -> Handled | None:
    if message.text == "order":
        return await chat.start(order)
    if message.text == "hm":
        return None
    await chat.say("plugin: " + message.text)
    return Handled
"""
ENGLISH = [
    "Your cart is empty, {name}.",
    "Added: {what}",
    "What is in your cart",
    "Put something into it",
    "WHAT",
]
SPANISH = ["Tu carrito está vacío, {name}.", "Añadido: {what}", "Qué hay en tu carrito", "Añadir algo", "QUÉ"]
SWAHILI = ["Kikapu chako ni tupu, {name}.", "Imeongezwa: {what}", "Kilichomo kikapuni", "Ongeza kitu", "NINI"]


class Phone:
    """Ana's phone: what is said and tapped, and what comes back."""

    def __init__(self, house: House, sim: Any, number: str = ANA) -> None:
        self.house, self.sim, self.number = house, sim, number

    async def says(self, text: str, answers: int = 1) -> Any:
        """The (last) answer to *text*."""
        before = len(self.sim.inbox(self.number))
        await self.sim.says(self.number, text)
        return (await self.sim.wait_for(self.number, before + answers))[-1]

    async def taps(self, option: str, answers: int = 1, of: str = "") -> Any:
        """The (last) answer to a tap on the option with this id, of the newest menu or the message *of*."""
        before = len(self.sim.inbox(self.number))
        await self.sim.taps(self.number, option, message_id=of)
        return (await self.sim.wait_for(self.number, before + answers))[-1]


@pytest.fixture
async def any_house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """An installation, once on each database."""
    made = House(tmp_path, store_urls)
    yield made
    await made.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An installation on SQLite."""
    made = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    yield made
    await made.close()


async def open_shop(house: House, provider: str = "meta_cloud", number: str = ANA, **settings: Any) -> Phone:
    """Start the shop; *settings* are those of basics."""
    house.plugin("shop", SHOP)
    for language, words in (("es", SPANISH), ("sw", SWAHILI)):
        write(house.folder / "shop_locales", language, "".join(map(entry, ENGLISH, words)))
    sim = house.line("duka", "shop", "basics", provider=provider)
    house.lines["duka"].plugin_settings["basics"] = settings
    await house.start()
    return Phone(house, sim, number)
