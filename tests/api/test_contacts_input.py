"""Contacts that cannot be: refused with their place; and another tenant's, who are not there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.house import ANA, House

PATH = "/api/v1/contacts"
EMAIL = {"kind": "email", "value": "a@b.example"}


@pytest.mark.parametrize(
    "value",
    [
        "+0254700000001",
        "+254 700 000 001",
        "254700000001",
        "+2547000ABC01",
        "+" + "1" * 40,
        "+123",
        "+２５４７０００００００１",
        "+٢٥٤٧٠٠٠٠٠٠٠١",
        "+254700000001\n",
        "+254700000001\u202e",
        "group:Y2FwaXRhbA==",
        "+999999999999999",
        "",
    ],
)
async def test_a35_what_is_no_phone_is_refused(house: House, value: str) -> None:
    """422 with a pointer to the value, for a new contact and for another identity; nothing is kept."""
    code, made = await house.api("POST", PATH, json={"identities": [EMAIL]})
    assert code == 201
    phone = {"kind": "phone", "value": value}
    code, answer = await house.api(
        "POST", PATH, json={"identities": [{**EMAIL, "value": "c@d.example"}, phone]}
    )
    assert (code, answer["errors"][0]["pointer"]) == (422, "/identities/1/value")
    code, answer = await house.api("POST", f"{PATH}/{made['id']}/identities", json=phone)
    assert (code, answer["errors"][0]["pointer"]) == (422, "/value")
    assert (await house.rows("select count(*) from contact"))[0][0] == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/"),
        ({"identities": []}, "/identities"),
        ({"identities": [EMAIL] * 51}, "/identities"),
        ({"identities": [{"kind": "group", "value": "group:x"}]}, "/identities/0/kind"),
        ({"identities": [{**EMAIL, "value": "no address"}]}, "/identities/0/value"),
        ({"identities": [{**EMAIL, "scope": "x"}]}, "/identities/0/scope"),
        ({"identities": [{"kind": "external", "value": " x"}]}, "/identities/0/value"),
        ({"identities": [{"kind": "external", "value": "a\u0000b"}]}, "/identities/0/value"),
        ({"identities": [{"kind": {"x` OR 1": 1}, "value": "x"}]}, "/identities/0/kind"),
        ({"name": "x" * 257}, "/name"),
        ({"name": "a\u0000b"}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"language": "not a language"}, "/language"),
        ({"attributes": {"City": "x"}}, "/attributes"),
        ({"attributes": {"city": ["x"]}}, "/attributes"),
        ({"attributes": {"city": "x" * 1001}}, "/attributes"),
        ({"attributes": {"n": 2**60}}, "/attributes"),
        ({"attributes": {f"a{n}": n for n in range(101)}}, "/attributes"),
        ({"id": "x"}, "/"),
        ({"tenant": "soko"}, "/"),
    ],
)
async def test_a22_a24_what_is_no_contact_is_refused(
    house: House, body: dict[str, Any], pointer: str
) -> None:
    """422 with the place, for what is missing, unknown, too long or of the wrong kind."""
    given = body if body == {} or "identities" in body else {"identities": [EMAIL], **body}
    code, answer = await house.api("POST", PATH, json=given)
    assert (code, answer["errors"][0]["pointer"]) == (422, pointer), answer


async def test_attributes_have_a_limit(house: House) -> None:
    """A hundred in all: what a patch would add beyond that is refused as a whole."""
    body = {"identities": [EMAIL], "attributes": {f"a{n}": "x\u0001é" for n in range(100)}}
    code, made = await house.api("POST", PATH, json=body)
    assert code == 201
    path = f"{PATH}/{made['id']}"
    code, answer = await house.api("PATCH", path, json={"name": "B", "attributes": {"more": 1}})
    assert (code, answer["code"]) == (422, "too_many_attributes")
    assert (await house.api("GET", path))[1] == made
    code, answer = await house.api("PATCH", path, json={"attributes": {"more": 1, "a0": None}})
    assert (code, len(answer["attributes"])) == (200, 100)


async def test_a20_another_tenants_contact_is_not_there(any_house: House) -> None:
    """404 for every act, also on its identities, and nothing of it changes."""
    house = any_house
    _, made = await house.api("POST", PATH, json={"identities": [EMAIL], "name": "Ana"})
    path = f"{PATH}/{made['id']}"
    [name] = made["identities"]
    for method, where, body in (
        ("GET", path, None),
        ("PATCH", path, {"name": "stolen"}),
        ("DELETE", path, None),
        ("POST", f"{path}/identities", {"kind": "phone", "value": ANA}),
        ("DELETE", f"{path}/identities/{name['id']}", None),
    ):
        code, answer = await house.api(method, where, tenant="soko", **({"json": body} if body else {}))
        assert (code, answer["code"]) == (404, "no_such_contact")
    assert (await house.api("GET", path))[1] == made


async def test_of_many_at_once_one_has_the_number(any_house: House) -> None:
    """Ten parallel requests for one phone: one contact, nine told who it is."""
    house = any_house
    body = {"identities": [{"kind": "phone", "value": ANA}]}
    answers = await asyncio.gather(*(house.api("POST", PATH, json=body) for _ in range(10)))
    assert sorted(code for code, _ in answers) == [201] + [409] * 9
    [winner] = [answer["id"] for code, answer in answers if code == 201]
    assert {answer["contact"] for code, answer in answers if code == 409} == {winner}


async def test_conflicts_are_listed_and_settled(any_house: House) -> None:
    """Open ones, newest first; settled once, by the own tenant; then among the resolved."""
    house = any_house
    path = "/api/v1/identity-conflicts"
    assert (await house.api("GET", path))[1] == {"items": [], "cursor": None}
    assert house.gateway is not None
    store = house.gateway.store
    sql = (
        "insert into identity_conflict "
        "(tenant, id, kind, scope, value, contact, other, reason, at, resolved_at) "
        "values (:tenant, :id, 'phone', '', :value, 'c1', 'c2', 'taken', :at, 0)"
    )
    for n in range(3):
        values = {"tenant": "duka", "id": f"{n:032x}", "value": ANA, "at": 1_000_000 * (n // 2)}
        await store.write(lambda tx, values=values: tx.run(sql, **values))
    code, first = await house.api("GET", path, params={"limit": "2"})
    code, rest = await house.api("GET", path, params={"limit": "2", "cursor": first["cursor"]})
    ids = [each["id"] for each in first["items"] + rest["items"]]
    assert (code, ids, rest["cursor"]) == (200, [f"{n:032x}" for n in (2, 1, 0)], None)
    code, answer = await house.api("POST", f"{path}/{ids[0]}/resolve", tenant="soko")
    assert (code, answer["code"]) == (404, "no_such_identity_conflict")
    for _ in range(2):
        code, answer = await house.api("POST", f"{path}/{ids[0]}/resolve")
        assert (code, answer["resolved_at"] is not None) == (200, True)
    _, left = await house.api("GET", path)
    _, done = await house.api("GET", path, params={"resolved": "true"})
    assert ([each["id"] for each in left["items"]], len(done["items"])) == (ids[1:], 1)
    assert await house.rows("select action from audit where action like 'conflict%'") == [
        ("conflict.resolve",)
    ]
