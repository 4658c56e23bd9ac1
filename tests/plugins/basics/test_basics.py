"""HELP, MENU and LANGUAGE, as contacts meet them."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.basics.conftest import SHOP

HELP = """\
You can write:

*CART*: What is in your cart
*ADD WHAT*: Put something into it

*MENU*: What you can do here
*HELP*: All that you can write
*LANGUAGE [LANGUAGE]*: Speak another language"""
AYUDA = """\
Puedes escribir:

*CARRITO*: Qué hay en tu carrito
*AÑADIR QUÉ*: Añadir algo

*MENÚ*: Lo que puedes hacer aquí
*AYUDA*: Todo lo que puedes escribir
*IDIOMA [IDIOMA]*: Hablar en otro idioma"""


@pytest.mark.provider("all")
async def test_help_tells_of_all_commands(ana: Contact) -> None:
    """One group for each plugin, without those that have no help; what has none is still understood."""
    await ana.says("Help!")
    await ana.sees(exactly=HELP)
    await ana.says("xyzzy")
    await ana.sees("Your cart is empty.")


@pytest.mark.provider("all")
async def test_a_tap_on_the_menu_runs_a_command_of_any_plugin(ana: Contact) -> None:
    """What needs nothing more is in it; a tap, a number and the words do the same."""
    for choice in ("tap", "1", "cart"):
        await ana.says("menu")
        menu = await ana.sees("What would you like to do?")
        if choice == "tap":
            await ana.taps("Cart", on=menu)
        else:
            await ana.says(choice)
        await ana.sees(exactly="Your cart is empty.")


@pytest.mark.provider("all")
@pytest.mark.database("both")
async def test_a_language_is_chosen_and_remembered(world: World, ana: Contact) -> None:
    """From then on everything is said in it, and its commands are understood, also after a restart."""
    await ana.says("language")
    await ana.taps("Español", on=await ana.sees("Which language shall we speak?"))
    await ana.sees(exactly="Desde ahora hablamos Español.")
    await world.restart()
    await ana.says("AYUDA")
    await ana.sees(exactly=AYUDA)
    await ana.says("  Anadir   Dos  Mangos ")
    await ana.sees(exactly="Añadido: Dos  Mangos (es, es)")
    await ana.says("cart")
    await ana.sees(exactly="Tu carrito está vacío.")
    await ana.says("kikapu")
    await ana.sees(exactly="plugin: kikapu")
    await ana.says("idioma kiswahili")
    await ana.sees(exactly="Kuanzia sasa tunazungumza Kiswahili.")
    await ana.says("ongeza Maembe")
    await ana.sees(exactly="Imeongezwa: Maembe (sw, sw)")


async def test_the_country_of_a_number_is_a_first_guess(ana: Contact, juan: Contact) -> None:
    """Who writes from Spain is answered in Spanish until they say otherwise."""
    await juan.says("help")
    await juan.sees(exactly=AYUDA)
    await juan.says("language en")
    await juan.sees(exactly="From now on we speak English.")
    await juan.says("help")
    await juan.sees(exactly=HELP)


@pytest.mark.tenant(language="sw", country="TZ")
async def test_the_tenants_language(ana: Contact, juan: Contact) -> None:
    """Kenyans are spoken to as the tenant does; the tenant's command words are understood from everybody."""
    await ana.says("msaada")
    await ana.sees("*KIKAPU*: Kilichomo kikapuni")
    await juan.says("kikapu")
    await juan.sees(exactly="Tu carrito está vacío.")


@pytest.mark.plugins(
    SHOP, "basics",
    settings={"basics": {
        "greeting": {"en": "Karibu!", "es": "¡Hola!"}, "title": "Duka", "languages": ["es"],
        "answer_all": True,
    }},
)  # fmt: skip
async def test_settings(ana: Contact, juan: Contact) -> None:
    """Title and greeting in one language or in several; fewer languages; an answer to everything."""
    await juan.says("hm")
    menu = await juan.sees("¡Hola!")
    assert (menu.header, [choice.title for choice in menu.choices]) == ("Duka", ["Carrito", "Ayuda"])
    await juan.says("ayuda")
    assert "IDIOMA" not in (await juan.sees("Puedes escribir:")).text
    await ana.says("hm")
    await ana.sees("Karibu!")


async def test_silence_without_answer_all(ana: Contact) -> None:
    """What nobody understands is not answered unless it is asked for."""
    await ana.says("hm")
    await ana.sees_nothing()


@pytest.mark.plugins("basics")
async def test_a_contact_who_opens_the_chat_is_greeted(ana: Contact) -> None:
    """Before the first word."""
    await ana.sends("request_welcome")
    await ana.sees("What would you like to do?")


async def test_a_plugin_that_says_no_language_is_told(world: World, ana: Contact) -> None:
    """chat.speak takes codes only, and says so."""
    with world.expects_failure() as failed:
        await ana.says("speak nonsense")
    assert "is no code of a language" in str(failed)


@pytest.mark.parametrize(
    "words",
    ["language spanish", "LANGUAGE espanol.", "Language: Español!", "language es", "language ES-MX",
     "idioma español", "lugha kihispania"],
)  # fmt: skip
async def test_a_language_is_named_in_any_way(ana: Contact, words: str) -> None:
    """By its own name, by that in English or in the language that is spoken, however it is written; and who
    does not speak the present one asks in their own."""
    if words.startswith("lugha"):
        await ana.says("language sw")
        await ana.sees("Kiswahili")
    await ana.says(words)
    await ana.sees(exactly="Desde ahora hablamos Español.")
    await ana.says("idioma inglés")
    await ana.sees(exactly="From now on we speak English.")
    await ana.says("lugha")
    await ana.sees("Which language shall we speak?")
    await ana.says("language klingon")
    await ana.sees("Which language shall we speak?")
