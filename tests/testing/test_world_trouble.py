"""Bad days in a world: plugins that fail, providers that fail, processes that end."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World

pytestmark = pytest.mark.plugins("shop.py")


async def test_a_plugins_own_exception_fails_the_test(ana: Contact) -> None:
    """With its own traceback, what it was called for, and how to let the test go on."""
    with pytest.raises(ValueError, match="the shop is on fire") as failure:
        await ana.says("fail")
    assert failure.traceback[-1].frame.code.name == "fail"
    [note] = failure.value.__notes__
    assert "plugin 'shop' on_message raised ValueError: the shop is on fire" in note
    assert "while Ana says 'fail'" in note
    assert "world.expects_failure()" in note


async def test_a_failure_may_be_expected(world: World, ana: Contact) -> None:
    """Then it is told, with its dead letter, and nothing was said."""
    with world.expects_failure() as failures:
        await ana.says("fail")
    [failure] = failures
    assert (failure.plugin, failure.hook, failure.reason) == ("shop", "on_message", "error")
    assert isinstance(failure.error, ValueError)
    assert [letter["reason"] for letter in world.dead] == ["error"]
    await ana.sees_nothing()
    await ana.says("twice")
    assert await ana.sees("second")


async def test_a_failure_that_does_not_come_is_one(world: World, ana: Contact) -> None:
    """Whoever expects a failure gets one, or fails."""
    with pytest.raises(AssertionError, match="nothing failed"), world.expects_failure():
        await ana.says("twice")


async def test_a_plugin_that_is_put_aside_is_told_too(world: World) -> None:
    """Its messages are dead letters then, though no hook ran."""
    with world.expects_failure() as failures:
        for number in range(10):
            await world.contact(f"+25471100010{number}").says("fail")
    assert {failure.reason for failure in failures} == {"error", "put_aside"}
    assert len(failures) == len(world.dead) == 10


async def test_a_hook_that_hangs_fails_at_its_deadline(world: World, ana: Contact) -> None:
    """With the line at which it waits."""
    with world.expects_failure() as failures:
        await ana.says("hang")
    assert failures[0].reason == "timeout"
    assert "took longer than 1s" in failures[0].problem
    assert "shop.py:" in failures[0].problem


async def test_a_job_that_fails_for_good_fails_the_test(world: World, ana: Contact) -> None:
    """With its own traceback too."""
    with pytest.raises(ValueError, match="the oven is on fire") as failure:
        await ana.says("burn")
    assert failure.traceback[-1].frame.code.name == "burnt"
    assert "plugin 'shop' job burnt raised ValueError" in failure.value.__notes__[0]


@pytest.mark.provider("all")
async def test_a_lost_answer_sends_nothing_twice(world: World, ana: Contact) -> None:
    """The status that comes proves that it was accepted."""
    with world.faults(lose_answers=1.0):
        await ana.says("shop")
    await ana.waits("15m")
    assert len(ana.inbox) == 1


async def test_what_is_refused_comes_later(world: World, ana: Contact) -> None:
    """When time has gone by."""
    with world.faults(refuse=1.0):
        await ana.says("shop")
        await ana.sees_nothing()
    await ana.waits("1m")
    assert await ana.sees("What would you like?")


async def test_a_provider_that_says_everything_twice_is_answered_once(world: World, ana: Contact) -> None:
    """Faults end with their block."""
    with world.faults(duplicate_webhooks=3):
        await ana.says("shop")
    assert len(ana.inbox) == 1
    assert world.sim.duplicate_webhooks == 1


async def test_a_provider_that_hangs_does_not_hold_the_test(world: World, ana: Contact) -> None:
    """Its time goes by with the test's."""
    with world.faults(hold_answers=25.0):
        await ana.says("shop")
        assert await ana.sees("What would you like?")
        await ana.waits("30s")
    assert world.sent[0].status == "delivered"


async def test_a_knob_that_is_none_is_refused(world: World) -> None:
    """By name."""
    with pytest.raises(AttributeError, match="has no knob 'loose_answers'"), world.faults(loose_answers=1.0):
        pass


@pytest.mark.database("both")
@pytest.mark.parametrize("kill", [False, True])
async def test_what_is_durable_survives_and_the_rest_is_gone(world: World, ana: Contact, kill: bool) -> None:
    """Menus, messages for later and jobs go on; what a plugin had in memory is forgotten."""
    await ana.says("remember")
    assert await ana.sees("remembered 1")
    await ana.says("shop")
    await ana.says("later")

    await world.restart(kill=kill)

    await ana.taps("Green Tea")
    assert await ana.sees("Ordered: tea")
    await ana.says("remember")
    assert await ana.sees("remembered 1")
    await ana.waits("3h")
    assert [message.text for message in ana.new] == ["in one hour", "bread is ready", "in three hours"]
    assert len(world.logs.named("gateway.stopped")) == (not kill)


@pytest.mark.database("both")
async def test_a_process_may_end_while_the_provider_has_the_message(world: World, ana: Contact) -> None:
    """Its answer is lost; what became of it is learned all the same, and nothing is said twice."""
    with world.faults(hold_answers=20.0):
        await ana.says("shop")
        assert await ana.sees("What would you like?")
        await world.restart(kill=True)
    await ana.waits("15m")
    await ana.sees_nothing()
    await ana.taps("tea")
    assert await ana.sees("Ordered: tea")
    assert [message.status for message in world.sent] == ["delivered", "delivered"]
    assert world.metric("gateway_resent_total") == 0


async def test_a_killed_gateway_keeps_nothing_more(world: World, ana: Contact) -> None:
    """Its database is out of its reach."""
    gateway = world.gateway
    await world.restart(kill=True)
    assert world.gateway is not gateway
    assert len(await world.db().all("select id from message where tenant = :tenant")) == 0
