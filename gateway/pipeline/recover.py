"""What a process takes over: ownership, parts that a dead process was sending, and everything open.

The same reading goes on every few seconds while the gateway runs, so that nothing stays behind that
memory had no room for, that a command put into the database, or that was lost sight of while the
database was away.
"""

from __future__ import annotations

import asyncio

import msgspec

from gateway.channels import Channels
from gateway.clock import SECOND, Clock
from gateway.errors import StoreUnavailable
from gateway.model.event import Event, MessageReceived
from gateway.model.ids import new_id
from gateway.observe import Metrics, get_logger
from gateway.pipeline.journal import Envelope
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.parse import Parser
from gateway.pipeline.queries import JOURNAL, RECOVER, TURN
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.pipeline.send import Sender
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.recover")

SHARDS = 64
PAGE = 500
EVERY = 2.0

_envelope = msgspec.json.Decoder(Envelope)
_event: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class Recovery:
    """Reads open rows back into the parser, the lanes and the sender."""

    def __init__(
        self, store: Store, channels: Channels, parser: Parser, lanes: Lanes, sender: Sender,
        metrics: Metrics, clock: Clock,
    ) -> None:  # fmt: skip
        self._store, self._channels = store, channels
        self._parser, self._lanes, self._sender = parser, lanes, sender
        self._metrics, self._clock = metrics, clock
        self.process = new_id()
        self._cautious = False
        self._first = True

    async def take_over(self) -> None:
        """Become the owner of every shard, and put what was being sent in doubt."""
        now = self._clock.now()

        async def work(tx: Tx) -> tuple[int, int, bool]:
            last = await tx.one(RECOVER["last_process"])
            rows = await tx.each(
                RECOVER["add_shard"],
                [{"id": n, "owner": self.process, "lease_until": now} for n in range(SHARDS)],
            )
            epoch = max(row["epoch"] for row in rows)
            orphans = await tx.all(RECOVER["doubt_orphans"], now=now, epoch=epoch)
            await tx.run(RECOVER["add_process"], id=self.process, now=now)
            return epoch, len(orphans), last is not None and last["stopped_at"] == 0

        self._sender.epoch, orphans, self._cautious = await self._store.write(work)
        for provider in self._channels.providers:
            self._metrics.in_doubt.labels(provider, "crash").inc(0)
        if orphans:
            log.error(
                "recover.in_doubt", parts=orphans, hint="they wait for a status, see docs/architecture.md"
            )
        if self._cautious:
            log.info(
                "recover.unclean", hint="the last process did not end by itself; open events run one by one"
            )

    async def leave(self) -> None:
        """Note a clean end."""
        now = self._clock.now()

        async def work(tx: Tx) -> None:
            await tx.run(RECOVER["stop_process"], id=self.process, now=now)

        await self._store.write(work)

    async def run(self) -> None:
        """Read what is open, now and every few seconds."""
        while True:
            try:
                await self.sweep()
            except StoreUnavailable as error:
                log.error("recover.store_away", problem=str(error)[:200])
            await asyncio.sleep(EVERY)

    async def sweep(self) -> None:
        """One reading of everything that is open."""
        cautious, self._cautious = self._cautious, False
        first, self._first = self._first, False
        await self._raws(starts=1 if cautious else 0)
        await self._parts()
        await self._events(cautious, first)

    async def _page(self, query: str, **values: object) -> list[Row]:
        return await self._store.read(lambda tx: tx.all(query, **values))

    async def _raws(self, starts: int) -> None:
        after, before = "", _before(self._clock)
        self._parser.overflow = False
        while not self._parser.overflow:
            rows = await self._page(JOURNAL["open_rows"], after=after, limit=PAGE)
            mine = [row for row in rows if row["id"] < before or starts]
            self._parser.offer([_raw(row, starts) for row in mine])
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

    async def _parts(self) -> None:
        after, before = "", _before(self._clock)
        self._sender.overflow = False
        while not self._sender.overflow:
            rows = await self._page(RECOVER["open_parts"], after=after, limit=PAGE)
            for row in rows:
                # A row marked as being sent is one of our own sends, under way right now.
                if row["state"] != "sending" and (row["id"] < before or row["state"] == "in_doubt"):
                    self._sender.offer(_part(row))
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

    async def _events(self, cautious: bool, first: bool) -> None:
        after, before = "", _before(self._clock)
        self._lanes.overflow = False
        while not self._lanes.overflow:
            rows = await self._page(RECOVER["open_events"], after=after, limit=PAGE)
            for row in rows:
                if row["id"] in self._lanes.known or (row["id"] >= before and not first):
                    continue
                opened = await self._open(row)
                if opened is None:
                    continue
                if cautious or not first:
                    await self._alone(opened, wait=cautious)
                else:
                    self._lanes.offer(opened)
            if len(rows) < PAGE:
                return
            after = rows[-1]["id"]

    async def _alone(self, opened: OpenEvent, *, wait: bool) -> None:
        """Count the start, then run the event; after an unclean end, one at a time."""

        async def count(tx: Tx) -> None:
            await tx.run(TURN["start_event"], tenant=opened.tenant, event=opened.id)

        await self._store.write(count)
        self._lanes.offer(msgspec.structs.replace(opened, starts=opened.starts + 1))
        while wait and opened.id in self._lanes.known:
            await asyncio.sleep(0.002)

    async def _open(self, row: Row) -> OpenEvent | None:
        channel = self._channels.get(row["tenant"], row["channel"])
        if channel is None:
            return None  # the channel left the configuration; its events wait until it comes back
        done = await self._page(RECOVER["done_of"], tenant=row["tenant"], event=row["id"])
        event = _event.decode(bytes(row["body"]))
        return OpenEvent(
            row["tenant"], row["id"], channel, event, row["received_at"],
            row["conversation"], row["contact"] or "", row["contact_name"] or "", row["address"] or "",
            max(row["window_until"] or 0, event.at if isinstance(event, MessageReceived) else 0),
            row["starts"], row["message"], tuple(row["plugins"].split()),
            {item["plugin"]: bool(item["handled"]) for item in done},
        )  # fmt: skip


def _before(clock: Clock) -> str:
    """The smallest id of two seconds ago: younger rows are on their way through memory."""
    millis = (clock.now() - int(EVERY * SECOND)) // 1000
    text = f"{millis:012x}"
    return f"{text[:8]}-{text[8:12]}-7000-8000-000000000000"


def _raw(row: Row, starts: int) -> RawWebhook:
    envelope = _envelope.decode(row["headers"])
    return RawWebhook(
        row["id"], row["provider"], row["channel"], envelope.verified, row["received_at"],
        envelope.headers, bytes(row["body"]), max(row["starts"], starts) if starts else row["starts"],
    )  # fmt: skip


def _part(row: Row) -> Part:
    return Part(
        row["tenant"], row["id"], row["message"], row["idx"], row["channel"], row["shard"],
        row["conversation"], row["address"], row["class"], row["body"], row["state"], row["attempt"],
        row["resent"], row["epoch"], row["not_before"], row["deadline"], row["claimed_at"],
        row["doubt_since"], row["error"], row["created_at"],
    )  # fmt: skip
