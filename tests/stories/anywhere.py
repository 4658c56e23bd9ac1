"""A plugin that asks much of a channel: menus of any length, a file with words, a long text."""

from __future__ import annotations

import json
import os
from pathlib import Path

from gateway import Button, Buttons, Chat, Document, Handled, Message, Sent, hook

TOLD = Path(os.environ.get("TOLD", "told.jsonl"))
FRUIT = (
    *("Mango", "Kiwi", "Banana", "Papaya", "Guava", "Lychee", "Orange"),
    *("Lemon", "Lime", "Melon", "Grape", "Plum", "Fig", "Pear"),
)
CAPTION = "Our prices, valid until the end of the month."
TEXT = ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 52)[:3000].strip()


@hook.on_message
async def shop(message: Message, chat: Chat) -> Handled:
    """Answer "buttons 5", "document" and "text"; a reply with its id."""
    match message.text.split() if not message.reply_id else []:
        case ["buttons", count]:
            options = [Button(f"f{n}", FRUIT[n]) for n in range(int(count))]
            sent = await chat.send(Buttons("Which fruit?", options))
        case ["document"]:
            pdf = b"%PDF-1.4\n" + b"prices " * 50
            sent = await chat.send(Document(data=pdf, filename="prices.pdf", caption=CAPTION))
        case ["text"]:
            sent = await chat.say(TEXT)
        case _:
            sent = await chat.say(f"you chose {message.reply_id or 'nothing'}")
    note(message.text, sent)
    return Handled


def note(text: str, sent: Sent) -> None:
    """Write down what was lost."""
    losses = [[loss.what, loss.how, loss.detail] for loss in sent.losses]
    with TOLD.open("a") as file:
        file.write(json.dumps({"text": text, "parts": sent.parts, "losses": losses}) + "\n")
