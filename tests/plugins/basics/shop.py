"""A shop with commands, a conversation, and catalogues beside it in shop_locales."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import Chat, Command, Handled, Message, flow, hook


@flow(title="Your order")
async def order(chat: Chat) -> None:
    name = await chat.ask("name", chat.t("What is your name?"))
    size = await chat.choose("size", chat.t("Which size?"), {"s": "S", "m": "M"})
    await chat.say(f"{name}: {size}")


@hook.register_commands
def commands() -> Sequence[Command]:
    cart = {"en": ["cart"], "es": ["carrito"], "sw": ["kikapu"]}
    add = {"en": ["add"], "es": ["añadir"], "sw": ["ongeza"]}
    return [
        Command("cart", cart, "What is in your cart", show),
        Command("add", add, "Put something into it", put, takes="WHAT"),
        Command("secret", ["xyzzy"], "", show),
    ]


async def show(message: Message, chat: Chat, rest: str) -> Handled:
    await chat.say(chat.t("Your cart is empty."))
    return Handled


async def put(message: Message, chat: Chat, rest: str) -> Handled:
    await chat.say(chat.t("Added: {what}", what=rest) + f" ({chat.contact.language}, {chat.language})")
    return Handled


@hook.on_message
async def other(message: Message, chat: Chat) -> Handled | None:
    if message.text == "order":
        return await chat.start(order)
    if message.text == "speak nonsense":
        chat.speak("Spanish please")
    if message.text == "hm":
        return None
    await chat.say(f"plugin: {message.text}")
    return Handled
