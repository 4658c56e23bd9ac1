"""Messages from the API: once per key, however often and however many at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from gateway.clock import SystemClock
from gateway.errors import SendRefused, WindowClosed
from gateway.model.capability import Capabilities
from gateway.model.outbound import Document, Template, Text
from gateway.pipeline.enqueue import Conflict, Enqueue, Order
from gateway.pipeline.line import Line
from gateway.pipeline.record import record
from gateway.store.port import Store
from tests.pipeline.world import line_of, raw_of, rows, said, settings_of, value

TO = "+254700000001"


@pytest.fixture
async def line(store: Store, tmp_path: Path) -> Line:
    """A line that is not started, and a contact who has just written."""
    made = line_of(store, settings_of(tmp_path))
    parsed = [made.parser._parse(raw_of(said("hi")))]
    await store.write(lambda tx: record(tx, parsed, made.parser._wanted, SystemClock().now()))
    return made


def _order(line: Line, text: str = "hello", key: str = "", to: str = TO) -> Order:
    (channel,) = line.sender._channels
    return Order(channel, to, Text(text), key, text.encode())


async def _messages(store: Store) -> int:
    return int(await value(store, "select count(*) from message where direction = 'out'"))


async def test_a_message_has_its_parts_in_order(line: Line, store: Store) -> None:
    """The answer counts them."""
    answer = msgspec.json.decode(await line.enqueue.send(_order(line, "a|b")))

    assert (answer["status"], answer["parts"]) == ("queued", 2)
    found = await rows(store, "select idx, message, class, address from outbox order by id")
    assert [(row["idx"], row["message"], row["class"], row["address"]) for row in found] == [
        (0, answer["id"], "api", TO),
        (1, answer["id"], "api", TO),
    ]


async def test_the_same_key_has_the_same_answer_and_one_message(line: Line, store: Store) -> None:
    """Byte for byte."""
    first = await line.enqueue.send(_order(line, key="k"))
    second = await line.enqueue.send(_order(line, key="k"))

    assert first == second
    assert await _messages(store) == 1


async def test_fifty_at_once_are_one_message(line: Line, store: Store) -> None:
    """And fifty equal answers."""
    answers = await asyncio.gather(*(line.enqueue.send(_order(line, key="k")) for _ in range(50)))

    assert len(set(answers)) == 1
    assert await _messages(store) == 1
    assert await value(store, "select count(*) from outbox") == 1


async def test_a_key_is_for_one_request(line: Line, store: Store) -> None:
    """Another body is refused, and changes nothing."""
    await line.enqueue.send(_order(line, "one", key="k"))
    with pytest.raises(Conflict):
        await line.enqueue.send(_order(line, "two", key="k"))

    assert await _messages(store) == 1


async def test_without_a_key_each_request_is_a_message(line: Line, store: Store) -> None:
    """That is what keys are for."""
    await asyncio.gather(*(line.enqueue.send(_order(line)) for _ in range(3)))

    assert await _messages(store) == 3


async def test_a_refused_message_leaves_its_key_free(line: Line, store: Store) -> None:
    """Nothing is kept: no contact, no key, no message."""
    with pytest.raises(WindowClosed):
        await line.enqueue.send(_order(line, key="k", to="+254700000099"))

    assert await value(store, "select count(*) from idempotency") == 0
    assert await value(store, "select count(*) from contact") == 1
    await line.enqueue.send(_order(line, key="k"))
    assert await _messages(store) == 1


async def test_a_template_goes_to_whoever_never_wrote(line: Line, store: Store) -> None:
    """The contact and the conversation are made."""
    (channel,) = line.sender._channels

    await line.enqueue.send(Order(channel, "+254700000099", Template("hello", "en")))

    assert await value(store, "select class from outbox") == "template"
    assert await value(store, "select count(*) from conversation") == 2


async def test_an_empty_message_is_refused(line: Line, store: Store) -> None:
    """There is nothing to send."""
    with pytest.raises(SendRefused, match="empty"):
        await line.enqueue.send(_order(line, ""))
    assert isinstance(line.enqueue, Enqueue)


async def test_data_that_is_no_bytes_is_refused(line: Line, store: Store) -> None:
    """Named, and nothing is kept."""
    order = replace(_order(line), message=Document(data="words"))  # type: ignore[arg-type]
    provider: Any = order.channel.provider
    provider.capabilities = Capabilities({"document": "full"})
    with pytest.raises(SendRefused, match="data: is str, give bytes"):
        await line.enqueue.send(order)

    assert await _messages(store) == 0
