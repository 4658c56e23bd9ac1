"""Delivers webhooks as Meta does: signed, in no promised order, again and again until answered with 200."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable

import aiohttp

from gateway.simulator import Traffic
from gateway.simulator.delivery import Delivery, NotDelivered
from gateway.simulator.timeline import Timeline
from providers.meta_cloud.simulator.batch import Batch
from providers.meta_cloud.simulator.envelope import Update, encode, payload
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.world import World

#: Bytes that a webhook has at most (wire.md 1.3).
LARGEST = 3 * 1024 * 1024


class Emitter(Delivery):
    """Signs and delivers the webhooks of one app."""

    _knobs: Knobs

    def __init__(self, world: World, knobs: Knobs, timeline: Timeline, app_secret: str) -> None:
        super().__init__(knobs, timeline)
        self._world, self.app_secret = world, app_secret
        self.webhook_url = ""
        self.traffic = Traffic()
        #: Where a number's webhooks of a field go; overrides come from the Graph side.
        self.route: Callable[[Line, str], str] = lambda line, field: self.webhook_url
        #: Whether nothing is sent for a number, because its account is not subscribed.
        self.silent: Callable[[Line], bool] = lambda line: False
        self._waiting = Batch()

    async def update(self, update: Update) -> None:
        """Deliver a message or a change of another field. Returns when it is taken; raises `NotDelivered`."""
        if not self._knobs.batch_all:
            await self.deliver([update])
            return
        taken = self._waiting.add(update)
        if len(self._waiting) >= self._knobs.batch:
            self.spawn(self._flush())
        elif len(self._waiting) == 1:
            self.spawn(self._flush_later())
        with self._time.resting():
            await taken

    async def status(self, update: Update) -> None:
        """Deliver a status, alone or with others; a lone one is taken when this returns."""
        self._waiting.add(update)
        if len(self._waiting) >= self._knobs.batch:
            await self._flush()
        elif len(self._waiting) == 1:
            self.spawn(self._flush_later())

    async def _flush_later(self) -> None:
        await self._time.sleep(self._knobs.batch_wait)
        await self._flush()

    async def _flush(self) -> None:
        batch = self._waiting.take()
        if self._knobs.shuffle_statuses:
            self._knobs.rng.shuffle(batch)
        try:
            await self.deliver([waiting.update for waiting in batch])
        except NotDelivered as error:
            for waiting in batch:
                waiting.refused(error)
            raise
        for waiting in batch:
            waiting.was_taken()

    async def deliver(self, updates: list[Update]) -> None:
        """Deliver *updates* together, as far as they go to the same URL. Raises `NotDelivered`."""
        urls: dict[str, list[Update]] = {}
        for update in updates:
            if self.silent(update.line):
                continue
            urls.setdefault(self.route(update.line, update.field), []).append(update)
        for url, mine in urls.items():
            await self._deliver(url, mine)

    async def _deliver(self, url: str, updates: list[Update]) -> None:
        body = encode(payload(updates))
        if len(body) > LARGEST and len(updates) > 1:
            await self._deliver(url, updates[: len(updates) // 2])
            await self._deliver(url, updates[len(updates) // 2 :])
            return
        await self.post(body, url)
        for update in updates:
            for message_id, status in update.ticks:
                await self._world.tick(message_id, status)

    async def post(self, body: bytes, url: str = "") -> None:
        """Sign and deliver *body* as it stands, in as many copies as the knobs say."""
        url = url or self.webhook_url
        await self.copied(lambda: self._persist(url, body))

    async def _persist(self, url: str, body: bytes) -> None:
        with self._time.working():
            knobs = self._knobs
            await self.held()
            give_up, pause = self._time.moment() + knobs.retry_for, knobs.retry_first
            copies = 1
            while (answer := await self._attempt(url, body, copies)) != "200":
                self.complain(answer)
                if self._time.moment() + pause > give_up:
                    raise NotDelivered(f"{url} did not take a webhook: {answer}")
                await self._time.sleep(pause)
                pause, copies = min(pause * 2, knobs.retry_most), max(1, knobs.fan_out)

    async def _attempt(self, url: str, body: bytes, copies: int) -> str:
        """One delivery, or one for each app that is subscribed; the first answer counts."""
        if copies == 1:
            answer = await self.post_once(body, url)
        else:
            with self._time.resting():
                answer, *_ = await asyncio.gather(*(self.post_once(body, url) for _ in range(copies)))
        if answer == "200" and self._knobs.chance(self._knobs.miss_answers):
            return "answer missed"
        return answer

    async def post_once(self, body: bytes, url: str = "") -> str:
        """Sign and post *body* once: "200", or in words what came instead."""
        url = url or self.webhook_url
        headers = {"Content-Type": "application/json", **self.proof(body, url)}
        patience = aiohttp.ClientTimeout(total=self._knobs.answer_within)
        started, status, told = time.monotonic(), 0, b""
        try:
            async with self.http.post(url, data=body, headers=headers, timeout=patience) as answer:
                told, status = await answer.read(), answer.status
                return str(status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return type(error).__name__
        finally:
            took = time.monotonic() - started
            self.traffic.note("webhook", "POST", url, headers, body, status, told, took)

    def proof(self, body: bytes, url: str = "") -> dict[str, str]:
        """The headers that authenticate *body*, wherever it goes (wire.md 1.2)."""
        digest = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}"}

    async def handshake(self, query: dict[str, str], url: str = "") -> tuple[int, str]:
        """GET the webhook's URL with *query*: the status and the text of the answer."""
        async with self.http.get(url or self.webhook_url, params=query) as answer:
            return answer.status, await answer.text()
