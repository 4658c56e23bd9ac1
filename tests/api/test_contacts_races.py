"""Contacts that two change, make or remove at the same moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

from tests.api.test_contacts import PATH, made
from tests.support.house import House, until

#: How often each race is run.
ROUNDS = 12


def phone(n: int) -> str:
    """A number of its own for each round."""
    return f"+2547110{n:05d}"


async def seen(house: House, path: str) -> dict[str, str]:
    """What If-Match says after somebody has looked at *path*."""
    headers = {"Authorization": f"Bearer {await house.key()}"}
    async with house.session.get(house.url + path, headers=headers) as answer:
        return {"If-Match": answer.headers["ETag"]}


async def test_of_those_who_saw_the_same_one_changes_it(any_house: House) -> None:
    """Eight edits at once with one ETag: one is done, seven are told to look again. The same for an identity,
    an attribute and a removal."""
    house = any_house
    for n in range(3):
        contact = await made(house, phone(n), name="Ana")
        path = f"{PATH}/{contact['id']}"
        match = await seen(house, path)
        edits: list[tuple[str, str, Any]] = [
            ("PATCH", path, {"name": f"name {each}"}) for each in range(6)
        ]  # fmt: skip
        edits.append(("PATCH", path, {"attributes": {"city": "Nairobi"}}))
        edits.append(("POST", f"{path}/identities", {"kind": "external", "value": f"crm-{n}"}))
        told = await asyncio.gather(
            *(house.api(how, where, json=body, headers=match) for how, where, body in edits)
        )
        assert Counter(code for code, _ in told) == {200: 1, 412: 7}
        _, shown = await house.api("GET", path)
        assert shown == next(answer for code, answer in told if code == 200)


async def test_who_is_written_down_while_they_write_is_one_contact(any_house: House) -> None:
    """A POST beside the first webhook of the same phone: 201 or 409, and one contact that has both."""
    house = any_house
    codes: Counter[int] = Counter()
    for n in range(ROUNDS):
        body = {"identities": [{"kind": "phone", "value": phone(n)}], "name": f"N{n}"}
        (code, answer), _ = await asyncio.gather(
            house.api("POST", PATH, json=body), house.sim.says(phone(n), "hello")
        )
        codes[code] += 1
        await house.sim.wait_for(phone(n), 1)
        code, found = await house.api("GET", PATH, params={"q": phone(n)})
        [contact] = found["items"]
        assert contact["id"] == (answer.get("id") or answer["contact"])
        assert len(contact["conversations"]) == 1
    assert set(codes) <= {201, 409}, codes


async def test_who_writes_while_they_are_removed_is_not_lost(any_house: House) -> None:
    """A DELETE beside the first webhook: whatever it answers, the message is there and has its contact."""
    house = any_house
    codes: Counter[int] = Counter()
    for n in range(ROUNDS):
        contact = await made(house, phone(n), name=f"N{n}")
        (code, _), _ = await asyncio.gather(
            house.api("DELETE", f"{PATH}/{contact['id']}"), house.sim.says(phone(n), "hello")
        )
        codes[code] += 1
        await house.sim.wait_for(phone(n), 1)
        [found] = (await house.api("GET", PATH, params={"q": phone(n)}))[1]["items"]
        assert (found["id"] == contact["id"]) == (code == 409)
    assert set(codes) <= {204, 409}, codes
    lost = "select count(*) from message m where not exists (select 1 from contact c where c.id = m.contact)"

    async def all_answered() -> bool:
        return (await house.rows("select count(*) from outbox"))[0][0] == 0

    await until(all_answered)
    assert (await house.rows(lost))[0][0] == 0
