"""Every route with values of another tenant (A20, A21): over the store as it is, and over one whose
repository forgets the tenant, so that only PostgreSQL's row policies are left. `python -m tests.isolation`
asks every route with every value, which takes three times as long."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.isolation.forgetful import ForgetfulStore, forgetful
from tests.isolation.probe import Probe, report
from tests.isolation.street import THEIRS, WORK, columns, rows_of, still, street, theirs
from tests.support.house import House
from tests.support.postgres import Urls

#: What moves by itself, or is written about duka's own doing only.
MOVING = frozenset((*WORK, "feed", "endpoint", "channel", "template_sync", "outbox"))

#: Whether each route is asked with every value, and not with a share of them.
WHOLE = bool(os.environ.get("GATEWAY_ISOLATION_WHOLE"))


async def _probe(house: House) -> Probe:
    ids = await theirs(house)
    tables = {each.table for each in ids}
    assert len(ids) > 60
    assert {"message", "contact", "conversation", "media", "dead", "endpoint", "api_key", "channel"} <= tables
    empty = [
        table
        for table in set(await columns(house)) - WORK
        if not await house.rows(f"select 1 from {table} where tenant = '{THEIRS}'")
    ]
    assert empty == []
    return Probe(house, await house.key(), ids, whole=WHOLE)


async def test_nothing_of_another_tenant_is_reached(
    tmp_path: Path, store_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """404 for every id in every address; nothing shown by lists, filters, bodies and cursors; and all of
    soko's rows are as they were."""
    monkeypatch.setattr("gateway.retention.keeper.FIRST", 3600.0)  # made-up rows had their time long ago
    house = await street(tmp_path, store_urls)
    try:
        probe = await _probe(house)
        before = await still(house, THEIRS, MOVING)
        await probe.paths()
        await probe.lists()
        await probe.filters()
        await probe.bodies()
        await probe.cursors()
        print("\n" + report(store_urls.url.partition(":")[0], probe.verdict))
        assert probe.verdict.ids == {each.value for each in probe.ids}
        assert probe.verdict.leaks == []
        assert await rows_of(house, THEIRS, MOVING) == before
    finally:
        await house.close()


async def test_the_row_policies_hold_alone(
    tmp_path: Path, store_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a repository that forgets the tenant PostgreSQL answers as before; SQLite, which has no second
    wall, leaks, and that shows that the repository forgets."""
    monkeypatch.setattr("gateway.app.connect", forgetful)
    house = await street(tmp_path, store_urls)
    try:
        probe = await _probe(house)
        assert house.gateway is not None
        store = house.gateway.store
        assert isinstance(store, ForgetfulStore)
        store.forgets, sqlite = True, store.dialect == "sqlite"
        await probe.paths(methods=("GET",) if sqlite else ())
        await probe.lists()
        if not sqlite:
            await probe.filters()
            await probe.cursors()
        print("\n" + report(f"{store.dialect}, forgetful {store.forgot} times", probe.verdict))
        assert store.forgot > 1000
        if sqlite:
            assert sum(": 200 " in leak or "shows" in leak for leak in probe.verdict.leaks) > 20
        else:
            assert probe.verdict.leaks == []
    finally:
        await house.close()


async def test_who_asks_is_known_from_a_good_key_alone(tmp_path: Path, store_urls: Urls) -> None:
    """No key, a revoked one, one in the query, a tenant in a header: 401 or 400 at every route."""
    house = await street(tmp_path, store_urls)
    try:
        assert house.gateway is not None
        good = await house.key()
        old = await operate(load(house.config), "key.create", {"tenant": "duka"})
        code, told = await house.api("DELETE", f"/api/v1/keys/{old['id']}")
        assert code in (200, 204), told
        cases: list[tuple[dict[str, str], str, int]] = [
            ({}, "", 401),
            ({"Authorization": f"Bearer {old['key']}"}, "", 401),
            ({"Authorization": "Bearer gw_nobody"}, "", 401),
            ({}, f"?key={good}", 400),
            ({"Authorization": f"Bearer {good}", "Gateway-Tenant": THEIRS}, "", 400),
        ]
        asked = 0
        for route in house.gateway.routes:
            path = route.address.replace("{", "").replace("}", "")
            for headers, query, expected in cases:
                async with house.session.request(
                    route.method, house.url + path + query, headers=headers
                ) as answer:
                    asked += 1
                    operators = route.whose == "operator" and "Gateway-Tenant" in headers
                    assert answer.status == (403 if operators else expected), (route.path, headers)
        print(f"\n{len(house.gateway.routes)} routes x {len(cases)} bad keys: {asked} requests")
    finally:
        await house.close()
