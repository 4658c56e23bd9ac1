"""The snippets of docs/jobs.md, played as they stand there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.support.house import ANA, House, until
from tests.support.site import listening

PAGE = Path(__file__).parents[2] / "docs" / "jobs.md"
CHARGE, LATER, RECURRING = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
async def bank() -> AsyncIterator[Any]:
    """The bank of the page: its address, what it was asked, and the statuses that it answers first."""

    class Bank:
        url = ""
        asked: list[tuple[str, dict[str, Any]]] = []  # noqa: RUF012 - one bank for one test
        answers: list[int] = []  # noqa: RUF012

        async def take(self, request: web.Request) -> web.Response:
            self.asked.append((request.headers["Idempotency-Key"], await request.json()))
            status = self.answers.pop(0) if self.answers else 200
            return web.json_response({"receipt": "R-1"}, status=status, headers={"Retry-After": "1"})

    made = Bank()
    made.asked, made.answers = [], []
    app = web.Application()
    app.router.add_post("/charges", made.take)
    async with listening(app) as made.url:
        yield made


async def test_a_payment(house: House, bank: Any) -> None:
    """A bank that is busy and then answers: asked twice under one key, and the contact has one receipt."""
    bank.answers = [429]
    house.plugin("shop", CHARGE.replace("https://bank.example.org", bank.url))
    sim = house.line("duka", "shop")
    await house.start()
    house.gateway.jobs._client._internal = frozenset({bank.url})  # type: ignore[union-attr]
    await sim.says(ANA, "pay")
    assert [m.text for m in await sim.wait_for(ANA, 1, timeout=30)] == ["Paid. Your receipt is R-1."]
    (first, body), (second, _) = bank.asked
    assert (first, body) == (second, {"order": "A-17", "amount": 25_000})


async def test_a_reminder_is_ordered_once(sqlite_house: House) -> None:
    """Booked twice, there is one reminder, for tomorrow."""
    sqlite_house.plugin("visits", LATER)
    sim = sqlite_house.line("duka", "visits")
    await sqlite_house.start()
    for count in (1, 2):
        await sim.says(ANA, "book")
        await sim.wait_for(ANA, count)
    [(key, due, created)] = await sqlite_house.rows("select key, due_at, created_at from job")
    assert key == "visit-7"
    assert due - created == pytest.approx(86_400_000_000, abs=5_000_000)


async def test_rules_of_the_page(sqlite_house: House) -> None:
    """Each of the four has its row, with its next time."""
    sqlite_house.plugin("reports", RECURRING)
    sqlite_house.line("duka", "reports")
    await sqlite_house.start()
    rows = await until(
        lambda: sqlite_house.rows("select name, recurs, due_at from job order by name, recurs")
    )
    assert [name for name, _, _ in rows] == ["collect", "report", "report", "report"]
    assert all(due for _, _, due in rows)
