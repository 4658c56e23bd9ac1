"""What a flow asks of the one who runs it: yielded by its chat's calls, answered by the replay.

A flow's function is driven step by step. Whatever it yields that is no operation of these was awaited beside
the chat, and is refused."""

from __future__ import annotations

import types
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from gateway.flows.question import Question
from gateway.jobs.job import Job
from gateway.model.outbound import Outbound


class Op(Struct, frozen=True):
    """Any of them."""


class Send(Op, frozen=True):
    """Say something."""

    message: Outbound
    at: datetime | None = None
    purpose: str = ""


class Plan(Op, frozen=True):
    """Say how something would be said."""

    message: Outbound


class Cancel(Op, frozen=True):
    """Take a message back."""

    message_id: str


class File(Op, frozen=True):
    """Find a message's file."""

    message_id: str


class Keyed(Op, frozen=True):
    """An operation that the log knows by its *key*."""

    key: str


class Ask(Keyed, frozen=True):
    """A question. *retries* and *timeout* (seconds, 0 for none) are settled."""

    question: str | Outbound
    rules: Question[Any]
    retries: int
    timeout: float


class Step(Keyed, frozen=True):
    """Work in this turn's transaction. *shape* is the type of its result."""

    work: Callable[[], Any | Awaitable[Any]]
    shape: Any


class RunJob(Keyed, frozen=True):
    """A job outside; the flow sleeps until it is done."""

    job: Job[..., Any]
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    shape: Any


class Wait(Keyed, frozen=True):
    """An event of a plugin; the flow sleeps until it comes."""

    event: str
    of: str
    shape: Any
    timeout: float


@types.coroutine
def perform(op: Op) -> Generator[Op, Any, Any]:
    """Hand *op* to whoever drives the flow; its result."""
    return (yield op)
