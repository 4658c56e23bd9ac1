"""`/api/v1/keys` of a running gateway, on each database."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.support.house import House

KEYS = "/api/v1/keys"


async def ask(house: House, key: str, method: str, path: str, **more: Any) -> tuple[int, Any]:
    """A request with *key*."""
    headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
    return await house.api(method, path, headers=headers, **more)


async def test_the_life_of_a_key(any_house: House) -> None:
    """Made, used, looked at, rotated, revoked: each counts at once, and the secret is shown once."""
    house = any_house
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=90)
    body = {"name": "till 2", "scopes": ["messages:read", "messages:write"], "expires_at": until.isoformat()}
    code, made = await house.api("POST", KEYS, json=body)
    assert (code, made["scopes"], made["state"], made["last_used_at"]) == (
        201,
        ["messages:write"],
        "active",
        None,
    )
    assert made["expires_at"] == until.isoformat().replace("+00:00", "Z")
    first = made.pop("key")
    assert (await ask(house, first, "GET", "/api/v1/messages"))[0] == 200
    assert (await ask(house, first, "GET", KEYS))[0] == 403

    code, shown = await house.api("GET", f"{KEYS}/{made['id']}")
    assert code == 200
    assert shown == {**made, "last_used_at": shown["last_used_at"]}
    assert shown["last_used_at"] is not None

    code, rotated = await house.api("POST", f"{KEYS}/{made['id']}/rotate", json={"overlap": 3600})
    assert (code, rotated["rotates"], rotated["old"]["id"]) == (201, made["id"], made["id"])
    second = rotated["key"]
    assert [(await ask(house, key, "GET", "/api/v1/messages"))[0] for key in (first, second)] == [200, 200]
    code, told = await house.api("POST", f"{KEYS}/{rotated['id']}/rotate", json={})
    assert (code, told["code"]) == (409, "two_active")
    code, told = await house.api("POST", f"{KEYS}/{made['id']}/rotate", json={})
    assert (code, told["code"]) == (409, "rotated_already")

    code, revoked = await house.api("DELETE", f"{KEYS}/{made['id']}")
    assert (code, revoked["state"]) == (200, "revoked")
    assert (await house.api("DELETE", f"{KEYS}/{made['id']}"))[1] == revoked
    assert [(await ask(house, key, "GET", "/api/v1/messages"))[0] for key in (first, second)] == [401, 200]
    listed = json.dumps((await house.api("GET", KEYS))[1])
    assert not any(key.split("_")[2] in listed for key in (first, second))


async def test_a_command_s_revocation_counts_at_once_in_the_gateway_that_does_it(house: House) -> None:
    """The running gateway forgets what it remembered."""
    made = await operate(load(house.config), "key.create", {"tenant": "duka"})
    assert (await ask(house, made["key"], "GET", "/api/v1/messages"))[0] == 200

    await operate(load(house.config), "key.revoke", {"id": made["id"]})

    assert (await ask(house, made["key"], "GET", "/api/v1/messages"))[0] == 401


async def test_another_tenant_s_keys_are_not_there(any_house: House) -> None:
    """404 for each act, and an empty place in the list."""
    house = any_house
    _, made = await house.api("POST", KEYS, json={"scopes": ["*"]})

    for method, path, body in (
        ("GET", f"{KEYS}/{made['id']}", None),
        ("POST", f"{KEYS}/{made['id']}/rotate", {}),
        ("DELETE", f"{KEYS}/{made['id']}", None),
    ):
        code, told = await house.api(method, path, tenant="soko", json=body)
        assert (code, told["code"]) == (404, "no_such_key"), method
    _, theirs = await house.api("GET", KEYS, tenant="soko")
    assert made["id"] not in {item["id"] for item in theirs["items"]}
    assert (await ask(house, made["key"], "GET", KEYS))[0] == 200


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({"scopes": ["contact:read"]}, 422, "unknown_scope", "/scopes/0"),
        ({"scopes": ["read", "tenants:read"]}, 422, "unknown_scope", "/scopes/1"),
        ({"scopes": []}, 422, "invalid", "/scopes"),
        ({"scopes": ["*"], "expires_at": "2001-01-01T00:00:00Z"}, 422, "bad_expiry", "/expires_at"),
        ({"scopes": ["*"], "expires_at": "9999-01-01T00:00:00Z"}, 422, "bad_expiry", "/expires_at"),
        ({"scopes": ["*"], "expires_at": "2030-01-01T00:00:00"}, 422, "invalid", "/expires_at"),
        ({"scopes": ["*"], "name": "a\u202eb"}, 422, "bad_name", "/name"),
        ({"scopes": ["*"], "tenant": "soko"}, 422, "invalid", "/"),
        ({"scopes": ["*"], "operator": True}, 422, "invalid", "/"),
    ],
)
async def test_what_cannot_be_made_is_told_with_its_place(
    house: House, body: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    """No key of another tenant or an operator can be asked for."""
    answered, told = await house.api("POST", KEYS, json=body)

    assert (answered, told["code"], told["errors"][0]["pointer"]) == (status, code, pointer)


async def test_a_key_gives_and_takes_over_only_what_it_has(house: House) -> None:
    """A key for keys cannot become one for messages."""
    _, strong = await house.api("POST", KEYS, json={"scopes": ["*"]})
    _, weak = await house.api("POST", KEYS, json={"scopes": ["keys:write", "media:read"]})

    code, told = await ask(house, weak["key"], "POST", KEYS, json={"scopes": ["messages:write"]})
    assert (code, told["code"]) == (403, "scope_not_yours")
    code, told = await ask(house, weak["key"], "POST", f"{KEYS}/{strong['id']}/rotate", json={})
    assert (code, told["code"]) == (403, "scope_not_yours")
    assert (await ask(house, weak["key"], "POST", KEYS, json={"scopes": ["media:read"]}))[0] == 201


async def test_the_list_is_paged(any_house: House) -> None:
    """The oldest first, each key once; a cursor of another tenant is refused."""
    house = any_house
    made = [(await house.api("POST", KEYS, json={"scopes": ["read"]}))[1]["id"] for _ in range(5)]

    seen: list[str] = []
    cursor, foreign = "", ""
    while True:
        _, page = await house.api("GET", KEYS, params={"limit": "2", "cursor": cursor})
        seen += [item["id"] for item in page["items"]]
        foreign, cursor = cursor, page["cursor"]
        if cursor is None:
            break

    assert seen[1:] == made  # behind the one that asks
    code, told = await house.api("GET", KEYS, tenant="soko", params={"cursor": foreign})
    assert (code, told["code"]) == (400, "bad_cursor")


async def test_a_hundred_posts_with_one_idempotency_key_are_one_message(any_house: House) -> None:
    """A41: however many arrive at once; another tenant's same key is its own."""
    house = any_house
    key = await house.key()
    await house.sim.says("+254700000001", "hello")
    await house.sim.wait_for("+254700000001", 1)
    body = {"channel": "duka-main", "to": "+254700000001", "message": {"type": "text", "text": "once"}}

    async def post() -> tuple[int, Any]:
        headers = {"Idempotency-Key": "order-7781"}
        return await ask(house, key, "POST", "/api/v1/messages", json=body, headers=headers)

    answers = await asyncio.gather(*(post() for _ in range(100)))

    assert {code for code, _ in answers} == {202}
    assert len({answer["id"] for _, answer in answers}) == 1
    await house.sim.wait_for("+254700000001", 2)
    assert len([each for each in await house.sent() if each["content"].get("text") == "once"]) == 1
