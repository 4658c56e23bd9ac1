"""Who may see metrics and health: those inside, not the internet."""

from __future__ import annotations

import pytest

from tests.support.house import House

OUTSIDE = [
    {"X-Forwarded-For": "203.0.113.9"},
    {"X-Forwarded-For": "10.0.0.1, 203.0.113.9"},
    {"X-Forwarded-For": "203.0.113.9, 10.0.0.1"},
    {"X-Forwarded-For": "unknown"},
    {"X-Forwarded-For": ""},
    {"X-Real-IP": "2001:db8::1"},
    {"Forwarded": 'for="[2001:db8:cafe::17]:4711";proto=https'},
    {"Forwarded": "for=10.0.0.1, for=198.51.100.17"},
    {"Forwarded": "by=10.0.0.1"},
]
INSIDE = [
    {},
    {"X-Forwarded-For": "10.1.2.3"},
    {"X-Forwarded-For": "192.168.0.7, ::1"},
    {"Forwarded": 'for="[fd00::1]:80", for=172.16.9.9'},
]


@pytest.mark.parametrize("headers", OUTSIDE)
async def test_a46_metrics_are_not_for_the_internet(house: House, headers: dict[str, str]) -> None:
    """A46: through a proxy, for somebody outside, /metrics is not there, and health has no details."""
    async with house.session.get(house.url + "/metrics", headers=headers) as answer:
        assert answer.status == 404
        assert "gateway_" not in await answer.text()
    for path in ("live", "ready"):
        async with house.session.get(f"{house.url}/health/{path}", headers=headers) as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("headers", INSIDE)
async def test_a46_metrics_are_for_those_inside(house: House, headers: dict[str, str]) -> None:
    """From this machine and from private addresses, also through a proxy, all is shown."""
    async with house.session.get(house.url + "/metrics", headers=headers) as answer:
        assert answer.status == 200
    async with house.session.get(house.url + "/health/ready", headers=headers) as answer:
        assert set((await answer.json())["checks"]) >= {"store", "spool", "disk"}


async def test_a46_what_is_inside_is_a_setting(house: House) -> None:
    """With `metrics_from` emptied nobody is inside, not even this machine."""
    await house.stop()
    house.server["metrics_from"] = []
    await house.start()
    async with house.session.get(house.url + "/metrics") as answer:
        assert answer.status == 404
    async with house.session.get(house.url + "/health/ready") as answer:
        assert await answer.json() == {"status": "ok"}


@pytest.mark.parametrize(
    "path", ["/debug", "/docs", "/admin", "/admin-ops", "/livez", "/swagger", "/.env", "/.git/HEAD"]
)
async def test_a46_nothing_else_is_there(house: House, path: str) -> None:
    """A46: what scanners look for is not there."""
    async with house.session.get(house.url + path) as answer:
        assert answer.status == 404
