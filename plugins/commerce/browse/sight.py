"""What a contact looks at, so that "5" can be how many of it; and how often they were not understood."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from gateway import Chat, queries
from plugins.commerce.common.ids import micros

SQL = queries(Path(__file__).with_name("browse.sql"))
#: What was asked: how many more of it, or how many in all.
MORE, ALL = 1, 2
#: For how long a number is how many of what was seen, and a miss goes with the one before: microseconds.
FRESH = 10 * 60 * 1_000_000


class Sight(Struct, frozen=True):
    """The *variant* that was shown last, "" when that is long ago. *asked* says that it was asked how many
    of it: `MORE` to add, or `ALL` that the cart should have; 0 for not."""

    variant: str = ""
    asked: int = 0


async def look(chat: Chat, variant: str, *, asked: int = 0) -> None:
    """The contact sees *variant* now."""
    now = micros(chat.now)
    await chat.db.run(SQL["look"], contact=chat.contact.id, variant=variant, asked=int(asked), now=now)


async def seen(chat: Chat) -> Sight:
    """What the contact saw a short while ago."""
    found = await chat.db.one(SQL["sight"], contact=chat.contact.id)
    if found is None or micros(chat.now) - found["seen_at"] > FRESH:
        return Sight()
    return Sight(found["variant"], found["asked"])


async def missed(chat: Chat) -> int:
    """They were not understood: the how manieth time in a row this is."""
    now, found = micros(chat.now), await chat.db.one(SQL["sight"], contact=chat.contact.id)
    before = found["misses"] if found is not None and now - found["missed_at"] <= FRESH else 0
    await chat.db.run(SQL["missed"], contact=chat.contact.id, misses=before + 1, now=now)
    return int(before) + 1


async def understood(chat: Chat) -> None:
    """They were understood: the next miss is the first one."""
    found = await chat.db.one(SQL["sight"], contact=chat.contact.id)
    if found is not None and found["misses"]:
        await chat.db.run(SQL["understood"], contact=chat.contact.id)
