"""A form of many fields, told by a contact who speaks Spanish, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.postgres import Urls

EVA = "+34600000001"
FORM = """\
from gateway import Chat, Handled, Message, fields, flow, hook, inbound

@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled:
    chat.speak("es")
    return await chat.start(form)

@flow
async def form(chat: Chat) -> None:
    boxes = await chat.ask("boxes", "¿Cuántas cajas?", parse=fields.integer(low=1, high=1200))
    price = await chat.ask("price", "¿A qué precio?", parse=fields.money(currency="EUR", high=2000))
    day = await chat.ask("day", "¿Qué día?", parse=fields.date(after="today"))
    phone = await chat.ask("phone", "¿Teléfono?", parse=fields.phone)
    photo = await chat.ask("photo", "¿Una foto?", parse=fields.media("image"))
    place = await chat.ask("place", "¿Dónde?", parse=fields.location)
    sure = await chat.ask("sure", "¿Seguro?", parse=fields.yes_no)
    days = (day - chat.now.date()).days
    await chat.say(f"{boxes} {price} {days} {phone} {photo.kind} {place.latitude} {sure}")
"""


@pytest.fixture
async def any_house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """An installation, once on each database."""
    made = House(tmp_path, store_urls)
    yield made
    await made.close()


async def test_a_form_is_filled_in_as_people_write(any_house: House) -> None:
    """What cannot be read is explained in the contact's language, with numbers and money as it writes them;
    all is replayed from the log at each turn, and once more after a restart."""
    any_house.plugin("form", FORM)
    sim = any_house.line("duka", "form")
    await any_house.start()

    async def says(words: str) -> str:
        before = len(sim.inbox(EVA))
        await sim.says(EVA, words)
        return str((await sim.wait_for(EVA, before + 1))[-1].text)

    assert await says("hola") == "¿Cuántas cajas?"
    assert await says("muchas") == "Escribe un número entre 1 y 1.200.\n¿Cuántas cajas?"
    assert await says("mil") == "¿A qué precio?"
    assert (await says("20 dólares")).endswith("\n¿A qué precio?")
    assert (await says("3.000,50")).startswith("Escribe una cantidad de 2.000,00")
    assert await says("1.999,50 €") == "¿Qué día?"
    assert (await says("ayer")).endswith("\n¿Qué día?")
    assert await says("pasado mañana") == "¿Teléfono?"
    assert "+34" in await says("no tengo")
    assert await says("600 00 00 02") == "¿Una foto?"
    assert await says("no") == "Envía una foto, por favor.\n¿Una foto?"
    await any_house.stop()
    await any_house.start()
    before = len(sim.inbox(EVA))
    await sim.sends(EVA, "image")
    assert (await sim.wait_for(EVA, before + 1))[-1].text == "¿Dónde?"
    assert await says("40,4168; -3,7038") != "¿Seguro?"
    assert await says("https://maps.google.com/?q=40.4168,-3.7038") == "¿Seguro?"
    assert await says("¡Claro!") == "1000 EUR 1999.50 2 +34600000002 image 40.4168 True"
