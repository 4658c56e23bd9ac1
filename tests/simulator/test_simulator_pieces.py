"""What simulators are built with."""

from __future__ import annotations

import asyncio

import pytest
from msgspec import Struct, field

from gateway.clock import ManualClock
from gateway.simulator.delivery import Delivery
from gateway.simulator.failing import Failing
from gateway.simulator.inboxes import Inboxes
from gateway.simulator.rates import Rates
from gateway.simulator.tempered import Tempered
from gateway.simulator.timeline import Timeline


class Somebody(Struct):
    phone: str
    inbox: list[str] = field(default_factory=list)


class Village(Inboxes[str]):
    def __init__(self) -> None:
        super().__init__(("accepted", "sent", "failed", "read"))
        self.ana = Somebody("+254700000001")

    def contact(self, phone: str) -> Somebody:
        return self.ana


async def test_who_waits_is_told_when_a_message_comes_or_how_many_came() -> None:
    """A wait ends with the message, and not before."""
    village = Village()
    waiting = asyncio.ensure_future(village.wait_for(village.ana, 1, 5))
    await asyncio.sleep(0)
    assert not waiting.done()
    await village.arrive(village.ana, "Hello")
    assert await waiting == ["Hello"]
    with pytest.raises(TimeoutError, match=r"\+254700000001 got 1 of 2 messages within 0\.01 s"):
        await village.wait_for(village.ana, 2, 0.01)


async def test_a_later_tick_never_gives_way() -> None:
    """Webhooks may overtake each other."""
    village = Village()
    for status in ("sent", "read", "sent"):
        await village.tick("m1", status)
    assert await village.wait_for_ticks("m1", "read", 5) == "read"
    assert await village.wait_for_ticks("m1", "failed", 0.01) == "read"
    assert await village.wait_for_ticks("m2", "sent", 0.01) == "accepted"


def test_a_wish_fails_one_message() -> None:
    """The oldest that fits, unless one was put first."""
    failing = Failing()
    failing.add("+254700000002", 7)
    failing.add("", 8)
    failing.first("+254700000001", 9)
    assert [failing.take("+254700000001") for _ in range(3)] == [9, 8, 0]
    assert [failing.take("+254700000002") for _ in range(2)] == [7, 0]


def test_a_number_has_so_many_messages_a_second() -> None:
    """Each number its own, and a bucket that fills again."""
    rates = Rates()
    assert [rates.take("a", 2, 10.0) for _ in range(3)] == [True, True, False]
    assert rates.take("b", 2, 10.0)
    assert [rates.take("a", 2, 10.5) for _ in range(2)] == [True, False]


async def test_work_beside_is_waited_for_and_its_failure_counted() -> None:
    """What is for later is not waited for, and ends with the delivery."""
    knobs = Tempered()
    delivery = Delivery(knobs, Timeline(ManualClock()))
    done: list[str] = []

    async def fail() -> None:
        raise ValueError("no such street")

    async def wait() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            done.append("later")

    await delivery.start()
    for _ in range(2):
        delivery.spawn(fail())
    delivery.spawn(wait(), later=True)
    await delivery.settle(5)
    assert (delivery.complaints, done) == ({"no such street": 2}, [])
    await delivery.stop()
    assert done == ["later"]


async def test_every_copy_goes_out_and_the_first_failure_is_told() -> None:
    """A copy that fails does not keep the others."""
    knobs = Tempered()
    knobs.duplicate_webhooks = 3
    delivery = Delivery(knobs, Timeline(ManualClock()))
    came: list[int] = []

    async def copy() -> None:
        came.append(len(came))
        if len(came) == 2:
            raise TimeoutError("the second")

    with pytest.raises(TimeoutError, match="the second"):
        await delivery.copied(copy)
    assert came == [0, 1, 2]
