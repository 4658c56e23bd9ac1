"""What a tenant uses follows at once: settings of every layer, plugins that are turned on and off, and what
one plugin requires of another."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import SettingsError
from tests.support.house import ANA, BEN, ECHO, House, until
from tests.support.postgres import Urls

SHOP = """\
from msgspec import Struct
from gateway import Handled, hook

class Settings(Struct, frozen=True):
    currency: str
    key: str = "-"
    fee: int = 0

class Placed(Struct, tag="order_placed"):
    sku: str

@hook.register_events
def events():
    return [Placed]

@hook.on_message
async def buy(message, chat):
    word, _, sku = message.text.partition(" ")
    if word == "buy":
        chat.emit(Placed(sku))
        await chat.say(f"{sku} {chat.settings.currency} {chat.settings.key} {chat.settings.fee}")
        return Handled
"""

TILL = """\
from gateway import Command, Handled, flow, hook, job

requires = ("shop",)

@flow
async def pay(chat):
    sum = await chat.ask("sum", "How much?")
    await chat.say(f"paid {sum}")

async def start(message, chat, rest):
    return await chat.start(pay)

async def count(message, chat, rest):
    chat.enqueue(report)
    return Handled

@job
async def report(job):
    await (await job.chat()).say("counted")

@hook.register_commands
def commands():
    return [Command("pay", ["pay"], "Pay", start), Command("count", ["count"], "Count", count)]

@hook.on("order_placed")
async def heard(event, chat):
    await chat.say(f"till heard of {event.payload['sku']}")
"""


@pytest.fixture
async def house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """A shop at two businesses, and a till that nobody uses yet; not started."""
    house = House(tmp_path, store_urls)
    house.plugin("shop", SHOP)
    house.plugin("till", TILL)
    for tenant in ("duka", "soko"):
        house.line(tenant, "shop")
        house.lines[tenant].plugin_settings["shop"] = {"currency": "KES"}
    yield house
    await house.close()


def _write(house: House, **layers: str) -> None:
    """gateway.toml with the layers that a house does not know."""
    house.write()
    text = house.config.read_text() + layers.get("installation", "")
    for tenant, more in layers.items():
        if tenant != "installation":
            mark = f'id = "{tenant}-main"'
            at = text.index("[tenants.channels.settings]", text.index(mark))
            text = text[:at] + more + text[at:]
    house.config.write_text(text)


async def _says(house: House, tenant: str, contact: str, text: str, answers: int = 1) -> list[str]:
    sim = house.lines[tenant].sim
    before = len(sim.inbox(contact))
    await sim.says(contact, text)
    return [str(seen.text) for seen in (await sim.wait_for(contact, before + answers))[before:]]


async def test_each_layer_replaces_keys_of_the_one_before(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installation's, the tenant's, the channel's; a reference is looked up when it changes."""
    secret = tmp_path / "key"
    secret.write_text("first-secret\n")
    await house.start()
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES - 0"]

    _write(
        house,
        installation=f'[settings.shop]\ncurrency = "EUR"\nkey = {{ file = "{secret}" }}\n',
        soko="[tenants.channels.plugin_settings.shop]\nfee = 3\ncurrency = 'UGX'\n",
    )

    async def taken() -> bool:
        return await _says(house, "soko", BEN, "buy kiwi") == ["kiwi UGX first-secret 3"]

    await until(taken, "the file is taken")
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES first-secret 0"]

    secret.write_text("another-secret\n")
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES another-secret 0"]
    os.unlink(secret)
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES another-secret 0"]


async def test_a_secret_of_the_channel_s_layer_is_in_no_dead_letter(house: House) -> None:
    """As little as one of the tenant's."""
    house.plugin(
        "shop", SHOP.replace("word, _, sku", "assert not message.text, chat.settings.key\n    word, _, sku")
    )
    await house.start()
    _write(house, soko="[tenants.channels.plugin_settings.shop]\nkey = 'c4nary-of-soko'\n")
    assert house.gateway is not None
    await house.gateway.watch.catch_up()
    await house.lines["soko"].sim.says(BEN, "hello")
    [(detail,)] = await until(lambda: house.rows("select detail from dead where stage = 'plugin'"))
    assert "AssertionError: *** (" in detail


async def test_settings_that_cannot_be_read_are_not_taken(house: House) -> None:
    """At the start they are refused with their place; a file that is saved with them is not taken."""
    house.lines["soko"].plugin_settings["shop"] = {"currency": 7}
    place = r"gateway.toml: tenants\[1\].settings.shop.currency: expected `str`"
    with pytest.raises(SettingsError, match=place):
        await house.start()

    house.lines["soko"].plugin_settings["shop"] = {"currency": "UGX"}
    await house.start()
    house.lines["duka"].plugin_settings["shop"] = {"currency": 7}
    house.write()
    assert house.gateway is not None
    await house.gateway.watch.catch_up()
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES - 0"]


async def test_a_plugin_that_lost_its_settings_does_not_run(house: House) -> None:
    """An upgraded plugin needs one more setting than the database has: it is out, and everybody is told."""
    house.lines["duka"].plugins = ()
    house.lines["duka"].plugin_settings = {}
    await house.start()
    code, answer = await _change(house, "shop", enabled=True, settings={"currency": "KES"})
    assert code == 200, answer
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES - 0"]
    await house.stop()

    house.plugin("shop", SHOP.replace('key: str = "-"', "key: str"))
    house.lines["soko"].plugin_settings["shop"]["key"] = "k"
    await house.start()
    await house.lines["duka"].sim.says(ANA, "buy kiwi")
    assert await _says(house, "soko", BEN, "buy kiwi") == ["kiwi KES k 0"]
    _, answer = await house.api("GET", "/api/v1/plugins/shop")
    assert (answer["health"], answer["enabled"]) == ("failed", True)
    assert "settings of the plugin shop of tenant duka.key: missing" in answer["reason"]

    assert (await _change(house, "shop", settings={"key": "new"}))[0] == 200
    assert (await _says(house, "duka", ANA, "buy lime"))[-1] == "lime KES new 0"


async def _change(house: House, name: str, **form: Any) -> tuple[int, Any]:
    return await house.api("PATCH", f"/api/v1/plugins/{name}", json=form)


async def test_what_a_plugin_brings_comes_and_goes_with_it(house: House) -> None:
    """Commands, flows, jobs and listeners are there from the next message on, and gone from the next."""
    await house.start()
    assert await _says(house, "duka", ANA, "buy kiwi") == ["kiwi KES - 0"]

    assert (await _change(house, "till", enabled=True))[0] == 200
    assert await _says(house, "duka", ANA, "buy kiwi", 2) == ["kiwi KES - 0", "till heard of kiwi"]
    assert await _says(house, "duka", ANA, "pay") == ["How much?"]
    assert await _says(house, "duka", ANA, "12") == ["paid 12"]
    assert await _says(house, "duka", ANA, "count") == ["counted"]
    assert await _says(house, "soko", BEN, "buy kiwi") == ["kiwi KES - 0"]

    assert (await _change(house, "till", enabled=False))[0] == 200
    await house.lines["duka"].sim.says(ANA, "pay")
    assert await _says(house, "duka", ANA, "buy lime") == ["lime KES - 0"]
    assert await _says(house, "duka", ANA, "buy fig") == ["fig KES - 0"]


async def test_a_plugin_does_not_run_below_one_that_is_switched_off(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop is switched off for the night: the gateway starts, and the till, which requires it, is out."""
    house.lines["duka"].plugins = ("shop", "till")
    house.lines["soko"].plugins = ("echo",)
    house.plugin("echo", ECHO)
    monkeypatch.setenv("GATEWAY_PLUGINS", "echo,till")
    await house.start()
    await house.lines["duka"].sim.says(ANA, "pay")
    assert await _says(house, "soko", BEN, "pay") == ["pay"]
    _, answer = await house.api("GET", "/api/v1/plugins/till")
    assert (answer["health"], answer["reason"]) == ("failed", "plugin 'till' cannot work without 'shop'")
    assert not house.lines["duka"].sim.inbox(ANA)


async def test_a_plugin_does_not_run_below_one_that_does_not_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many lie between them; two that require each other do not wait for each other."""
    house.plugin("clerk", ECHO + 'requires = ("till", "guard")\n')
    house.plugin("guard", ECHO.replace("await chat.say(message.text)", "pass") + 'requires = ("clerk",)\n')
    for line in house.lines.values():
        line.plugins = ("shop", "till", "clerk", "guard")
    await house.start()
    assert await _says(house, "duka", ANA, "hello") == ["hello"]
    await house.stop()

    monkeypatch.setenv("GATEWAY_PLUGINS", "till,clerk,guard")
    await house.start()
    for name in ("clerk", "guard"):
        _, answer = await house.api("GET", f"/api/v1/plugins/{name}")
        assert answer["health"] == "failed", name
        assert answer["reason"].endswith("plugin 'till' cannot work without 'shop'")
    assert answer["reason"].startswith("plugin 'guard' cannot work without 'clerk', which does not run: ")


async def test_nothing_is_remembered_of_tenants_that_there_are_not(house: House) -> None:
    """Whose name comes from an address, which anybody may write."""
    await house.start()
    assert house.gateway is not None
    assert house.gateway.line is not None
    known = house.gateway.line.plugin_settings
    assert [known.plugins_of(f"nobody-{each}") for each in range(100)] == [()] * 100
    assert len(known._running) <= 2


async def test_a_plugin_is_not_used_without_what_it_requires(house: House) -> None:
    """It is refused when it is turned on and when the other is turned off, with what to do first."""
    for line in house.lines.values():
        line.plugins, line.plugin_settings = (), {}
    await house.start()
    code, answer = await _change(house, "till", enabled=True)
    assert code == 422
    assert "plugin 'till' cannot work without 'shop'" in str(answer)
    assert "turn on shop first" in str(answer)

    assert (await _change(house, "shop", enabled=True, settings={"currency": "KES"}))[0] == 200
    assert (await _change(house, "till", enabled=True))[0] == 200
    code, answer = await _change(house, "shop", enabled=False)
    assert code == 422
    assert "'till' cannot work without it" in str(answer)
