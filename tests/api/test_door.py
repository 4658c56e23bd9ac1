"""The door: who is let in, under which name, and what is noted of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from gateway.api.access import door
from gateway.errors import StoreUnavailable
from gateway.operate import operate
from gateway.settings import load
from tests.api.test_keys_api import ask
from tests.support.house import House

MESSAGES, AUDIT, EVERYWHERE = "/api/v1/messages", "/api/v1/audit", "/api/v1/operator/audit"


async def operator(house: House, *scopes: str) -> str:
    """A new operator's key."""
    made = await operate(load(house.config), "key.create", {"operator": True, "scopes": scopes})
    key: str = made["key"]
    return key


def named(tenant: str) -> dict[str, str]:
    """The header in which an operator names a tenant."""
    return {"Gateway-Tenant": tenant}


async def test_a_key_that_opens_nothing_has_one_answer(any_house: House) -> None:
    """A21: unknown, mistyped, revoked and expired look the same."""
    house = any_house
    settings = load(house.config)
    revoked = await operate(settings, "key.create", {"tenant": "duka"})
    await operate(settings, "key.revoke", {"id": revoked["id"]})
    expired = await operate(settings, "key.create", {"tenant": "duka", "expires": 0.001})
    await asyncio.sleep(0.01)
    right = await house.key()

    answers = [
        await ask(house, key, "GET", MESSAGES)
        for key in (revoked["key"], expired["key"], right[:-1] + "!", "gw_" + "a" * 12, "x", "")
    ]

    assert {code for code, _ in answers} == {401}
    assert len({json.dumps(body) for _, body in answers}) == 1


@pytest.mark.parametrize("name", ["api_key", "access_token", "API_KEY", "x"])
async def test_a_key_in_the_address_is_refused(
    house: House, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A21: 400, with and without the header, and no log line has it."""
    key = await house.key()

    code, told = await house.api("GET", MESSAGES, params={name: key})
    async with house.session.get(house.url + MESSAGES, params={name: key}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (400, "key_in_query")

    assert (code, told["code"]) == (400, "key_in_query")
    assert "revoke" in told["detail"]
    out, err = capsys.readouterr()
    assert key not in out + err + json.dumps(told)


async def test_every_answer_has_its_own_request_id(house: House) -> None:
    """Good ones, errors, and what is at no address."""
    headers = {"Authorization": f"Bearer {await house.key()}"}
    ids = []
    for path, sent in ((MESSAGES, headers), (MESSAGES, {}), ("/api/v1/nothing", headers), ("/api", headers)):
        async with house.session.get(house.url + path, headers=sent) as answer:
            ids.append(answer.headers.get("Request-Id", ""))

    assert len(set(ids[:3])) == 3
    assert all(ids[:3])
    assert await house.metric("gateway_api_requests_total", resource="other", result="4xx") == 1


async def test_no_tenant_s_key_names_a_tenant(house: House) -> None:
    """A20: neither its own nor another."""
    for tenant in ("duka", "soko"):
        code, told = await house.api("GET", MESSAGES, headers=named(tenant))
        assert (code, told["code"]) == (400, "tenant_from_key")


async def test_an_operator_works_for_the_tenant_that_is_named(any_house: House) -> None:
    """And for no other; an unknown one is not there, none at all is asked for."""
    house = any_house
    key = await operator(house, "read", "keys:write")

    assert (await ask(house, key, "GET", MESSAGES, headers=named("soko")))[0] == 200
    assert (await ask(house, key, "GET", MESSAGES))[1]["code"] == "tenant_needed"
    assert (await ask(house, key, "GET", MESSAGES, headers=named("nobody")))[0] == 404
    code, made = await ask(
        house, key, "POST", "/api/v1/keys", headers=named("soko"), json={"scopes": ["media:read"]}
    )
    assert code == 201
    assert made["id"] in json.dumps((await house.api("GET", "/api/v1/keys", tenant="soko"))[1])


async def test_what_an_operator_asks_is_in_the_tenant_s_audit_log(any_house: House) -> None:
    """With the key, the address and the id of the request; what was refused is not."""
    house = any_house
    key = await operator(house, "*")
    headers = {"Authorization": f"Bearer {key}", **named("soko")}
    async with house.session.get(house.url + MESSAGES, headers=headers) as answer:
        request = answer.headers["Request-Id"]
    await ask(house, key, "GET", f"{MESSAGES}/none", headers=named("soko"))
    await ask(
        house, key, "POST", "/api/v1/keys", headers=named("soko"), json={"scopes": ["read"], "name": "n"}
    )

    _, log = await house.api("GET", AUDIT, tenant="soko", params={"actor": f"operator:{key.split('_')[1]}"})

    assert [entry["action"] for entry in log["items"]] == [
        "operator.POST /keys", "key.create", "operator.GET /messages",
    ]  # fmt: skip
    first = log["items"][-1]
    assert (first["object"], first["address"], first["request"]) == (MESSAGES, "127.0.0.1", request)
    assert log["items"][1]["request"] == log["items"][0]["request"] != request
    _, theirs = await house.api("GET", AUDIT, params={"action": "operator"})
    assert theirs["items"] == []


async def test_reading_that_cannot_be_noted_is_not_shown(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was changed stays changed, and is answered."""
    key = await operator(house, "*")

    async def away(*_: Any, **__: Any) -> None:
        raise StoreUnavailable("the disk is full")

    monkeypatch.setattr(door, "note", away)

    assert (await ask(house, key, "GET", MESSAGES, headers=named("soko")))[0] == 503
    body = {"scopes": ["read"]}
    assert (await ask(house, key, "POST", "/api/v1/keys", headers=named("soko"), json=body))[0] == 201


async def test_the_audit_log_of_all_is_for_operators(any_house: House) -> None:
    """Newest first, paged, of tenants and of the gateway; a tenant's key is refused, "*" or not."""
    house = any_house
    weak, key = await operator(house, "read"), await operator(house, "tenants:read")
    await house.key("soko")
    await house.key("duka")

    assert (await ask(house, weak, "GET", EVERYWHERE))[0] == 200
    assert (await house.api("GET", EVERYWHERE))[0] == 403
    seen: list[tuple[str, int]] = []
    cursor = ""
    while cursor is not None:
        params = {"limit": "2", "cursor": cursor, "action": "key"}
        _, page = await ask(house, key, "GET", EVERYWHERE, params=params)
        seen += [(entry["tenant"], entry["seq"]) for entry in page["items"]]
        cursor = page["cursor"]

    assert len(seen) == len(set(seen)) == 4
    assert [tenant for tenant, _ in seen] == ["duka", "soko", "", ""]


async def test_the_audit_log_is_filtered(house: House) -> None:
    """By time, action and object; a wrong time is told with its place."""
    _, made = await house.api("POST", "/api/v1/keys", json={"scopes": ["read"]})
    key = (await house.api("GET", AUDIT, params={"object": f"key:{made['id']}"}))[1]["items"]

    assert [entry["action"] for entry in key] == ["key.create"]
    at = key[0]["at"]
    before = (await house.api("GET", AUDIT, params={"before": at}))[1]["items"]
    after = (await house.api("GET", AUDIT, params={"after": "2020-01-01T00:00:00Z", "action": "key"}))[1][
        "items"
    ]
    assert key[0] not in before
    assert key[0] in after
    code, told = await house.api("GET", AUDIT, params={"after": "yesterday"})
    assert (code, told["code"]) == (400, "bad_after")
