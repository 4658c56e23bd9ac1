"""Fields that read a text beside a flow: `chat.read`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gateway import Chat, Field, Handled, Invalid, Message, fields, flow, hook
from gateway.testing import Contact, World


def size(text: str) -> int:
    if text != "38":
        raise Invalid("We have no size {size}, {count} are left.", size=text[:10], count=1200)
    return int(text)


def broken(text: str) -> int:
    raise RuntimeError("not for the contact")


PARSES: Mapping[str, Any] = {
    "count": fields.integer(low=1, high=5000),
    "price": fields.money(high=2000),
    "day": fields.date(after="yesterday"),
    "hour": fields.time,
    "phone": fields.phone,
    "sure": fields.yes_no,
    "tea": fields.choice({"green": "Green", "black": "Black"}),
    "size": size,
    "broken": broken,
    "point": fields.location,
}


@flow
async def asked(chat: Chat, what: str) -> None:
    parse: Field[Any] = PARSES[what]
    await chat.say(f"{await chat.ask('what', 'Well?', parse=parse)!r}")


class Reader:
    """ "hour 3pm" reads at once, "ask hour" asks; "speak es" chooses a language."""

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> Handled:
        what, _, text = message.text.partition(" ")
        if what == "ask":
            return await chat.start(asked, text)
        if what == "speak":
            chat.speak(text)
        if what not in PARSES:
            return Handled
        try:
            await chat.say(f"{chat.read(PARSES[what], text)!r}")
        except Invalid as invalid:
            await chat.say(f"{invalid}")
        return Handled


@pytest.mark.tenant(time_zone="Africa/Nairobi", country="KE")
@pytest.mark.plugins.with_args(Reader)
async def test_a_text_is_read_as_an_answer_is(world: World, ana: Contact) -> None:
    """In English and Spanish, by numbers of two countries; what cannot be read has the same words too."""
    eva = world.contact("+34600000001", "Eva")
    texts = {
        "count": ("two", "1.200", "dos", "9999", "x"), "price": ("1.200,50", "20 dólares", "5000"),
        "day": ("3/4", "kesho", "mañana", "ayer"), "hour": ("3 de la tarde", "3"),
        "phone": ("0712 345678", "600 000 002"), "sure": ("ndiyo", "claro", "hm"),
        "tea": ("2", "green!", "x"),
    }  # fmt: skip
    for contact, language in ((ana, "en"), (eva, "es"), (ana, "es")):
        await contact.says(f"speak {language}")
        for what, several in texts.items():
            for text in several:
                await contact.says(f"{what} {text}")
                beside = (await contact.sees()).text
                await contact.says(f"ask {what}")
                await contact.says(text)
                inside = contact.new[0].text
                assert inside in (beside, f"{beside}\nWell?"), (what, text, language)
                await contact.says("cancel")


@pytest.mark.plugins.with_args(Reader)
async def test_what_is_wrong_is_said_in_the_contacts_language(ana: Contact) -> None:
    """With numbers as it writes them; a field that fails or has no words says something general."""
    await ana.says("count 9999")
    await ana.sees(exactly="Please write a number from 1 to 5,000.")
    await ana.says("size 51")
    await ana.sees(exactly="We have no size 51, 1,200 are left.")
    await ana.says("broken 1")
    await ana.sees(exactly="Sorry, I did not understand that.")
    await ana.says("point here")
    await ana.sees("Please share your location")
    await ana.says("speak es")
    await ana.says("count 9999")
    await ana.sees(exactly="Escribe un número entre 1 y 5.000.")
    await ana.says("size {count}")
    await ana.sees("{count}")
