"""chat.confirm, as people answer it."""

from __future__ import annotations

import pytest

from gateway import Chat, Handled, Message, flow, hook
from gateway.testing import Contact


class Sure:
    """Asks for the contact's consent to whatever they write."""

    @hook.on_message
    async def ask(self, message: Message, chat: Chat) -> Handled | None:
        return await chat.start(sure)


@flow
async def sure(chat: Chat) -> None:
    await chat.say("Done." if await chat.confirm("sure", "Shall we?") else "Then not.")


@pytest.mark.provider("all")
@pytest.mark.plugins.with_args(Sure)
async def test_it_is_answered_by_a_tap_a_number_or_any_yes(ana: Contact) -> None:
    """Not by the words of its buttons alone: "ok", "sí" and a thumb are answers too."""
    for yes in ("yes", "ok", "sí", "👍", "Yes please!", "1", "ndiyo"):
        await ana.says("begin")
        await ana.sees("Shall we?")
        await ana.says(yes)
        await ana.sees(exactly="Done.")
    await ana.says("begin")
    await ana.says("hapana asante")
    await ana.sees(exactly="Then not.")
    await ana.says("begin")
    await ana.says("maybe")
    await ana.sees("Please choose one of the options.")
    await ana.taps("No")
    await ana.sees(exactly="Then not.")
