"""`/api/v1/tenant` and `/api/v1/tenants`: businesses come, change and go while the gateway runs."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.support.house import House

SOUK = {
    "id": "souk",
    "name": "Souk SARL",
    "time_zone": "Africa/Casablanca",
    "language": "fr",
    "country": "MA",
}


class Operator:
    """Asks with an operator's key."""

    def __init__(self, house: House, key: str) -> None:
        self._house, self._key = house, key

    async def __call__(
        self, method: str, path: str, *, tenant: str = "", **more: Any
    ) -> tuple[int, Any, str]:
        headers = {"Authorization": f"Bearer {self._key}", **more.pop("headers", {})}
        if tenant:
            headers["Gateway-Tenant"] = tenant
        url = f"{self._house.url}/api/v1{path}"
        async with self._house.session.request(method, url, headers=headers, **more) as answer:
            return answer.status, await answer.json(content_type=None), answer.headers.get("ETag", "")


async def _operator(house: House) -> Operator:
    made = await operate(load(house.config), "key.create", {"operator": True, "name": "ops"})
    return Operator(house, made["key"])


async def test_a_tenant_is_made_and_served_at_once(any_house: House) -> None:
    """A key, a channel and the API work for it without a restart; what was done is in its audit log."""
    ops = await _operator(any_house)

    code, made, _ = await ops("POST", "/tenants", json=SOUK)

    assert code == 201, made
    assert {**SOUK, "origin": "database", "plugins": [], "channels": []}.items() <= made.items()
    assert made["created_at"].endswith("Z")
    key = (await operate(load(any_house.config), "key.create", {"tenant": "souk"}))["key"]
    headers = {"Authorization": f"Bearer {key}"}
    async with any_house.session.get(any_house.url + "/api/v1/tenant", headers=headers) as answer:
        assert (answer.status, await answer.json()) == (200, made)
    code, listed, _ = await ops("GET", "/tenants")
    assert (code, [each["id"] for each in listed["items"]]) == (200, ["duka", "soko", "souk"])
    noted = await any_house.rows(
        "select action, actor from audit where tenant = 'souk' and action = 'tenant.create'"
    )
    assert len(noted) == 1
    assert noted[0][1].startswith("operator:")


async def test_pages_of_tenants(house: House) -> None:
    """Of the file and of the database, in one order."""
    ops = await _operator(house)
    for id in ("a", "m", "z"):
        assert (await ops("POST", "/tenants", json={"id": id}))[0] == 201

    found, cursor = [], ""
    while True:
        code, page, _ = await ops("GET", "/tenants", params={"limit": "2", "cursor": cursor})
        assert code == 200
        found += [each["id"] for each in page["items"]]
        if page["cursor"] is None:
            break
        cursor = page["cursor"]

    assert found == ["a", "duka", "m", "soko", "z"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"id": "Souk"}, "/id"),
        ({"time_zone": "Africa/Nowhere"}, "/time_zone"),
        ({"language": "french"}, "/language"),
        ({"country": "ma"}, "/country"),
        ({"name": "a\x00b"}, "/name"),
        ({"channels": []}, "/"),
    ],
)
async def test_a_tenant_that_cannot_be_meant(house: House, change: dict[str, Any], pointer: str) -> None:
    """422 with a pointer."""
    ops = await _operator(house)
    code, answer, _ = await ops("POST", "/tenants", json={**SOUK, **change})
    assert (code, answer["errors"][0]["pointer"]) == (422, pointer)


async def test_a_change_counts_at_once_and_two_who_edit_are_told(any_house: House) -> None:
    """What is not named stays; If-Match tells who was too late."""
    ops = await _operator(any_house)
    _, _, tag = await ops("POST", "/tenants", json=SOUK)

    code, answer, newer = await ops(
        "PATCH", "/tenants/souk", json={"language": "ar"}, headers={"If-Match": tag}
    )
    assert (code, answer["language"], answer["country"]) == (200, "ar", "MA")
    assert newer != tag
    code, answer, _ = await ops("PATCH", "/tenants/souk", json={"name": "x"}, headers={"If-Match": tag})
    assert (code, answer["code"]) == (412, "changed_meanwhile")
    code, answer, same = await ops("PATCH", "/tenant", json={"name": "Mine"}, tenant="souk")
    assert (code, answer["name"]) == (200, "Mine")
    assert (await ops("GET", "/tenants/souk"))[2] == same
    assert any_house.gateway is not None
    assert any_house.gateway.directory["souk"].language == "ar"


async def test_the_files_tenants_are_the_files(house: House) -> None:
    """409 with the place in the file, for a tenant's own key too."""
    ops = await _operator(house)
    for method in ("PATCH", "DELETE"):
        code, answer, _ = await ops(method, "/tenants/duka", **({"json": {}} if method == "PATCH" else {}))
        assert (code, answer["code"]) == (409, "managed_by_file")
        assert "gateway.toml: tenants[0]" in answer["detail"]
    code, answer = await house.api("PATCH", "/api/v1/tenant", json={"name": "x"})
    assert (code, answer["code"]) == (409, "managed_by_file")
    code, answer, _ = await ops("POST", "/tenants", json={"id": "duka"})
    assert (code, answer["code"], answer["errors"][0]["pointer"]) == (409, "taken", "/id")


async def test_only_operators_work_across_tenants(house: House) -> None:
    """403 for a tenant's key at each of their addresses."""
    for method, path, body in (
        ("GET", "/tenants", None), ("POST", "/tenants", SOUK), ("GET", "/tenants/duka", None),
        ("PATCH", "/tenants/soko", {}), ("DELETE", "/tenants/soko", None),
    ):  # fmt: skip
        code, answer = await house.api(method, f"/api/v1{path}", json=body)
        assert (code, answer["code"]) == (403, "not_allowed"), (method, path)


async def test_a51_a_removed_tenant_is_cancelled_and_forgotten_by_its_keys(any_house: House) -> None:
    """A51: its secrets are destroyed, its keys refused, what waits is cancelled in batches, its rows stay,
    and its id is not given to somebody else."""
    ops = await _operator(any_house)
    await ops("POST", "/tenants", json=SOUK)
    settings = {
        "phone_number_id": "499000000000009",
        "access_token": "t",
        "app_secret": "s",
        "verify_token": "v",
    }
    channel = {"id": "souk-main", "provider": "meta_cloud", "settings": settings}
    assert (await ops("POST", "/channels", json=channel, tenant="souk"))[0] == 201
    assert (await ops("POST", "/channels/souk-main/pause", tenant="souk"))[0] == 200
    hook = {"url": "https://93.184.216.34/hook"}
    assert (await ops("POST", "/webhooks", json=hook, tenant="souk"))[0] == 201
    key = (await operate(load(any_house.config), "key.create", {"tenant": "souk"}))["key"]
    message = {"type": "template", "name": "hello", "language": "en"}
    for n in range(205):
        body = {"channel": "souk-main", "to": f"+2547{n:08}", "message": message}
        assert (await ops("POST", "/messages", json=body, tenant="souk"))[0] == 202

    code, answer, _ = await ops("DELETE", "/tenants/souk")

    assert (code, answer) == (200, {"id": "souk", "cancelled": 205})
    assert await any_house.rows("select count(*) from outbox where tenant = 'souk'") == [(0,)]
    assert await any_house.rows(
        "select status, count(*) from part where tenant = 'souk' group by status"
    ) == [("cancelled", 205)]
    (row,) = await any_house.rows("select settings, removed_at from channel where tenant = 'souk'")
    assert bytes(row[0]) == b""
    assert row[1] > 0
    (row,) = await any_house.rows("select state, secret from endpoint where tenant = 'souk'")
    assert (row[0], bytes(row[1])) == ("disabled", b"")
    headers = {"Authorization": f"Bearer {key}"}
    async with any_house.session.get(any_house.url + "/api/v1/tenant", headers=headers) as refused:
        assert refused.status in (401, 403)
    assert (await ops("GET", "/tenants/souk"))[0] == 404
    assert (await ops("GET", "/channels", tenant="souk"))[0] == 404
    code, answer, _ = await ops("POST", "/tenants", json=SOUK)
    assert (code, answer["code"]) == (409, "taken")
    assert "was removed" in answer["detail"]
    (noted,) = await any_house.rows("select object from audit where action = 'tenant.remove'")
    assert noted == ("tenant:souk",)


async def test_an_operator_may_name_another_server(house: House) -> None:
    """A tenant may not: with an address of its own it would have the gateway call inside our network."""
    ops = await _operator(house)
    await ops("POST", "/tenants", json=SOUK)
    settings = {
        "phone_number_id": "4990", "access_token": "t", "app_secret": "s", "verify_token": "v",
        "api_base": "http://127.0.0.1:1",
    }  # fmt: skip
    body = {"id": "souk-main", "provider": "meta_cloud", "settings": settings}
    code, answer, _ = await ops("POST", "/channels", json=body, tenant="souk")
    assert (code, answer["settings"]["api_base"]) == (201, "http://127.0.0.1:1")
