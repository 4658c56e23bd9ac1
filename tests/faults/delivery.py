"""Deliver a webhook as Meta does: again and again until it is answered 200."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable

import aiohttp

from tests.faults.webhooks import signed

#: Answers after which coming back is what a provider does anyway; others are noted as odd.
_EXPECTED = frozenset({200, 503})
_TIMEOUT = aiohttp.ClientTimeout(total=5)


class Carrier:
    """Carries webhooks to the URL that *choose* says, each time anew. `odd` counts answers that an authentic
    webhook must never get, `answers` all of them, and by name the failures to get one."""

    def __init__(self, session: aiohttp.ClientSession, choose: Callable[[], str], rng: random.Random) -> None:
        self._session, self._choose, self._rng = session, choose, rng
        self.odd: Counter[int] = Counter()
        self.answers: Counter[str] = Counter()
        self.attempts = 0

    async def deliver(self, body: bytes) -> None:
        """Return when *body* was answered 200; come back every 30–200 ms until then."""
        while True:
            if await self.once(body):
                return
            await asyncio.sleep(self._rng.uniform(0.03, 0.2))

    async def once(self, body: bytes) -> bool:
        """Deliver *body* one time; whether the answer was 200."""
        self.attempts += 1
        try:
            async with self._session.post(
                self._choose(), data=body, headers=signed(body), timeout=_TIMEOUT
            ) as answer:
                status = answer.status
                await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.answers[type(error).__name__] += 1
            return False
        self.answers[str(status)] += 1
        if status not in _EXPECTED:
            self.odd[status] += 1
        return status == 200
