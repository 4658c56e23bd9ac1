"""Contacts who change their names, and names that change their contacts."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.channels import Channel
from gateway.model import inbound
from gateway.model.event import ChannelEvent, Identity, MessageReceived, Person
from gateway.model.notice import Call, Echo, HistoryMessage, IdentityConflict, UserIdChanged
from gateway.pipeline.fresh import ParsedWebhook, Recorded, Routed
from gateway.pipeline.record import record
from gateway.store.port import Store
from tests.pipeline.world import NUMBER, channels_of, raw_of, rows, settings_of, value

ACCOUNT = "waba"
_ids = count()


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    """One number."""
    return next(iter(channels_of(settings_of(tmp_path))))


def phone(digits: str) -> Identity:
    """A phone."""
    return Identity("phone", f"+{digits}")


def user(value: str) -> Identity:
    """A user id."""
    return Identity("bsuid", value, ACCOUNT)


def said(
    *names: Identity, content: inbound.Inbound | None = None, at: int = 7, group: str = ""
) -> MessageReceived:
    """A message of somebody with *names*."""
    return MessageReceived(
        NUMBER, f"wamid.{next(_ids)}", Person(names), content or inbound.Text("hi"), at, group=group,
        account=ACCOUNT,
    )  # fmt: skip


def moved_to(new_phone: str = "", new_user: str = "", *names: Identity) -> MessageReceived:
    """The platform's word that a contact has a new phone, or a new user id."""
    kind = "user_id_changed" if new_user else "number_changed"
    return said(*names, content=inbound.System(kind, wa_id=new_phone, user_id=new_user))


def updated(previous: str, current: str, *names: Identity) -> ChannelEvent:
    """The field `user_id_update`."""
    content = UserIdChanged(previous, current)
    return ChannelEvent("user_id_update", f"k{next(_ids)}", 7, NUMBER, ACCOUNT, content, Person(names))


async def happen(store: Store, channel: Channel, *events: MessageReceived | ChannelEvent) -> Recorded:
    """All in one batch."""
    parsed = ParsedWebhook(raw_of(), tuple(Routed(channel, event) for event in events))
    return await store.write(lambda tx: record(tx, [parsed], lambda tenant, kind: True, 42))


async def whose(store: Store, channel: Channel, *names: Identity) -> str:
    """The contact that a message under *names* belongs to."""
    result = await happen(store, channel, said(*names))
    return next(event.contact for event in result.events if isinstance(event.event, MessageReceived))


A, B = phone("34600111222"), phone("34611222333")
X, Y = user("ES.1"), user("ES.2")


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batches"])
async def test_a_new_number_is_the_same_contact(store: Store, channel: Channel, together: bool) -> None:
    """Messages under the old phone, the notice, and the new phone meet in one conversation, which is
    answered at the new one."""
    story = [said(A, X), moved_to("34611222333", "", A), said(B, X)]
    results = [await happen(store, channel, *story)] if together else [
        await happen(store, channel, event) for event in story
    ]  # fmt: skip
    events = [event for result in results for event in result.events]

    assert len({event.contact for event in events}) == len({event.conversation for event in events}) == 1
    assert [event.address for event in events] == [A.value, B.value, B.value]
    assert await whose(store, channel, A) == events[0].contact  # a webhook that comes late


@pytest.mark.parametrize("how", ["system message", "field", "both"])
async def test_a_new_user_id_is_the_same_contact(store: Store, channel: Channel, how: str) -> None:
    """Whichever way it is told; the hidden contact is answered under the new id."""
    first = await whose(store, channel, X)
    notices = {"system message": [moved_to("", "ES.2", X)], "field": [updated("ES.1", "ES.2", X)]}
    for notice in notices.get(how, [one for some in notices.values() for one in some]):
        await happen(store, channel, notice)

    result = await happen(store, channel, said(Y))
    assert [(event.contact, event.address) for event in result.events] == [(first, Y.value)]
    assert await value(store, "select count(*) from contact") == 1
    assert await value(store, "select count(*) from identity_conflict") == 0


async def test_a_message_that_is_faster_than_the_notice_is_found_again(
    store: Store, channel: Channel
) -> None:
    """Somebody writes under a new user id, and only then we are told whose it is: it is theirs."""
    first = await whose(store, channel, X)
    stranger = await whose(store, channel, Y)
    await happen(store, channel, updated("ES.1", "ES.2", X))

    assert first != stranger
    assert await whose(store, channel, Y) == first
    assert await value(store, "select count(*) from identity_conflict") == 0


async def test_a_phone_with_a_new_owner_is_a_new_contact(store: Store, channel: Channel) -> None:
    """A user id changes only with the phone, so the old owner's words stay with the old owner, who is
    answered under the user id from now on; the contradiction is told once."""
    old = await whose(store, channel, A, X)
    result = await happen(store, channel, said(A, Y), said(A, Y))

    new = {event.contact for event in result.events if isinstance(event.event, MessageReceived)}
    assert len(new) == 1
    assert old not in new
    told = [event.event.content for event in result.events if isinstance(event.event, ChannelEvent)]
    assert told == [IdentityConflict(A.value, old, "number_reused")]
    addresses = await rows(store, "select contact, address from conversation order by created_at, id")
    assert {row["contact"]: row["address"] for row in addresses} == {old: X.value, new.pop(): A.value}
    assert await whose(store, channel, A) != old


async def test_two_contacts_are_not_merged_by_a_webhook_that_names_both(
    store: Store, channel: Channel
) -> None:
    """It is written down, once, and plugins are told."""
    by_phone, by_user = await whose(store, channel, A), await whose(store, channel, X)
    for again in range(2):
        result = await happen(store, channel, said(A, X))
        told = [event.event.content for event in result.events if isinstance(event.event, ChannelEvent)]
        assert told == ([] if again else [IdentityConflict(A.value, by_phone, "two_contacts")])
    assert await whose(store, channel, A) == by_phone != by_user == await whose(store, channel, X)


async def test_a_number_that_is_taken_stays_with_its_contact(store: Store, channel: Channel) -> None:
    """A contact moves to a phone under which we know somebody else: both stay, and it is told."""
    mover, holder = await whose(store, channel, A, X), await whose(store, channel, B, Y)
    await happen(store, channel, moved_to("34611222333", "", A, X))

    assert await whose(store, channel, B) == holder
    found = await rows(store, "select contact, other, reason from identity_conflict")
    assert [tuple(row) for row in found] == [(mover, holder, "taken")]


async def test_a_shared_own_number_belongs_to_the_contact(store: Store, channel: Channel) -> None:
    """The answer to a request for the phone links it to the user id; a friend's card does not."""
    hidden = await whose(store, channel, X)
    card = inbound.ContactCard("Lucia", phones=(inbound.ContactPhone("+34 600 111 222", "34600111222"),))
    await happen(store, channel, said(X, content=inbound.Contacts((card,))))
    assert await whose(store, channel, A) != hidden

    own = inbound.ContactCard(
        "Lucia", phones=(inbound.ContactPhone("+34 611", "34611222333"),), origin="contact_request"
    )
    await happen(store, channel, said(X, content=inbound.Contacts((own,))))
    assert await whose(store, channel, B) == hidden


@pytest.mark.parametrize(
    ("one", "other"),
    [("5531987654321", "553187654321"), ("5215512345678", "525512345678"), ("5491123456789", "541123456789")],
)
@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batches"])
async def test_an_alias_finds_the_contact_and_rewrites_nothing(
    store: Store, channel: Channel, one: str, other: str, together: bool
) -> None:
    """Brazil, Mexico, Argentina: either form, and the answer goes to the one that was received first."""
    story = [said(phone(one)), said(phone(other))]
    results = [await happen(store, channel, *story)] if together else [
        await happen(store, channel, event) for event in story
    ]  # fmt: skip
    events = [event for result in results for event in result.events]
    assert len({event.contact for event in events}) == 1
    assert {event.address for event in events} == {f"+{one}"}
    kept = await rows(store, "select value from identity order by value")
    assert {row["value"] for row in kept} == {f"+{one}", f"+{other}"}


async def test_a_group_has_its_own_conversation(store: Store, channel: Channel) -> None:
    """Two members speak in it, under their own names; the answer goes to the group, and their own
    conversations are left alone."""
    result = await happen(store, channel, said(A, group="G=="), said(B, group="G=="), said(A))
    one, two, own = result.events

    assert one.conversation == two.conversation != own.conversation
    assert (one.address, two.address, own.address) == ("G==", "G==", A.value)
    assert one.contact == own.contact != two.contact
    assert await value(store, "select count(*) from conversation") == 2


async def test_words_from_the_phone_are_in_the_record(store: Store, channel: Channel) -> None:
    """What the business wrote in its app is an outgoing message that statuses find; old messages are
    recorded without anybody being called, and each once, whoever tells it first."""
    recent = said(A, at=50)

    def old(id: str, mine: bool) -> ChannelEvent:
        content = HistoryMessage(id, inbound.Text("old"), mine, "READ")
        return ChannelEvent("history", id, 5, NUMBER, content=content, person=Person((A,)))

    echo = Echo("wamid.echo", inbound.Text("from my phone"))
    written = ChannelEvent("smb_message_echoes", "e", 6, NUMBER, content=echo, person=Person((A,)))
    result = await happen(store, channel, recent, written, old("wamid.h1", False), old("wamid.h2", True),
                          old(recent.message_id, False))  # fmt: skip

    assert [type(event.event) for event in result.events] == [MessageReceived, ChannelEvent]
    found = await rows(store, "select direction, origin, content from message order by id")
    assert [(row["direction"], row["origin"]) for row in found] == [
        ("in", ""), ("out", "echo"), ("in", "history"), ("out", "history"),
    ]  # fmt: skip
    parts = await rows(store, "select provider_message_id, status from part order by provider_message_id")
    assert [tuple(row) for row in parts] == [("wamid.echo", "accepted"), ("wamid.h2", "read")]
    assert await value(store, "select unread from conversation") == 1


async def test_a_file_of_the_history_takes_the_place_that_was_kept(store: Store, channel: Channel) -> None:
    """A placeholder comes first, the file's id in a later webhook: one message is left, with its file."""

    def old(content: inbound.Inbound) -> ChannelEvent:
        words = HistoryMessage("wamid.h", content, True, "READ")
        return ChannelEvent("history", repr(content), 5, NUMBER, content=words, person=Person((A,)))

    for _ in range(2):
        await happen(store, channel, old(inbound.Unsupported("media_placeholder")))
        await happen(store, channel, old(inbound.Image(media_id="9001")))
    found = await rows(store, "select type, content from message")
    assert [row["type"] for row in found] == ["image"]
    assert await value(store, "select count(*) from part") == 1


async def test_a_call_opens_the_window_and_the_platforms_word_does_not(
    store: Store, channel: Channel
) -> None:
    """A contact who calls may be written to for a day; a system message is nobody's."""
    day = 86_400_000_000
    await happen(store, channel, moved_to("34611222333", "", A))
    assert await value(store, "select window_until from conversation") == 0
    call = ChannelEvent(
        "calls", "c", 10, NUMBER, content=Call("wacid.1", "connect", "in"), person=Person((A,))
    )
    result = await happen(store, channel, call)
    assert await value(store, "select window_until from conversation") == 10 + day
    assert result.events[0].window_until == 10 + day


# A world of people who get phones, user ids and each other's old phones, and are told of or not.

STEPS = st.lists(
    st.tuples(st.sampled_from(["write", "hidden", "move", "late"]), st.integers(0, 3)),
    min_size=1,
    max_size=14,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
async def test_nobody_ever_reads_what_another_wrote(
    store: Store, channel: Channel, steps: list[tuple[str, int]]
) -> None:
    """Four people write, hide their phone, and move to another phone, whose old owner may have left it. With
    the notice before the next message each stays one contact; and never do two people share one."""
    world = f"{next(_ids):06d}"
    phones = [f"34{world}{index}" for index in range(8)]
    holds = {person: phones[person] for person in range(4)}
    ids = {person: f"ES.{world}x{person}x0" for person in range(4)}
    contacts: dict[int, set[str]] = {person: set() for person in range(4)}
    for turn, (act, person) in enumerate(steps):
        names = (phone(holds[person]), user(ids[person]))
        if act in ("move", "late"):
            free = next(number for number in phones if number not in holds.values())
            fresh = f"ES.{world}x{person}x{turn + 1}"
            notice = said(*names, content=inbound.System("user_id_changed", wa_id=free, user_id=fresh))
            holds[person], ids[person] = free, fresh
            if act == "late":  # the first message under the new names comes before we are told
                await happen(store, channel, said(user(fresh)))
            await happen(store, channel, notice)
            names = (phone(free), user(fresh))
        shown = names[1:] if act == "hidden" else names
        contacts[person].add(await whose(store, channel, *shown))
    for one in range(4):
        assert len(contacts[one]) <= 1
        for other in range(one):
            assert not contacts[one] & contacts[other]
