"""Looking for contacts through the API: words, phones, ids, attributes, times, pages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.house import House

PATH = "/api/v1/contacts"
PEOPLE: list[dict[str, Any]] = [
    {"name": "José Núñez", "identities": [{"kind": "phone", "value": "+5531987654321"}]},
    {"name": "Josefine Åkesson", "identities": [{"kind": "phone", "value": "+46701234567"}]},
    {"name": "Ana-María O'Neill", "identities": [{"kind": "email", "value": "Ana@Example.org"}]},
    {"name": "王小明", "identities": [{"kind": "external", "value": "CRM 17"}]},
    {"name": "", "identities": [{"kind": "bsuid", "value": "KE.99"}]},
]


async def fill(house: House) -> dict[str, str]:
    """The people above, for both tenants; the ids of duka's by name."""
    ids: dict[str, str] = {}
    for tenant in ("soko", "duka"):
        for n, person in enumerate(PEOPLE):
            attributes = {"n": n, "even": n % 2 == 0, "city": "Nairobi" if n < 3 else "Kisumu", "code": "1"}
            body = {**person, "attributes": attributes}
            code, answer = await house.api("POST", PATH, tenant=tenant, json=body)
            assert code == 201, answer
            ids[person["name"]] = answer["id"]
    return ids


async def found(house: House, **params: str) -> list[str]:
    """The names of those who are found, oldest first."""
    code, answer = await house.api("GET", PATH, params=params)
    assert code == 200, answer
    return [each["name"] for each in reversed(answer["items"])]


async def test_contacts_are_searched(any_house: House) -> None:
    """Starts of words whatever their case and accents, phones with and without "+", whole ids and addresses;
    never another tenant's."""
    house = any_house
    ids = await fill(house)
    jose, josefine, ana, wang, nobody = (person["name"] for person in PEOPLE)
    for q, names in {
        "jose": [jose, josefine],
        "JOSÉ": [jose, josefine],
        "nunez jo": [jose],
        "nunez ana": [],
        "maria": [ana],
        "oneill": [],
        "neill": [ana],
        "王": [wang],
        "ose": [],
        "+5531": [jose],
        "5531987654321": [jose],
        "+55 31 98765": [jose],
        "467": [josefine],
        "31987": [],
        "ana@example.org": [ana],
        "ANA@example.org": [ana],
        "CRM 17": [wang],
        "KE.99": [nobody],
        "KE.9": [],
        "%": [],
        "' or 1=1 --": [],
    }.items():
        assert await found(house, q=q) == names, q
    _, answer = await house.api("GET", PATH, params={"q": "nunez"})
    assert [each["id"] for each in answer["items"]] == [ids[jose]]


async def test_contacts_are_filtered(any_house: House) -> None:
    """By an attribute's value as it is typed, by when they were made, and both with a search."""
    house = any_house
    await fill(house)
    names = [person["name"] for person in PEOPLE]
    assert await found(house, attribute="city:Nairobi") == names[:3]
    assert await found(house, attribute="city:nairobi") == []
    assert await found(house, attribute="n:3") == await found(house, attribute="n:3.0") == [names[3]]
    assert await found(house, attribute="even:true") == names[::2]
    assert await found(house, attribute="code:1") == names
    assert await found(house, attribute="city:Nairobi", q="jose") == names[:2]
    assert await found(house, created_after="2020-01-01T00:00:00Z") == names
    assert await found(house, created_before="2020-01-01T00:00:00Z") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
@pytest.mark.parametrize("q", ["", "jose"])
async def test_pages_hold_everybody_once(any_house: House, limit: int, q: str) -> None:
    """Newest first, whatever the size of a page, with and without a search; the last has no cursor."""
    house = any_house
    await fill(house)
    query = {"q": q} if q else {}
    whole = [each["id"] for each in (await house.api("GET", PATH, params=query))[1]["items"]]
    assert whole == sorted(whole, reverse=True)
    paged: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        code, page = await house.api("GET", PATH, params={**query, **more, "limit": str(limit)})
        assert code == 200
        assert 1 <= len(page["items"]) <= limit
        paged += [each["id"] for each in page["items"]]
        cursor = page["cursor"]
    assert paged == whole


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"attribute": "city"}, "bad_attribute"),
        ({"attribute": "City:x"}, "bad_attribute"),
        ({"created_after": "yesterday"}, "bad_created_after"),
        ({"created_after": "2026-01-01T00:00:00"}, "bad_created_after"),
        ({"limit": "1000000"}, "bad_limit"),
        ({"q": "a\0b"}, "bad_parameter"),
        ({"cursor": "AAAA"}, "bad_cursor"),
        ({"tenant": "soko"}, "unknown_parameter"),
    ],
)
async def test_a40_a53_filters_that_make_no_sense_are_refused(
    house: House, params: dict[str, str], code: str
) -> None:
    """400 with the parameter's name."""
    status, answer = await house.api("GET", PATH, params=params)
    assert (status, answer["code"]) == (400, code)


async def test_a20_a_cursor_is_one_tenants(house: House) -> None:
    """Another tenant's cursor, and one of another list, are refused."""
    await fill(house)
    _, page = await house.api("GET", PATH, params={"limit": "1"})
    code, answer = await house.api("GET", PATH, tenant="soko", params={"cursor": page["cursor"]})
    assert (code, answer["code"]) == (400, "bad_cursor")
    code, answer = await house.api("GET", "/api/v1/dead-letters", params={"cursor": page["cursor"]})
    assert (code, answer["code"]) == (400, "bad_cursor")
