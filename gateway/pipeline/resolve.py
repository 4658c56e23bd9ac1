"""What is held after a restore, looked at until nothing is left: statuses prove it, the provider's list does,
a person decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial

import msgspec

from gateway.channels import Channel, Channels
from gateway.clock import Clock
from gateway.cluster.port import Cluster
from gateway.errors import GatewayError
from gateway.feed import note
from gateway.model.status import RANK
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.pipeline.backlog import Ask
from gateway.pipeline.outcome import DeadParts
from gateway.pipeline.queries import OUTBOX, RESTORED
from gateway.pipeline.restored import Restored
from gateway.pipeline.witness import SLACK
from gateway.provider import ProviderError, Witness
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.restored")

#: Seconds between two looks, and between two questions about the same part.
EVERY, ASK_AGAIN = 2.0, 60.0
PAGE = 200

decode_parts = msgspec.json.Decoder(DeadParts).decode


class Resolve:
    """The leader settles what was proved, asks providers that have a list, and ends the restored mode; every
    process learns of its end."""

    def __init__(
        self, store: Store, restored: Restored, channels: Channels, ask: Ask, cluster: Cluster,
        metrics: Metrics, clock: Clock,
    ) -> None:  # fmt: skip
        self._store, self._restored, self._channels, self._ask = store, restored, channels, ask
        self._cluster, self._metrics, self._clock = cluster, metrics, clock
        #: When each part was last asked about, in monotonic seconds.
        self._asked: dict[str, float] = {}
        self._outage = Outage(log, "restored.store_away", "restored.store_back")

    async def run(self) -> None:
        """Look for as long as something is held; there is nothing to do where nothing was restored."""
        while self._restored.at:
            with self._outage:
                if self._cluster.leads:
                    await self.look()
                await self._restored.load(self._store)
            await asyncio.sleep(EVERY)
        await asyncio.Event().wait()

    async def look(self) -> None:
        """One look at all that is held."""
        held = 0
        async for letter in self._letters():
            held += not await self._settled(letter)
        self._metrics.restored_held.set(held)
        at = self._restored.at
        if held or await self._store.read(lambda tx: tx.value(RESTORED["left"], at=at)):
            return
        waiting = await self._store.read(lambda tx: tx.all(RESTORED["unpolled"], at=at))
        if any(self._polls(row) for row in waiting):
            return
        now = self._clock.now()
        await self._store.write(lambda tx: tx.run(RESTORED["end"], now=now))
        log.info("restored.settled", hint="nothing is held any more")

    def _polls(self, row: Row) -> bool:
        channel = self._channels.get(row["tenant"], row["id"])
        return channel is not None and getattr(channel.provider, "backlog", None) is not None

    async def _letters(self) -> AsyncIterator[Row]:
        place = ("", "")
        while True:
            rows = await self._store.read(partial(_page, place=place))
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            place = (rows[-1]["tenant"], rows[-1]["id"])

    async def _settled(self, letter: Row) -> bool:
        """Whether all parts of a held message are proved; then it is held no more."""
        kept = decode_parts(bytes(letter["body"])).parts
        keys = [{"tenant": letter["tenant"], "part": part["id"]} for part in kept]
        rows = await self._store.read(lambda tx: tx.each(RESTORED["parts"], keys))
        known, open_ = {row["id"]: row for row in rows}, 0
        for part in kept:
            row = known.get(str(part["id"]))
            if row is not None and row["status"] == "in_doubt":
                open_ += not await self._witnessed(letter["tenant"], part, row)
        if open_:
            return False
        keys = [{"tenant": letter["tenant"], "id": letter["id"], "now": self._clock.now()}]
        if await self._store.write(lambda tx: tx.each(RESTORED["settle"], keys)):
            log.info("restored.proved", tenant=letter["tenant"], message_id=letter["ref"])
        return True

    async def _witnessed(self, tenant: str, part: dict[str, object], row: Row) -> bool:
        """Whether the provider's list has the part, which is kept then."""
        channel = self._channels.get(tenant, str(part["channel"]))
        if channel is None or getattr(channel.provider, "witness", None) is None:
            return False
        if self._asked.get(row["id"], -ASK_AGAIN) + ASK_AGAIN > self._clock.monotonic():
            return False
        self._asked[row["id"]] = self._clock.monotonic()
        try:
            found = await self._found(channel, part, row["claimed_at"] or self._restored.taken_at)
        except (ProviderError, GatewayError) as error:
            log.info("restored.silent", tenant=tenant, part_id=row["id"], problem=type(error).__name__)
            return False
        now = self._clock.now()
        values = {"tenant": tenant, "part": row["id"], "rank": RANK["accepted"], "now": now}
        return bool(found) and await self._store.write(
            lambda tx: moved(tx, "prove", [{**values, "provider_message_id": found}], "accepted")
        )

    async def _found(self, channel: Channel, part: dict[str, object], since: int) -> str:
        """The provider's id of what is surely *part*, else "": as `gateway.pipeline.witness`."""
        witness: Witness = channel.provider.witness  # type: ignore[assignment]  # only those that have one
        body = msgspec.json.decode(str(part["body"]))
        told = await self._ask(
            witness.sent(body, str(part["address"]), since - SLACK, channel.settings()), channel
        )
        rows = [{"tenant": channel.tenant, "channel": channel.id, "message": each} for each in told]
        known = await self._store.read(lambda tx: tx.each(OUTBOX["of_provider"], rows)) if rows else []
        ours = {row["provider_message_id"] for row in known}
        return next((each for each in told if each not in ours), "")


async def _page(tx: Tx, place: tuple[str, str]) -> list[Row]:
    """Held messages behind *place*."""
    return await tx.all(RESTORED["letters"], tenant=place[0], after=place[1], limit=PAGE)


async def moved(tx: Tx, query: str, rows: Sequence[dict[str, object]], status: str) -> bool:
    """Change held parts, and note what became of them; whether one was still in doubt."""
    found = await tx.each(RESTORED[query], rows)
    told = {row["part"]: row for row in rows}
    notes = [
        note.status(
            {
                "provider_message_id": "", "error": "", **told[row["id"]], "status": status,
                "message": row["message"], "idx": row["idx"],
            },
            int(str(told[row["id"]]["now"])),
        )
        for row in found
    ]  # fmt: skip
    await note.write(tx, notes)
    return bool(found)
