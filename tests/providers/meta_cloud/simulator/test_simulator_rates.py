"""How fast a number may send, to whom, and when: on the simulator's own clock (wire.md 2.10)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import ManualClock
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.rates import Pair

ANA, BEN = "+34600111222", "+34600111333"
TEXT = {"type": "text", "text": {"body": "Hi"}}
TEMPLATE = {"type": "template", "template": {"name": "visit", "language": {"code": "es"}}}


@pytest.fixture
async def sim() -> AsyncIterator[MetaSimulator]:
    """A simulator whose time stands still until it is passed."""
    simulator = MetaSimulator(access_token="token", app_secret="app-secret", clock=ManualClock())
    simulator.status_delay = simulator.batch_wait = 0.002
    async with simulator:
        yield simulator


async def codes(business, count: int, **body) -> list[int]:
    """The error codes of *count* sends, 0 for what is accepted."""
    answers = [await business.send(**{**TEXT, **body}) for _ in range(count)]
    return [answer.get("error", {}).get("code", 0) for _, answer in answers]


async def test_the_number_is_slowed(sim: MetaSimulator, business) -> None:
    """A second's worth of messages goes out, then 130429 until time has passed."""
    sim.rates, sim.throughput = True, 4
    contacts = [f"+3460011{n:04d}" for n in range(7)]
    assert [(await codes(business, 1, to=to))[0] for to in contacts] == [0] * 4 + [130429] * 3
    await sim.pass_time(seconds=0.5)
    assert [(await codes(business, 1, to=to))[0] for to in contacts] == [0] * 2 + [130429] * 5


async def test_what_contacts_write_counts_too(sim: MetaSimulator, business) -> None:
    """The throughput is that of both directions."""
    sim.rates, sim.throughput = True, 4
    for _ in range(3):
        await sim.says(ANA, "hello")
    assert await codes(business, 2, to=ANA) == [0, 130429]


async def test_a_pair_is_slowed(sim: MetaSimulator, business) -> None:
    """A burst of 45 to one user is borrowed from the future: 131056 until it is paid back."""
    sim.rates = True
    assert await codes(business, 46, to=ANA) == [0] * 45 + [131056]
    assert await codes(business, 1, to=BEN) == [0]
    await sim.pass_time(seconds=45 * 6 - 1)
    assert await codes(business, 1, to=ANA) == [131056]
    await sim.pass_time(seconds=2)
    assert await codes(business, 1, to=ANA) == [0]


async def test_without_the_knob_nothing_is_slowed(sim: MetaSimulator, business) -> None:
    """Benchmarks and demos are not held back."""
    assert await codes(business, 100, to=ANA) == [0] * 100


@given(st.lists(st.floats(0, 20), max_size=80))
def test_no_one_gets_more_than_a_burst_ahead(pauses: list[float]) -> None:
    """In any rhythm, what was sent is never more than 45 ahead of one in six seconds."""
    pair, now, sent = Pair(), 0.0, 0
    for pause in pauses:
        now += pause
        sent += pair.take(now)
        assert sent <= now / 6 + 45


def test_one_in_six_seconds_is_never_refused() -> None:
    """The rate that is promised is given."""
    pair = Pair()
    assert all(pair.take(6.0 * n) for n in range(100))


async def test_outside_of_the_window_a_message_fails_later(sim: MetaSimulator, business) -> None:
    """Accepted, then failed with 131047 and not shown; templates and Direct Send go out."""
    sim.windows = True
    assert await codes(business, 1, to=ANA) == [0]
    await sim.settle()
    [failed] = business.statuses
    assert failed["errors"][0]["code"] == 131047
    assert sim.inbox(ANA) == []
    await business.send(to=ANA, **TEMPLATE)
    await business.send(to=ANA, **TEXT, category="utility")
    assert len(sim.inbox(ANA)) == 2


async def test_the_window_is_a_day(sim: MetaSimulator, business) -> None:
    """A contact's message opens it for 24 hours; refused at once if asked for."""
    sim.windows = sim.refuse_at_once = True
    assert await codes(business, 1, to=ANA) == [131047]
    await sim.says(ANA, "hello")
    await sim.pass_time(hours=23.9)
    assert await codes(business, 1, to=ANA) == [0]
    await sim.pass_time(hours=0.2)
    assert await codes(business, 1, to=ANA) == [131047]


async def test_an_answered_ad_is_three_days(sim: MetaSimulator, business) -> None:
    """The free entry point lasts 72 hours from the answer."""
    sim.windows = sim.refuse_at_once = True
    await sim.clicks_ad(ANA)
    await sim.pass_time(hours=1)
    assert await codes(business, 1, to=ANA) == [0]
    await sim.pass_time(hours=71)
    assert await codes(business, 1, to=ANA) == [0]
    await sim.pass_time(hours=2)
    assert await codes(business, 1, to=ANA) == [131047]


@pytest.mark.parametrize("code", [4, 80007, 368, 131031])
async def test_everything_can_be_refused(sim: MetaSimulator, business, code: int) -> None:
    """`refuse_with` answers every call with one code, and nothing is accepted."""
    sim.refuse_with = code
    assert await codes(business, 1) == [code]
    assert sim.accepted == []


async def test_a_key_that_changed_is_refused(sim: MetaSimulator, business) -> None:
    """`recipient_identity_key_hash` has to be the contact's (137000)."""
    sim.contact(ANA, identity_key_hash="a-hash")
    assert await codes(business, 1, to=ANA, recipient_identity_key_hash="a-hash") == [0]
    assert await codes(business, 1, to=ANA, recipient_identity_key_hash="another") == [137000]


async def test_old_and_unknown_messages_cannot_be_reacted_to(sim: MetaSimulator, business) -> None:
    """A target over 30 days old is refused always, one that nobody knows with `known_messages`."""
    message_id = await sim.says(ANA, "hello")
    reaction = {"type": "reaction", "reaction": {"message_id": message_id, "emoji": "👍"}, "text": None}
    assert await codes(business, 1, to=ANA, **reaction) == [0]
    unknown = {**reaction, "reaction": {"message_id": "wamid.x", "emoji": "👍"}}
    assert await codes(business, 1, to=ANA, **unknown) == [0]
    sim.known_messages = True
    assert await codes(business, 1, to=ANA, **unknown) == [131009]
    await sim.pass_time(days=31)
    assert await codes(business, 1, to=ANA, **reaction) == [131009]


async def test_user_ids_and_other_digits(sim: MetaSimulator, business) -> None:
    """A parent user id reaches its contact; an unknown id is undeliverable; Brazil's wa_id differs."""
    sim.contact(ANA, parent_user_id="ES.ENT.55443322110099887")
    _, answer = await business.send(to=None, recipient="ES.ENT.55443322110099887", **TEXT)
    assert answer["contacts"][0]["input"] == "ES.ENT.55443322110099887"
    assert len(sim.inbox(ANA)) == 1
    _, answer = await business.send(to=None, recipient="ES.123", **TEXT)
    assert answer["error"]["code"] == 131026
    sim.contact("+5531900001111", digits="553100001111")
    _, answer = await business.send(to="+5531900001111", **TEXT)
    assert answer["contacts"] == [{"input": "+5531900001111", "wa_id": "553100001111"}]


async def test_groups(sim: MetaSimulator, business) -> None:
    """A group is reached by its id, one that is not there is 131041, an empty one 131020."""
    sim.group("group-1", [ANA, BEN])
    _, answer = await business.send(to="group-1", recipient_type="group", **TEXT)
    assert answer["contacts"] == [{"input": "group-1"}]
    assert answer["messages"][0]["group_id"] == "group-1"
    sim.group("group-2", [])
    for group, code in (("group-2", 131020), ("group-3", 131041)):
        _, answer = await business.send(to=group, recipient_type="group", **TEXT)
        assert answer["error"]["code"] == code


async def test_direct_send_is_for_some(sim: MetaSimulator, business) -> None:
    """An account without it gets error 100."""
    sim.direct_send = False
    assert await codes(business, 1, category="utility") == [100]
