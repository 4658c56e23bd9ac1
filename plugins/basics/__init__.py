"""HELP, MENU and LANGUAGE, made from what is installed: put "basics" behind the other plugins of a tenant.

```toml
[tenants.settings.basics]
greeting = "Karibu! What would you like to do?"     # or one for each language: { en = "…", sw = "…" }
title = "Duka la Asha"
languages = ["en", "sw"]                            # what LANGUAGE offers; without it, all that are spoken
answer_all = true                                   # what nobody understands is answered with the menu
```
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Chat, Command, Handled, Message, hook
from plugins.basics.help import show_help
from plugins.basics.languages import choose_language
from plugins.basics.menu import show_menu


class Settings(Struct, frozen=True):
    """*greeting* stands above the menu and *title* over it, each one text or one for each language.
    *languages* narrows what LANGUAGE offers. *answer_all* answers what no other plugin has `Handled`."""

    greeting: str | dict[str, str] = ""
    title: str | dict[str, str] = ""
    languages: list[str] = []
    answer_all: bool = False


@hook.register_commands
def commands() -> Sequence[Command]:
    """The three, and the words that mean the same in every gateway."""
    return (
        Command(
            "menu",
            {
                "en": ["menu", "main menu", "home"],
                "es": ["menú", "menú principal"],
                "sw": ["menyu", "menyu kuu", "orodha kuu"],
            },
            "What you can do here",
            menu,
        ),
        Command(
            "help",
            {"en": ["help", "?"], "es": ["ayuda"], "sw": ["msaada", "usaidizi", "nisaidie"]},
            "All that you can write",
            help,
        ),
        Command(
            "language",
            {
                # English is read everywhere: who does not speak the present language asks in their own.
                "en": ["language", "idioma", "lugha", "langue"],
                "es": ["idioma", "lengua"],
                "sw": ["lugha"],
                "fr": ["langue"],
                "pt": ["idioma"],
            },
            "Speak another language",
            language,
            takes="[LANGUAGE]",
        ),
    )


async def menu(message: Message, chat: Chat, rest: str) -> Handled:
    """MENU."""
    await show_menu(chat)
    return Handled


async def help(message: Message, chat: Chat, rest: str) -> Handled:
    """HELP."""
    await show_help(chat)
    return Handled


async def language(message: Message, chat: Chat, rest: str) -> Handled:
    """LANGUAGE, or LANGUAGE Español."""
    await choose_language(chat, rest)
    return Handled


@hook.on_message
async def greet(message: Message, chat: Chat) -> Handled | None:
    """A contact has opened the chat for the first time, or wrote what nobody understood."""
    if message.type == "request_welcome" or chat.settings.answer_all:
        await show_menu(chat)
        return Handled
    return None
