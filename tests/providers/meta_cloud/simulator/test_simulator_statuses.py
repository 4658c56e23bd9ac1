"""Statuses: what they cost, how they fail, when they never come."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.clock import ManualClock
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.failures import FAILURES
from tests.providers.meta_cloud.simulator.conftest import Business

ANA, BEN = "+34600111222", "+34600000002"
TEXT: dict[str, Any] = {"type": "text", "text": {"body": "Hi"}}
TEMPLATE: dict[str, Any] = {"type": "template", "template": {"name": "visit_1", "language": {"code": "es"}}}


async def price(sim: MetaSimulator, business: Business, body: dict[str, Any]) -> dict[str, Any]:
    """Accept *body* for Ana and return the status `sent`."""
    before = len(business.statuses)
    await sim._fates.begin(sim._lines.first, sim.contact(ANA), f"wamid.{before}", {"to": ANA, **body})
    await sim.settle()
    return business.statuses[before]


async def test_the_price_follows_from_kind_and_window(sim: MetaSimulator, business) -> None:
    """Service is free in its tier, templates are regular, everything is free after an ad for 72 hours."""
    assert (await price(sim, business, TEXT))["pricing"]["type"] == "free_customer_service"
    assert (await price(sim, business, TEMPLATE))["pricing"]["type"] == "regular"
    sim.free_service = 1
    assert (await price(sim, business, TEXT))["pricing"]["type"] == "free_customer_service"
    told = (await price(sim, business, TEXT))["pricing"]
    assert (told["type"], told["category"], told["billable"]) == ("regular", "service", True)
    await sim.clicks_ad(ANA)
    first = await price(sim, business, TEMPLATE)
    assert first["pricing"]["type"] == "free_entry_point"
    assert first["conversation"]["origin"] == {"type": "referral_conversion"}
    until = int(first["conversation"]["expiration_timestamp"])
    assert abs(until - sim.clock.now() // 1_000_000 - 72 * 3600) < 5
    later = [s for s in business.statuses if s["id"] == first["id"] and s["status"] != "sent"]
    assert all("conversation" in s and "expiration_timestamp" not in s["conversation"] for s in later)
    await sim.pass_time(hours=73)
    last = await price(sim, business, TEMPLATE)
    assert last["pricing"]["type"] == "regular"
    assert "conversation" not in last


async def test_an_ad_answered_too_late_opens_no_entry_point(sim: MetaSimulator, business) -> None:
    """The business has a day to answer."""
    await sim.clicks_ad(ANA)
    await sim.pass_time(hours=25)
    assert (await price(sim, business, TEMPLATE))["pricing"]["type"] == "regular"


@pytest.mark.parametrize(
    ("now", "kind"), [(1_790_000_000, "free_customer_service"), (1_794_900_000, "regular")]
)
async def test_utility_inside_the_window_is_charged_since_october(now: int, kind: str) -> None:
    """Before 1 October 2026 a utility template inside the window was free."""
    sim = MetaSimulator(clock=ManualClock(now * 1_000_000))
    sim.retry_for, sim.statuses = 0.0, ("sent",)
    told: list[Any] = []
    line = sim._lines.first

    async def keep(update: Any) -> None:
        told.append(update.value["statuses"][0])

    sim._emitter.status = keep  # type: ignore[method-assign]
    sim.contact(ANA).wrote[line.phone_number_id] = sim.clock.now()
    await sim._fates.begin(line, sim.contact(ANA), "wamid.x", {"to": ANA, **TEMPLATE})
    await sim.settle()
    await sim.stop()
    assert told[0]["pricing"]["type"] == kind


@pytest.mark.parametrize("code", [*FAILURES, 999999])
async def test_any_code_fails_on_demand(sim: MetaSimulator, business, code: int) -> None:
    """`fail_next` fails one message with any code; the one after it arrives."""
    sim.fail_next(code, ANA)
    for to in (BEN, ANA, ANA):
        await sim._fates.begin(sim._lines.first, sim.contact(to), f"w{to}", {"to": to, **TEXT})
        await sim.settle()
    failed = [s for s in business.statuses if s["status"] == "failed"]
    assert [error["code"] for s in failed for error in s["errors"]] == [code]
    assert failed[0]["recipient_id"] == ANA[1:]
    assert "recipient_user_id" not in failed[0]
    assert (len(sim.inbox(ANA)), len(sim.inbox(BEN))) == (1, 1)


async def test_read_may_come_without_delivered(sim: MetaSimulator, business) -> None:
    """`skip_delivered`: read implies delivered, and then carries the price."""
    sim.skip_delivered = 1.0
    await price(sim, business, TEXT)
    assert [(s["status"], "pricing" in s) for s in business.statuses] == [("sent", True), ("read", True)]


async def test_a_voice_message_is_played_once(sim: MetaSimulator, business) -> None:
    """`played` comes for a voice message, once, and for nothing else."""
    told = await price(sim, business, {"type": "audio", "audio": {"id": "9", "voice": True}})
    await sim.plays(ANA, told["id"])
    assert business.statuses[-1]["status"] == "played"
    with pytest.raises(LookupError, match="no unplayed voice message"):
        await sim.plays(ANA, told["id"])


async def test_a_phone_that_is_off_gets_its_messages_later(sim: MetaSimulator, business) -> None:
    """Only `sent` is told until the phone is back; what has outlived its time is dropped."""
    sim.goes_offline(ANA)
    await price(sim, business, TEXT)
    assert [s["status"] for s in business.statuses] == ["sent"]
    await sim.pass_time(days=1)
    await price(sim, business, TEXT)
    await sim.pass_time(days=29.5)
    await sim.comes_online(ANA)
    await sim.settle()
    assert [s["status"] for s in business.statuses] == ["sent", "sent", "delivered", "read"]
    assert len(sim.inbox(ANA)) == 1


async def test_a_code_lives_ten_minutes(sim: MetaSimulator, business) -> None:
    """An authentication template that waits longer is never delivered."""
    sim._fates.definition = lambda line, body: {"category": "AUTHENTICATION"}
    sim.goes_offline(ANA)
    await price(sim, business, TEMPLATE)
    await sim.pass_time(minutes=11)
    await sim.comes_online(ANA)
    assert sim.inbox(ANA) == []
