"""Plugins' routes in the document of the API: it stays one document, and nothing of ours is renamed."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.support.house import House
from tests.support.postgres import Urls

SHOP = """\
from msgspec import Struct
from gateway import api, hook

class NewMessage(Struct):
    text: str

class Wanted(Struct):
    name: str = ""

async def save(request) -> Wanted:
    return request.body

async def begin(request) -> None:
    ...

async def look(request) -> list[Wanted]:
    return []

@hook.register_routes
def routes():
    return [api("POST", "/things", save, body=NewMessage, answer=Wanted),
            api("POST", "/things/new", save, body=NewMessage, answer=NewMessage, status=201),
            api("POST", "/things/later", begin, status=202),
            api("DELETE", "/things/{id}", begin),
            api("PUT", "/things/{id}", save, body=NewMessage, answer=Wanted),
            api("GET", "/things", look, query=Wanted, answer=list[Wanted])]
"""


async def test_two_plugins_and_our_own_names(tmp_path: Path) -> None:
    """What a plugin calls as we do is its own; references lead somewhere, each operation has a name."""
    house = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    for name in ("shop", "till"):
        house.plugin(name, SHOP)
    house.line("duka", "shop", "till")
    await house.start()
    try:
        async with house.session.get(house.url + "/api/v1/openapi.json") as answer:
            document = await answer.json()
    finally:
        await house.close()
    paths, parts = document["paths"], document["components"]["schemas"]
    assert {"NewMessage", "shop.NewMessage", "shop.Wanted", "till.NewMessage"} <= set(parts)
    assert not [name for name in parts if "gateway" in name]
    body = paths["/p/shop/things"]["post"]["requestBody"]["content"]["application/json"]
    assert body == {"schema": {"$ref": "#/components/schemas/shop.NewMessage"}}
    referred = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert referred <= set(parts)
    names = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(names) == len(set(names))
    assert {"shop_look", "shop_save_post_things", "shop_save_put_things_id"} <= set(names)


async def test_a_success_has_the_status_that_is_described(tmp_path: Path) -> None:
    """201 for what was made, 202 for what was begun, 204 for an empty answer; each as the document says."""
    house = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    house.plugin("shop", SHOP)
    house.line("duka", "shop")
    await house.start()
    try:
        _, document = await house.api("GET", "/api/v1/openapi.json")
        answers = {
            (method, path): await house.api(method, f"/p/shop{path.format(id=7)}", json=body)
            for method, path, body in (
                ("POST", "/things/new", {"text": "tea"}),
                ("POST", "/things/later", None),
                ("DELETE", "/things/{id}", None),
            )
        }
    finally:
        await house.close()
    assert [status for status, _ in answers.values()] == [201, 202, 204]
    assert answers["POST", "/things/new"][1] == {"text": "tea"}
    for (method, path), (status, _) in answers.items():
        described = document["paths"][f"/p/shop{path}"][method.lower()]["responses"]
        assert [each for each in described if each.startswith("2")] == [str(status)]
        assert ("content" in described[str(status)]) == (status == 201)
