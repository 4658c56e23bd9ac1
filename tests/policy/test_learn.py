"""What the provider tells of its limit counts for all numbers of the business."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from gateway.clock import ManualClock
from gateway.model.event import ChannelEvent
from gateway.model.notice import BusinessLimit, NumberQuality
from gateway.model.outbound import Template
from gateway.pipeline.record import record
from gateway.policy.learn import most_of
from gateway.settings.policy import Policy
from gateway.store.port import Store
from tests.pipeline.world import NUMBER, Servers, eventually, raw_of, rows, running, value
from tests.policy.places import ask, ruled


@pytest.mark.parametrize(
    ("limit", "most"),
    [
        ("TIER_50", 50),
        ("TIER_2K", 2000),
        ("tier_100k", 100_000),
        ("TIER_UNLIMITED", -1),
        ("-1", -1),
        ("250", 250),
    ],
)
def test_tiers_are_numbers(limit: str, most: int) -> None:
    """As the provider writes them."""
    assert most_of(limit) == most


@pytest.mark.parametrize("limit", ["", "TIER_NOT_SET", "TIER_", "2KB", "²"])
def test_what_says_nothing_is_no_limit(limit: str) -> None:
    """And changes nothing that is known."""
    assert most_of(limit) == 0


async def test_the_newest_limit_counts(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """One that is told late does not; the tenant's own may be lower, and is what counts then."""
    line = await ruled(store, tmp_path, servers, clock, Policy(daily_contacts=2), wrote=())
    now = clock.now()
    told = [
        ChannelEvent("quality", "1", now - 30, NUMBER, content=NumberQuality(limit="TIER_250")),
        ChannelEvent("business", "2", now - 10, NUMBER, content=BusinessLimit("TIER_2K")),
        ChannelEvent("business", "3", now - 20, NUMBER, content=BusinessLimit("TIER_10K")),
        ChannelEvent("business", "4", now - 5, NUMBER, content=BusinessLimit("TIER_NOT_SET")),
    ]
    for event in told:
        parsed = [line.parser._parse(raw_of(event))]
        await store.write(lambda tx, parsed=parsed: record(tx, parsed, lambda t, k: False, now))  # type: ignore[misc]
    [kept] = await rows(store, "select portfolio, most from portfolio")
    assert (kept["portfolio"], kept["most"]) == ("fake:100", 2000)

    async with running(line):
        for n in range(3):
            await ask(line, Template("hello", "en"), f"+25470000010{n}")
        await eventually(lambda: len(servers.texts) == 2, 30.0)
        for _ in range(6000):
            if await value(store, "select count(*) from decision") == 3:
                break
            await eventually(lambda: True)
    detail = await value(store, "select detail from decision where verdict = 'hold'")
    assert msgspec.json.decode(detail)["budget"] == {
        "used": 2, "most": 2, "per_seconds": 86400, "portfolio": "fake:100",
    }  # fmt: skip
