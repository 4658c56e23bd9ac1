"""A request of a tenant does its work in the tenant's repository: who asks the database as the workers' role,
which sees every tenant, is named here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.store import connect
from gateway.store.port import Store
from tests.isolation.probe import BODIES
from tests.isolation.street import MINE, street
from tests.support.house import ANA, House
from tests.support.postgres import Urls

#: Who a key stands for is asked before there is a tenant. A change of what is served counts the revision of
#: all tenants, and is read again as the directory reads it.
WORKERS = {
    "gateway/api/access/keys.py",
    "gateway/tenants/ground.py",
    "gateway/tenants/directory.py",
    "gateway/retention/outlook.py",  # rounds, and what is the installation's
}
#: What a body needs so that the request is carried out.
CARRIED_OUT = {
    **BODIES,
    "POST /messages": {"channel": "duka-main", "to": ANA, "message": {"type": "text", "text": "hi"}},
    "POST /dead-letters/{id}/replay": {"apply": True},
    "POST /media/fetch": {"url": "https://files.example/a.png"},
    "PATCH /contacts/{id}": {"name": "Somebody"},
    "POST /channels": {"id": "second", "provider": "meta_cloud"},
}
ROOT = Path(__file__).parents[2]


class Watched:
    """*inner*, which writes down who reads and writes beside the scopes while a request is answered."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.askers: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def read(self, work: Any) -> Any:
        self._look()
        return await self._inner.read(work)

    async def write(self, work: Any, *, urgent: bool = False) -> Any:
        self._look()
        return await self._inner.write(work, urgent=urgent)

    def _look(self) -> None:
        files = [file for file in _files() if file.startswith("gateway/")]
        if "gateway/api/serving.py" in files:
            self.askers.add(files[0])


def _files() -> Iterator[str]:
    """The files of the calls that lead here, the nearest first."""
    frame = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        known = path != Path(__file__) and path.is_relative_to(ROOT)
        if known and frame.f_code.co_name != "again":  # which only tries once more
            yield path.relative_to(ROOT).as_posix()
        frame = frame.f_back


def watched(url: str, **more: Any) -> Any:
    """What stands in for `gateway.store.connect`."""
    return Watched(connect(url, **more))


async def test_only_a_few_ask_beside_the_tenants_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route of a tenant, with ids of its own: nobody but those above works for all tenants."""
    monkeypatch.setattr("gateway.app.connect", watched)
    house = await street(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    try:
        assert house.gateway is not None
        store: Any = house.gateway.store
        asked = await _every_route(house)
        print(f"\n{asked} requests; beside the scopes asked {sorted(store.askers)}")
        assert asked > 40
        assert "gateway/api/access/keys.py" in store.askers
        assert store.askers <= WORKERS
    finally:
        await house.close()


async def _every_route(house: House) -> int:
    assert house.gateway is not None
    routes = [each for each in house.gateway.routes if each.whose == "tenant" and each.path != "/events"]
    order = ("GET", "POST", "PUT", "PATCH", "DELETE")
    asked = 0
    for route in sorted(routes, key=lambda each: (order.index(each.method), -each.path.count("/"))):
        path = route.address
        if route.parameters:
            code, listed = await house.api("GET", path.partition("/{")[0], tenant=MINE)
            items = listed.get("items") or [{}]
            item = next((each for each in items if each.get("stage") == "plugin"), items[0])
            own = item.get("id") or item.get("name") or "none"
            for name in route.parameters:
                path = path.replace(f"{{{name}}}", str(own))
        body = CARRIED_OUT.get(f"{route.method} {route.path}", {})
        more = {"json": body} if route.body is not None else {"data": b"x"} if route.raw else {}
        code, told = await house.api(route.method, path, tenant=MINE, **more)
        assert code < 500 or code == 502, (route.path, told)
        asked += 1
    return asked
