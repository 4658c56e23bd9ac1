"""Sends that are refused, paused, lost or too late."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.support.house import ANA, BEN, CAT, ECHO, House, change, text_message, until, webhook

TEMPLATER = """\
from gateway import Template, hook

@hook.on_message
async def greet(message, chat):
    await chat.send(Template("order_update", "en"))
"""
CATCHER = """\
from gateway import SendRefused, Template, hook

@hook.on_message
async def late(message, chat):
    try:
        await chat.say("too late")
    except SendRefused as error:
        assert type(error).__name__ == "WindowClosed", error
        await chat.send(Template("come_back", "en"))
"""


@pytest.mark.parametrize("way", ["env", "file", "gateway.toml"])
async def test_a_dead_token(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str) -> None:
    """Error 190 pauses the channel and not the intake; a new token, wherever it is, lets everything go."""
    sim, other = house.line("duka"), house.line("soko")
    await sim.start()
    old, secret = sim.access_token, tmp_path / "token"
    secret.write_text(old)
    monkeypatch.setenv("DUKA_TOKEN", old)
    written = {"env": {"env": "DUKA_TOKEN"}, "file": {"file": str(secret)}, "gateway.toml": old}[way]
    house.lines["duka"].settings = {"access_token": written}
    await house.start()
    sim.access_token = "a-new-token"
    for n in range(3):
        await sim.says(ANA, f"{n}")
        await sim.says(BEN, f"{n}")
    await until(lambda: house.metric("gateway_channel_paused", reason="token"), "it is paused")
    assert sim.accepted == []
    await other.says(CAT, "the other tenant")
    await other.wait_for(CAT, 1)
    assert {item["status"] for item in await house.sent()} <= {"queued", "sending"}
    if way == "env":
        monkeypatch.setenv("DUKA_TOKEN", "a-new-token")
    elif way == "file":
        secret.write_text("a-new-token")
        os.utime(secret, (time.time() + 5, time.time() + 5))
    else:
        house.lines["duka"].settings = {}
        house.write()
    for who in (ANA, BEN):
        assert [m.text for m in await sim.wait_for(who, 3, timeout=10)] == ["0", "1", "2"]
    await until(lambda: _none_paused(house), "the gauge goes back")


async def _none_paused(house: House) -> bool:
    return await house.metric("gateway_channel_paused") == 0


async def test_a_lost_answer_is_resolved_by_its_status(any_house: House) -> None:
    """The answer to a send never comes, the status does: nothing is sent twice, the next reply follows."""
    house = any_house
    sim = house.line()
    await house.start()
    sim.lose_answers, sim.status_delay = 1.0, 0.3
    await sim.says(ANA, "first")
    await sim.wait_for(ANA, 1)
    sim.lose_answers = 0.0
    await until(lambda: _statuses(house, ["in_doubt"]), "shown as in doubt")
    await sim.says(ANA, "second")
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["first", "second"]
    assert await house.metric("gateway_in_doubt_resolved_total", how="status") == 1
    await until(lambda: _statuses(house, ["read", "read"]), "both are read")
    assert len(sim.accepted) == 2
    assert await house.metric("gateway_resent_total") == 0


async def _statuses(house: House, expected: list[str]) -> bool:
    return [item["status"] for item in await house.sent()] == expected


async def test_a_reply_in_doubt_is_resent_once(house: House) -> None:
    """No answer, no status, and statuses of later sends: after the hold the reply goes once more, counted."""
    sim = house.line()
    house.sending |= {"in_doubt_hold": "500ms", "in_doubt_give_up": "60s"}
    await house.start()
    sim.lose_answers, sim.statuses = 1.0, ()
    await sim.says(ANA, "lost")
    await until(lambda: _statuses(house, ["in_doubt"]), "in doubt")
    sim.lose_answers = 0.0
    await sim.says(ANA, "behind it")
    # Time alone is no evidence: without a status of a later send the hold does not end.
    begun = time.monotonic()
    await until(lambda: time.monotonic() - begun > 1.2, "the hold is over")
    assert len(sim.accepted) == 1
    sim.statuses = ("sent",)
    await sim.says(BEN, "evidence")
    inbox = await sim.wait_for(ANA, 3)
    assert [m.text for m in inbox] == ["lost", "lost", "behind it"]
    assert await house.metric("gateway_resent_total") == 1
    assert await house.metric("gateway_in_doubt_resolved_total", how="resent") == 1


@pytest.mark.parametrize("what", ["template", "resend = never"])
async def test_what_is_never_resent(house: House, what: str) -> None:
    """A template in doubt, or any message under resend = "never", is never sent again; the API says so."""
    house.plugin("greeter", TEMPLATER if what == "template" else ECHO)
    sim = house.line("duka", "greeter")
    house.sending |= {"in_doubt_hold": "100ms", "in_doubt_give_up": "1500ms"}
    if what != "template":
        house.sending["resend"] = "never"
    await house.start()
    sim.lose_answers, sim.statuses = 1.0, ()
    await sim.says(ANA, "hello")
    await until(lambda: _statuses(house, ["in_doubt"]), "in doubt")
    sim.lose_answers, sim.statuses = 0.0, ("sent",)
    await sim.says(BEN, "evidence")
    await until(lambda: house.metric("gateway_in_doubt_resolved_total", how="gave_up"), "given up")
    await sim.says(ANA, "the conversation moves on")
    await sim.wait_for(ANA, 2)
    items = await house.sent()
    assert items[0]["status"] == "in_doubt"
    assert len([a for a in sim.accepted if a.body["to"] == ANA]) == 2
    assert await house.metric("gateway_resent_total") == 0
    assert await house.metric("gateway_dead_total", reason="in_doubt") == 1


async def test_outside_the_window(any_house: House) -> None:
    """24 hours after the contact's message a plugin gets WindowClosed, which it may catch; templates pass."""
    house = any_house
    house.plugin("catcher", CATCHER)
    sim = house.line("duka", "catcher")
    house.line("soko")
    await house.start()
    old = int(time.time()) - 25 * 3600
    assert (await house.post(webhook(change(sim, text_message(ANA, "x", "wamid.old", at=old))))).status == 200
    [answer] = await sim.wait_for(ANA, 1)
    assert (answer.kind, answer.text) == ("template", "come_back")
    soko = house.lines["soko"].sim
    body = webhook(change(soko, text_message(BEN, "x", "wamid.old", at=old)))
    assert (await house.post(body, tenant="soko")).status == 200
    await until(
        lambda: house.metric("gateway_dead_total", stage="plugin", reason="window_closed"), "dead letter"
    )
    assert soko.inbox(BEN) == []


async def test_a_contact_too_fast(house: House) -> None:
    """Refusals that say "not now" are retried until they pass; nobody gets anything twice."""
    from random import Random

    sim = house.line()
    await house.start()
    sim.rng, sim.refuse = Random(11), 1.0
    await sim.says(ANA, "hello")
    await until(lambda: house.metric("gateway_send_attempts_total", outcome="retry"), "refused once")
    sim.refuse = 0.0
    assert [m.text for m in await sim.wait_for(ANA, 1, timeout=30)] == ["hello"]
    assert len(sim.accepted) == 1


async def test_robots_are_stopped(house: House) -> None:
    """A contact that answers every reply with the same words does not keep us talking for ever."""
    house.plugin("fixed", "from gateway import hook\n\n@hook.on_message\nasync def say(message, chat):\n"
                 "    await chat.say('I did not understand.')\n")  # fmt: skip
    sim = house.line("duka", "fixed")
    house.sending |= {"loop_limit": 5}
    await house.start()
    for n in range(8):
        await sim.says(ANA, f"{n}")
    await until(lambda: house.metric("gateway_loops_stopped_total"), "stopped")
    await sim.says(BEN, "somebody else")
    await sim.wait_for(BEN, 1)
    assert len(sim.inbox(ANA)) == 5
