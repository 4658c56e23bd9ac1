"""What comes of the business's own phone: files of its history, and what is written there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.channels import Channel
from gateway.model import inbound
from gateway.model.event import ChannelEvent, Event, Identity, MessageReceived, Person, StatusReceived
from gateway.model.notice import Echo, HistoryMessage
from gateway.model.status import Status
from gateway.pipeline.fresh import ParsedWebhook, Routed
from gateway.pipeline.record import record
from gateway.store.port import Store
from tests.pipeline.world import NUMBER, channels_of, raw_of, rows, settings_of, value

ANA = Person((Identity("phone", "+34600111222"),))
PLACE, FILE = inbound.Unsupported("media_placeholder"), inbound.Image(media_id="9001")


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    """One number."""
    return next(iter(channels_of(settings_of(tmp_path))))


def old(content: inbound.Inbound) -> ChannelEvent:
    """A message that the business wrote long ago."""
    words = HistoryMessage("wamid.h", content, True, "READ")
    return ChannelEvent("history", repr(content), 5, NUMBER, content=words, person=ANA)


async def happen(store: Store, channel: Channel, *events: Event) -> None:
    """All in one batch."""
    parsed = ParsedWebhook(raw_of(), tuple(Routed(channel, event) for event in events))
    await store.write(lambda tx: record(tx, [parsed], lambda tenant, kind: True, 42))


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batches"])
@pytest.mark.parametrize("contents", [(PLACE, FILE), (FILE, PLACE)], ids=["place first", "file first"])
async def test_a_file_and_its_place_are_one_message(
    store: Store, channel: Channel, contents: tuple[inbound.Inbound, ...], together: bool
) -> None:
    """In whatever order the two come, one message and one part are left: the file."""
    events = [old(content) for content in contents]
    for batch in [events] if together else [[event] for event in events]:
        await happen(store, channel, *batch)
    assert [row["type"] for row in await rows(store, "select type from message")] == ["image"]
    assert await value(store, "select count(*) from part") == 1


async def test_no_place_is_kept_for_what_came_by_itself(store: Store, channel: Channel) -> None:
    """A contact's message that the phone's history holds too, as a place only, is in the record once."""
    await happen(store, channel, MessageReceived(NUMBER, "wamid.h", ANA, FILE, 5))
    await happen(store, channel, old(PLACE))
    assert [row["type"] for row in await rows(store, "select type from message")] == ["image"]


async def test_a_place_whose_file_never_comes_stays(store: Store, channel: Channel) -> None:
    """The record tells that there was something."""
    await happen(store, channel, old(PLACE))
    assert [row["type"] for row in await rows(store, "select type from message")] == ["unsupported"]


@pytest.mark.parametrize("late", [True, False], ids=["echo last", "echo first"])
async def test_a_status_that_is_faster_than_the_echo_counts(
    store: Store, channel: Channel, late: bool
) -> None:
    """What the business wrote in its app is "read", whichever of the two webhooks comes first."""
    echo = Echo("wamid.e", inbound.Text("from my phone"))
    written = ChannelEvent("smb_message_echoes", "e", 5, NUMBER, content=echo, person=ANA)
    words: tuple[Status, ...] = ("sent", "read")
    told: list[Event] = [StatusReceived(NUMBER, "wamid.e", word, 6, ANA) for word in words]
    batches: list[list[Event]] = [told, [written]] if late else [[written], told]
    for batch in batches:
        await happen(store, channel, *batch)
    assert await value(store, "select status from part") == "read"
