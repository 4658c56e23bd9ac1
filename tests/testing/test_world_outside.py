"""What a test can ask of a world."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World

from .shop import Order

pytestmark = [pytest.mark.plugins("shop.py"), pytest.mark.database("both")]


async def test_what_plugins_emit_and_order_is_there_to_assert_on(world: World, ana: Contact) -> None:
    """Events with their data and key, open jobs, messages in order, log lines by name."""
    await ana.says("shop")
    await ana.taps("tea")
    [event] = [event for event in world.emitted if event.key]
    assert (event.name, event.plugin, event.key) == ("order_placed", "shop", "tea")
    assert event.data["what"] == "tea"
    await ana.says("later")
    assert "bake" in [job["name"] for job in world.jobs]
    assert [message.text for message in world.sent] == ["What would you like?", "Ordered: tea"]
    assert len(world.logs.named("gateway.ready")) == 1


async def test_tables_are_looked_at_and_filled(world: World, ana: Contact) -> None:
    """As in `chat.db`: `:tenant` is bound."""
    await ana.says("twice")
    count = "select count(*) from message where tenant = :tenant and direction = :direction"
    assert await world.db().value(count, direction="out") == 2
    assert await world.db("elsewhere").value(count, direction="out") == 0
    changed = await world.db().run("update contact set name = :name where tenant = :tenant", name="Anna")
    assert changed == 1
    row = await world.db().one("select name from contact where tenant = :tenant")
    assert row is not None
    assert row["name"] == "Anna"


async def test_the_api_answers(world: World, ana: Contact) -> None:
    """With the tenant's key, and without."""
    assert (await world.request("GET", "/api/v1/messages")).status == 401
    message = {"type": "text", "text": "hello"}
    await ana.says("twice")
    said = {"channel": world.channel, "to": ana.phone, "message": message}
    answer = await world.request("POST", "/api/v1/messages", key=True, json=said)
    assert answer.status == 202
    assert answer.json()["parts"] == 1
    assert await ana.sees("hello")


async def test_a_command_of_the_terminal_is_run(
    world: World, ana: Contact, capsys: pytest.CaptureFixture[str]
) -> None:
    """Beside the gateway: its exit code, what it printed, and what it was refused with."""
    await ana.says("twice")
    assert await world.runs("shop report --least 0") == 3
    assert "1 contacts" in capsys.readouterr().out
    assert await world.runs("shop report --least none") == 2
    assert "invalid int value: 'none'" in capsys.readouterr().err
    assert await world.runs("stall report") == 2
    assert "gateway: plugins' commands are: shop report" in capsys.readouterr().err


async def test_metrics_are_summed(world: World, ana: Contact) -> None:
    """Over the labels that are not given."""
    await ana.says("twice")
    assert world.metric("gateway_plugin_runs_total", plugin="shop", hook="on_message") == 1


async def test_an_event_may_be_about_a_contact(world: World, ana: Contact) -> None:
    """Who has to have written before."""
    with pytest.raises(LookupError, match="Ana has no conversation yet"):
        await world.emit(Order("tea"), to=ana)
    await ana.says("twice")
    await world.emit(Order("tea"), to=ana)
    assert world.emitted[-1].plugin == "test"
