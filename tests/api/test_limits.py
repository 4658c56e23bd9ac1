"""How often the API may be asked, on a clock that the tests own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.api.access.limits import Limits, What, network
from gateway.api.access.scopes import OPERATORS, RESOURCES
from gateway.api.problems import Problem
from gateway.api.route import Caller
from gateway.clock import ManualClock
from gateway.observe.families import API_RESOURCES
from gateway.pipeline.pace import Buckets
from gateway.settings import ApiSettings
from tests.support.house import House
from tests.support.postgres import Urls

KEY, OTHER, SOKO = (
    Caller("a", "duka", frozenset()),
    Caller("b", "duka", frozenset()),
    Caller("c", "soko", frozenset()),
)
OPS = Caller("o", "", frozenset(), operator=True)


class Bench:
    """Limits of 2 requests a second and 4 at once for a key, 6 for a tenant, 3 for an address."""

    def __init__(self) -> None:
        self.clock, self.limited = ManualClock(), list[What]()
        settings = ApiSettings(2, 4, 2, 6, 1, 3)
        self.limits = Limits(settings, self.clock.monotonic, self.limited.append)

    def admitted(self, caller: Caller, times: int = 20) -> int:
        """How many of *times* requests were let in."""
        return sum(self._is_admitted(caller) for _ in range(times))

    def _is_admitted(self, caller: Caller) -> bool:
        try:
            self.limits.admit(caller)
        except Problem as told:
            return told.code != "rate_limited"
        return True


def test_a_key_has_a_burst_and_then_its_rate() -> None:
    """What is let in in a second is the rate, however often it is asked."""
    bench = Bench()
    assert bench.admitted(KEY) == 4
    for _ in range(5):
        bench.clock.advance(1)
        assert bench.admitted(KEY) == 2
    bench.clock.advance(1000)
    assert bench.admitted(KEY) == 4
    assert set(bench.limited) == {"key"}


def test_keys_of_one_tenant_share_its_limit_and_others_have_theirs() -> None:
    """A refused request uses up nothing of either."""
    bench = Bench()
    assert [bench.admitted(each) for each in (KEY, OTHER, SOKO)] == [4, 2, 4]
    assert set(bench.limited) == {"key", "tenant"}


def test_operators_use_up_nothing_of_a_tenant() -> None:
    """They have the limit of their key."""
    bench = Bench()
    assert [bench.admitted(each) for each in (OPS, KEY)] == [4, 4]


def test_the_wait_that_is_told_is_enough() -> None:
    """Whoever waits for Retry-After is let in."""
    bench = Bench()
    bench.admitted(KEY)
    with pytest.raises(Problem) as caught:
        bench.limits.admit(KEY)
    assert caught.value.status == 429
    wait = int(caught.value.headers["Retry-After"])
    assert wait >= 1
    bench.clock.advance(wait)

    bench.limits.admit(KEY)


def test_wrong_keys_are_counted_by_address() -> None:
    """Of IPv6 by the network that one client has."""
    bench = Bench()
    for host in (1, 2, 3):
        bench.limits.check(f"2001:db8::{host}")
        bench.limits.wrong(f"2001:db8::{host}")
    with pytest.raises(Problem):
        bench.limits.check("2001:db8::4")
    bench.limits.check("2001:db8:0:1::4")
    bench.limits.check("203.0.113.7")
    assert bench.limited == ["address"]
    assert network("::ffff:203.0.113.7") == "203.0.113.7"
    assert network("") == ""


def test_new_limits_count_from_the_next_request_on() -> None:
    """What was used stays used."""
    bench = Bench()
    assert bench.admitted(KEY) == 4
    bench.limits.renew(ApiSettings(2, 6, 100, 400, 1, 3))
    assert bench.admitted(KEY) == 2


def test_memory_is_bounded() -> None:
    """Whoever was not seen for longest is forgotten first."""
    clock = ManualClock()
    buckets = Buckets(1, 1, clock.monotonic, remember=100)
    for number in range(1000):
        buckets.take(str(number))
        buckets.take("often")

    assert len(buckets) == 100
    assert buckets.wait("often") > 0
    assert buckets.wait("0") == 0


@given(
    st.floats(0.01, 1000), st.integers(1, 500), st.lists(st.floats(0, 30), min_size=1, max_size=80),
)  # fmt: skip
def test_no_window_lets_more_through_than_burst_and_rate(
    rate: float, burst: int, pauses: list[float]
) -> None:
    """In any window: the burst, and the rate times its length."""
    clock = ManualClock()
    buckets, taken = Buckets(rate, burst, clock.monotonic), list[float]()
    for pause in pauses:
        clock.advance(pause)
        while len(taken) < 400 and buckets.wait("x") == 0:
            buckets.take("x")
            taken.append(clock.monotonic())
    for first in range(0, len(taken), 7):
        for last in range(first, len(taken), 5):
            window = taken[last] - taken[first]
            assert last - first + 1 <= burst + rate * window + 1e-3 + 1e-6 * window * rate


def test_the_metrics_know_every_resource() -> None:
    """A new scope is counted under its own name."""
    assert set(API_RESOURCES) == {*RESOURCES, *OPERATORS, "other"}


@pytest.fixture
async def strict(tmp_path: Path) -> AsyncIterator[House]:
    """A gateway that lets five requests of a key through, and three without one."""
    house = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    house.limits = {"key_rate": 0.01, "key_burst": 5, "unauthorized_rate": 0.01, "unauthorized_burst": 3}
    house.line("duka")
    await house.start()
    yield house
    await house.close()


async def test_a_key_that_asks_too_often_is_told_when_to_come_back(strict: House) -> None:
    """429 with Retry-After, counted; another key of the tenant goes on."""
    answers = [await strict.api("GET") for _ in range(7)]
    assert [code for code, _ in answers] == [200] * 5 + [429] * 2
    assert answers[-1][1]["code"] == "rate_limited"
    headers = {"Authorization": f"Bearer {await strict.key()}"}
    async with strict.session.get(strict.url + "/api/v1/messages", headers=headers) as answer:
        assert 90 <= int(answer.headers["Retry-After"]) <= 100
        assert answer.headers["Request-Id"]

    assert await strict.metric("gateway_api_limited_total", scope="key") == 3
    assert await strict.metric("gateway_api_requests_total", resource="messages", result="4xx") == 3
    assert await strict.metric("gateway_api_requests_total", resource="messages", result="2xx") == 5


async def test_whoever_guesses_keys_is_stopped_and_whoever_is_known_is_not(strict: House) -> None:
    """A good key that was just used goes on at the guesser's own address."""
    assert (await strict.api("GET"))[0] == 200

    async def guess(key: str) -> int:
        headers = {"Authorization": f"Bearer {key}"}
        async with strict.session.get(strict.url + "/api/v1/messages", headers=headers) as answer:
            return answer.status

    codes = await asyncio.gather(*(guess(f"gw_{number}") for number in range(10)))

    assert sorted(codes) == [401] * 3 + [429] * 7
    assert (await strict.api("GET"))[0] == 200
    assert await strict.metric("gateway_api_limited_total", scope="address") == 7
