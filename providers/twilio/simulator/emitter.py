"""Delivers webhooks as Twilio does: once. What fails goes to the fallback URL, once, and is then given up."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

import aiohttp
from yarl import URL

from gateway.simulator import Traffic
from gateway.simulator.delivery import Delivery, NotDelivered
from gateway.simulator.timeline import Timeline
from providers.twilio.simulator.knobs import Knobs
from providers.twilio.simulator.overrides import overrides
from providers.twilio.simulator.signing import Request, Signer
from providers.twilio.simulator.target import OK, Target, Told, complaint

#: What Twilio's debugger says of webhooks that failed.
RETRIEVAL = "11200 HTTP retrieval failure"


class Emitter(Delivery):
    """Signs and delivers the webhooks of one account. `complaints` are what Twilio's debugger shows."""

    _knobs: Knobs

    def __init__(self, knobs: Knobs, timeline: Timeline, signer: Signer, traffic: Traffic) -> None:
        super().__init__(knobs, timeline)
        self._signer, self._traffic = signer, traffic

    async def deliver(self, target: Target, params: Mapping[str, str]) -> None:
        """Deliver one webhook, in as many copies as the knobs say. Raises `NotDelivered`."""
        await self.copied(lambda: self._copy(target, params))

    async def _copy(self, target: Target, params: Mapping[str, str]) -> None:
        with self._time.working():
            await self.held()
            told = await self._persist(target.url, target.method, params)
            if told.failure and target.fallback:
                blame = {"ErrorCode": "11200", "ErrorUrl": target.url}
                told = await self._persist(target.fallback, target.fallback_method, {**params, **blame})
            if told.failure:
                raise NotDelivered(f"{target.url} did not take a webhook: {told.answer}")
            if target.wants_twiml and (wrong := complaint(told)):
                self.complain(f"{wrong}: {target.url}")

    async def _persist(self, url: str, method: str, params: Mapping[str, str]) -> Told:
        """Try as often as the URL's fragment asks for; without one, once."""
        wish = overrides(url)
        token, tries = secrets.token_hex(16), 0
        give_up = self._time.moment() + min(self._knobs.retry_for, wish.total or self._knobs.retry_for)
        while True:
            told = await self._attempt(url, method, params, token, wish.read)
            if not told.failure:
                return told
            self.complain(f"{RETRIEVAL}: {url} answered {told.answer}")
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
        request = self.request(url, method, params)
        headers = {"User-Agent": "TwilioProxy/1.1", "I-Twilio-Idempotency-Token": token, **request.headers}
        within = aiohttp.ClientTimeout(
            total=min(self._knobs.answer_within, read or self._knobs.answer_within)
        )
        started, told, body = time.monotonic(), Told("no answer", "rt"), b""
        status = 0
        try:
            async with self.http.request(
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
