"""How a message that somebody posts is taken: to an address, or into a conversation."""

from __future__ import annotations

import hashlib
import math
from typing import Any, Literal

from msgspec import Struct

from gateway.api.body import NewMessage, Reply, due
from gateway.api.problems import Problem
from gateway.api.route import Answer, Ask
from gateway.channels import Channel
from gateway.clock import SECOND, Clock
from gateway.errors import SendRefused
from gateway.model.capability import Loss
from gateway.pipeline.allowed import Quotas
from gateway.pipeline.enqueue import Conflict, Enqueue, Order


class Taken(Struct, frozen=True, omit_defaults=True):
    """A message that will be sent. *send_at* and *reason* are there when it waits. *losses* is what the
    channel could not carry."""

    id: str
    status: Literal["queued", "scheduled"]
    parts: int
    losses: tuple[Loss, ...]
    send_at: str = ""
    reason: str = ""


class Decision(Struct, frozen=True):
    """Whether it would be sent. *reason* is "", window_ends_before, or one of docs/policy.md; *until* is when
    it becomes useless to send it."""

    send: bool
    reason: str
    until: str | None


class Planned(Struct, frozen=True):
    """What a dry run says. *send_at* is there when the message would wait; *bodies* are what the provider
    would be asked, one for each part."""

    status: Literal["planned"]
    parts: int
    losses: tuple[Loss, ...]
    decision: Decision
    send_at: str | None
    bodies: list[Any]


async def take(
    ask: Ask[Any, None], enqueue: Enqueue, clock: Clock, channel: Channel, to: str, into: str = ""
) -> Answer:
    """Take the message in the body of *ask* (a `NewMessage` or a `Reply`): 202, or 200 for a dry run. *into*
    is the conversation that was posted to: the same body under the same key is another request elsewhere.

    Raises `Problem` for what is refused."""
    key = ask.request.headers.get("Idempotency-Key", "")
    if len(key) > 255 or not key.isprintable():
        raise Problem(400, "bad_idempotency_key", "an Idempotency-Key has 1 to 255 printable characters")
    body: NewMessage | Reply = ask.body
    at = due(body.send_at, clock.now())
    digest = hashlib.sha256(f"{into}\n".encode() + ask.raw if into else ask.raw).digest()
    order = Order(channel, to, body.message, key, digest, at, body.purpose or "")
    try:
        if body.dry_run:
            return Answer(_planned(await enqueue.plan(order)))
        check(enqueue.quotas, channel.tenant, clock.now())
        taken = await enqueue.send(order)
        if enqueue.quotas is not None:
            enqueue.quotas.posted(channel.tenant)
        return Answer(taken, 202)
    except SendRefused as error:
        raise Problem(422, error.code, str(error), pointer="/message") from error
    except Conflict as error:
        raise Problem(422, "idempotency_key_reused", str(error)) from error


def check(quotas: Quotas | None, tenant: str, now: int) -> None:
    """Raise `Problem` (429) when *tenant* has sent as much as it may."""
    if quotas is None:
        return
    for what, until in (("minute", quotas.minute_until), ("day", quotas.day_until)):
        if over := until(tenant):
            seconds = str(max(1, math.ceil((over - now) / SECOND)))
            quotas.refused()
            words = f"your business has sent as much as it may within a {what}: wait {seconds} s"
            raise Problem(429, "quota", words, headers={"Retry-After": seconds})


def _planned(told: dict[str, Any]) -> Planned:
    decision = Decision(**told["decision"])
    return Planned("planned", told["parts"], tuple(told["losses"]), decision, told["send_at"], told["bodies"])
