"""How the business is told: signed webhooks, tried again until they are answered with 200."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Coroutine
from typing import Any

import aiohttp

from examples.carrier_pigeon.parse import HEADER, ring
from gateway.simulator import SignedWebhook, Traffic


class Roost:
    """Signs and delivers."""

    def __init__(self) -> None:
        self.webhook_url = ""
        self.traffic = Traffic()
        self.rings = [secrets.token_hex(16)]
        self.copies = 1
        self.retry_for = 60.0
        #: What was answered in place of 200, with the number of times.
        self.refusals: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Open the connections."""
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        """Forget what is under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do *work* beside; it ends with the roost."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self, timeout: float) -> None:
        """Wait until nothing is under way."""
        async with asyncio.timeout(timeout):
            while self._tasks:
                await asyncio.wait(self._tasks)

    def sign(self, body: bytes) -> SignedWebhook:
        """*body* as an authentic webhook."""
        headers = {"Content-Type": "application/json", "X-Pigeon-Ring": ring(self.rings[0], body)}
        return SignedWebhook(headers, body, (HEADER,))

    async def tell(self, what: dict[str, Any]) -> None:
        """Deliver *what*; `TimeoutError` when the business never takes it."""
        webhook = self.sign(json.dumps(what).encode())
        await asyncio.gather(*(self._deliver(webhook) for _ in range(self.copies)))

    async def _deliver(self, webhook: SignedWebhook) -> None:
        give_up, pause = time.monotonic() + self.retry_for, 0.05
        while (answer := await self._post(webhook)) != "200":
            self.refusals[answer] = self.refusals.get(answer, 0) + 1
            if time.monotonic() + pause > give_up:
                raise TimeoutError(f"{self.webhook_url} did not take a webhook: {answer}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _post(self, webhook: SignedWebhook) -> str:
        assert self._session is not None, "the simulator is not started"
        started, status, told, url = time.monotonic(), 0, b"", self.webhook_url
        try:
            async with self._session.post(url, data=webhook.body, headers=webhook.headers) as answer:
                told, status = await answer.read(), answer.status
                return str(status)
        except (aiohttp.ClientError, OSError) as error:
            return type(error).__name__
        finally:
            took = time.monotonic() - started
            self.traffic.note("webhook", "POST", url, webhook.headers, webhook.body, status, told, took)
