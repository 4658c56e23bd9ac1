"""A phone that its contact has left, and whoever has it then: contacts of whom no user id is known."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from gateway.channels import Channel
from gateway.model import inbound
from gateway.model.event import Identity, MessageReceived, Person
from gateway.pipeline.fresh import ParsedWebhook, Routed
from gateway.pipeline.record import record
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Store
from tests.pipeline.world import NUMBER, channels_of, raw_of, rows, settings_of

OLD, NEW, USER = "+34600111222", "+34611222333", Identity("bsuid", "ES.2", "waba")
#: When the gateway was told of the move.
TOLD = 42
_ids = count()


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    """One number."""
    return next(iter(channels_of(settings_of(tmp_path))))


async def say(
    store: Store, channel: Channel, *names: Identity, at: int, content: inbound.Inbound | None = None
) -> OpenEvent:
    """A message of somebody with *names*, and where it belongs."""
    event = MessageReceived(
        NUMBER, f"wamid.{next(_ids)}", Person(names), content or inbound.Text("hi"), at, account="waba"
    )
    parsed = ParsedWebhook(raw_of(), (Routed(channel, event),))
    result = await store.write(lambda tx: record(tx, [parsed], lambda tenant, kind: True, TOLD))
    return next(one for one in result.events if isinstance(one.event, MessageReceived))


async def leave(store: Store, channel: Channel) -> OpenEvent:
    """Somebody writes under the old phone, and moves to the new one."""
    first = await say(store, channel, Identity("phone", OLD), at=TOLD - 2)
    moved = inbound.System("number_changed", wa_id=NEW[1:])
    await say(store, channel, Identity("phone", OLD), at=TOLD - 1, content=moved)
    return first


@pytest.mark.parametrize("names", [(USER,), ()], ids=["with a user id", "phone only"])
async def test_the_new_owner_of_a_phone_is_somebody_else(
    store: Store, channel: Channel, names: tuple[Identity, ...]
) -> None:
    """Who writes under a phone after its contact left it has a conversation of their own, again and again."""
    first = await leave(store, channel)
    phone = Identity("phone", OLD)
    owner = await say(store, channel, phone, *names, at=TOLD + 1)
    again = await say(store, channel, phone, *names, at=TOLD + 2)
    assert first.contact != owner.contact == again.contact
    assert owner.address == again.address == OLD
    assert (await say(store, channel, Identity("phone", NEW), at=TOLD + 3)).contact == first.contact
    found = await rows(store, "select contact, other, reason from identity_conflict")
    (row,) = found
    assert (row["contact"], row["other"]) == (owner.contact, first.contact)
    assert row["reason"] == "number_reused"


async def test_what_comes_late_or_of_the_platform_is_the_contacts(store: Store, channel: Channel) -> None:
    """A message from before the move, and another notice of it, still find who left the phone."""
    first = await leave(store, channel)
    phone = Identity("phone", OLD)
    assert (await say(store, channel, phone, USER, at=TOLD - 1)).contact == first.contact
    notice = inbound.System("number_changed", wa_id=NEW[1:])
    assert (await say(store, channel, phone, at=TOLD + 1, content=notice)).contact == first.contact


@pytest.mark.parametrize("told", ["", "abc", "²³²³²³²³", "9" * 40, "34 611", "٣٤٦١١٢٢٢٣٣٣", "12"])
async def test_a_new_phone_that_is_none_changes_nothing(store: Store, channel: Channel, told: str) -> None:
    """The contact is answered where they were answered before."""
    phone = Identity("phone", OLD)
    first = await say(store, channel, phone, at=TOLD - 2)
    await say(store, channel, phone, at=TOLD - 1, content=inbound.System("number_changed", wa_id=told))
    again = await say(store, channel, phone, at=TOLD + 1)
    assert (again.contact, again.address) == (first.contact, OLD)
    assert [row["value"] for row in await rows(store, "select value from identity")] == [OLD]
