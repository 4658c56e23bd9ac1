"""A hundred questions and more, each in the words of the answer before it."""

from __future__ import annotations

from gateway import Chat, Handled, Message, flow, hook

QUESTIONS = 200


@flow
async def form(chat: Chat, words: str) -> None:
    """Ask, and ask."""
    for number in range(QUESTIONS):
        words = await chat.ask(f"question {number}", words)


@hook.on_message
async def begin(message: Message, chat: Chat) -> Handled:
    """The first message begins it."""
    return await chat.start(form, message.text)
