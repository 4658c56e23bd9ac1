"""HELP: every command with its line, one group for each plugin; and what was put aside."""

from __future__ import annotations

from itertools import groupby

from gateway import Button, Buttons, Chat
from plugins.basics.spoken import shown, waiting


async def show_help(chat: Chat) -> None:
    """Say all of it."""
    groups = [
        "\n".join(f"*{each.usage}*: {each.help}" for each in group)
        for _, group in groupby(shown(chat), key=lambda each: each.plugin)
    ]
    await chat.say("\n\n".join([chat.t("You can write:"), *groups]))
    if chat.parked:
        aside = chat.n("One thing is waiting for you:", "{n} things are waiting for you:", len(chat.parked))
        hint = chat.t("Then BACK takes you to the question before, and CANCEL ends it.")
        await chat.send(Buttons(f"{aside}\n{hint}", [Button(id, title) for id, title in waiting(chat)]))
