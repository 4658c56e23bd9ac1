"""What first messages, settings and refusals say about consent: on every provider, both databases."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import ChannelEvent, Chat, Handled, Message, hook, notice
from gateway.testing import Contact, World

EVENTS = """select e.* from consent_event e join identity i on i.tenant = e.tenant and i.contact = e.contact
where e.tenant = :tenant and i.value = :phone order by e.id"""


class Shop:
    """Answers, and hears of consent."""

    heard: list[Any] = []  # noqa: RUF012  # of all its lives

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Handled:
        await chat.say("Karibu!")
        return Handled

    @hook.on_event
    async def consent(self, event: ChannelEvent, chat: Chat) -> None:
        if isinstance(event.content, notice.ConsentChanged):
            Shop.heard.append((chat.contact.phone, event.content))


pytestmark = [
    pytest.mark.plugins.with_args(Shop),
    pytest.mark.provider("all"),
    pytest.mark.database("sqlite", "postgres"),
]


@pytest.fixture(autouse=True)
def deaf() -> None:
    """Nothing was heard yet."""
    Shop.heard.clear()


async def said(world: World, phone: str) -> list[tuple[str, str, str, str]]:
    """What is kept of a contact: purpose, state, source, channel."""
    rows = await world.db().all(EVENTS, phone=phone)
    return [(row["purpose"], row["state"], row["source"], row["channel"]) for row in rows]


async def test_whoever_writes_first_may_be_written_to(world: World, ana: Contact, ben: Contact) -> None:
    """Once, with the message as proof, by its time; nothing of marketing; plugins see the message itself."""
    await ana.says("hi")
    await ana.says("again")
    await ben.says("me too")
    for one in (ana, ben):
        assert await said(world, one.phone) == [("service", "in", "first_message", world.channel)]
    [row] = await world.db().all(EVENTS, phone=ana.phone)
    message = await world.db().one(
        "select id, at from message where tenant = :tenant and direction = 'in' order by id limit 1"
    )
    assert (row["proof"], row["at"]) == (f"message {message['id']}", message["at"])
    assert not Shop.heard


async def test_whom_the_business_wrote_first_has_said_nothing(world: World, ana: Contact) -> None:
    """Whoever was known before has not come by themselves."""
    known = {"identities": [{"kind": "phone", "value": ana.phone}]}
    assert (await world.request("POST", "/api/v1/contacts", key=True, json=known)).status == 201
    await ana.says("who are you?")
    assert await said(world, ana.phone) == []


@pytest.mark.parametrize("told", ["answer", "status"])
@pytest.mark.parametrize("only", ["all", "marketing"])
async def test_a_provider_that_sends_nothing_more_is_believed(
    world: World, ana: Contact, told: str, only: str
) -> None:
    """As the answer to a send and as a status, with the code and the message as proof; plugins hear of it."""
    if only == "all" and world.provider.name != "twilio":
        return  # Meta has no code for it
    meta = world.provider.name != "twilio"
    code = 131050 if meta else 63050 if only == "marketing" else 21610 if told == "answer" else 63033
    await ana.says("hi")
    if told == "status" or code > 63000:  # Twilio tells these as statuses only
        with world.faults(fails={ana.phone: code}):
            await ana.says("and now?")
    elif meta:
        with world.expects_failure(), world.faults(fails={ana.phone: code}, refuse_at_once=True):
            await ana.says("and now?")
    else:
        world.sim.fail_next(code)
        with world.expects_failure():
            await ana.says("and now?")
    await ana.waits("10s")
    purposes = ["service", "marketing"] if only == "all" else ["marketing"]
    rows = (await world.db().all(EVENTS, phone=ana.phone))[1:]
    assert [(row["purpose"], row["state"], row["source"]) for row in rows] == [
        (purpose, "out", "provider_error") for purpose in purposes
    ]
    failed = await world.db().value("select message from part where tenant = :tenant and status = 'failed'")
    assert {row["proof"] for row in rows} == {f"code {code}, message {failed}"}
    assert [(phone, each.purpose, each.state, each.source) for phone, each in Shop.heard] == [
        (ana.phone, purpose, "out", "provider_error") for purpose in purposes
    ]


@pytest.mark.provider("meta_cloud", "dialog360")
async def test_the_contacts_own_settings_count(world: World, ana: Contact) -> None:
    """Stop, resume and signup in WhatsApp are marketing out and in, by the provider's time."""
    await ana.says("hi")
    await world.sim.stops_marketing(ana.phone)
    await ana.waits("10s")
    await world.sim.resumes_marketing(ana.phone)
    await ana.waits("10s")
    assert (await said(world, ana.phone))[1:] == [
        ("marketing", state, "provider_settings", world.channel) for state in ("out", "in")
    ]
    proofs = [row["proof"] for row in await world.db().all(EVENTS, phone=ana.phone)]
    assert proofs[1:] == ["user_preferences stop", "user_preferences resume"]
    assert [(each.before, each.state) for _, each in Shop.heard] == [("", "out"), ("out", "in")]
