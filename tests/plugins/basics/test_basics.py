"""HELP, MENU and LANGUAGE, as contacts meet them."""

from __future__ import annotations

import pytest

from tests.plugins.basics.conftest import open_shop
from tests.support.house import House

PROVIDERS = ("meta_cloud", "dialog360", "twilio")
SPAIN = "+34600111222"

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


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_help_menu_and_language(house: House, provider: str) -> None:
    """The same on every provider: HELP tells of all commands, a row of MENU runs one, LANGUAGE changes all of
    it, and commands are understood in the language that was chosen."""
    ana = await open_shop(house, provider)
    assert (await ana.says("Help!")).text == HELP
    menu = await ana.says("menu")
    assert "What would you like to do?" in menu.text
    assert [option.id for option in menu.options] in (
        ["command:shop.cart", "command:basics.help", "command:basics.language"], []
    )  # fmt: skip
    assert (await ana.says("cart")).text.startswith("Your cart is empty")
    await ana.says("menu")
    assert (await ana.says("1")).text.startswith("Your cart is empty")
    await ana.says("menu")
    assert "Which language shall we speak?" in (await ana.says("3")).text
    assert (await ana.says("español")).text == "Desde ahora hablamos Español."
    assert (await ana.says("AYUDA")).text == AYUDA
    assert (await ana.says("  Anadir   Dos Mangos ")).text == "Añadido: Dos Mangos (es, es)"
    assert (await ana.says("carrito")).text.startswith("Tu carrito está vacío")
    assert (await ana.says("cart")).text.startswith("Tu carrito está vacío")
    assert (await ana.says("kikapu")).text == "plugin: kikapu"


async def test_a_tap_runs_another_plugins_command(any_house: House) -> None:
    """What was chosen outlives a restart; taps choose as words do; the API tells and takes the language."""
    ana = await open_shop(any_house)
    await ana.says("menu")
    assert (await ana.taps("command:shop.cart")).text.startswith("Your cart is empty")
    await ana.says("language")
    assert (await ana.taps("command:basics.language sw")).text == "Kuanzia sasa tunazungumza Kiswahili."
    await any_house.stop()
    await any_house.start()
    assert (await ana.says("ongeza Maembe")).text == "Imeongezwa: Maembe (sw, sw)"
    code, page = await any_house.api("GET", "/api/v1/contacts")
    assert (code, page["items"][0]["language"]) == (200, "sw")
    url = f"/api/v1/contacts/{page['items'][0]['id']}"
    code, _ = await any_house.api("PATCH", url, json={"language": "es_MX"})
    assert code == 200
    assert (await ana.says("añadir Mango")).text == "Añadido: Mango (es-MX, es-MX)"


async def test_the_country_of_a_number_is_a_first_guess(house: House) -> None:
    """Who writes from Spain is answered in Spanish until they say otherwise."""
    ana = await open_shop(house, number=SPAIN)
    assert (await ana.says("help")).text == AYUDA
    assert (await ana.says("language English")).text == "From now on we speak English."
    assert (await ana.says("help")).text == HELP


async def test_settings(house: House) -> None:
    """Title and greeting in one language or in several; fewer languages; an answer to everything."""
    greeting = {"en": "Karibu!", "es": "¡Hola!"}
    ana = await open_shop(
        house, number=SPAIN, greeting=greeting, title="Duka", languages=["es"], answer_all=True
    )
    menu = await ana.says("hm")
    assert (menu.header, menu.text, menu.button) == ("Duka", "¡Hola!", "Abrir el menú")
    assert [option.id for option in menu.options] == ["command:shop.cart", "command:basics.help"]
    assert "IDIOMA" not in (await ana.says("ayuda")).text


async def test_a_plugin_that_says_no_language_is_told(house: House) -> None:
    """chat.speak takes codes only, and says so."""
    house.plugin(
        "odd",
        "from gateway import Chat, hook\n"
        "@hook.on_message\nasync def hear(message, chat: Chat):\n    chat.speak('Spanish please')\n",
    )
    house.line("soko", "odd")
    ana = await open_shop(house)
    await house.lines["soko"].sim.says(ana.number, "x")
    await ana.says("help")
    rows: list[tuple[str]] = []
    while not rows:
        rows = await house.rows("select detail from dead")
    assert "plugin 'odd': chat.speak('Spanish please') is no code of a language" in rows[0][0]
