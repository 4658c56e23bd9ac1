"""Paused numbers: a dead token or a blocked account stops the sending of one channel, never its intake.

A paused channel goes on by itself as soon as its token reads differently, without a restart; and once a
minute one send is tried in any case, in case the token was made good at the provider.
"""

from __future__ import annotations

import asyncio
from typing import Any

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import StoreUnavailable
from gateway.observe import Metrics, get_logger
from gateway.pipeline.number import Number
from gateway.pipeline.send import Sender
from gateway.store.port import Store, Tx

log = get_logger("gateway.pause")

LOOK = 2.0
PROBE = 60.0

_MARK = """
update channel set paused_at = :at, paused_reason = :reason where tenant = :tenant and id = :channel
"""


class Pauses:
    """Remembers which numbers are paused, since when, and with which settings."""

    def __init__(
        self, sender: Sender, channels: Channels, store: Store, metrics: Metrics, clock: Clock
    ) -> None:
        self._sender, self._channels, self._store = sender, channels, store
        self._metrics, self._clock = metrics, clock
        self._paused: dict[tuple[str, str], tuple[Number, Any, float]] = {}
        sender.on_pause = self.note

    def note(self, number: Number, reason: str) -> None:
        """A number was paused just now."""
        channel = number.channel
        self._paused[channel.tenant, channel.id] = (number, channel.settings(), self._clock.monotonic())
        self._gauge(reason)

    async def run(self) -> None:
        """Look for new tokens, for ever."""
        told: set[tuple[str, str]] = set()
        while True:
            await asyncio.sleep(LOOK)
            for key in [key for key in self._paused if key not in told]:
                await self._mark(key, self._clock.now(), self._paused[key][0].paused)
                told.add(key)
            for key in self._renewed():
                number, _, _ = self._paused.pop(key)
                told.discard(key)
                self._gauge(number.paused)
                await self._mark(key, 0, "")
                log.info("channel.resumed", tenant=key[0], channel=key[1])
                number.resume()

    def _renewed(self) -> list[tuple[str, str]]:
        """The channels to try again: a token that reads differently, or a minute gone by."""
        if not self._paused:
            return []
        self._channels.refresh_from_file()
        now = self._clock.monotonic()
        due = []
        for key, (number, settings, since) in self._paused.items():
            channel = self._channels.get(*key)
            if channel is None:
                continue
            number.channel = channel
            if channel.settings() != settings or now - since >= PROBE:
                due.append(key)
        return due

    async def _mark(self, key: tuple[str, str], at: int, reason: str) -> None:
        async def work(tx: Tx) -> None:
            await tx.run(_MARK, tenant=key[0], channel=key[1], at=at, reason=reason)

        try:
            await self._store.write(work)
        except StoreUnavailable:
            log.error("pause.not_marked", channel=key[1])

    def _gauge(self, reason: str) -> None:
        count = sum(number.paused == reason for number, _, _ in self._paused.values())
        self._metrics.channel_paused.labels(reason).set(count)
