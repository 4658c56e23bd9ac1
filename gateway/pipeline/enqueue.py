"""Messages that answer no event: asked for through the API, enqueued with their idempotency key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct

from gateway.channels import Channel
from gateway.clock import Clock
from gateway.errors import GatewayError, SendRefused, SerializationFailure, WindowClosed
from gateway.model.event import Identity, Person
from gateway.model.ids import new_id
from gateway.model.outbound import Outbound
from gateway.pipeline import policy
from gateway.pipeline.commit import part_row
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outgoing import Destination, compose
from gateway.pipeline.people import Sighting, place
from gateway.pipeline.queries import MESSAGES, OUTBOX, RECORD
from gateway.pipeline.records import Part
from gateway.provider import Rendered
from gateway.store.port import Store, Tx

TRIES = 5

_encode = msgspec.json.Encoder().encode


class Conflict(GatewayError):
    """This Idempotency-Key was used for another request."""


class Order(Struct, frozen=True):
    """What to send. *key* is "" without an Idempotency-Key; *request* is the hash of the body."""

    channel: Channel
    to: str
    message: Outbound
    key: str = ""
    request: bytes = b""


class Enqueue:
    """Stores a message and its parts, and hands them to the sender."""

    def __init__(self, store: Store, outbox: Outbox, clock: Clock) -> None:
        self._store, self._outbox, self._clock = store, outbox, clock

    async def send(self, order: Order) -> bytes:
        """Enqueue *order*; the JSON of the answer. Raises `SendRefused`, `Conflict`."""
        rendered = order.channel.provider.render(order.message)
        if not rendered.parts:
            raise SendRefused("nothing to send: the message is empty")
        now = self._clock.now()
        parts: list[Part] = []

        async def work(tx: Tx) -> bytes:
            parts.clear()
            answer = _answer(identifier := new_id(), rendered)
            if order.key and (stored := await self._remember(tx, order, answer, now)):
                return stored
            person = await _person(tx, order)
            where = (await place(tx, [Sighting(order.channel, person)], now))[0]
            decision = policy.decide(policy.Facts(where.window_until), order.message, now)
            if not decision.send:
                raise WindowClosed(
                    "the contact has not written within 24 hours: send a template, or wait for a message"
                )
            to = Destination(order.channel, where.conversation, where.contact, order.to)
            out = compose(
                to, order.message, rendered, "api", identifier=identifier, origin="api",
                deadline=decision.deadline, now=now,
            )  # fmt: skip
            parts.extend(out.parts)
            await tx.many(RECORD["add_message"], [out.row])
            await tx.many(OUTBOX["add"], [part_row(part, now) for part in parts])
            return answer

        answer = await again(lambda: self._store.write(work))
        self._outbox.enqueue(parts)
        return answer

    async def _remember(self, tx: Tx, order: Order, answer: bytes, now: int) -> bytes | None:
        """Keep *answer* under the order's key; the answer of an earlier request when the key is known."""
        rows = await tx.each(
            MESSAGES["remember"],
            [
                {
                    "tenant": order.channel.tenant,
                    "key": order.key,
                    "request": order.request,
                    "status": 202,
                    "answer": answer.decode(),
                    "now": now,
                }
            ],
        )
        if rows:
            return None
        known = await tx.one(MESSAGES["recall"], tenant=order.channel.tenant, key=order.key)
        if known is None or bytes(known["request"]) != order.request:
            raise Conflict("this Idempotency-Key was used for another request; use a new one")
        return str(known["answer"]).encode()


async def again(write: Callable[[], Awaitable[bytes]]) -> bytes:
    """*write*, tried again when it crossed with another unit of work."""
    for tries in range(1, TRIES):
        try:
            return await write()
        except SerializationFailure:
            await asyncio.sleep(0.01 * tries)
    return await write()


async def _person(tx: Tx, order: Order) -> Person:
    """Whom the order's address names. A user id is unique per account: take the one that we met."""
    if order.to.startswith("+"):
        return Person((Identity("phone", order.to),))
    tenant, value = order.channel.tenant, order.to
    scope = await tx.value(MESSAGES["scope_of"], tenant=tenant, kind="bsuid", value=value)
    return Person((Identity("bsuid", value, scope or ""),))


def _answer(identifier: str, rendered: Rendered) -> bytes:
    return _encode(
        {"id": identifier, "status": "queued", "parts": len(rendered.parts), "losses": rendered.losses}
    )
