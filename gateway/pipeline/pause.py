"""Paused numbers: a dead token or a blocked account stops the sending of one channel, never its intake.

A paused channel goes on by itself as soon as its token reads differently, without a restart; and once a
minute one send is tried in any case, in case the token was made good at the provider.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import StoreError
from gateway.feed import note
from gateway.observe import Metrics, get_logger
from gateway.pipeline.number import Number
from gateway.pipeline.send import Sender
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.pause")

LOOK = 2.0
PROBE = 60.0

_MARK = """
update channel set paused_at = :at, paused_reason = :reason where tenant = :tenant and id = :channel
"""

_MARKED = "select paused_at, paused_reason from channel where tenant = :tenant and id = :channel"

_Key = tuple[str, str]
#: Of a channel that is not paused: since when, and why.
_SENDS = (0, "")


class Pauses:
    """Remembers which numbers are paused, since when, and with which settings."""

    def __init__(
        self, sender: Sender, channels: Channels, store: Store, metrics: Metrics, clock: Clock
    ) -> None:
        self._sender, self._channels, self._store = sender, channels, store
        self._metrics, self._clock = metrics, clock
        self._paused: dict[_Key, tuple[Number, Any, float]] = {}
        #: Since when, microseconds UTC, and when it was last tried again, monotonic seconds: a try that
        #: fails is the same pause.
        self._since: dict[_Key, int] = {}
        self._tried: dict[_Key, float] = {}
        #: What the database says of who is paused; and whose word of an earlier owner was looked at.
        self._told: dict[_Key, tuple[int, str]] = {}
        self._met: set[_Key] = set()
        sender.on_pause = self.note

    def note(self, number: Number, reason: str) -> None:
        """A number was paused just now."""
        channel, now = number.channel, self._clock.monotonic()
        key = (channel.tenant, channel.id)
        self._paused[key] = (number, channel.settings(), now)
        tried = self._tried.pop(key, None)
        if tried is None or now - tried > PROBE:
            self._since[key] = self._clock.now()
        self._gauge(reason)

    async def run(self) -> None:
        """Look for new tokens, for ever."""
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def look(self) -> None:
        """Tell the database who is paused, and try again whose time has come."""
        self._let_go()
        await self._meet()
        await self._tell()
        for key in self._renewed():
            number, settings, _ = self._paused.pop(key)
            self._gauge(number.paused)
            if number.channel.settings() == settings:
                self._tried[key] = self._clock.monotonic()
            log.info("channel.resumed", tenant=key[0], channel=key[1])
            if number.unloaded:
                number.unloaded = False
                self._sender.again(number)  # what waits is read, in its order
            number.resume()

    def _let_go(self) -> None:
        """What another process has now is its to tell."""
        for key in [key for key, (number, _, _) in self._paused.items() if number.gone]:
            reason = self._paused.pop(key)[0].paused
            self._told.pop(key, None)
            self._gauge(reason)
        self._met.intersection_update(self._sender.numbers)

    async def _meet(self) -> None:
        """An earlier owner may have marked a number of ours as paused: it is tried here, so it is not."""
        if not self._sender.ownership.shared:
            return
        for key in self._sender.numbers.keys() - self._met:
            try:
                row = await self._store.read(partial(_marked, key))
            except StoreError:
                return
            self._met.add(key)
            if row is not None and row["paused_at"] and key not in self._told:
                self._told[key] = (row["paused_at"], row["paused_reason"])

    def _renewed(self) -> list[tuple[str, str]]:
        """The channels to try again: a token that reads differently, or a minute gone by."""
        if not self._paused:
            return []
        self._channels.refresh_from_file(LOOK / 10)
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

    async def _tell(self) -> None:
        """What cannot be written now is written next time."""
        paused = {key: (self._since[key], number.paused) for key, (number, _, _) in self._paused.items()}
        for key in paused.keys() | self._told.keys():
            state = paused.get(key, _SENDS)
            if self._told.get(key, _SENDS) == state:
                continue
            try:
                await self._store.write(partial(_write, key, *state, self._clock.now()))
            except StoreError:
                log.error("pause.not_marked", channel=key[1])
                continue
            if key in paused:
                self._told[key] = state
            else:
                self._told.pop(key, None)

    def _gauge(self, reason: str) -> None:
        count = sum(number.paused == reason for number, _, _ in self._paused.values())
        self._metrics.channel_paused.labels(reason).set(count)


async def _marked(key: _Key, tx: Tx) -> Row | None:
    return await tx.one(_MARKED, tenant=key[0], channel=key[1])


async def _write(key: _Key, at: int, reason: str, now: int, tx: Tx) -> None:
    await tx.run(_MARK, tenant=key[0], channel=key[1], at=at, reason=reason)
    await note.write(tx, [note.paused(*key, reason, now) if at else note.resumed(*key, now)])
