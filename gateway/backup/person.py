"""What a person does with messages that are held after a restore: look, release, discard."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.model.status import RANK
from gateway.pipeline.queries import RESTORED
from gateway.pipeline.replay import Replay
from gateway.pipeline.resolve import decode_parts, moved
from gateway.store.port import Row, Store, Tx

#: Characters of a message's words that are shown.
WORDS = 80
PAGE = 200
#: What came of each act, in a word.
DONE = {"release": "released", "discard": "discarded"}
#: What is written in the transaction of an act: the audit.
Beside = Callable[[Tx, Row], Awaitable[None]]


class Held(Struct, frozen=True):
    """A message that is held. *at* is since when, microseconds UTC; *words* are the first of its text."""

    tenant: str
    id: str
    message: str
    channel: str
    conversation: str
    address: str
    parts: int
    words: str
    at: int


class Desk:
    """For one tenant, or with "" for all of them."""

    def __init__(self, store: Store, channels: Channels, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._replay = Replay(store, channels, clock)

    async def list(self, tenant: str = "", limit: int = PAGE, after: str = "") -> list[Held]:
        """What is held, oldest first in each tenant."""
        if tenant:
            rows = await self._store.scope(tenant).read(
                lambda tx: tx.all(RESTORED["letters_of"], after=after, limit=limit)
            )
        else:
            rows = await self._store.read(
                lambda tx: tx.all(RESTORED["letters"], tenant="", after=after, limit=limit)
            )
        return [held_of(row) for row in rows]

    async def one(self, tenant: str, id: str) -> Held | None:
        """One held message; *tenant* may be ""."""
        row = await self._store.read(lambda tx: tx.one(RESTORED["anybodys"], id=id))
        return held_of(row) if row is not None and tenant in ("", row["tenant"]) else None

    async def release(self, tenant: str, id: str, beside: Beside) -> bool:
        """Send a held message, once; False when it is held no more."""
        row = await self._one(tenant, id)
        if row is None:
            return False
        letter = await self._store.read(lambda tx: tx.one(RESTORED["dead"], tenant=tenant, id=id))
        if letter is None:
            return False
        report = await self._replay.letter(letter, apply=True, beside=beside)
        return bool(report.get("applied"))

    async def discard(self, tenant: str, id: str, beside: Beside) -> bool:
        """Never send a held message; False when it is held no more."""
        row = await self._one(tenant, id)
        if row is None:
            return False
        now = self._clock.now()
        parts = [
            {"tenant": tenant, "part": part["id"], "rank": RANK["cancelled"], "now": now}
            for part in decode_parts(bytes(row["body"])).parts
        ]

        async def work(tx: Tx) -> bool:
            if not await tx.each(RESTORED["settle"], [{"tenant": tenant, "id": id, "now": now}]):
                return False
            await moved(tx, "discard", parts, "cancelled")
            await beside(tx, row)
            return True

        return await self._store.scope(tenant).write(work)

    async def _one(self, tenant: str, id: str) -> Row | None:
        return await self._store.scope(tenant).read(lambda tx: tx.one(RESTORED["letter"], id=id))


def held_of(row: Row) -> Held:
    """A row of `letters`."""
    parts = decode_parts(bytes(row["body"])).parts
    first: dict[str, Any] = parts[0] if parts else {}
    return Held(
        row["tenant"], row["id"], row["ref"], str(first.get("channel", "")),
        str(first.get("conversation", "")), str(first.get("address", "")), len(parts),
        words_of(str(first.get("body", ""))), row["at"],
    )  # fmt: skip


def words_of(body: str) -> str:
    """The first words of a rendered part: the longest text in it, whatever the provider calls it."""
    try:
        texts = list(_texts(json.loads(body)))
    except ValueError:
        texts = []
    longest = max(texts, key=len, default="")
    return longest if len(longest) <= WORDS else longest[: WORDS - 1] + "…"


_SAID = ("body", "Body", "text", "caption", "title", "name")


def _texts(value: Any, name: str = "") -> Any:
    """Texts that a contact would read, by how providers call them."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each, name)
    elif isinstance(value, str) and name in _SAID:
        yield value
