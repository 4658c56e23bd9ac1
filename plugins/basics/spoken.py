"""Texts of the settings, and commands, for the contact at hand."""

from __future__ import annotations

from collections.abc import Mapping

from gateway import Chat, CommandHelp


def own(text: str | Mapping[str, str], chat: Chat) -> str:
    """A text of the settings in the contact's language, the tenant's, or the first that it has."""
    if isinstance(text, str):
        return text
    spoken = {language.replace("_", "-").lower(): said for language, said in text.items()}
    for language in (chat.language, chat.tenant.language):
        for code in (language.lower(), language.lower().partition("-")[0]):
            if code in spoken:
                return spoken[code]
    return next(iter(text.values()), "")


def languages(chat: Chat) -> list[str]:
    """The languages that a contact may choose here."""
    return list(chat.settings.languages or chat.words.languages)


def is_ours(command: CommandHelp, name: str) -> bool:
    """Whether it is this plugin's *name*."""
    return (command.plugin, command.name) == ("basics", name)


def shown(chat: Chat) -> list[CommandHelp]:
    """The commands to tell of: not LANGUAGE where one is spoken."""
    several = len(languages(chat)) > 1
    return [each for each in chat.commands if several or not is_ours(each, "language")]


def alone(command: CommandHelp) -> bool:
    """Whether a tap is enough: nothing has to follow; [what stands in brackets] may be left out."""
    return not command.takes or command.takes.startswith("[")


def waiting(chat: Chat) -> list[tuple[str, str]]:
    """The ids and titles of what was put aside, newest first."""
    return [(each.reply_id, each.title or chat.t("Continue")) for each in chat.parked]
