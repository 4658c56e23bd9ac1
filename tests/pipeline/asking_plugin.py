"""A plugin whose flow asks one question; what no flow takes it says back."""

from __future__ import annotations

from gateway import Chat, Handled, Message, flow, hook


@hook.on_message
async def first(message: Message, chat: Chat) -> Handled | None:
    """Begin with "ask"."""
    if message.text == "ask":
        await chat.start(asks)
        return Handled
    await chat.say(f"plugin: {message.text}")
    return None


@flow(timeout="1h")
async def asks(chat: Chat) -> None:
    """One question."""
    name = await chat.ask("name", "Your name?")
    await chat.say(f"Hello {name}")
