"""Contacts over time: hidden numbers, new phones, groups, ads, calls; and the small signals."""

from __future__ import annotations

import time

import pytest

from gateway.clock import DAY, HOUR, SECOND
from tests.support.house import ANA, BEN, CAT, DAN, House, change, text_message, until, webhook

TALKER = """\
from gateway import ChannelEvent, Chat, Message, hook, notice

@hook.on_message
async def answer(message: Message, chat: Chat) -> None:
    if message.text == "slow":
        await chat.typing()
    if message.text == "seen":
        await chat.mark_read()
    if message.type == "system":
        return
    if message.text == "who":
        await chat.say(chat.contact.username)
        return
    where = chat.conversation
    free = "free" if where.free_until else "paid"
    await chat.say(f"{message.text}: {chat.contact.name} {where.window} {free} {where.group}".strip())

@hook.on_event
async def event(event: ChannelEvent, chat: Chat) -> None:
    match event.content:
        case notice.Call(direction="in", event="connect"):
            await chat.say("We cannot talk now, please write.")
        case notice.MarketingPreference(value="stop"):
            await chat.say("No more offers, then.")
"""


async def contacts(house: House) -> dict[str, str]:
    """The name of each contact, by its identities that are in use."""
    found = await house.rows(
        "select i.value, c.name from identity i join contact c on c.id = i.contact where i.retired_at = 0"
    )
    return {row[0]: row[1] for row in found}


async def test_a_contact_who_hides_the_number_is_answered(any_house: House) -> None:
    """No webhook names a phone; the answer goes to the user id, arrives, and its ticks are seen."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    lucia = sim.contact(ANA, "Lucia", username="lucia.prado", hidden=True)
    await house.start()
    await sim.says(ANA, "hello")
    (answer,) = await sim.wait_for(ANA, 1)
    assert answer.text == "hello: Lucia open paid"
    assert sim.accepted[0].body["recipient"] == lucia.user_id
    assert "to" not in sim.accepted[0].body
    assert await sim.wait_for_ticks(answer.message_id, "read") == "read"
    assert ANA not in await contacts(house)
    await sim.says(ANA, "who")
    assert (await sim.wait_for(ANA, 2))[1].text == "lucia.prado"
    found = await until(lambda: house.sent(contact=lucia.user_id), "the answer in the API")
    await until(lambda: _status(house, "read"), "read in the API")
    assert found[0]["content"]["text"] == answer.text


async def _status(house: House, status: str) -> bool:
    return [each["status"] for each in await house.sent()][-1] == status


@pytest.mark.parametrize("hidden", [False, True])
async def test_a_contact_who_moves_to_another_phone_keeps_the_conversation(
    any_house: House, hidden: bool
) -> None:
    """Before and after are one conversation; the answer goes to the new phone or id; whoever gets the
    old phone is somebody else."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    sim.contact(ANA, "Lucia", username="lucia" if hidden else "", hidden=hidden)
    await house.start()
    await sim.says(ANA, "before")
    await sim.wait_for(ANA, 1)
    await sim.changes_number(ANA, BEN)
    await sim.says(BEN, "after")
    assert [m.text.split(":")[0] for m in await sim.wait_for(BEN, 2)][-1] == "after"
    assert len(await house.rows("select distinct conversation from message")) == 1

    sim.contact(ANA, "Somebody else")
    await sim.says(ANA, "whose number is this")
    last = (await sim.wait_for(ANA, 1))[-1]
    assert "Somebody else" in last.text
    assert len(await house.rows("select distinct conversation from message")) == 2
    assert await house.rows("select count(*) from dead") == [(0,)]


async def test_a_group_is_answered_in_the_group(any_house: House) -> None:
    """Two members write; both answers go to the group, under one conversation, and name who spoke."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    sim.contact(ANA, "Ana")
    sim.contact(BEN, "Ben")
    sim.group("Z3JvdXA=", [ANA, BEN])
    await house.start()
    await sim.says(ANA, "one", group="Z3JvdXA=")
    await until(lambda: len(sim.accepted) == 1, "the first answer")
    await sim.says(BEN, "two", group="Z3JvdXA=")
    await until(lambda: len(sim.accepted) == 2, "the second answer")
    bodies = [accepted.body for accepted in sim.accepted]
    assert [(body["to"], body["recipient_type"]) for body in bodies] == [("Z3JvdXA=", "group")] * 2
    assert [body["text"]["body"] for body in bodies] == [
        "one: Ana open paid Z3JvdXA=", "two: Ben open paid Z3JvdXA=",
    ]  # fmt: skip
    assert len(await house.rows("select id from conversation")) == 1


async def test_an_ad_makes_three_days_free(any_house: House) -> None:
    """The answer to somebody who came by an ad opens the free window: 72 hours from then on, for free-form
    messages too, as the API's own sends see it."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    sim.windows = True
    await house.start()
    await sim.clicks_ad(ANA, "hi")
    assert (await sim.wait_for(ANA, 1))[0].text.endswith("open paid")
    (row,) = await until(
        lambda: house.rows("select free_until, window_until from conversation where free_until > 0"), "free"
    )
    assert abs(row[0] - (time.time() * SECOND + 72 * HOUR)) < 60 * SECOND
    assert row[1] >= row[0]
    await sim.says(ANA, "again")
    assert (await sim.wait_for(ANA, 2))[1].text.endswith("open free")


async def test_a_call_may_be_answered_in_writing(any_house: House) -> None:
    """A caller who never wrote is in a conversation, with an open window; so is who stops marketing."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    await house.start()
    await sim.calls(CAT)
    assert (await sim.wait_for(CAT, 1))[0].text == "We cannot talk now, please write."
    await sim.says(DAN, "hi")
    await sim.wait_for(DAN, 1)
    await sim.stops_marketing(DAN)
    assert (await sim.wait_for(DAN, 2))[1].text == "No more offers, then."
    (row,) = await house.rows(
        "select v.window_until from conversation v join identity i on i.contact = v.contact"
        f" where i.value = '{CAT}'"
    )
    assert abs(row[0] - (time.time() * SECOND + DAY)) < 60 * SECOND


async def test_typing_and_blue_ticks(any_house: House) -> None:
    """Both are made at once and once, and nobody waits for them."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    await house.start()
    seen, slow = await sim.says(ANA, "seen"), await sim.says(BEN, "slow")
    await sim.wait_for(ANA, 1)
    await sim.wait_for(BEN, 1)
    await until(lambda: len(sim.marked_read) == 2, "both signals")
    assert sorted(sim.marked_read) == sorted([seen, slow])
    assert await house.metric("gateway_signals_total", result="ok") == 2
    unread = await house.rows("select unread from conversation")
    assert unread == [(0,), (0,)]


async def test_a_brazilian_number_is_learned_in_both_forms(any_house: House) -> None:
    """Dialled with the ninth digit, known to WhatsApp without it: the answer comes back to the same
    conversation."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    dialled, known = "+5531987654321", "553187654321"
    sim.contact(dialled, "Ana", digits=known)
    await house.start()
    code, answer = await house.api(
        "POST", json={"channel": "duka-main", "to": dialled, "message": {
            "type": "template", "name": "hello", "language": "en"}}
    )  # fmt: skip
    assert code == 202, answer
    await sim.wait_for(dialled, 1)
    await until(lambda: house.rows(f"select 1 from identity where value = '+{known}'"), "the other form")
    await sim.says(dialled, "oi")
    await sim.wait_for(dialled, 2)
    assert len(await house.rows("select id from contact")) == 1
    assert len(await house.rows("select distinct conversation from message")) == 1


async def test_an_old_name_in_the_api_reaches_the_contact(any_house: House) -> None:
    """Who sends to a phone or a user id that was replaced reaches the contact under the name that counts now,
    in the same conversation."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    ana = sim.contact(ANA, "Ana")
    old_id = ana.user_id
    await house.start()
    await sim.says(ANA, "hi")
    await sim.wait_for(ANA, 1)
    await sim.changes_number(ANA, BEN)
    await sim.says(BEN, "I moved")
    await sim.wait_for(BEN, 2)
    for to in (ANA, old_id, ana.user_id, BEN):
        order = {"channel": "duka-main", "to": to, "message": {"type": "text", "text": f"to {to}"}}
        code, answer = await house.api("POST", json=order)
        assert code == 202, answer
    texts = [message.text for message in await sim.wait_for(BEN, 6)]
    assert texts[2:] == [f"to {ANA}", f"to {old_id}", f"to {ana.user_id}", f"to {BEN}"]
    assert len(await house.rows("select distinct conversation from message")) == 1


async def test_a_group_is_written_to_through_the_api(any_house: House) -> None:
    """`group:` and its id, once a member has written; pins go there and nowhere else."""
    house = any_house
    house.plugin("talker", TALKER)
    sim = house.line("duka", "talker")
    sim.group("Z3JvdXA=", [ANA, BEN])
    await house.start()
    await sim.says(ANA, "one", group="Z3JvdXA=")
    await until(lambda: len(sim.accepted) == 1, "the answer")
    order = {"channel": "duka-main", "to": "group:Z3JvdXA=", "message": {"type": "text", "text": "to all"}}
    code, answer = await house.api("POST", json=order)
    assert code == 202, answer
    await until(lambda: len(sim.accepted) == 2, "the message")
    assert sim.accepted[1].body["to"] == "Z3JvdXA="
    assert len(await house.rows("select distinct conversation from message")) == 1


DIALLED, WRITES = "+541123456789", "+5491123456789"


async def _say(house: House, to: str, text: str) -> None:
    """Send a text through the API."""
    message = {"type": "text", "text": text}
    code, told = await house.api("POST", json={"channel": "duka-main", "to": to, "message": message})
    assert code == 202, told


async def test_another_form_of_a_number_is_answered_where_it_was_heard(any_house: House) -> None:
    """However often the API names the form that never wrote."""
    house = any_house
    sim = house.line()
    await house.start()
    await sim.says(WRITES, "hello")
    await sim.wait_for(WRITES, 1)
    for count in (2, 3):
        await _say(house, DIALLED, "your order")
        await sim.wait_for(WRITES, count)
    assert {accepted.body["to"] for accepted in sim.accepted} == {WRITES}


async def test_a_number_that_answers_under_another_form_is_answered_there(any_house: House) -> None:
    """We dialled one form, and the contact writes from the other: one conversation, in the one that wrote."""
    house = any_house
    sim = house.line()
    await house.start()
    message = {"type": "template", "name": "visit_reminder", "language": "en"}
    await house.api("POST", json={"channel": "duka-main", "to": DIALLED, "message": message})
    await until(lambda: len(sim.accepted) == 1, "the template is sent")
    await sim.says(WRITES, "hello")
    assert [m.text for m in await sim.wait_for(WRITES, 1)] == ["hello"]
    assert [accepted.body["to"] for accepted in sim.accepted] == [DIALLED, WRITES]
    assert await house.rows("select address from conversation") == [(WRITES,)]


async def test_a_contact_who_writes_from_another_phone_is_answered_there(any_house: House) -> None:
    """The same user id with a new phone, of which nobody told: the old phone may be somebody else's."""
    house = any_house
    sim = house.line()
    await house.start()
    for phone, wamid in ((ANA, "wamid.a"), (BEN, "wamid.b")):
        value = text_message(phone, f"from {phone}", wamid)
        value["contacts"][0]["user_id"] = value["messages"][0]["from_user_id"] = "KE.111"
        assert (await house.post(webhook(change(sim, value)))).status == 200
        await sim.wait_for(phone, 1)
    assert [accepted.body["to"] for accepted in sim.accepted] == [ANA, BEN]
