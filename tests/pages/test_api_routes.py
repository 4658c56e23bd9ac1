"""Routes of plugins in the API: the same door, the same decoding, the same tenants."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.pages.conftest import link_to
from tests.support.house import House


async def named(house: House, tenant: str = "duka") -> str:
    """The id of a contact."""
    await link_to(house)
    return str((await house.rows(f"select id from contact where tenant = '{tenant}'"))[0][0])


async def test_it_is_asked_and_answers(any_shop: House) -> None:
    """With a key: rows, one row, a change that is durable when it is answered."""
    who = await named(any_shop)
    status, [first] = await any_shop.api("GET", "/p/shop/contacts")
    assert (status, first["id"]) == (200, who)
    assert await any_shop.api("PATCH", f"/p/shop/contacts/{who}", json={"name": "Neema"}) == (
        200, {"id": who, "name": "Neema"},
    )  # fmt: skip
    assert await any_shop.rows(f"select name from contact where id = '{who}'") == [("Neema",)]
    assert (await any_shop.api("GET", "/p/shop/contacts", params={"name": "nobody"})) == (200, [])


async def test_what_is_raised_undoes(any_shop: House) -> None:
    """A problem of the plugin's is the answer; an exception is a 500 that tells nothing."""
    who = await named(any_shop)
    status, told = await any_shop.api("PATCH", f"/p/shop/contacts/{who}", json={"name": "taken"})
    assert (status, told["code"]) == (409, "name_taken")
    status, told = await any_shop.api("PATCH", f"/p/shop/contacts/{who}", json={"name": "fail"})
    assert (status, told["code"]) == (500, "plugin_failed")
    assert "a secret detail" not in str(told)
    assert await any_shop.rows("select count(*) from contact where name in ('taken', 'fail')") == [(0,)]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"nam": "x"}, 422), ({"name": "x", "more": 1}, 422), ({"name": 5}, 422), ({}, 422)],
)
async def test_bodies_are_decoded_strictly(shop: House, body: dict[str, Any], status: int) -> None:
    """With a pointer to what is wrong, before the plugin sees anything."""
    told = await shop.api("PATCH", "/p/shop/contacts/x", json=body)
    assert told[0] == status
    assert told[1]["errors"]


async def test_who_may_ask(shop: House) -> None:
    """No key, a key of another scope, one that only reads, one of a tenant that does not use the plugin."""
    async with shop.session.get(shop.url + "/p/shop/contacts") as answer:
        assert answer.status == 401
        assert answer.content_type == "application/problem+json"
    who = await named(shop)
    for scope, reads, writes in (
        ("contacts:write", 403, 403),
        ("plugin.shop:read", 200, 403),
        ("plugin.shop:write", 200, 200),
        ("plugin.other:write", 403, 403),
        ("read", 200, 403),
    ):
        made = await operate(load(shop.config), "key.create", {"tenant": "duka", "scopes": [scope]})
        headers = {"Authorization": f"Bearer {made['key']}"}
        assert (await shop.api("GET", "/p/shop/contacts", headers=headers))[0] == reads, scope
        changed = await shop.api("PATCH", f"/p/shop/contacts/{who}", json={"name": "A"}, headers=headers)
        assert changed[0] == writes, scope
    status, told = await shop.api("GET", "/p/shop/contacts", tenant="soko")
    assert (status, told["code"]) == (404, "no_such_plugin")


async def test_tenants_are_kept_apart(any_shop: House) -> None:
    """Another tenant's contact is not there, neither to be read nor to be changed."""
    any_shop.lines["soko"].plugins = ("shop",)
    any_shop.write()
    assert any_shop.gateway is not None
    any_shop.gateway.directory.reread()
    who = await named(any_shop)
    assert (await any_shop.api("GET", f"/p/shop/contacts/{who}"))[0] == 200
    assert (await any_shop.api("GET", f"/p/shop/contacts/{who}", tenant="soko"))[0] == 404
    changed = await any_shop.api("PATCH", f"/p/shop/contacts/{who}", tenant="soko", json={"name": "mine"})
    assert changed[0] == 404
    assert (await any_shop.api("GET", "/p/shop/contacts", tenant="soko")) == (200, [])


async def test_it_is_described(shop: House) -> None:
    """In the document of the API, beside ours, with its scope and its shapes."""
    async with shop.session.get(shop.url + "/api/v1/openapi.json") as answer:
        document = await answer.json()
    one = document["paths"]["/p/shop/contacts/{id}"]
    assert one["patch"]["x-scope"] == "plugin.shop:write"
    assert one["get"]["x-scope"] == "plugin.shop:read"
    assert one["patch"]["operationId"] == "shop_rename"
    assert one["patch"]["description"] == "Another name for a contact."
    assert one["patch"]["tags"] == ["shop"]
    assert "Rename" in str(one["patch"]["requestBody"])
    assert "/p/shop/o/{token}" not in document["paths"]


async def test_methods_and_addresses_that_are_none(shop: House) -> None:
    """A problem with what the address takes; a page that says so where there is nothing."""
    async with shop.session.delete(shop.url + "/p/shop/contacts") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")
        assert answer.content_type == "application/problem+json"
    for path in ("/p/shop/nothing", "/p/shop", "/p/", "/p/shop/contacts/", "/p/shop/contacts//x"):
        async with shop.session.get(shop.url + path) as answer:
            assert answer.status == 404, path
