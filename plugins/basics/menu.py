"""MENU: what can be tapped. What was put aside comes first, then the commands that need nothing more."""

from __future__ import annotations

from gateway import Chat, List, Row, Section
from plugins.basics.spoken import alone, is_ours, own, shown, waiting


async def show_menu(chat: Chat) -> None:
    """Offer it."""
    aside = [Row(id, title) for id, title in waiting(chat)]
    offered = [
        Row(each.reply_id, each.words.capitalize(), each.help)
        for each in shown(chat)
        if alone(each) and not is_ours(each, "menu")
    ]
    sections = [Section(chat.t("Go on with"), aside)] if aside else []
    sections.append(Section(chat.t("What you can do"), offered))
    text = own(chat.settings.greeting, chat) or chat.t("What would you like to do?")
    await chat.send(List(text, chat.t("Open the menu"), sections, header=own(chat.settings.title, chat)))
