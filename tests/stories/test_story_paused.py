"""A number that may not send, with more waiting for it than memory takes: nobody else notices."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.pipeline import pause, refill
from tests.support.house import ANA, BEN, CAT, House, until


def _order(tenant: str, to: str, n: int) -> dict[str, Any]:
    message = {"type": "template", "name": "order_update", "language": "en", "values": [str(n)]}
    return {"channel": f"{tenant}-main", "to": to, "message": message}


async def test_a_long_queue_behind_a_dead_token(any_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another tenant's message goes at once; with a good token all that waited goes, once and in order."""
    monkeypatch.setattr(pause, "PROBE", 1.0)
    monkeypatch.setattr(pause, "LOOK", 0.1)
    monkeypatch.setattr(refill, "PAGE", 4)
    house = any_house
    duka, soko = house.line("duka"), house.line("soko")
    await house.start()
    assert house.gateway is not None
    assert house.gateway.line is not None
    house.gateway.line.sender._bound = 6
    good, duka._graph.access_token = duka._graph.access_token, "dead"
    for n in range(30):
        assert (await house.api("POST", json=_order("duka", (ANA, BEN)[n % 2], n)))[0] == 202
    assert (await house.api("POST", tenant="soko", json=_order("soko", CAT, 0)))[0] == 202
    await until(lambda: len(soko.accepted) == 1, "the other tenant's message", within=60)

    duka._graph.access_token = good
    await until(lambda: len(duka.accepted) == 30, "all that waited", within=60)
    sent = [call.body["template"]["components"][0]["parameters"][0]["text"] for call in duka.accepted]
    assert [n for n in sent if int(n) % 2 == 0] == [str(n) for n in range(0, 30, 2)]
    assert [n for n in sent if int(n) % 2] == [str(n) for n in range(1, 30, 2)]


async def test_a_blocked_account_is_asked_with_one_message_at_a_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each try costs one message, not all that wait; the others go when the account is free again."""
    monkeypatch.setattr(pause, "PROBE", 0.5)
    monkeypatch.setattr(pause, "LOOK", 0.1)
    sim = house.line()
    await house.start()
    await house.key()
    sim.refuse_with = 368
    assert (await house.api("POST", json=_order("duka", ANA, 0)))[0] == 202
    await until(lambda: house.rows("select id from dead"), "the first is refused")
    for n in range(1, 21):
        assert (await house.api("POST", json=_order("duka", f"+2547000000{n:02d}", n)))[0] == 202
    await until(lambda: _dead(house, 3), "it is tried again twice")
    sim.refuse_with = 0
    await until(lambda: len(sim.accepted) >= 15, "the others go")


async def _dead(house: House, least: int) -> bool:
    return len(await house.rows("select id from dead")) >= least
