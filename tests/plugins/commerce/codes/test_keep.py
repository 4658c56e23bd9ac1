"""Codes are made, changed and stopped: over the API and from the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import World
from tests.plugins.commerce.goods import Shelf


async def _ask(world: World, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    answer = await world.request(method, f"/p/commerce{path}", key=True, json=body)
    return answer.status, answer.json()


@pytest.mark.database("sqlite", "postgres")
async def test_a_code_over_the_api(world: World, shelf: Shelf) -> None:
    """It is made, found, listed, changed and stopped."""
    wanted = {
        "code": "karibu 10", "percent": "12.5", "min_subtotal": "2000", "max_discount": "500.50",
        "category": "Fresh > Fruit", "usage_limit": 100, "per_customer": 1, "ends_at": "2026-12-31",
        "title": "Opening",
    }  # fmt: skip
    status, made = await _ask(world, "POST", "/codes", wanted)
    assert status == 201
    assert made == {
        "code": "KARIBU10", "kind": "percentage", "percent": "12.5", "amount": "", "currency": "",
        "min_subtotal": "2000.00", "max_discount": "500.50", "category": "fruit", "contact": "",
        "first_order": False, "usage_limit": 100, "per_customer": 1, "used": 0, "starts_at": "",
        "ends_at": "2027-01-01T00:00:00+00:00", "active": True, "title": "Opening",
    }  # fmt: skip
    assert await _ask(world, "GET", "/codes/Karibu10") == (200, made)
    assert await _ask(world, "GET", "/codes") == (200, {"codes": [made], "after": ""})
    status, changed = await _ask(world, "PATCH", "/codes/KARIBU10", {"active": False, "min_subtotal": ""})
    assert (status, changed) == (200, made | {"active": False, "min_subtotal": ""})
    status, problem = await _ask(world, "POST", "/codes", {"code": "KARIBU10", "free_delivery": True})
    assert (status, problem["detail"]) == (
        422,
        "there is a code KARIBU10 already; change it, or take another name",
    )


async def test_a_code_that_nobody_guesses(world: World) -> None:
    """Without a name one is made."""
    names = [(await _ask(world, "POST", "/codes", {"amount": "250"}))[1]["code"] for _ in range(3)]
    assert len(set(names)) == 3
    assert all(len(name) == 10 for name in names)


async def test_codes_come_in_pages(world: World) -> None:
    """By name."""
    for number in range(5):
        await _ask(world, "POST", "/codes", {"code": f"CODE-{number}", "percent": "5"})
    _, first = await _ask(world, "GET", "/codes?limit=3")
    assert ([each["code"] for each in first["codes"]], first["after"]) == (
        ["CODE-0", "CODE-1", "CODE-2"],
        "CODE-2",
    )
    _, rest = await _ask(world, "GET", "/codes?limit=3&after=CODE-2")
    assert ([each["code"] for each in rest["codes"]], rest["after"]) == (["CODE-3", "CODE-4"], "")


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "say one of them"),
        ({"percent": "10", "amount": "5"}, "say one of them"),
        ({"percent": "0"}, "more than 0 and at most 100"),
        ({"percent": "100.01"}, "more than 0 and at most 100"),
        ({"percent": "1e1"}, "is no percentage"),
        ({"percent": "-5"}, "is no percentage"),
        ({"amount": "0"}, "takes nothing off"),
        ({"amount": "1.005"}, "more decimals than KES"),
        ({"amount": "-1"}, "is no amount"),
        ({"percent": "5", "code": "AB"}, "cannot be a code"),
        ({"percent": "5", "code": "A" * 41}, "cannot be a code"),
        ({"percent": "5", "code": "<b>"}, "cannot be a code"),
        ({"percent": "5", "category": "Nowhere"}, "there is no category"),
        ({"percent": "5", "ends_at": "9999-12-31"}, "is no time"),
        ({"percent": "5", "starts_at": "0001-01-01T00:00:00+14:00"}, "is no time"),
        ({"percent": "5", "ends_at": "soon"}, "is no time"),
        ({"percent": "5", "ends_at": "2026-12-31T10:00:00"}, "is no time"),
        ({"percent": "5", "starts_at": "2026-12-31", "ends_at": "2026-12-30"}, "would end before it begins"),
        ({"percent": "5", "usage_limit": -1}, "a limit is a number from 0"),
        ({"percent": "5", "min_subtotal": "lots"}, "is no amount"),
    ],
)
async def test_what_cannot_be_a_code(wrong: dict[str, Any], why: str, world: World, shelf: Shelf) -> None:
    """With what to write instead; nothing is kept."""
    status, problem = await _ask(world, "POST", "/codes", {"code": "GOOD"} | wrong)
    assert status == 422
    assert why in problem["detail"]
    assert await world.db().value("select count(*) from commerce_code where tenant = :tenant") == 0


async def test_a_code_that_there_is_not(world: World) -> None:
    """Neither is it shown nor changed."""
    for method, body in (("GET", None), ("PATCH", {"active": False})):
        status, problem = await _ask(world, method, "/codes/NOPE", body)
        assert (status, problem["code"]) == (404, "no_such_code")


@pytest.mark.database("sqlite", "postgres")
async def test_codes_from_the_terminal(
    world: World, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    """Add, list, stop; what is wrong is said, and the exit code tells."""
    assert await world.runs("commerce code add KARIBU10 --percent 10 --limit 5 --until 2026-12-31") == 0
    assert await world.runs("commerce code add TWO50 --amount 250 --min 2000") == 0
    assert await world.runs("commerce code add KARIBU10 --free-delivery") == 1
    assert await world.runs("commerce code stop two50") == 0
    assert await world.runs("commerce code stop nothing") == 1
    assert await world.runs("commerce code list") == 0
    told = capsys.readouterr().out
    assert "there is a code KARIBU10 already" in told
    assert "TWO50 does not count any more" in told
    assert "there is no such code" in told
    assert "KARIBU10             10 %               used 0 of 5, until 2027-01-01T00:00:00+00:00" in told
    assert "TWO50                250.00 KES         used 0, stopped" in told
