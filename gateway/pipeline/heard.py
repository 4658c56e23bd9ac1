"""Which channels are heard: when each one's last authentic webhook came, and an alarm when none comes.

Webhooks are marked in memory once they are durable; the database learns of it every ten seconds. Silence
is counted in time during which this process could hear, so an outage of our own is no silence. Where other
processes hear too, the one that leads gives the alarm, once the database does not know of them either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from gateway.channels import Channel, Channels
from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.errors import StoreError
from gateway.observe import Metrics, get_logger
from gateway.pipeline.records import RawWebhook
from gateway.store.port import Store, Tx

log = get_logger("gateway.heard")

#: Seconds between two looks, and between two notes in the database.
LOOK = 2.0
NOTE = 10.0

_NOTE = """
update channel set webhook_at = :at where tenant = :tenant and id = :channel and webhook_at < :at
"""
_NOTED = "select provider, id, webhook_at from channel where tenant = :tenant and id = :channel"
_Key = tuple[str, str]


class Heard:
    """*up* tells the seconds that this process's intake has been up."""

    def __init__(
        self, channels: Channels, store: Store, metrics: Metrics, clock: Clock, up: Callable[[], float],
        ownership: Ownership | None = None,
    ) -> None:  # fmt: skip
        self._ownership = ownership
        self._channels, self._store = channels, store
        self._metrics, self._clock, self._up = metrics, clock, up
        #: What came since the last look: (provider, channel) → when, microseconds UTC.
        self._new: dict[_Key, int] = {}
        self._unwritten: dict[_Key, int] = {}
        self._written_at = clock.monotonic() - NOTE
        self._began = clock.now()
        self._newest: dict[str, int] = {}
        #: How long this process had been up when a channel was last heard.
        self._last: dict[_Key, float] = {}
        self._silent: set[_Key] = set()

    def mark(self, batch: list[RawWebhook]) -> None:
        """Webhooks are durable. On the app-wide address each channel whose secret signed is heard."""
        new = self._new
        for raw in batch:
            for channel in raw.verified:
                new[raw.provider, channel] = raw.received_at

    async def run(self) -> None:
        """Look and note, for ever."""
        while True:
            await self.ask()
            self.look()
            if self._clock.monotonic() - self._written_at >= NOTE:
                await self.note()
            await asyncio.sleep(LOOK)

    async def ask(self) -> None:
        """Take in what other processes have heard of the channels that seem to be silent here."""
        if self._ownership is None or not (self._ownership.shared and self._ownership.leads):
            return
        quiet = [channel for channel in self._channels if 0 < channel.silence <= self._quiet(channel)]
        keys = [{"tenant": channel.tenant, "channel": channel.id} for channel in quiet]
        if not keys:
            return
        try:
            rows = await self._store.read(lambda tx: tx.each(_NOTED, keys))
        except StoreError:
            return
        since = {(c.provider.name, c.id): self._clock.now() - int(c.silence * SECOND) for c in quiet}
        for row in rows:
            key = (row["provider"], row["id"])
            if row["webhook_at"] > since.get(key, row["webhook_at"]):
                self._new[key] = max(row["webhook_at"], self._new.get(key, 0))

    def _quiet(self, channel: Channel) -> float:
        up = self._up()
        return up - self._last.get((channel.provider.name, channel.id), up)

    def look(self) -> None:
        """Take in what came, judge every channel, set the gauges."""
        new, self._new = self._new, {}
        up = self._up()
        for key, at in new.items():
            self._last[key] = up
            self._newest[key[0]] = max(at, self._newest.get(key[0], 0))
            self._unwritten[key] = max(at, self._unwritten.get(key, 0))
        present = {(channel.provider.name, channel.id): channel for channel in self._channels}
        for key, channel in present.items():
            self._judge(key, channel, up)
        self._silent &= present.keys()
        now = self._clock.now()
        for provider in {name for name, _ in present}:
            silent = sum(name == provider for name, _ in self._silent)
            age = (now - self._newest.get(provider, self._began)) / SECOND
            self._metrics.channels_silent.labels(provider).set(silent)
            self._metrics.newest_webhook_seconds.labels(provider).set(max(0.0, age))

    def _judge(self, key: _Key, channel: Channel, up: float) -> None:
        quiet = up - self._last.setdefault(key, up)
        silent = 0 < channel.silence <= quiet and (self._ownership is None or self._ownership.leads)
        if silent == (key in self._silent):
            return
        if silent:
            self._silent.add(key)
            log.error(
                "channel.silent", tenant=channel.tenant, channel=channel.id, seconds=round(quiet),
                hint=f"`gateway channel check {channel.id}` says whether its webhooks still come here",
            )  # fmt: skip
        else:
            self._silent.discard(key)
            if 0 < channel.silence <= quiet:  # another process leads now, and says so itself
                return
            log.info("channel.heard", tenant=channel.tenant, channel=channel.id)

    async def note(self) -> None:
        """Write when each channel was last heard. What cannot be written now is written next time."""
        taken, self._unwritten = self._unwritten, {}
        rows = [
            {"tenant": channel.tenant, "channel": channel.id, "at": at}
            for (provider, id), at in taken.items()
            if (channel := self._channels.find(provider, id)) is not None
        ]
        if not rows:
            return
        self._written_at = self._clock.monotonic()

        async def work(tx: Tx) -> None:
            await tx.many(_NOTE, rows)

        try:
            await self._store.write(work)
        except StoreError:
            self._unwritten = taken | self._unwritten
            log.error("heard.not_noted", channels=len(rows))
