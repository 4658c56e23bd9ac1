"""LANGUAGE: choose one; it is remembered with the contact, on every channel."""

from __future__ import annotations

from gateway import Chat, List, Row, Section
from plugins.basics.spoken import is_ours, languages


async def choose_language(chat: Chat, wanted: str) -> None:
    """Speak the language that was *wanted* by its name or code; offer all when it is none, or nothing was."""
    known = languages(chat)
    if code := chat.words.code_of(wanted, known):
        chat.speak(code)
        name = chat.words.name_of(code)
        await chat.say(chat.t("From now on we speak {language}.", language=name))
        return
    own = next((each.reply_id for each in chat.commands if is_ours(each, "language")), "")
    rows = [Row(f"{own} {each}", chat.words.name_of(each)) for each in known]
    question = chat.t("Which language shall we speak?")
    await chat.send(List(question, chat.t("Choose"), [Section(chat.t("Languages"), rows)]))
