"""Who guesses codes and numbers is slowed down: so many wrong ones an hour."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from gateway import Chat, PersonalData, queries
from plugins.commerce.common.ids import micros

SQL = queries(Path(__file__).with_name("tries.sql"))
HOUR = 3_600_000_000

What = Literal["code", "track", "owner"]
PERSONAL = PersonalData("commerce_try", contact="contact")


async def too_many(chat: Chat, what: What, most: int) -> bool:
    """Whether the contact was wrong *most* times or more within the hour."""
    after = micros(chat.now) - HOUR
    found = await chat.db.value(SQL["tries"], contact=chat.contact.id, what=what, after=after)
    return (found or 0) >= most


async def wrong(chat: Chat, what: What) -> None:
    """Count a wrong one."""
    now = micros(chat.now)
    await chat.db.run(SQL["tried"], contact=chat.contact.id, what=what, now=now, after=now - HOUR)
