"""`/api/v1/webhooks/{id}/deliveries` and `/recover`: what became of events, and making them again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from gateway.api.cursor import Cursors
from gateway.api.following.webhooks import found, refusable
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Ask, Page, Route
from gateway.clock import Clock
from gateway.endpoints import deliveries
from gateway.endpoints.deliver import Deliverer
from gateway.endpoints.forms import DeliveryDetail, DeliveryShown, Recovered, RecoverFrom
from gateway.message import instant
from gateway.store.port import Tx

LAST = 2**62  # above every number of an event


class DeliveryQuery(Paging, frozen=True):
    """Which deliveries: all, or those of one state."""

    state: Literal["", "waiting", "done", "failed"] = ""


class WebhookDeliveries:
    """The routes."""

    def __init__(self, deliverer: Deliverer, clock: Clock, cursors: Cursors) -> None:
        self._deliverer, self._clock, self._cursors = deliverer, clock, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        read: dict[str, Any] = {"scope": "webhooks:read"}
        write: dict[str, Any] = {"scope": "webhooks:write", "problems": (409,)}
        return [
            Route(
                method="GET", path="/webhooks/{id}/deliveries", handler=self.list, noun="webhook",
                summary="List a webhook's deliveries, newest first", query=DeliveryQuery,
                answer=Page[DeliveryShown], **read,
            ),
            Route(
                method="GET", path="/webhooks/{id}/deliveries/{seq}", handler=self.one, noun="delivery",
                summary="Look at a delivery and its attempts", answer=DeliveryDetail, **read,
            ),
            Route(
                method="POST", path="/webhooks/{id}/deliveries/{seq}/redeliver", handler=self.redeliver,
                noun="delivery", summary="Deliver an event again", answer=DeliveryDetail, status=202, **write,
            ),
            Route(
                method="POST", path="/webhooks/{id}/recover", handler=self.recover, noun="webhook",
                summary="Deliver what failed or was missed", body=RecoverFrom, answer=Recovered, status=202,
                **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, DeliveryQuery]) -> Page[DeliveryShown]:
        """What became of the events that the webhook wants. Ended deliveries are kept for 30 days."""
        query, purpose = ask.query, f"deliveries:{ask.path['id']}"
        before = int((self._cursors.open(query.cursor, ask.tenant, purpose) or [LAST])[0])

        async def read(tx: Tx) -> list[DeliveryShown]:
            endpoint = await found(tx, ask)
            return await deliveries.page(tx, endpoint, query.state, before, query.limit + 1)

        rows = await ask.scope.read(read)
        page = rows[: query.limit]
        more = len(rows) > len(page)
        return Page(page, self._cursors.seal(ask.tenant, purpose, page[-1].seq) if more else None)

    async def one(self, ask: Ask[None, None]) -> DeliveryDetail:
        """One delivery, and each attempt with its answer."""
        return await ask.scope.read(lambda tx: self._one(tx, ask))

    async def redeliver(self, ask: Ask[None, None]) -> DeliveryDetail:
        """Deliver the event again, also one that was delivered, under the same id and with the whole
        schedule of tries."""

        async def work(tx: Tx) -> DeliveryDetail:
            endpoint = await found(tx, ask)
            if not await deliveries.redeliver(tx, ask.actor, endpoint, _seq(ask), self._clock.now()):
                raise missing("delivery")
            return await self._one(tx, ask)

        shown = await refusable(ask.scope.write(work))
        self._deliverer.stir(ask.tenant, ask.path["id"])
        return shown

    async def recover(self, ask: Ask[RecoverFrom, None]) -> Recovered:
        """Queue what failed, and what came while the webhook was disabled or did not exist. One call looks
        at 10,000 events; when there is more, call again with the after of the answer."""
        body = ask.body
        if (body.after is None) == (body.since is None):
            raise Problem(422, "after_or_since", "name after or since: one of them", pointer="/after")
        since = None if body.since is None else _time(body.since)

        async def work(tx: Tx) -> Recovered:
            endpoint = await found(tx, ask)
            after = (body.after or 0) if since is None else await deliveries.behind(tx, ask.tenant, since)
            return await deliveries.recover(tx, ask.actor, endpoint, after, self._clock.now())

        recovered = await refusable(ask.scope.write(work))
        self._deliverer.stir(ask.tenant, ask.path["id"])
        return recovered

    async def _one(self, tx: Tx, ask: Ask[None, None]) -> DeliveryDetail:
        shown = await deliveries.detail(tx, await found(tx, ask), _seq(ask))
        if shown is None:
            raise missing("delivery")
        return shown


def _seq(ask: Ask[Any, Any]) -> int:
    """The number in the path. What is no number is nobody's."""
    text = ask.path["seq"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise missing("delivery")
    return int(text)


def _time(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = datetime.min
    if at.tzinfo is None or not 1970 <= at.year < 9999:
        raise Problem(422, "bad_time", 'write a time such as "2026-11-21T09:00:00Z"', pointer="/since")
    return instant(at)
