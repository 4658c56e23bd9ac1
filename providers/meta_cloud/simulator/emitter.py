"""Delivers webhooks as Meta does: signed, in no promised order, again and again until answered with 200."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Coroutine
from typing import Any

import aiohttp
from msgspec import Struct

from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.webhooks import Line, encode, envelope, profile
from providers.meta_cloud.simulator.world import Contact, World

#: Seconds that a webhook may take to be answered.
ANSWER_WITHIN = 10.0


class NotDelivered(TimeoutError):
    """A webhook was not taken in the time for which it is retried; says what the business answered."""


class Pending(Struct, frozen=True):
    """A status that waits for its batch."""

    contact: Contact
    told: dict[str, Any]


class Emitter:
    """Signs and delivers webhooks for one business number."""

    def __init__(self, line: Line, world: World, knobs: Knobs, app_secret: str) -> None:
        self._line, self._world, self._knobs, self.app_secret = line, world, knobs, app_secret
        self.webhook_url = ""
        #: One line for each kind of answer that was not 200, with the number of times.
        self.refusals: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._waiting: list[Pending] = []

    async def start(self) -> None:
        """Open the connections."""
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=64))

    async def stop(self) -> None:
        """Forget what is not delivered yet and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* beside; it ends with the emitter. What is not delivered shows in `refusals`."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._count(str(error) or type(error).__name__)

    async def settle(self, timeout: float) -> None:
        """Wait until no status is under way; `TimeoutError` when they do not come to an end."""
        async with asyncio.timeout(timeout):
            while self._tasks:
                await asyncio.wait(set(self._tasks))

    async def message(self, contact: Contact, message: dict[str, Any]) -> None:
        """Deliver a contact's message. Returns when it is taken; raises `NotDelivered`."""
        await self.deliver({"contacts": [profile(contact)], "messages": [message]})

    async def status(self, contact: Contact, told: dict[str, Any]) -> None:
        """Deliver a status, alone or with others; a lone one is taken when this returns."""
        self._waiting.append(Pending(contact, told))
        if len(self._waiting) >= self._knobs.batch:
            await self._flush()
        elif len(self._waiting) == 1:
            self.spawn(self._flush_later())

    async def _flush_later(self) -> None:
        await asyncio.sleep(self._knobs.batch_wait)
        await self._flush()

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        if self._knobs.shuffle_statuses:
            self._knobs.rng.shuffle(batch)
        # A failed status comes without contacts (wire.md, trap 2).
        people = {p.contact.phone: profile(p.contact) for p in batch if p.told["status"] != "failed"}
        value: dict[str, Any] = {"contacts": list(people.values())} if people else {}
        await self.deliver({**value, "statuses": [pending.told for pending in batch]})
        for pending in batch:
            await self._world.tick(pending.told["id"], pending.told["status"])

    async def deliver(self, value: dict[str, Any]) -> None:
        """Deliver one change, in as many copies as the knobs say. Raises `NotDelivered`."""
        await self.post(encode(envelope(self._line, value)))

    async def post(self, body: bytes) -> None:
        """Sign and deliver *body* as it stands, in as many copies as the knobs say."""
        copies = max(1, self._knobs.duplicate_webhooks)
        results = await asyncio.gather(*(self._persist(body) for _ in range(copies)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _persist(self, body: bytes) -> None:
        clock = asyncio.get_running_loop()
        give_up, pause = clock.time() + self._knobs.retry_for, self._knobs.retry_first
        while (answer := await self.post_once(body)) != "200":
            self._count(answer)
            if clock.time() + pause > give_up:
                raise NotDelivered(f"{self.webhook_url} did not take a webhook: {answer}")
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._knobs.retry_most)

    async def post_once(self, body: bytes) -> str:
        """Sign and post *body* once: "200", or in words what came instead."""
        assert self._session is not None, "the simulator is not started"
        digest = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        try:
            async with self._session.post(self.webhook_url, data=body, headers=headers) as answer:
                await answer.read()
                return str(answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__

    async def handshake(self, query: dict[str, str]) -> tuple[int, str]:
        """GET the webhook's URL with *query*: the status and the text of the answer."""
        assert self._session is not None, "the simulator is not started"
        async with self._session.get(self.webhook_url, params=query) as answer:
            return answer.status, await answer.text()

    def _count(self, answer: str) -> None:
        self.refusals[answer] = self.refusals.get(answer, 0) + 1
