"""The words of this part: MENU, HELP, SHOP, SEARCH, and what people say when they come and go."""

from __future__ import annotations

from gateway import Chat, Command, Handled, Message
from plugins.commerce.browse.found import show_found
from plugins.commerce.browse.help import how_to_search, show_help
from plugins.commerce.browse.home import show_home
from plugins.commerce.browse.shop import show_shop
from plugins.commerce.browse.talk import welcome


async def menu(message: Message, chat: Chat, rest: str) -> Handled:
    """MENU."""
    return await show_home(chat)


async def help(message: Message, chat: Chat, rest: str) -> Handled:
    """HELP."""
    return await show_help(chat)


async def shop(message: Message, chat: Chat, rest: str) -> Handled:
    """SHOP."""
    return await show_shop(chat)


async def search(message: Message, chat: Chat, rest: str) -> Handled:
    """SEARCH, or SEARCH mango."""
    return await show_found(chat, rest, asked=True) if rest.strip() else await how_to_search(chat)


async def hello(message: Message, chat: Chat, rest: str) -> Handled | None:
    """Somebody says good day; where the shop does not answer all, another plugin may."""
    return await show_home(chat) if chat.settings.answer_all else None


async def thanks(message: Message, chat: Chat, rest: str) -> Handled | None:
    """Somebody says thank you."""
    return await welcome(chat) if chat.settings.answer_all else None


COMMANDS = (
    Command(
        "menu",
        {
            "en": ["menu", "main menu", "home"],
            "es": ["menú", "menú principal", "inicio"],
            "sw": ["menyu", "menyu kuu", "orodha kuu"],
        },
        "What you can do here",
        menu,
    ),
    Command(
        "shop",
        {"en": ["shop", "store", "catalogue", "catalog"], "es": ["tienda", "catálogo"], "sw": ["duka"]},
        "Look at what we have",
        shop,
        always=True,
    ),
    Command(
        "search",
        {"en": ["search", "find"], "es": ["buscar", "busca"], "sw": ["tafuta"]},
        "Find something by its name or price",
        search,
        takes="[WORDS]",
    ),
    Command(
        "help",
        {"en": ["help", "?"], "es": ["ayuda"], "sw": ["msaada", "usaidizi", "nisaidie"]},
        "All that you can write",
        help,
    ),
    Command(
        "hello",
        {
            "en": ["hi", "hello", "hey", "hi there", "good morning", "good afternoon", "good evening"],
            "es": ["hola", "buenas", "buenos días", "buenas tardes", "buenas noches", "buen día"],
            "sw": [
                "habari",
                "jambo",
                "hujambo",
                "mambo",
                "salamu",
                "habari yako",
                "habari za leo",
                "shikamoo",
            ],
        },
        "",
        hello,
    ),
    Command(
        "thanks",
        {
            "en": ["thanks", "thank you", "thank you very much", "ok", "okay", "ok thanks", "great", "bye"],
            "es": ["gracias", "muchas gracias", "vale", "ok", "genial", "adiós", "perfecto"],
            "sw": ["asante", "asante sana", "ahsante", "sawa", "sawa asante", "kwaheri", "poa"],
        },
        "",
        thanks,
    ),
)
