"""A flow with a bit of everything, for random talk."""

from __future__ import annotations

from gateway import Chat, Handled, Message, flow, hook
from gateway.flows.fields import Invalid


def even(text: str) -> int:
    """Reads even numbers."""
    if not text.isdigit() or int(text) % 2:
        raise Invalid("Even, please.")
    return int(text)


async def kept(chat: Chat, number: int) -> int:
    """A step that uses the database."""
    found = await chat.db.value("select 1")
    return number + int(found)


@flow(title="this", retries=3)
async def talk(chat: Chat) -> None:
    """Asks in a loop."""
    total = 0
    for _ in range(3):
        total += await chat.ask("number", f"{total} and?", parse=even)
        total = await chat.step("kept", kept, chat, total)
        await chat.say(f"is {total}")
    if await chat.confirm("sure", "Sure?"):
        await chat.say("Done.")


@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled | None:
    """GO starts it, and so does every second word that nobody waits for."""
    if message.text in ("go", "2"):
        return await chat.start(talk)
    await chat.say(f"plugin: {message.text}")
    return None
