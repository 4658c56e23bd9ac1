"""The quiet time at the end of a run: wait until nothing is open any more."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable

from tests.faults.keys import Key
from tests.faults.process import GatewayFailed
from tests.faults.webhooks import inbound
from tests.faults.world import World

#: Contacts of their own, one for each number, that go on writing. A send in doubt is decided by time only
#: once the status of a later send has come, so a number that falls silent would prove nothing.
PULSE = 900_000


async def drain(
    around: World, acked: list[Key], limit: float, *, busy: Callable[[], bool] = lambda: False
) -> str:
    """Wait until every message of *acked* is answered and every status delivered, *limit* seconds at most.

    *busy* says whether the load still has copies to deliver. Returns what was still open at the end of
    the time, or "". Raises `GatewayFailed` when the gateway ends by itself.
    """
    end, counter = time.monotonic() + limit, itertools.count(1)
    next_pulse = 0.0
    while time.monotonic() < end:
        if ended := next((one for one in around.gateways if not one.alive), None):
            raise GatewayFailed(f"the gateway ended by itself while it drained:\n{ended.tail()}")
        waiting = unanswered(around, acked)
        if not waiting and not busy() and around.postman.idle:
            # The last outcomes and folds have yet to be written; nothing outside shows when they are.
            await asyncio.sleep(1)
            return ""
        if time.monotonic() >= next_pulse and any(key.contact < PULSE for key in waiting):
            next_pulse = time.monotonic() + 1
            await _pulse(around, acked, next(counter))
        await asyncio.sleep(0.25)
    some = ", ".join(key.text for key in waiting[:5])
    return (
        f"{len(waiting)} replies open ({some}), load busy: {busy()}, statuses left: {not around.postman.idle}"
    )


def unanswered(around: World, acked: list[Key]) -> list[Key]:
    """The messages of *acked* whose reply has not been accepted yet."""
    return [key for key in acked if key.reply not in around.provider.texts]


async def _pulse(around: World, acked: list[Key], n: int) -> None:
    """The next message to every number."""
    numbers = around.site.numbers
    keys = [Key(PULSE + 2 * place, n) for place in range(len(numbers))]
    await around.carrier.deliver(inbound(keys, numbers))
    acked.extend(keys)
