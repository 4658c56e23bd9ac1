"""HELP: all that can be written, and what was put aside."""

from __future__ import annotations

from itertools import groupby

from gateway import Button, Buttons, Chat, Handled
from plugins.commerce.browse.examples import how
from plugins.commerce.common import texts
from plugins.commerce.common.taps import tap
from plugins.commerce.common.texts import BUTTON, clip

#: What was put aside and still finds room beside MENU.
ASIDE = 2


async def show_help(chat: Chat) -> Handled:
    """Say all of it: the shop's words first, then those of other plugins."""
    known = sorted(chat.commands, key=lambda each: each.plugin != "commerce")
    groups = [
        "\n".join(f"*{each.usage}*: {each.help}" for each in group)
        for _, group in groupby(known, key=lambda each: each.plugin)
    ]
    parts = [chat.t("You can write:"), await how(chat), *groups, texts.said(chat.settings.help, chat)]
    await chat.say("\n\n".join(part for part in parts if part))
    aside = [
        Button(each.reply_id, clip(each.title or chat.t("Go on"), BUTTON)) for each in chat.parked[:ASIDE]
    ]
    buttons = [*aside, Button(tap("home"), clip(chat.t("Menu"), BUTTON))]
    if len(buttons) < 3:
        buttons.append(Button(tap("shop", 1), clip(chat.t("Shop"), BUTTON)))
    question = chat.t("You were in the middle of something:") if aside else chat.t("Or tap:")
    await chat.send(Buttons(question, _distinct(buttons)))
    return Handled


async def how_to_search(chat: Chat) -> Handled:
    """Say how something is found."""
    buttons = [
        Button(tap("shop", 1), clip(chat.t("Shop"), BUTTON)),
        Button(tap("picks"), clip(chat.t("Our picks"), BUTTON)),
        Button(tap("home"), clip(chat.t("Menu"), BUTTON)),
    ]
    await chat.send(Buttons(chat.t("Write what you are looking for.") + "\n\n" + await how(chat), buttons))
    return Handled


def _distinct(buttons: list[Button]) -> list[Button]:
    """Two buttons may not have the same words: the later one goes."""
    return list({each.title: each for each in reversed(buttons)}.values())[::-1]
