"""Delivers webhooks as Twilio does: once. What fails goes to the fallback URL, once, and is then given up."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Coroutine, Mapping
from typing import Any

import aiohttp
from yarl import URL

from gateway.simulator import Traffic
from gateway.simulator.timeline import Timeline
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.overrides import overrides
from providers.twilio.simulator.signing import Request, Signer
from providers.twilio.simulator.target import OK, Target, Told, complaint

#: What Twilio's debugger says of webhooks that failed.
RETRIEVAL = "11200 HTTP retrieval failure"


class NotDelivered(TimeoutError):
    """Neither the webhook's URL nor its fallback took it; says what they answered."""


class Emitter:
    """Signs and delivers the webhooks of one account."""

    def __init__(self, knobs: Knobs, timeline: Timeline, signer: Signer, traffic: Traffic) -> None:
        self._knobs, self._time, self._signer, self._traffic = knobs, timeline, signer, traffic
        #: What Twilio's debugger shows, with the number of times.
        self.alerts: dict[str, int] = {}
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._later: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Open the connections."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))

    async def stop(self) -> None:
        """Forget what is not delivered yet and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def spawn(self, work: Coroutine[Any, Any, None], *, later: bool = False) -> None:
        """Run *work* beside; it ends with the emitter. `settle` does not wait for what is for *later*."""
        task = asyncio.ensure_future(self._work(work))
        self._tasks.add(task)
        if later:
            self._later.add(task)
        task.add_done_callback(self._ended)

    async def _work(self, work: Coroutine[Any, Any, None]) -> None:
        with self._time.working():
            await work

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        self._later.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.alert(str(error) or type(error).__name__)

    async def settle(self, timeout: float) -> None:
        """Wait until no status is under way; `TimeoutError` when they do not come to an end."""
        async with asyncio.timeout(timeout):
            while waited := self._tasks - self._later:
                await asyncio.wait(waited)

    def alert(self, what: str) -> None:
        """Twilio's debugger shows *what*."""
        self.alerts[what] = self.alerts.get(what, 0) + 1

    async def deliver(self, target: Target, params: Mapping[str, str]) -> None:
        """Deliver one webhook, in as many copies as the knobs say. Raises `NotDelivered`."""
        copies = max(1, self._knobs.duplicate_webhooks)
        if copies == 1:
            await self._copy(target, params)
            return
        with self._time.resting():
            work = [self._copy(target, params) for _ in range(copies)]
            results = await asyncio.gather(*work, return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _copy(self, target: Target, params: Mapping[str, str]) -> None:
        with self._time.working():
            knobs = self._knobs
            # The dice are only thrown when they are asked for: a seeded run stays what it was.
            held = knobs.webhook_delay + (knobs.rng.random() * knobs.reorder if knobs.reorder else 0)
            if held > 0:
                await self._time.sleep(held)
            told = await self._persist(target.url, target.method, params)
            if told.failure and target.fallback:
                blame = {"ErrorCode": "11200", "ErrorUrl": target.url}
                told = await self._persist(target.fallback, target.fallback_method, {**params, **blame})
            if told.failure:
                raise NotDelivered(f"{target.url} did not take a webhook: {told.answer}")
            if target.wants_twiml and (wrong := complaint(told)):
                self.alert(f"{wrong}: {target.url}")

    async def _persist(self, url: str, method: str, params: Mapping[str, str]) -> Told:
        """Try as often as the URL's fragment asks for; without one, once."""
        wish = overrides(url)
        token, tries = secrets.token_hex(16), 0
        give_up = self._time.moment() + min(self._knobs.retry_for, wish.total or self._knobs.retry_for)
        while True:
            told = await self._attempt(url, method, params, token, wish.read)
            if not told.failure:
                return told
            self.alert(f"{RETRIEVAL}: {url} answered {told.answer}")
            tries += 1
            spent = self._time.moment() + self._knobs.retry_first > give_up
            if tries > wish.retries or not wish.wants(told.failure) or spent:
                return told
            await self._time.sleep(self._knobs.retry_first)

    def request(self, url: str, method: str, params: Mapping[str, str]) -> Request:
        """The signed request, of the kind that the knobs ask for."""
        shared = self._knobs.shared_key
        if method == "GET":
            return self._signer.get(url, params, shared=shared)
        if self._knobs.json_bodies:
            return self._signer.json(url, params, shared=shared)
        return self._signer.form(url, params, shared=shared)

    async def _attempt(
        self, url: str, method: str, params: Mapping[str, str], token: str, read: float | None
    ) -> Told:
        """One request; *token* is the same for all tries of one webhook (wire.md §4.1)."""
        assert self._session is not None, "the simulator is not started"
        request = self.request(url, method, params)
        headers = {"User-Agent": "TwilioProxy/1.1", "I-Twilio-Idempotency-Token": token, **request.headers}
        within = aiohttp.ClientTimeout(
            total=min(self._knobs.answer_within, read or self._knobs.answer_within)
        )
        started, told, body = time.monotonic(), Told("no answer", "rt"), b""
        status = 0
        try:
            async with self._session.request(
                method,
                URL(request.url, encoded=True),
                data=request.body or None,
                headers=headers,
                timeout=within,
            ) as answer:
                body, status = await answer.read(), answer.status
                failure = "" if status in OK else f"{status // 100}xx"
                told = Told(str(status), failure, answer.headers.get("Content-Type", ""), body)
        except TimeoutError:
            told = Told("no answer in time", "rt")
        except (aiohttp.ClientError, OSError) as error:
            told = Told(type(error).__name__, "ct")
        finally:
            took = time.monotonic() - started
            self._traffic.note("webhook", method, request.url, headers, request.body, status, body, took)
        return told
