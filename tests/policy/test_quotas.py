"""What a tenant may send by day and by minute, counted over all processes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gateway.pipeline.pace import NumberPace
from gateway.policy.quotas import Quotas
from gateway.settings.policy import Policy
from gateway.store.port import Store
from gateway.tenants.directory import Directory
from tests.pipeline.world import SEAL, channels_of, settings_of, value

SECOND = 1_000_000
MINUTE = 60 * SECOND


class Clock:
    """A time that a test owns."""

    def __init__(self, *at: int) -> None:
        self.at = int(datetime(*at, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[misc,arg-type]

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / SECOND


def quotas_of(store: Store, tmp_path: Path, clock: Clock, zone: str = "UTC", **policy: Any) -> Quotas:
    """One process's."""

    settings = settings_of(tmp_path, policy=Policy(**policy))
    settings = replace(settings, tenants=(replace(settings.tenants[0], time_zone=zone),))
    return Quotas(store, clock, Directory(settings, channels_of(settings), store, SEAL))


async def test_two_processes_have_one_quota(store: Store, tmp_path: Path) -> None:
    """Each knows of the other's once both have met in the database; a third that begins knows of all."""
    clock = Clock(2026, 11, 21, 12)
    one, two, three = (quotas_of(store, tmp_path, clock, messages_per_day=100) for _ in range(3))
    for _ in range(60):
        one.sent("duka")
    for _ in range(40):
        two.sent("duka")

    assert (one.used("duka"), two.used("duka"), one.day_until("duka")) == (60, 40, 0)
    await one.meet()
    await two.meet()
    await one.meet()
    await three.meet()

    assert [each.used("duka") for each in (one, two, three)] == [100, 100, 100]
    assert one.day_until("duka") == clock.at + 12 * 3600 * SECOND
    assert await value(store, "select n from quota where slot = 'd2026-11-21'") == 100


async def test_a_database_that_is_away_loses_no_count(store: Store, tmp_path: Path) -> None:
    """What could not be added is added later."""
    clock = Clock(2026, 11, 21, 12)
    quotas = quotas_of(store, tmp_path, clock, messages_per_day=100)
    quotas.sent("duka")
    healthy = quotas._store

    class Away:
        """A database that answers nobody."""

        async def write(self, work: object) -> None:
            raise RuntimeError("away")

    quotas._store = Away()  # type: ignore[assignment]
    with pytest.raises(RuntimeError):
        await quotas.meet()
    assert quotas.used("duka") == 1
    quotas._store = healthy
    await quotas.meet()

    assert (quotas.used("duka"), await value(store, "select n from quota")) == (1, 1)


@pytest.mark.parametrize(
    ("zone", "hour", "day", "hours"),
    [
        ("UTC", 12, "d2026-03-08", 12),
        ("Africa/Nairobi", 22, "d2026-03-09", 23),
        # The night in which New York's clocks go forward: that day has 23 hours.
        ("America/New_York", 5, "d2026-03-08", 23),
    ],
)
async def test_a_day_is_the_tenants(
    store: Store, tmp_path: Path, zone: str, hour: int, day: str, hours: int
) -> None:
    """From its midnight to its midnight, however long that is."""
    clock = Clock(2026, 3, 8, hour)
    quotas = quotas_of(store, tmp_path, clock, zone, messages_per_day=1)
    quotas.sent("duka")
    until = quotas.day_until("duka")

    assert quotas.day("duka") == day
    assert until - clock.at == hours * 3600 * SECOND
    clock.at = until
    assert quotas.day_until("duka") == 0


async def test_a_minute_slides(store: Store, tmp_path: Path) -> None:
    """Whoever used it up at the end of one minute has not got it again at the beginning of the next."""
    clock = Clock(2026, 11, 21, 12)
    quotas = quotas_of(store, tmp_path, clock, messages_per_minute=60)
    clock.at += 50 * SECOND
    for _ in range(60):
        assert quotas.minute_until("duka") == 0
        quotas.posted("duka")
    assert quotas.minute_until("duka") == clock.at + 10 * SECOND

    clock.at += 10 * SECOND
    until = quotas.minute_until("duka")
    assert clock.at < until <= clock.at + 2 * SECOND
    clock.at = until
    assert quotas.minute_until("duka") == 0
    clock.at += 30 * SECOND
    taken = 0
    while not quotas.minute_until("duka"):
        quotas.posted("duka")
        taken += 1
    assert 28 <= taken <= 32


def test_the_pace_of_a_number_follows() -> None:
    """Slower at once, and faster again; what the provider asked for still counts."""
    now = [0.0]
    pace = NumberPace(80.0, lambda: now[0])
    pace.aim(1.0)
    sent = 0
    for _ in range(600):
        now[0] += 0.1
        while pace.wait() == 0.0:
            pace.take()
            sent += 1

    assert sent <= 60
    pace.aim(80.0)
    now[0] += 1.0
    assert pace.wait() == 0.0
