"""Status callbacks: their parameters, their order, and where they go."""

from __future__ import annotations

import pytest

from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, Business, sample, signature

TEXT = {"Body": "Hi"}


async def test_statuses_have_the_parameters_of_the_samples(sim: TwilioSimulator, business: Business) -> None:
    """Each status that a message gets, parameter by parameter; the URL keeps its query, and is signed."""
    assert sim.statuses == ("queued", "sent", "delivered", "read")
    sim.statuses = ("accepted", "scheduled", "queued", "sending", "sent", "delivered", "read")
    sid = await business.sent(**TEXT)
    await sim.settle()
    assert business.statuses(sid) == list(sim.statuses)
    for got in business.taken:
        told, wanted = got.params, sample(f"status_{got.params['MessageStatus']}.form")
        assert told.keys() == wanted.keys()
        own = {"MessageSid", "SmsSid", "ChannelInstallSid", "ExternalUserId"}
        assert {told[name] for name in ("MessageSid", "SmsSid")} == {sid}
        assert {name: told[name] for name in told.keys() - own - {"ChannelToAddress"}} == {
            name: wanted[name] for name in wanted.keys() - own - {"ChannelToAddress"}
        }
        assert told["ChannelToAddress"] == "+346001XXXXX"
        assert got.url == f"{business.base}/status?c=17"
        assert got.headers["X-Twilio-Signature"] == signature(got.url, told)


@pytest.mark.parametrize(
    ("code", "status", "name"),
    [
        (63016, "failed", "status_failed_63016_window"),
        (21610, "failed", "status_failed_21610_opted_out"),
        (63024, "undelivered", "status_undelivered_63024_invalid_recipient"),
    ],
)
async def test_failures_have_the_parameters_of_the_samples(
    sim: TwilioSimulator, business: Business, code: int, status: str, name: str
) -> None:
    """`fails` fails what was accepted: `undelivered` when it left Twilio, `failed` when it did not."""
    sim.fails = {ANA: code}
    sid = await business.sent(**TEXT)
    await sim.settle()
    [told], wanted = business.params, sample(f"{name}.form")
    assert told.keys() == wanted.keys()
    assert (told["MessageStatus"], told["ErrorCode"]) == (status, str(code))
    for key in ("ErrorMessage", "ChannelStatusMessage", "EventType"):
        assert told.get(key) == wanted.get(key)
    assert sim.inbox(ANA) == []
    [kept] = await business.listed()
    assert (kept["sid"], kept["status"], kept["error_code"]) == (sid, status, code)
    assert kept["error_message"]


async def test_somebody_who_cannot_be_reached(sim: TwilioSimulator, business: Business) -> None:
    """`unreachable` contacts get nothing; the ticks say failed."""
    sim.unreachable = {ANA}
    sid = await business.sent(**TEXT)
    assert await sim.wait_for_ticks(sid, "failed") == "failed"
    assert sim.inbox(ANA) == []


async def test_ticks_are_what_the_business_was_told(sim: TwilioSimulator, business: Business) -> None:
    """A callback that was not taken does not count, and does not come again; the resource knows."""
    business.answers = [200, 200, 500, 500]
    sid = await business.sent(**TEXT)
    await sim.settle()
    assert sim.ticks(sid) == "sent"
    assert (await business.listed())[0]["status"] == "read"
    assert len(business.refused) == 2
    assert "11200" in sim.troubles[0]


async def test_statuses_may_come_in_any_order(sim: TwilioSimulator, business: Business) -> None:
    """`shuffle_statuses`: the resource and the ticks are as far as the furthest."""
    sim.shuffle_statuses = True
    orders = set()
    for _ in range(6):
        sid = await business.sent(**TEXT)
        await sim.settle()
        orders.add(tuple(business.statuses(sid)))
        assert sim.ticks(sid) == "read"
    assert len(orders) > 1
    assert {one["status"] for one in await business.listed()} == {"read"}


async def test_without_a_url_nobody_is_told(sim: TwilioSimulator, business: Business) -> None:
    """The list has the status all the same."""
    sid = await business.sent(StatusCallback="", **TEXT)
    await sim.settle()
    assert business.taken == []
    assert sim.ticks(sid) == "accepted"
    [kept] = await business.listed()
    assert kept["status"] == "read"
    assert kept["date_sent"]


async def test_the_senders_url_is_used_when_the_message_has_none(
    sim: TwilioSimulator, business: Business
) -> None:
    """The message's own URL wins."""
    sim._lines.first.webhook["status_callback_url"] = f"{business.base}/sender"
    await business.sent(StatusCallback="", **TEXT)
    await business.sent(**TEXT)
    await sim.settle()
    assert {got.path for got in business.taken} == {"/sender", "/status"}


async def test_a_phone_that_is_off_gets_it_later(sim: TwilioSimulator, business: Business) -> None:
    """Only queued and sent until it is on again."""
    sim.goes_offline(ANA)
    sid = await business.sent(**TEXT)
    await sim.settle()
    assert (business.statuses(sid), sim.inbox(ANA)) == (["queued", "sent"], [])
    await sim.comes_online(ANA)
    await sim.settle()
    assert business.statuses(sid) == ["queued", "sent", "delivered", "read"]
    assert [seen.text for seen in sim.inbox(ANA)] == ["Hi"]


async def test_statuses_and_their_pace_are_knobs(sim: TwilioSimulator, business: Business) -> None:
    """Any of them, in any order, as often as one likes."""
    sim.statuses, sim.status_delay = ("read", "sent", "sent"), 60.0
    sid = await business.sent(**TEXT)
    await sim.pass_time(seconds=90)
    assert business.statuses(sid) == ["read"]
    await sim.pass_time(minutes=2)
    assert business.statuses(sid) == ["read", "sent", "sent"]
    assert sim.ticks(sid) == "read"


async def test_waiting_gives_up(sim: TwilioSimulator, business: Business) -> None:
    """`wait_for` says how many came, `wait_for_ticks` how far it is."""
    with pytest.raises(TimeoutError, match="0 of 1 messages"):
        await sim.wait_for(ANA, 1, 0.01)
    sim.status_delay = 30
    sid = await business.sent(**TEXT)
    assert await sim.wait_for_ticks(sid, "read", 0.01) == "accepted"
    with pytest.raises(TimeoutError):
        await sim.settle(0.01)


async def test_a_callback_can_ask_for_retries(sim: TwilioSimulator, business: Business) -> None:
    """By the fragment of its URL, as the webhook of a message can."""
    sim.statuses = ("sent",)
    business.answers = [500]
    sid = await business.sent(StatusCallback=f"{business.base}/status?c=1#rc=1&rp=5xx", **TEXT)
    await sim.settle()
    assert (business.statuses(sid), sim.ticks(sid)) == (["sent"], "sent")
    assert [got.url for got in (*business.refused, *business.taken)] == [f"{business.base}/status?c=1"] * 2
