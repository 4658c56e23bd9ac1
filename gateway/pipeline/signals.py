"""Read receipts and "is typing…": signals to a contact, beside messages.

They are made at once, outside of any transaction: a reader who sees the ticks early loses nothing, and a
typing indicator that waits for the commit is shown after the answer. They are not repeated when they
fail, and not kept: a process that dies forgets them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Protocol

from gateway.channels import Channel
from gateway.clock import Clock
from gateway.observe import Metrics, get_logger
from gateway.provider import ProviderError, Receipts, Steps

log = get_logger("gateway.signals")

#: Seconds for which a typing indicator is shown (wire.md §2.5).
SHOWN = 25.0
#: Signals under way at once; more are dropped, for they would come too late.
MOST = 256
REMEMBER = 10_000


class Ask(Protocol):
    """Has work at a provider done."""

    def __call__(self, steps: Steps[None], channel: Channel, /) -> Awaitable[None]: ...


class Signals:
    """Sends signals, each once: a message is read once, and typed under again when the last one is over."""

    def __init__(self, ask: Ask, metrics: Metrics, clock: Clock) -> None:
        self._ask, self._metrics, self._clock = ask, metrics, clock
        self._tasks: set[asyncio.Task[None]] = set()
        #: (tenant, channel, message) → until when an indicator is shown, 0.0 for a plain receipt.
        self._sent: OrderedDict[tuple[str, str, str], float] = OrderedDict()

    def mark_read(self, channel: Channel, message_id: str, *, typing: bool) -> bool:
        """Tell the contact; False when the provider has no such thing."""
        receipts: Receipts | None = getattr(channel.provider, "receipts", None)
        if receipts is None:
            return False
        key = (channel.tenant, channel.id, message_id)
        now = self._clock.monotonic()
        shown = self._sent.pop(key, None)
        fresh = shown is None or (typing and shown <= now)
        self._sent[key] = (now + SHOWN if fresh else shown or 0.0) if typing else shown or 0.0
        while len(self._sent) > REMEMBER:
            self._sent.popitem(last=False)
        if fresh:
            self._start(channel, lambda: receipts.mark_read(message_id, typing, channel.settings()))
        return True

    def _start(self, channel: Channel, steps: Callable[[], Steps[None]]) -> None:
        if len(self._tasks) >= MOST:
            self._metrics.signals.labels(channel.provider.name, "dropped").inc()
            return
        task = asyncio.get_running_loop().create_task(self._send(channel, steps))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, channel: Channel, steps: Callable[[], Steps[None]]) -> None:
        result = "ok"
        try:
            await self._ask(steps(), channel)
        except ProviderError as error:
            result = "failed"
            log.info("signal.refused", tenant=channel.tenant, channel=channel.id, provider_code=error.code)
        except Exception:
            result = "failed"
            log.exception("signal.failed", tenant=channel.tenant, channel=channel.id)
        self._metrics.signals.labels(channel.provider.name, result).inc()

    async def drain(self, seconds: float) -> None:
        """Give what is under way *seconds* to end."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
