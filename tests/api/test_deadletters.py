"""`/api/v1/dead-letters`: what could not be done is listed, explained, and done again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.operate import operate
from gateway.settings import load
from tests.support.house import ANA, BEN, House, change, text_message, until, webhook
from tests.support.postgres import Urls

PATH = "/api/v1/dead-letters"
FRAGILE = """\
from pathlib import Path
from gateway import hook

@hook.on_message
async def listen(message, chat):
    if not Path(__file__).with_name("fixed").exists():
        raise ValueError("not yet")
    await chat.say("fixed")
"""


@pytest.fixture
async def broken(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """Two tenants whose plugin fails until it is fixed; two letters of duka's, one of soko's."""
    house = House(tmp_path, store_urls)
    house.plugin("fragile", FRAGILE)
    duka, soko = house.line("duka", "fragile"), house.line("soko", "fragile")
    await house.start()
    await duka.says(ANA, "one")
    await duka.says(BEN, "two")
    await soko.says(ANA, "three")
    await until(lambda: letters(house, 3), "three dead letters")
    yield house
    await house.close()


async def letters(house: House, most: int) -> bool:
    """Whether there are so many."""
    return (await house.rows("select count(*) from dead"))[0][0] >= most


async def operator(house: House) -> str:
    """A key for work across tenants."""
    made = await operate(load(house.config), "key.create", {"operator": True})
    return str(made["key"])


async def listed(house: House, **params: str) -> list[dict[str, Any]]:
    """The tenant's letters."""
    code, answer = await house.api("GET", PATH, params=params)
    assert code == 200, answer
    found: list[dict[str, Any]] = answer["items"]
    return found


async def test_letters_are_listed_and_explained(broken: House) -> None:
    """Newest first, the tenant's own, with what they are about, what to do, and what they hold."""
    newest, oldest = await listed(broken)
    assert newest["id"] > oldest["id"]
    assert (newest["stage"], newest["plugin"], newest["reason"]) == ("plugin", "fragile", "error")
    assert newest["event"]
    assert (newest["message"], newest["webhook"], newest["resolved_at"]) == (None, None, None)
    assert "replay" in newest["hint"]
    code, whole = await broken.api("GET", f"{PATH}/{newest['id']}")
    assert (code, whole["encoding"]) == (200, "text")
    assert {name: whole[name] for name in newest} == newest
    assert "two" in whole["body"]


async def test_letters_are_paged_and_filtered(broken: House) -> None:
    """A cursor leads to the rest; filters leave out what is not asked for, and wrong ones are refused."""
    code, first = await broken.api("GET", PATH, params={"limit": "1"})
    code, second = await broken.api("GET", PATH, params={"limit": "1", "cursor": first["cursor"]})
    assert (code, second["cursor"]) == (200, None)
    assert [each["id"] for each in first["items"] + second["items"]] == [
        each["id"] for each in await listed(broken)
    ]
    assert await listed(broken, stage="send") == await listed(broken, reason="loop") == []
    assert len(await listed(broken, plugin="fragile", resolved="false")) == 2
    assert await listed(broken, resolved="true") == []
    code, answer = await broken.api("GET", PATH, params={"stage": "dinner"})
    assert (code, answer["code"]) == (400, "bad_stage")


async def test_a_letter_is_replayed_once(broken: House) -> None:
    """First it is told what would happen; with apply the plugin runs again; then it is 409, and audited."""
    [newest, _] = await listed(broken)
    path = f"{PATH}/{newest['id']}/replay"
    code, told = await broken.api("POST", path, json={})
    assert (code, told["applied"], told["plugin"]) == (200, False, "fragile")
    (broken.folder / "fixed").touch()
    code, done = await broken.api("POST", path, json={"apply": True})
    assert (code, done["applied"]) == (200, True)
    assert [shown.text for shown in await broken.sim.wait_for(BEN, 1, timeout=30)] == ["fixed"]
    for apply in (True, False):
        code, again = await broken.api("POST", path, json={"apply": apply})
        assert (code, again["code"]) == (409, "already_replayed")
    assert len(await listed(broken, resolved="true")) == 1
    notes = await broken.rows("select tenant, object from audit where action = 'dead_letter.replay'")
    assert notes == [("duka", f"dead_letter:{newest['id']}")]


async def test_parallel_replays_apply_once(broken: House) -> None:
    """Of ten at once one is applied and the others are told so; the plugin answers once."""
    (broken.folder / "fixed").touch()
    [newest, _] = await listed(broken)
    path = f"{PATH}/{newest['id']}/replay"
    answers = await asyncio.gather(*(broken.api("POST", path, json={"apply": True}) for _ in range(10)))
    assert sorted(code for code, _ in answers) == [200] + [409] * 9
    assert len(await broken.sim.wait_for(BEN, 1, timeout=30)) == 1


async def test_many_are_replayed_oldest_first(broken: House) -> None:
    """All that a filter names, at most so many; another tenant's stay as they are."""
    (broken.folder / "fixed").touch()
    code, none = await broken.api("POST", f"{PATH}/replay", json={"stage": "send", "apply": True})
    assert (code, none) == (200, {"items": []})
    oldest_first = [each["id"] for each in await listed(broken)][::-1]
    code, told = await broken.api("POST", f"{PATH}/replay", json={"plugin": "fragile", "limit": 1})
    assert [each["id"] for each in told["items"]] == oldest_first[:1]
    code, done = await broken.api("POST", f"{PATH}/replay", json={"plugin": "fragile", "apply": True})
    assert [(each["id"], each["applied"]) for each in done["items"]] == [(id, True) for id in oldest_first]
    open_ = await broken.rows("select tenant from dead where resolved_at = 0")
    assert open_ == [("soko",)]
    code, answer = await broken.api("POST", f"{PATH}/replay", json={"limit": 101})
    assert (code, answer["errors"][0]["pointer"]) == (422, "/limit")


async def test_another_tenants_letter_is_not_there(broken: House) -> None:
    """404 for reading and for replaying, also for a letter that belongs to nobody."""
    body = webhook(change(broken.sim, text_message(ANA, "hi", "wamid.F"), number="999"))
    await broken.post(body)
    await until(lambda: letters(broken, 4), "a foreign letter")
    for (letter,) in await broken.rows("select id from dead where tenant <> 'duka'"):
        code, answer = await broken.api("GET", f"{PATH}/{letter}")
        assert (code, answer["code"]) == (404, "no_such_dead_letter")
        code, answer = await broken.api("POST", f"{PATH}/{letter}/replay", json={"apply": True})
        assert (code, answer["code"]) == (404, "no_such_dead_letter")
    assert (await broken.rows("select count(*) from dead where resolved_at > 0"))[0][0] == 0


async def test_letters_of_nobody_are_the_operators(broken: House) -> None:
    """A number that no channel has: a tenant's key is refused, an operator lists it and reads it again."""
    await broken.post(webhook(change(broken.sim, text_message(ANA, "hi", "wamid.F"), number="999")))
    await until(lambda: letters(broken, 4), "a foreign letter")
    path = "/api/v1/operator/dead-letters"
    assert (await broken.api("GET", path))[0] == 403
    key = {"Authorization": f"Bearer {await operator(broken)}"}
    code, answer = await broken.api("GET", path, headers=key)
    assert code == 200
    [letter] = answer["items"]
    assert (letter["stage"], letter["reason"]) == ("parse", "foreign_number")
    assert letter["webhook"]
    assert letter["event"] is None
    code, whole = await broken.api("GET", f"{path}/{letter['id']}", headers=key)
    assert (code, "999" in whole["body"] or "hi" in whole["body"]) == (200, True)
    code, told = await broken.api("POST", f"{path}/{letter['id']}/replay", headers=key, json={})
    assert [each["difference"] for each in told["events"]] == ["foreign"]
    code, done = await broken.api("POST", f"{path}/{letter['id']}/replay", headers=key, json={"apply": True})
    assert (code, done["applied"]) == (200, True)
