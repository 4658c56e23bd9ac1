"""Channels that take webhooks from some addresses only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs
from structlog.types import EventDict

from tests.support.house import ANA, BEN, House, change, sign, text_message, webhook

META, ELSEWHERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """What is logged."""
    with capture_logs() as found:
        yield found


async def _post(house: House, wamid: str, forwarded: str, *, path: str = "", tenant: str = "duka") -> int:
    sim = house.lines[tenant].sim
    body = webhook(change(sim, text_message(ANA, wamid, wamid)))
    headers = {"X-Hub-Signature-256": sign(sim.app_secret, body), "X-Forwarded-For": forwarded}
    return (await house.post(body, headers, path=path, tenant=tenant)).status


async def test_webhooks_from_elsewhere_are_refused(house: House, lines: list[EventDict]) -> None:
    """Authentic or not: 401, counted, and one line in the log; what comes through our proxy is judged by
    the address that the proxy saw."""
    sim = house.line()
    house.server["proxies"] = ["127.0.0.0/8"]
    house.lines["duka"].options["sources"] = ["203.0.113.0/24", "2001:db8::/32"]
    await house.start()

    assert await _post(house, "wamid.1", META) == 200
    assert await _post(house, "wamid.2", f"{ELSEWHERE}, 2001:db8::5") == 200
    assert await _post(house, "wamid.3", ELSEWHERE) == 401
    assert await _post(house, "wamid.4", f"{META}, {ELSEWHERE}") == 401
    assert await _post(house, "wamid.5", "unknown") == 401

    assert sorted(m.text for m in await sim.wait_for(ANA, 2)) == ["wamid.1", "wamid.2"]
    assert await house.metric("gateway_webhook_requests_total", result="bad_signature") == 3
    told = [line for line in lines if line["event"] == "webhook.refused"]
    assert [(line["reason"], line["channel"], line["source"]) for line in told] == [
        ("source", "duka-main", "198[.]51[.]100[.]7")
    ]


async def test_without_proxies_the_header_opens_nothing(house: House) -> None:
    """The peer is this machine, whatever it writes; its own address may be a source."""
    house.line("duka")
    house.line("soko")
    house.lines["duka"].options["sources"] = ["203.0.113.0/24"]
    house.lines["soko"].options["sources"] = ["127.0.0.1"]
    await house.start()

    assert await _post(house, "wamid.1", META) == 401
    assert await _post(house, "wamid.2", ELSEWHERE, tenant="soko") == 200


async def test_on_the_app_wide_address_each_channel_judges_for_itself(house: House) -> None:
    """One app, two numbers, one payload: the number that takes nothing from there gets nothing."""
    duka, soko = house.line("duka"), house.line("soko")
    soko.app_secret = duka.app_secret
    house.lines["duka"].options["sources"] = ["203.0.113.0/24"]
    await house.start()
    body = webhook(
        change(duka, text_message(ANA, "for duka", "wamid.1")),
        change(soko, text_message(BEN, "for soko", "wamid.2")),
    )
    headers = {"X-Hub-Signature-256": sign(duka.app_secret, body)}

    assert (await house.post(body, headers, path="/webhooks/meta_cloud")).status == 200
    assert [m.text for m in await soko.wait_for(BEN, 1)] == ["for soko"]
    assert duka.inbox(ANA) == []
    assert await house.metric("gateway_dead_total", reason="foreign_number") == 1
    assert await _post(house, "wamid.3", "", path="/webhooks/meta_cloud") == 401


async def test_numbers_beyond_the_candidates_are_judged_too(house: House) -> None:
    """The fifth number of a payload is verified when it is parsed, by the same rule."""
    sims = [house.line(f"t{n}") for n in range(6)]
    for sim in sims:
        sim.app_secret = sims[0].app_secret
    house.server["proxies"] = ["127.0.0.0/8"]
    house.lines["t4"].options["sources"] = [META]
    house.lines["t5"].options["sources"] = [ELSEWHERE]
    await house.start()
    body = webhook(*(change(sim, text_message(ANA, f"t{n}", f"wamid.{n}")) for n, sim in enumerate(sims)))
    headers = {"X-Hub-Signature-256": sign(sims[0].app_secret, body), "X-Forwarded-For": META}

    assert (await house.post(body, headers, path="/webhooks/meta_cloud")).status == 200
    for n in range(5):
        assert [m.text for m in await sims[n].wait_for(ANA, 1)] == [f"t{n}"]
    assert sims[5].inbox(ANA) == []
    assert await house.metric("gateway_dead_total", reason="foreign_number") == 1
