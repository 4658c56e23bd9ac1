"""Ask every route of the running gateway for what is another tenant's."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec

from gateway.api.route import Route
from tests.isolation.street import MINE, THEIRS, Found
from tests.support.house import CAT, House

#: Bodies that are well-formed, for routes whose body may not be empty.
BODIES: dict[str, dict[str, Any]] = {
    "POST /messages": {"channel": "duka-main", "to": CAT, "message": {"type": "text", "text": "hi"}},
    "POST /conversations/{id}/messages": {"message": {"type": "text", "text": "hi"}},
    "POST /contacts/{id}/identities": {"kind": "external", "value": "mine"},
    "POST /contacts/{id}/consent": {"purpose": "marketing", "state": "out", "proof": "they wrote so"},
    "POST /webhooks/{id}/recover": {"since": "2026-01-01T00:00:00Z"},
    "POST /commerce/orders/{id}/payments": {"amount": "1", "method": "cash", "reference": "till-1"},
    "POST /commerce/orders/{id}/refunds": {"amount": "1", "method": "cash", "reference": "till-1"},
    "POST /commerce/orders/{id}/note": {"text": "hi"},
    "POST /commerce/products/{id}/image": {"media": "nothing"},
    "POST /commerce/products": {
        "name": "Mango",
        "category": "",
        "code": "",
        "variants": [{"sku": "MNG", "price": "1"}],
    },
    "POST /commerce/categories": {"name": "Fruit", "parent": "", "emoji": ""},
    "POST /commerce/codes": {"code": "", "percent": "10", "contact": "", "category": "", "title": ""},
}
#: What a query may not be without.
QUERIES = {"GET /commerce/stock/moves": {"sku": f"{MINE}-commerce-variant-sku"}}
_AT_ONCE = 24
#: Of so many routes or fields each is asked with another share of the values.
_SHARES = 12


@dataclass
class Verdict:
    """What was asked, and each answer that should not have been given."""

    asked: int = 0
    routes: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    leaks: list[str] = field(default_factory=list)


class Probe:
    """Duka, with a key of its own, and soko's values in hand."""

    def __init__(self, house: House, key: str, ids: list[Found], *, whole: bool) -> None:
        assert house.gateway is not None
        self.house, self.key, self.ids = house, key, ids
        self._samples = itertools.repeat(ids) if whole else itertools.cycle(sampled(ids))
        self.routes = house.gateway.routes
        self.verdict = Verdict()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        #: What a page of duka's would never say.
        self._telling = [each.value for each in ids if len(each.value) >= 6]

    async def ask(self, route: Route, path: str, **more: Any) -> tuple[int, str]:
        """One request: the status and the text."""
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        timeout = aiohttp.ClientTimeout(total=30)
        async with (
            self._turn,
            self.house.session.request(
                route.method, self.house.url + path, headers=headers, timeout=timeout, **more
            ) as answer,
        ):
            self.verdict.asked += 1
            return answer.status, await answer.text()

    async def paths(self, *, methods: Iterable[str] = ()) -> None:
        """Values in the place of every id in an address: 404 each, or 403 at an operator's."""
        asks = []
        for route in self.routes:
            if route.parameters and (not methods or route.method in methods):
                self.verdict.routes.add(f"{route.method} {route.path}")
                own, some = await self._own(route), next(self._samples)
                asks += [
                    self._path(route, values, one) for one in some for values in _places(route, one, own)
                ]
        await asyncio.gather(*asks)

    async def _path(self, route: Route, values: tuple[str, ...], one: Found) -> None:
        path = route.address
        for name, value in zip(route.parameters, values, strict=True):
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        more: dict[str, Any] = {"headers": {"If-Match": "*"}} if route.etag else {}
        if route.body is not None:
            more["json"] = BODIES.get(f"{route.method} {route.path}", {})
        status, text = await self.ask(route, path, **more)
        self.verdict.ids.add(one.value)
        expected = 403 if route.whose == "operator" else 404
        if status != expected:
            told = f"{route.method} {path} ({one.table}.{one.column}): {status} {text[:200]}"
            self.verdict.leaks.append(told)

    async def _own(self, route: Route) -> str:
        """An id of duka's own for the first place of an address with two."""
        if len(route.parameters) < 2 or route.whose == "operator":
            return ""
        listing = next(
            (each for each in self.routes if each.address == route.address.partition("/{")[0]), None
        )
        assert listing is not None, route.path
        async with self.house.session.get(
            self.house.url + listing.address, headers={"Authorization": f"Bearer {self.key}"}
        ) as answer:
            items = (await answer.json())["items"]
        return str(items[0]["id"])

    async def lists(self) -> None:
        """What duka is shown without an id, page after page, and by its own ids, holds nothing of soko's."""
        for route in self.routes:
            if route.method != "GET" or route.whose == "operator" or route.parameters:
                continue
            status, text = await self.ask(route, route.address, params=_query(route))
            if status != 200:
                self.verdict.leaks.append(f"{route.address}: {status} {text[:200]}")
                continue
            self._look(route, route.address, text)
            items = msgspec.json.decode(text)
            for item in items.get("items", ()) if isinstance(items, dict) else ():
                for other in self.routes:
                    if other.method == "GET" and other.address.startswith(route.address + "/{"):
                        name = other.parameters[0]
                        value = item.get(name) or item.get("id") or ""
                        if len(other.parameters) == 1 and value:
                            path = other.address.replace(f"{{{name}}}", quote(str(value), safe=""))
                            self._look(other, path, (await self.ask(other, path))[1])

    async def filters(self) -> None:
        """Values in every field of a query: nothing of soko's comes back."""
        asks = []
        for route in self.routes:
            if route.query is None or route.parameters or route.method != "GET" or route.whose == "operator":
                continue
            for name in route.query.__struct_fields__:
                if name in ("limit", "wait"):
                    continue
                self.verdict.routes.add(f"{route.method} {route.path}?{name}")
                asks += [self._filter(route, name, one) for one in next(self._samples)]
        await asyncio.gather(*asks)

    async def _filter(self, route: Route, name: str, one: Found) -> None:
        self.verdict.ids.add(one.value)
        status, text = await self.ask(route, route.address, params={**_query(route), name: one.value})
        self._look(route, f"{route.address}?{name}={one.value}", text, but=one.value)
        if status not in (200, 400, 404, 422):
            self.verdict.leaks.append(f"{route.address}?{name}={one.value}: {status} {text[:200]}")

    async def bodies(self) -> None:
        """Values in every text of a body: nothing of soko's comes back, or is changed."""
        asks = []
        for route in self.routes:
            body = BODIES.get(f"{route.method} {route.path}") or _strings(route.body)
            if route.parameters or not body or route.whose == "operator":
                continue
            for name in [n for n, v in body.items() if isinstance(v, str)]:
                asks += [self._body(route, {**body, name: one.value}, one) for one in next(self._samples)]
        await asyncio.gather(*asks)

    async def _body(self, route: Route, body: dict[str, Any], one: Found) -> None:
        self.verdict.routes.add(f"{route.method} {route.path} body")
        self.verdict.ids.add(one.value)
        status, text = await self.ask(route, route.address, json=body)
        self._look(route, f"{route.address} {body}", text, but=one.value)
        if status >= 500:
            self.verdict.leaks.append(f"{route.address} {body}: {status} {text[:200]}")

    async def cursors(self) -> None:
        """A page's cursor that soko was given is no cursor of duka's."""
        for route in self.routes:
            if route.query is None or "cursor" not in route.query.__struct_fields__ or route.parameters:
                continue
            asked = {**_query(route), "limit": "1"}
            code, page = await self.house.api("GET", route.address, tenant=THEIRS, params=asked)
            if code == 200 and page["cursor"]:
                self.verdict.routes.add(f"{route.method} {route.path} cursor")
                asked = {**_query(route), "cursor": page["cursor"]}
                status, text = await self.ask(route, route.address, params=asked)
                if status != 400:
                    self.verdict.leaks.append(
                        f"{route.path}: soko's cursor is answered {status} {text[:200]}"
                    )

    def _look(self, route: Route, what: str, text: str, but: str = "") -> None:
        seen = [value for value in self._telling if value != but and value not in but and value in text]
        if seen:
            self.verdict.leaks.append(f"{route.method} {what}: shows {seen[:3]}")


def sampled(ids: list[Found]) -> list[list[Found]]:
    """Smaller lists, for one route or field after the other: each has one id of every table, or another value
    of it where it has none, and its share of all the values, so that together they have all."""
    tables: dict[str, list[Found]] = {}
    for one in ids:
        tables.setdefault(one.table, []).append(one)
    chosen = [[one for one in found if one.column == "id"] or found for found in tables.values()]
    shares = [[each[n % len(each)] for each in chosen] + ids[n::_SHARES] for n in range(_SHARES)]
    return [list({one.value: one for one in share}.values()) for share in shares]


def _places(route: Route, one: Found, own: str) -> Iterator[tuple[str, ...]]:
    """The value in each place of an address: in all, behind an id of duka's own, before a plain 1."""
    yield (one.value,) * len(route.parameters)
    if len(route.parameters) == 2:
        yield (one.value, "1")
        if own:
            yield (own, one.value)


def _query(route: Route) -> dict[str, str]:
    return QUERIES.get(f"{route.method} {route.path}", {})


def _strings(body: type[Any] | None) -> dict[str, Any]:
    """The fields of a body that may be a text, each with an empty one."""
    if body is None:
        return {}
    return {
        field.name: ""
        for field in msgspec.structs.fields(body)
        if msgspec.inspect.type_info(field.type).__class__.__name__ in ("StrType", "UnionType")
    }


def report(name: str, verdict: Verdict) -> str:
    """The count, for `pytest -s`."""
    return (
        f"{name}: {len(verdict.routes)} routes and fields x {len(verdict.ids)} values of {THEIRS}: "
        f"{verdict.asked} requests of {MINE}, {len(verdict.leaks)} answered wrongly"
    )
