"""Messages that answer no event: asked for through the API, enqueued with their idempotency key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.channels import Channel
from gateway.clock import Clock, stamp
from gateway.errors import GatewayError, NotAllowed, SendRefused, SerializationFailure, WindowClosed
from gateway.model.event import GROUP, Identity, Person, identity_kind
from gateway.model.ids import new_id
from gateway.model.outbound import Outbound, templated
from gateway.model.phone import aliases
from gateway.pipeline.allowed import Foresight, Quotas
from gateway.pipeline.effects import add_messages
from gateway.pipeline.form import Formed, Keep, form, planned, shown
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outgoing import Destination, OutMessage, compose
from gateway.pipeline.people.place import Place, Sighting, place
from gateway.pipeline.queries import MESSAGES
from gateway.pipeline.quote import quoted
from gateway.policy.answer import REPLY, answer_of, refused
from gateway.policy.asked import Asked
from gateway.policy.facts import Wanted
from gateway.policy.purpose import purpose_of
from gateway.policy.reasons import WORDS
from gateway.policy.timing import Timing, timing
from gateway.store.port import Scope, Store, Tx
from gateway.templates.desk import NO_RULES, Rules

TRIES = 5

_encode = msgspec.json.Encoder().encode

T = TypeVar("T")


class Conflict(GatewayError):
    """This Idempotency-Key was used for another request."""


class Order(Struct, frozen=True):
    """What to send. *key* is "" without an Idempotency-Key; *request* is the hash of the body. *at* is when
    (microseconds UTC), 0 for now."""

    channel: Channel
    to: str
    message: Outbound
    key: str = ""
    request: bytes = b""
    at: int = 0
    #: "" to go by the message: its template's category, else "service".
    purpose: str = ""


class _Undo(Exception):
    """Ends a dry run: nothing of it is kept."""

    def __init__(self, decision: Timing) -> None:
        self.decision = decision


class Enqueue:
    """Stores a message and its parts, and hands them to the sender."""

    def __init__(
        self, store: Store, outbox: Outbox, gate: Foresight, clock: Clock, rules: Rules = NO_RULES,
        keep: Keep = planned,
    ) -> None:  # fmt: skip
        self._keep, self._gate = keep, gate
        self._store, self._outbox, self._clock = store, outbox, clock
        self._rules = rules
        #: What tenants may send, where somebody counts.
        self.quotas: Quotas | None = None

    async def send(self, order: Order) -> bytes:
        """Enqueue *order*; the JSON of the answer. Raises `SendRefused`, `Conflict`."""
        try:
            order = self._prepared(order)
            formed = await self._formed(order, self._keep)
        except SendRefused:
            # What was taken once has its answer, also when it would be refused today (a paused template).
            if stored := await self._scope(order).read(lambda tx: _recall(tx, order)):
                return stored
            raise
        now = self._clock.now()
        messages: list[OutMessage] = []

        async def work(tx: Tx) -> bytes:
            messages.clear()
            answer = _answer(identifier := new_id(), formed, order.at if order.at > now else 0, "")
            if order.key and (stored := await self._remember(tx, order, answer, now)):
                return stored
            where, decision = await self._decide(tx, order, now)
            if not decision.send:
                raise _refused(decision.reason)
            if decision.reason:
                answer = _answer(identifier, formed, decision.hold, decision.reason)
                await self._correct(tx, order, answer)
            to = Destination(order.channel, where.conversation, where.contact, _address(order, where))
            out = compose(
                to, order.message, formed, "api", identifier=identifier, origin="api",
                purpose=order.purpose, deadline=decision.deadline, now=now,
            )  # fmt: skip
            out.due_at, out.reason = decision.hold, decision.reason
            messages.append(out)
            await add_messages(tx, messages, now)
            if not out.due_at:
                tenant = order.channel.tenant
                await tx.run(MESSAGES["talked"], tenant=tenant, conversation=where.conversation, now=now)
            return answer

        answer = await again(lambda: self._scope(order).write(work))
        self._outbox.enqueue(part for out in messages if not out.due_at for part in out.parts)
        return answer

    async def plan(self, order: Order) -> dict[str, Any]:
        """What `send` would do, down to the bodies, without doing any of it. Raises `SendRefused`.

        It is decided by the same steps, in a transaction that is undone."""
        order = self._prepared(order)
        formed = await self._formed(order, planned)
        now = self._clock.now()

        async def work(tx: Tx) -> None:
            _, decision = await self._decide(tx, order, now)
            raise _Undo(decision)

        try:
            await again(lambda: self._scope(order).write(work))
        except _Undo as undone:
            decision = undone.decision
        return {
            "status": "planned",
            "parts": len(formed.parts),
            "losses": formed.losses,
            "decision": {
                "send": decision.send,
                "reason": decision.reason,
                "until": stamp(decision.deadline),
            },
            "send_at": stamp(decision.hold),
            "bodies": shown(formed.parts),
        }

    def _scope(self, order: Order) -> Scope:
        return self._store.scope(order.channel.tenant)

    def _prepared(self, order: Order) -> Order:
        """*order* with its template checked and completed, and what it is for."""
        message = self._rules.prepare(order.channel, order.message)
        if order.purpose == REPLY:
            return replace(order, message=message, purpose=answer_of(message, order.at))
        purpose = purpose_of(self._rules, order.channel, message, order.purpose)
        return replace(order, message=message, purpose=purpose)

    async def _formed(self, order: Order, keep: Keep) -> Formed:
        """The order's message as its channel takes it, in the words of its tenant's language."""
        language = order.channel.tenant_settings.language
        definition = self._rules.define(order.channel, order.message)
        words = await quoted(self._store, order.channel, order.message)
        formed = await form(
            order.channel, order.message, keep, language=language, quoted=words, definition=definition
        )
        if not formed.parts:
            raise SendRefused(
                "nothing to send: " + (formed.losses[0].detail if formed.losses else "it is empty")
            )
        return formed

    async def _decide(self, tx: Tx, order: Order, now: int) -> tuple[Place, Timing]:
        """Where the order goes, and whether and when it may."""
        person = await _person(tx, order)
        where = (await place(tx, [Sighting(order.channel, person)], now))[0]
        free_form = not templated(order.message)
        told = timing(where.window_until, free_form, now, order.at)
        if not told.send:
            return where, told
        if not order.purpose:
            why = await refused(tx, order.channel.tenant, where.contact, where.conversation)
            return where, Timing(False, why) if why else told
        wanted = Wanted(order.purpose, free_form and told.hold <= now, 0 if free_form else told.deadline)
        address = _address(order, where)
        asked = Asked(order.channel.tenant, order.channel, where.conversation, address, "", wanted)
        made = await self._gate.foresee(tx, asked, max(now, told.hold))
        if made.verdict == "drop":
            return where, Timing(False, made.reason)
        if made.verdict == "hold":
            return where, Timing(True, made.reason, told.deadline, made.until)
        return where, told

    async def _correct(self, tx: Tx, order: Order, answer: bytes) -> None:
        """The answer that was kept did not know yet that the message has to wait."""
        if order.key:
            await tx.run(
                MESSAGES["correct"], tenant=order.channel.tenant, key=order.key, answer=answer.decode()
            )

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
        stored = await _recall(tx, order)
        if stored is None:
            raise SerializationFailure("a request with the same key is being stored at this moment")
        return stored


def _refused(reason: str) -> SendRefused:
    """Why the order would not be sent."""
    if reason == WindowClosed.code:
        return WindowClosed(
            "the contact has not written within 24 hours: send a template, or wait for a message"
        )
    return NotAllowed(reason, WORDS[reason])


def _address(order: Order, where: Place) -> str:
    """What is dialled: what was asked for, unless the name has ended, or the contact wrote from another form
    of the number."""
    told = order.to.removeprefix(GROUP)
    if where.address in aliases(told):
        return where.address if where.window_until else told
    return where.address if where.outdated and where.address else told


async def again(write: Callable[[], Awaitable[T]]) -> T:
    """*write*, tried again when it crossed with another unit of work."""
    for tries in range(1, TRIES):
        try:
            return await write()
        except SerializationFailure:
            await asyncio.sleep(0.01 * tries)
    return await write()


async def _recall(tx: Tx, order: Order) -> bytes | None:
    """The answer that the order's key has, None when it has none. Raises `Conflict` for another request's."""
    known = await tx.one(MESSAGES["recall"], tenant=order.channel.tenant, key=order.key)
    if known is None:
        return None
    if bytes(known["request"]) != order.request:
        raise Conflict("this Idempotency-Key was used for another request; use a new one")
    return str(known["answer"]).encode()


async def _person(tx: Tx, order: Order) -> Person:
    """Whom the order's address names. A user id is unique per account: the channel's, or where it does not
    say, the one in which we met it."""
    kind, value = identity_kind(order.to), order.to
    if kind == "group":
        return Person((Identity(kind, value.removeprefix(GROUP), order.channel.number),))
    if kind != "bsuid":
        return Person((Identity(kind, value),))
    scope = order.channel.account or await tx.value(
        MESSAGES["scope_of"], tenant=order.channel.tenant, kind=kind, value=value
    )
    return Person((Identity(kind, value, scope or ""),))


def _answer(identifier: str, formed: Formed, due_at: int, reason: str) -> bytes:
    status: dict[str, object] = {"status": "scheduled" if due_at else "queued"}
    later: dict[str, object] = {"send_at": stamp(due_at), "reason": reason} if due_at else {}
    counted = {"parts": len(formed.parts), "losses": formed.losses}
    return _encode({"id": identifier, **status, **counted, **later})
