"""A plugin in trouble hurts itself and nobody else."""

from __future__ import annotations

import pytest

from tests.support.house import ANA, BEN, CAT, DAN, House, until

FRAGILE = """\
import asyncio, pathlib, time
from gateway import hook

FIXED = pathlib.Path(__file__).with_name("fixed")

@hook.on_message
async def fragile(message, chat):
    await chat.db.run("update contact set name = :name where tenant = :tenant and id = :id",
                      name="renamed by a failed turn", id=chat.contact.id)
    await chat.say("never seen")
    if FIXED.exists():
        await chat.say("fixed")
        return
    if message.text == "raise":
        raise RuntimeError("a secret detail")
    if message.text == "exit":
        raise SystemExit(3)
    if message.text == "cancel":
        asyncio.current_task().cancel()
        await asyncio.sleep(0)
    if message.text == "slow":
        await asyncio.sleep(30)
    if message.text == "block":
        time.sleep(1.5)
"""
READER = """\
from gateway import hook

@hook.on_message
async def read(message, chat):
    rows = await chat.db.all("select content from message where direction = 'in' and :tenant = :tenant")
    everything = await chat.db.all(f"select tenant, content from message where :tenant <> ''")
    await chat.say(f"{len(everything)} rows of {sorted({row['tenant'] for row in everything})}")
"""


@pytest.mark.parametrize(("word", "outcome"), [("raise", "error"), ("exit", "error"), ("cancel", "error"),
                                               ("slow", "timeout")])  # fmt: skip
async def test_a_turn_that_fails(any_house: House, word: str, outcome: str) -> None:
    """Whatever a plugin does to itself: nothing of its turn is kept, a dead letter is, the next goes on."""
    house = any_house
    house.plugin("fragile", FRAGILE)
    fragile, echo = house.line("duka", "fragile"), house.line("soko")
    await house.start()
    await fragile.says(ANA, word)
    await echo.says(BEN, "meanwhile")
    await echo.wait_for(BEN, 1)
    await until(lambda: house.metric("gateway_dead_total", stage="plugin", reason=outcome), "a dead letter")
    assert fragile.inbox(ANA) == []
    assert await house.metric("gateway_plugin_runs_total", plugin="fragile", result=outcome) == 1
    assert ("renamed by a failed turn",) not in await house.rows("select name from contact")
    await fragile.says(BEN, "something that it can do")
    assert [m.text for m in await fragile.wait_for(BEN, 1)] == ["never seen"]


async def test_a_failed_turn_is_replayed(any_house: House) -> None:
    """`gateway replay` shows a dead letter, --apply runs the plugin again, and a second time refuses."""
    house = any_house
    house.plugin("fragile", FRAGILE)
    sim = house.line("duka", "fragile")
    await house.start()
    await sim.says(ANA, "raise")
    [(letter,)] = await until(lambda: house.rows("select id from dead where stage = 'plugin'"))
    (house.folder / "fixed").touch()
    [shown] = await house.replay(letter)
    assert (shown["plugin"], shown["reason"], shown["applied"]) == ("fragile", "error", False)
    assert sim.inbox(ANA) == []
    [applied] = await house.replay(letter, apply=True)
    assert applied["applied"] is True
    assert [m.text for m in await sim.wait_for(ANA, 2, timeout=30)] == ["never seen", "fixed"]
    [again] = await house.replay(letter, apply=True)
    assert "before" in again["error"]


async def test_a_plugin_that_blocks_the_loop(house: House, capfd: pytest.CaptureFixture[str]) -> None:
    """A blocking call is undone, and the log and the metrics name the plugin that did it."""
    house.plugin("fragile", FRAGILE)
    sim = house.line("duka", "fragile")
    await house.start()
    await sim.says(ANA, "block")
    await until(lambda: house.metric("gateway_loop_blocked_total", plugin="fragile"), "the watchdog saw it")
    await until(lambda: house.metric("gateway_dead_total", stage="plugin", reason="timeout"), "a dead letter")
    assert sim.inbox(ANA) == []
    assert "fragile" in capfd.readouterr().out


async def test_a_plugin_that_fails_for_everybody(house: House) -> None:
    """It is put aside for its tenant, shown in the metrics, and tried again later; others go on."""
    house.plugin("fragile", FRAGILE)
    house.plugin("second", "from gateway import hook\n\n@hook.on_message\nasync def second(message, chat):\n"
                 "    await chat.say('second')\n")  # fmt: skip
    sim = house.line("duka", "fragile", "second")
    await house.start()
    for n, who in enumerate((ANA, BEN, CAT, DAN, ANA, BEN)):
        await sim.says(who, "raise")
        await until(lambda n=n: _dead(house, n + 1), f"failure {n + 1}")  # type: ignore[misc]
    assert await house.metric("gateway_plugin_put_aside", plugin="fragile") == 1
    assert await house.metric("gateway_dead_total", stage="plugin", reason="put_aside") == 1
    assert len(await sim.wait_for(ANA, 2)) == 2
    (house.folder / "fixed").touch()
    assert house.gateway is not None
    breaker = house.gateway.line.dispatcher.breaker  # type: ignore[union-attr]
    breaker._circuits["fragile", "duka"].until = 0.0
    await sim.says(CAT, "after a while")
    assert [m.text for m in await sim.wait_for(CAT, 4)][1:] == ["never seen", "fixed", "second"]
    await until(lambda: _none_aside(house), "the gauge goes back")
    await sim.says(DAN, "for good")
    await sim.wait_for(DAN, 4)


async def _dead(house: House, count: int) -> bool:
    return await house.metric("gateway_dead_total", stage="plugin") == count


async def _none_aside(house: House) -> bool:
    return await house.metric("gateway_plugin_put_aside", plugin="fragile") == 0


async def test_a_plugin_that_hangs_for_one_tenant(house: House) -> None:
    """While a tenant's contacts all wait for a slow plugin, another tenant is answered at once."""
    house.plugin("fragile", FRAGILE)
    slow, echo = house.line("duka", "fragile"), house.line("soko")
    await house.start()
    for n in range(100):
        await slow.says(f"+2547111{n:05d}", "slow")
    await echo.says(BEN, "quick")
    await echo.wait_for(BEN, 1, timeout=0.5)


async def test_a_tenant_sees_its_own_rows_only(postgres_house: House) -> None:
    """On PostgreSQL a plugin's query without a tenant's filter sees its own tenant only."""
    house = postgres_house
    house.plugin("reader", READER)
    duka, soko = house.line("duka", "reader"), house.line("soko", "reader")
    await house.start()
    await soko.says(BEN, "a secret of soko")
    assert (await soko.wait_for(BEN, 1))[0].text == "1 rows of ['soko']"
    await duka.says(ANA, "what do you see?")
    assert (await duka.wait_for(ANA, 1))[0].text == "1 rows of ['duka']"


async def test_what_plugins_keep(any_house: House) -> None:
    """What a turn writes through chat.db is there in the next turn of another plugin's hook."""
    house = any_house
    house.plugin("namer", (
        "from gateway import hook\n\n@hook.on_message\nasync def name(message, chat):\n"
        "    if message.text.startswith('I am '):\n"
        "        changed = await chat.db.run('update contact set name = :name '\n"
        "            'where tenant = :tenant and id = :id',\n"
        "                                    name=message.text[5:], id=chat.contact.id)\n"
        "        await chat.say(f'{changed} changed')\n"
        "    else:\n"
        "        row = await chat.db.one('select name from contact '\n"
        "            'where tenant = :tenant and id = :id', id=chat.contact.id)\n"
        "        await chat.say(row['name'])\n"
    ))  # fmt: skip
    sim = house.line("duka", "namer")
    await house.start()
    await sim.says(ANA, "I am Wanjiku")
    await sim.wait_for(ANA, 1)
    await sim.says(ANA, "who am I?")
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["1 changed", "Wanjiku"]


async def test_a_plugin_that_asks_to_be_run_again(house: House) -> None:
    """`raise Retry(after)` runs the turn again; what the first try said is not sent."""
    house.plugin("patient", (
        "from gateway import Retry, hook\nTRIES = []\n\n@hook.on_message\nasync def patient(message, chat):\n"
        "    TRIES.append(1)\n    await chat.say(f'try {len(TRIES)}')\n"
        "    if len(TRIES) < 3:\n        raise Retry(0.05)\n"
    ))  # fmt: skip
    sim = house.line("duka", "patient")
    await house.start()
    await sim.says(ANA, "go")
    assert [m.text for m in await sim.wait_for(ANA, 1)] == ["try 3"]
