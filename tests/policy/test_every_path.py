"""Every way of sending, with a gate that lets nothing out: what answers nobody never reaches the provider,
and replies go out as ever. With the gate as it is each of them sends, so that this could fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from gateway.operate import operate
from gateway.policy import gate
from gateway.policy.decide import decide
from gateway.policy.facts import Decision, Facts, Wanted
from gateway.testing import Contact, World

from .paths import Told

pytestmark = [pytest.mark.plugins("paths.py"), pytest.mark.database("both")]


class Switch:
    """A gate that can be shut."""

    def __init__(self) -> None:
        self.shut = False
        self.asked: list[str] = []

    def __call__(self, facts: Facts, wanted: Wanted, now: int) -> Decision:
        self.asked.append(wanted.purpose)
        return Decision("drop", "opted_out") if self.shut else decide(facts, wanted, now)


@pytest.fixture(autouse=True)
def switch(monkeypatch: pytest.MonkeyPatch) -> Switch:
    """In place of the gate's own decision, also after a restart."""
    made = Switch()
    monkeypatch.setattr(gate, "decide", made)
    return made


Way = Callable[[World, Contact, Contact, Switch, bool], Awaitable[None]]


def says(text: str, then: str = "") -> Way:
    """The contact says it, and then time goes by."""

    async def way(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
        switch.shut = shut
        await ana.says(text)
        if then:
            await world.waits(then)

    return way


def posts(then: str = "", **more: Any) -> Way:
    """Somebody posts it to the API; it is taken by an open gate when it is for later."""

    async def way(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
        switch.shut = shut and not then
        body = {
            "channel": world.channel,
            "to": ana.phone,
            "message": {"type": "text", "text": "P api"},
            **more,
        }
        answer = await world.request("POST", "/api/v1/messages", key=True, json=body)
        assert answer.status == (422 if switch.shut else 202)
        switch.shut = shut
        if then:
            await world.waits(then)

    return way


async def posts_into(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    switch.shut = shut
    there = await world.conversation(ana)
    body = {"message": {"type": "text", "text": "P agent"}}
    await world.request("POST", f"/api/v1/conversations/{there}/messages", key=True, json=body)


async def job_for_later(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    await ana.says("later")
    switch.shut = shut
    await world.waits("2h")


async def event(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    await ana.says("event")
    switch.shut = shut
    await world.emit(Told("y"), key="17")


async def reach(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    await ben.says("hi")
    switch.shut = shut
    await ana.says(f"reach {await world.conversation(ben)}")


async def status(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    switch.shut = shut
    await ana.reads()


async def file(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    switch.shut = shut
    await ana.sends(image=True)


async def webhook(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    switch.shut = shut
    there = await world.conversation(ana)
    assert (await world.request("POST", f"/p/paths/in/{world.tenant}", data=there)).status == 200


async def route(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    switch.shut = shut
    body = {"conversation": await world.conversation(ana)}
    answer = await world.request("POST", "/p/paths/go", key=True, json=body)
    assert answer.status < 300, answer.text


async def reopened(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    """It is in the outbox, the process dies, and the next one finds it there."""
    line = world.gateway.line
    assert line is not None
    for number in line.sender.numbers.values():
        number.held = True
    await ana.says("said")
    assert await world.db().value("select count(*) from outbox where tenant = :tenant") == 2
    switch.shut = shut
    await world.restart(kill=True)
    await world.waits("10s")


async def replayed(world: World, ana: Contact, ben: Contact, switch: Switch, shut: bool) -> None:
    """Its time was over before it could be sent; somebody has it sent again."""
    line = world.gateway.line
    assert line is not None
    for number in line.sender.numbers.values():
        number.held = True
    await ana.says("said")
    with world.expects_failure():
        await world.waits("25h")  # its window is over
        await world.restart()
    letters = await world.db().all("select id from dead where tenant = :tenant and stage = 'send'")
    assert len(letters) == 2
    await ana.says("hi")
    switch.shut = shut
    asked = {"ids": [row["id"] for row in letters], "apply": True}
    told = await operate(world.gateway.settings, "replay", asked)
    assert [report["applied"] for report in told["reports"]] == [True, True]
    await world.restart()  # whoever starts reads what is open


WAYS: dict[str, Way] = {
    "a message for later": says("later", "2h"),
    "released when it is due": job_for_later,
    "said to have a purpose": says("said"),
    "a job": says("job", "5s"),
    "a flow's timeout": says("flow", "2h"),
    "a flow that an event wakes": event,
    "a listener": says("emit"),
    "another conversation": reach,
    "a status": status,
    "an event": file,
    "a webhook of the plugin": webhook,
    "a route of the plugin": route,
    "the API": posts(),
    "the API, for later": posts("2h", send_at="2026-03-02T10:00:00Z"),
    "the API, into a conversation": posts_into,
    "the outbox of a process that died": reopened,
    "a replay of what had failed": replayed,
}


@pytest.mark.parametrize("shut", [False, True], ids=["open", "shut"])
@pytest.mark.parametrize("way", WAYS)
async def test_no_way_leads_past_the_gate(
    world: World, ana: Contact, ben: Contact, switch: Switch, way: str, shut: bool
) -> None:
    """Open: it arrives. Shut: it does not, and the replies do."""
    await ana.says("hi")

    await WAYS[way](world, ana, ben, switch, shut)

    arrived = [message.text for message in world.sent]
    assert any(text.startswith("P ") for text in arrived) is not shut
    assert "reply to hi" in arrived
    assert set(switch.asked) <= {"service"}
    assert switch.asked
    said = [text for text in arrived if not text.startswith("P ")]
    asked = await world.db().value(
        "select count(*) from message where tenant = :tenant and direction = 'out' and purpose = ''"
    )
    again = way == "a replay of what had failed" and not shut  # a reply, judged as it is sent by hand
    assert len(said) - again == asked


async def test_a_marketing_template_is_judged_whoever_triggers_it(
    world: World, ana: Contact, switch: Switch
) -> None:
    """Also as an answer: the reply goes, the template does not, for nobody has asked for marketing."""
    await ana.says("template")

    assert [message.text for message in world.sent] == ["reply to template"]
    assert switch.asked == ["marketing"]
    row = await world.db().one("select verdict, reason from decision where tenant = :tenant")
    assert row is not None
    assert (row["verdict"], row["reason"]) == ("drop", "no_opt_in")
