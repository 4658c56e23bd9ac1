"""Twilio does not come back: one try, the fallback once, and then only the list of messages has it."""

from __future__ import annotations

import asyncio

import pytest

from gateway.simulator import NotDelivered
from providers.twilio.simulator import TwilioSimulator
from providers.twilio.simulator.overrides import overrides
from tests.providers.twilio.simulator.conftest import ANA, Business, signature


async def test_a_webhook_that_fails_is_lost(sim: TwilioSimulator, business: Business) -> None:
    """Without overrides there is one try and an alert; the list of messages has it all the same."""
    business.answers = [503]
    with pytest.raises(NotDelivered, match="503"):
        await sim.says(ANA, "lost")
    assert (len(business.refused), business.taken) == (1, [])
    assert sim.troubles == [f"11200 HTTP retrieval failure: {sim.webhook_url} answered 503 (1×)"]
    [found] = await business.listed(To=f"whatsapp:{sim.number}")
    assert (found["body"], found["direction"], found["status"]) == ("lost", "inbound", "received")
    assert found["sid"] == business.refused[0].params["MessageSid"]


async def test_the_fallback_is_called_once(sim: TwilioSimulator, business: Business) -> None:
    """It gets the same message, with the reason, and its answer counts."""
    sim.fallback_url = f"{business.base}/fallback"
    business.answers = [500]
    await sim.says(ANA, "hi")
    [got] = business.taken
    assert (got.path, got.params["ErrorCode"], got.params["ErrorUrl"]) == (
        "/fallback",
        "11200",
        sim.webhook_url,
    )
    assert got.params["MessageSid"] == business.refused[0].params["MessageSid"]
    assert got.headers["X-Twilio-Signature"] == signature(got.url, got.params)


async def test_a_fallback_that_fails_too_is_the_end(sim: TwilioSimulator, business: Business) -> None:
    """Both are in the debugger."""
    sim.fallback_url = f"{business.base}/fallback"
    business.answers = [500, 502]
    with pytest.raises(NotDelivered):
        await sim.says(ANA, "hi")
    assert [got.path for got in business.refused] == ["/hook", "/fallback"]
    assert len(sim.troubles) == 2


@pytest.mark.parametrize(
    ("fragment", "answers", "tries", "taken"),
    [
        ("rc=3&rp=5xx", [500, 503], 3, True),
        ("rc=2&rp=5xx", [500, 503, 500], 3, False),
        ("rc=3&rp=5xx", [404], 1, False),
        ("rc=3&rp=4xx", [404], 2, True),
        ("rc=3&rp=all", [404, 500], 3, True),
        ("rc=3", [500], 1, False),
        ("rp=5xx", [500], 1, False),
        ("rc=9&rp=5xx", [500] * 9, 6, False),
        ("rc=x&rp=5xx", [500], 1, False),
    ],
)
async def test_connection_overrides_ask_for_retries(
    sim: TwilioSimulator, business: Business, fragment: str, answers: list[int], tries: int, taken: bool
) -> None:
    """`rc` tries more, at most five, after failures of the kinds of `rp`; all bear one token."""
    sim.webhook_url += f"#{fragment}"
    business.answers = answers
    if taken:
        await sim.says(ANA, "hi")
    else:
        with pytest.raises(NotDelivered):
            await sim.says(ANA, "hi")
    got = [*business.refused, *business.taken]
    assert (len(got), len(business.taken)) == (tries, int(taken))
    assert len({each.headers["I-Twilio-Idempotency-Token"] for each in got}) == 1


async def test_nobody_there_is_a_failure_of_the_connection(sim: TwilioSimulator) -> None:
    """`ct` is tried again, until the time is up."""
    sim.webhook_url = "http://127.0.0.1:9/hook#rc=2&rp=ct"
    with pytest.raises(NotDelivered, match="Connect"):
        await sim.says(ANA, "hi")
    assert [trouble[-4:] for trouble in sim.troubles] == ["(3×)"]


async def test_an_answer_that_is_late_is_none(sim: TwilioSimulator, business: Business) -> None:
    """`rt` shortens the wait."""
    business.pause = 0.3
    sim.webhook_url += "#rt=100"
    with pytest.raises(NotDelivered, match="in time"):
        await sim.says(ANA, "hi")


def test_overrides_that_make_no_sense_are_passed_over() -> None:
    """A fragment may be anything."""
    assert overrides("https://x/#!/page").retries == 0
    assert overrides("https://x/#rc=-1&rt=abc&tt=99999999").read is None
    assert overrides("https://x/#tt=99999999").total == 15


@pytest.mark.parametrize(
    ("answer", "content_type", "alert"),
    [
        ("<Response></Response>", "application/json", "12300"),
        ("<Response>", "text/xml", "12100"),
        ("<!DOCTYPE x><Response/>", "text/xml", "12100"),
        ("<html></html>", "text/xml", "12200"),
        ("<Response/>", "application/xml", ""),
        ("ok", "text/plain", ""),
        ("", "application/json", ""),
    ],
)
async def test_an_answer_that_is_no_twiml_is_in_the_debugger(
    sim: TwilioSimulator, business: Business, answer: str, content_type: str, alert: str
) -> None:
    """The message counts as taken all the same."""
    business.answer, business.content_type = answer, content_type
    await sim.says(ANA, "hi")
    assert [trouble[:5] for trouble in sim.troubles] == ([alert] if alert else [])


async def test_copies_come_at_the_same_time(sim: TwilioSimulator, business: Business) -> None:
    """`duplicate_webhooks` delivers each several times, statuses included."""
    sim.duplicate_webhooks = 3
    await sim.says(ANA, "hi")
    assert len(business.taken) == 3
    assert len({got.body for got in business.taken}) == 1
    sim.statuses = ("sent",)
    sid = await business.sent(Body="hi")
    await sim.settle()
    assert business.statuses(sid) == ["sent"] * 3


async def test_webhooks_can_be_late_and_overtake(sim: TwilioSimulator, business: Business) -> None:
    """`webhook_delay` and `reorder` hold each one."""
    sim.webhook_delay = 0.02
    before = asyncio.get_running_loop().time()
    await sim.says(ANA, "hi")
    assert asyncio.get_running_loop().time() - before >= 0.02
    sim.webhook_delay, sim.reorder = 0.0, 0.2
    await asyncio.gather(*(sim.says(ANA, f"{n}") for n in range(8)))
    came = [params["Body"] for params in business.params[1:]]
    assert sorted(came) == [f"{n}" for n in range(8)]
    assert came != sorted(came)


async def test_the_wire_is_recorded(sim: TwilioSimulator, business: Business) -> None:
    """Both ways, with bodies and answers; what a test asks of the simulator is not part of it."""
    await sim.says(ANA, "hi")
    await business.sent(Body="hello", StatusCallback="")
    hook, api = sim.traffic.exchanges
    assert (hook.way, hook.status, hook.answer) == ("webhook", 200, "<Response></Response>")
    assert hook.url == sim.webhook_url
    assert (api.way, api.status) == ("api", 201)
    assert "Body=hello" in api.body
    assert '"sid"' in api.answer


async def test_a_webhook_is_waited_for_through_passed_time(sim: TwilioSimulator, business: Business) -> None:
    """`pass_time` returns when what fell due has been delivered."""
    sim.webhook_delay = 3600
    act = asyncio.create_task(sim.says(ANA, "hi"))
    await sim.pass_time(hours=2)
    assert len(business.taken) == 1
    await act
