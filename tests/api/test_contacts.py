"""`/api/v1/contacts` from outside: written down, found, changed, removed; and met by a webhook later."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import ANA, BEN, House

PATH = "/api/v1/contacts"


async def made(house: House, *phones: str, tenant: str = "duka", **more: Any) -> dict[str, Any]:
    """A contact with these phones."""
    names = [{"kind": "phone", "value": phone} for phone in phones]
    code, answer = await house.api(
        "POST", PATH, tenant=tenant, json={"identities": names + more.pop("names", []), **more}
    )
    assert code == 201, answer
    found: dict[str, Any] = answer
    return found


async def search(house: House, q: str = "", **params: str) -> list[str]:
    """The names of those who are found."""
    code, answer = await house.api("GET", PATH, params={**({"q": q} if q else {}), **params})
    assert code == 200, answer
    return [each["name"] for each in answer["items"]]


async def test_a_contact_is_written_down_and_shown(any_house: House) -> None:
    """201 with everything that is known, the same as a GET shows, with an ETag."""
    house = any_house
    contact = await made(
        house, ANA, name="Ana", language="sw", names=[{"kind": "email", "value": "Ana@Example.org"}],
        attributes={"city": "Nairobi", "orders": 3, "vip": True, "score": 1.5},
    )  # fmt: skip
    code, shown = await house.api("GET", f"{PATH}/{contact['id']}")
    assert (code, shown) == (200, contact)
    assert [(each["kind"], each["value"]) for each in contact["identities"]] == [
        ("email", "ana@example.org"),
        ("phone", ANA),
    ]
    assert contact["attributes"] == {"city": "Nairobi", "orders": 3, "vip": True, "score": 1.5}
    assert (contact["name"], contact["language"], contact["conversations"]) == ("Ana", "sw", [])


@pytest.mark.parametrize(
    ("written", "writes"),
    [
        ("+5531987654321", "+553187654321"),
        ("+553187654321", "+5531987654321"),
        ("+5215512345678", "+525512345678"),
        ("+525512345678", "+5215512345678"),
        ("+5491123456789", "+541123456789"),
        ("+541123456789", "+5491123456789"),
        (ANA, ANA),
    ],
)
async def test_who_was_written_down_is_met_under_any_form_of_the_number(
    any_house: House, written: str, writes: str
) -> None:
    """A webhook from either form of a number is the contact's, who keeps the name that was given."""
    house = any_house
    contact = await made(house, written, name="Given")
    await house.sim.says(writes, "hello")
    await house.sim.wait_for(writes, 1)

    code, answer = await house.api("GET", PATH)
    assert code == 200
    [shown] = answer["items"]
    assert (shown["id"], shown["name"], len(shown["conversations"])) == (contact["id"], "Given", 1)
    assert {each["value"] for each in shown["identities"] if each["kind"] == "phone"} == {written, writes}


@pytest.mark.parametrize(
    ("known", "given"),
    [("+5531987654321", "+553187654321"), ("+525512345678", "+5215512345678"), (ANA, ANA)],
)
async def test_a_number_that_somebody_has_is_taken_in_every_form(
    any_house: House, known: str, given: str
) -> None:
    """409 identity_taken with the contact who has it, met by a webhook or written down."""
    house = any_house
    await house.sim.says(known, "hello")
    await house.sim.wait_for(known, 1)
    [contact] = (await house.api("GET", PATH))[1]["items"]

    body = {"identities": [{"kind": "email", "value": "a@b.example"}, {"kind": "phone", "value": given}]}
    code, answer = await house.api("POST", PATH, json=body)
    assert (code, answer["code"], answer["contact"]) == (409, "identity_taken", contact["id"])
    assert answer["errors"][0]["pointer"] == "/identities/1/value"
    assert len((await house.api("GET", PATH))[1]["items"]) == 1
    code, _ = await house.api("POST", PATH, tenant="soko", json=body)
    assert code == 201


async def test_a_contact_is_changed_by_a_merge_patch(any_house: House) -> None:
    """What is left out stays, null takes away, and an old ETag is refused."""
    house = any_house
    contact = await made(house, ANA, name="Ana", attributes={"city": "Nairobi", "vip": True})
    path = f"{PATH}/{contact['id']}"
    headers = {"Authorization": f"Bearer {await house.key()}"}
    async with house.session.get(house.url + path, headers=headers) as answer:
        etag = answer.headers["ETag"]
    code, shown = await house.api(
        "PATCH", path, json={"attributes": {"city": None, "vip": 1, "n": 2}}, headers={"If-Match": etag}
    )
    assert (code, shown["name"], shown["attributes"]) == (200, "Ana", {"vip": 1, "n": 2})
    code, refused = await house.api("PATCH", path, json={"name": "B"}, headers={"If-Match": etag})
    assert (code, refused["code"]) == (412, "changed_meanwhile")
    code, shown = await house.api("PATCH", path, json={"name": None, "language": "pt_BR"})
    assert (code, shown["name"], shown["language"]) == (200, "", "pt_BR")
    notes = await house.rows("select action, detail from audit where tenant = 'duka' order by seq")
    changes = [detail for action, detail in notes if action == "contact.update"]
    assert changes == [
        '{"fields":["attributes.city","attributes.n","attributes.vip"]}',
        '{"fields":["name","language"]}',
    ]


async def test_only_who_was_never_spoken_to_is_removed(any_house: House) -> None:
    """204 for a contact on paper; 409 has_conversations for one who wrote; the number is free then."""
    house = any_house
    paper = await made(house, ANA, name="Ana", attributes={"n": 1})
    assert (await house.api("DELETE", f"{PATH}/{paper['id']}"))[0] == 204
    assert (await house.api("GET", f"{PATH}/{paper['id']}"))[0] == 404
    assert await search(house, "ana") == []
    assert (await house.rows("select count(*) from contact_word"))[0][0] == 0
    assert (await made(house, ANA))["id"] != paper["id"]

    await house.sim.says(BEN, "hello")
    await house.sim.wait_for(BEN, 1)
    [ben] = (await house.api("GET", PATH, params={"q": BEN}))[1]["items"]
    code, answer = await house.api("DELETE", f"{PATH}/{ben['id']}")
    assert (code, answer["code"]) == (409, "has_conversations")


async def test_identities_come_and_go(any_house: House) -> None:
    """Added once, found, taken away; but not the last one of a contact who wrote, nor where answers go."""
    house = any_house
    await house.sim.says(ANA, "hello")
    await house.sim.wait_for(ANA, 1)
    [ana] = (await house.api("GET", PATH))[1]["items"]
    path = f"{PATH}/{ana['id']}/identities"
    phone, user_id = sorted(ana["identities"], key=lambda each: each["kind"] != "phone")
    assert (await house.api("DELETE", f"{path}/{user_id['id']}"))[0] == 200
    code, answer = await house.api("DELETE", f"{path}/{phone['id']}")
    assert (code, answer["code"]) == (409, "last_identity")

    for _ in range(2):
        code, shown = await house.api("POST", path, json={"kind": "external", "value": "crm-17"})
        assert (code, len(shown["identities"])) == (200, 2)
    code, answer = await house.api("DELETE", f"{path}/{phone['id']}")
    assert (code, answer["code"]) == (409, "identity_in_use")
    other = next(each for each in shown["identities"] if each["kind"] == "external")
    code, shown = await house.api("DELETE", f"{path}/{other['id']}")
    assert (code, shown["identities"]) == (200, [phone])
    code, answer = await house.api("DELETE", f"{path}/{other['id']}")
    assert (code, answer["code"]) == (404, "no_such_identity")
    actions = await house.rows("select action from audit where action like 'contact%' order by seq")
    assert [action for (action,) in actions] == [
        f"contact.identity.{act}" for act in ("remove", "add", "remove")
    ]


async def test_a_user_id_belongs_to_an_account(any_house: House) -> None:
    """With one account the scope is told; a webhook under the user id finds the contact."""
    house = any_house
    code, contact = await house.api(
        "POST", PATH, json={"identities": [{"kind": "bsuid", "value": "KE.1234567890"}], "name": "Cat"}
    )
    assert code == 201, contact
    assert contact["identities"][0]["scope"] == "198700112233445"
    assert await search(house, "KE.1234567890") == ["Cat"]
    code, refused = await house.api(
        "POST", PATH, json={"identities": [{"kind": "bsuid", "value": "1234567890"}]}
    )
    assert (code, refused["errors"][0]["pointer"]) == (422, "/identities/0/value")


async def test_the_profile_gives_words_to_search_by(any_house: House) -> None:
    """A name that a webhook brings is found at once, by the start of any of its words."""
    house = any_house
    await house.sim.says(ANA, "hello")
    await house.sim.wait_for(ANA, 1)
    [ana] = (await house.api("GET", PATH))[1]["items"]
    assert ana["name"]
    assert await search(house, ana["name"].split()[-1][:3].upper()) == [ana["name"]]
    await house.api("PATCH", f"{PATH}/{ana['id']}", json={"name": "Zoë Ångström"})
    assert await search(house, "zoe ang") == ["Zoë Ångström"]
    assert await search(house, ana["name"].split()[-1]) == []
