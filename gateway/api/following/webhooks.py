"""`/api/v1/webhooks`: addresses that events are sent to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from gateway.api.cursor import Cursors
from gateway.api.etag import check
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Answer, Ask, Page, Route
from gateway.clock import SECOND, Clock
from gateway.endpoints import desk
from gateway.endpoints.deliver import Deliverer
from gateway.endpoints.desk import EndpointRefused
from gateway.endpoints.forms import (
    EndpointChange,
    EndpointMade,
    EndpointShown,
    NewEndpoint,
    Outcome,
    SecretShown,
)
from gateway.endpoints.record import Endpoint
from gateway.store.port import Tx
from gateway.store.seal import Seal

T = TypeVar("T")

#: Tests of one tenant at once: each may take as long as an answer may.
TESTS = 2


class Webhooks:
    """The routes."""

    def __init__(self, deliverer: Deliverer, seal: Seal, clock: Clock, cursors: Cursors) -> None:
        self._deliverer, self._seal, self._clock, self._cursors = deliverer, seal, clock, cursors
        self._testing: Counter[str] = Counter()

    def routes(self) -> list[Route]:
        """What is served."""
        read: dict[str, Any] = {"scope": "webhooks:read"}
        write: dict[str, Any] = {"scope": "webhooks:write"}
        one: dict[str, Any] = {"noun": "webhook", "answer": EndpointShown, "etag": True}
        return [
            Route(
                method="GET", path="/webhooks", handler=self.list, summary="List webhooks, oldest first",
                query=Paging, answer=Page[EndpointShown], **read,
            ),
            Route(
                method="POST", path="/webhooks", handler=self.create, summary="Add a webhook",
                body=NewEndpoint, answer=EndpointMade, status=201, problems=(409,), **write,
            ),
            Route(
                method="GET", path="/webhooks/{id}", handler=self.one, summary="Look at a webhook",
                **one, **read,
            ),
            Route(
                method="PATCH", path="/webhooks/{id}", handler=self.change, summary="Change a webhook",
                body=EndpointChange, **one, **write,
            ),
            Route(
                method="DELETE", path="/webhooks/{id}", handler=self.delete, summary="Delete a webhook",
                noun="webhook", status=204, problems=(412,), **write,
            ),
            Route(
                method="POST", path="/webhooks/{id}/secret", handler=self.rotate, noun="webhook",
                summary="Replace a webhook's secret", answer=SecretShown, **write,
            ),
            Route(
                method="POST", path="/webhooks/{id}/test", handler=self.test, noun="webhook",
                summary="Test a webhook", answer=Outcome, problems=(429,), **write,
            ),
            Route(
                method="POST", path="/webhooks/{id}/enable", handler=self.enable,
                summary="Send to a webhook (again)", **one, **write,
            ),
            Route(
                method="POST", path="/webhooks/{id}/disable", handler=self.disable,
                summary="Send nothing to a webhook", **one, **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, Paging]) -> Page[EndpointShown]:
        """The tenant's webhooks. Secrets are never shown."""
        after = str((self._cursors.open(ask.query.cursor, ask.tenant, "webhooks") or [""])[0])
        limit, now = ask.query.limit, self._clock.now()
        found = await ask.scope.read(lambda tx: desk.page(tx, ask.tenant, after, limit + 1))
        cursor = (
            self._cursors.seal(ask.tenant, "webhooks", found[limit - 1].id) if len(found) > limit else None
        )
        return Page([desk.shown(each, now) for each in found[:limit]], cursor)

    async def create(self, ask: Ask[NewEndpoint, None]) -> Answer:
        """Add an https address. The answer has the secret that signs what is sent there, and no other answer
        will. Events from now on are sent; what was before can be recovered."""
        now = self._clock.now()

        async def work(tx: Tx) -> desk.Made:
            return await desk.create(
                tx, ask.actor, ask.tenant, ask.body, self._deliverer.poster, self._seal, now
            )

        made = await refusable(ask.scope.write(work))
        shown = msgspec.structs.asdict(desk.shown(made.endpoint, now))
        return Answer(EndpointMade(**shown, secret=made.secret), 201)

    async def one(self, ask: Ask[None, None]) -> EndpointShown:
        """One webhook, and how it fares."""
        return desk.shown(await ask.scope.read(lambda tx: found(tx, ask)), self._clock.now())

    async def change(self, ask: Ask[EndpointChange, None]) -> EndpointShown:
        """Change what is named. A new address counts for what waits, too."""
        now = self._clock.now()

        async def act(tx: Tx, endpoint: Endpoint) -> Endpoint:
            return await desk.change(tx, ask.actor, endpoint, ask.body, self._deliverer.poster, now)

        return desk.shown(await self._edit(ask, act), now)

    async def delete(self, ask: Ask[None, None]) -> Answer:
        """Delete the webhook, what waits for it, and the record of its deliveries."""

        async def act(tx: Tx, endpoint: Endpoint) -> None:
            await desk.delete(tx, ask.actor, endpoint, self._clock.now())

        await self._edit(ask, act)
        return Answer(status=204)

    async def rotate(self, ask: Ask[None, None]) -> SecretShown:
        """Make a new secret. For 24 hours everything is signed with both, so that receivers can change."""

        async def act(tx: Tx, endpoint: Endpoint) -> SecretShown:
            return await desk.rotate(tx, ask.actor, endpoint, self._seal, self._clock.now())

        return await self._edit(ask, act)

    async def test(self, ask: Ask[None, None]) -> Outcome:
        """Send a webhook.test now, once, and tell what was answered; also while the webhook is disabled."""
        endpoint = await ask.scope.read(lambda tx: found(tx, ask))
        if self._testing[ask.tenant] >= TESTS:
            raise Problem(
                429, "tests_running", f"{TESTS} tests are under way: wait for them",
                headers={"Retry-After": "5"},
            )  # fmt: skip
        self._testing[ask.tenant] += 1
        try:
            event, attempt = await self._deliverer.test(endpoint)
        finally:
            self._testing[ask.tenant] -= 1
            self._testing += Counter()  # forgets those with none
        delivered = attempt.result == "delivered"
        seconds = attempt.duration / SECOND
        return Outcome(event, delivered, attempt.status, attempt.error, seconds, attempt.response)

    async def enable(self, ask: Ask[None, None]) -> EndpointShown:
        """Send events from now on, with a clean record. What was missed can be recovered."""

        async def act(tx: Tx, endpoint: Endpoint) -> Endpoint:
            await desk.turn_on(tx, ask.actor, endpoint, self._clock.now())
            return await found(tx, ask)

        return desk.shown(await self._edit(ask, act), self._clock.now())

    async def disable(self, ask: Ask[None, None]) -> EndpointShown:
        """Send nothing, not even what waits."""

        async def act(tx: Tx, endpoint: Endpoint) -> Endpoint:
            await desk.turn_off(tx, ask.actor, endpoint, self._clock.now())
            return await found(tx, ask)

        return desk.shown(await self._edit(ask, act), self._clock.now())

    async def _edit(self, ask: Ask[Any, Any], act: Callable[[Tx, Endpoint], Awaitable[T]]) -> T:
        """Do *act* with the endpoint that is meant, if nobody changed it since the caller saw it."""

        async def work(tx: Tx) -> T:
            endpoint = await desk.hold(tx, ask.tenant, ask.path["id"])
            if endpoint is None:
                raise missing("webhook")
            check(ask.if_match, desk.shown(endpoint, self._clock.now()))
            return await act(tx, endpoint)

        return await refusable(ask.scope.write(work))


async def found(tx: Tx, ask: Ask[Any, Any]) -> Endpoint:
    """The endpoint in the path. Raises `Problem`."""
    endpoint = await desk.find(tx, ask.tenant, ask.path["id"])
    if endpoint is None:
        raise missing("webhook")
    return endpoint


async def refusable(work: Awaitable[T]) -> T:
    """*work*, whose refusals become answers."""
    try:
        return await work
    except EndpointRefused as error:
        raise Problem(422 if error.pointer else 409, error.code, str(error), pointer=error.pointer) from error
