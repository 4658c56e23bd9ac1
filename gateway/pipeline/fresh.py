"""What parsing gives, and what of it is new: the material of T0b."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway.channels import Channel
from gateway.model import inbound
from gateway.model.event import ChannelEvent, Event, MessageReceived
from gateway.model.notice import Echo, HistoryMessage
from gateway.pipeline.people.place import Place
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.pipeline.status import Folded
from gateway.provider import ParseFailure

#: What is about another message, or only holds a place.
_ABOUT = (inbound.Edit, inbound.Revoke, inbound.Unsupported)


class Routed(Struct, frozen=True, gc=False):
    """An event and the channel that it belongs to."""

    channel: Channel
    event: Event


class ParsedWebhook(Struct, frozen=True, gc=False):
    """A raw webhook with all that it held."""

    raw: RawWebhook
    routed: tuple[Routed, ...] = ()
    foreign: tuple[Event, ...] = ()
    failures: tuple[ParseFailure, ...] = ()


class Fresh(Struct, gc=False):
    """An event that was never seen before, and where it belongs once that is known."""

    raw: RawWebhook
    channel: Channel
    event: MessageReceived | ChannelEvent
    where: Place | None = None


class Recorded(Struct):
    """What was new: events for the plugins, and what the statuses did."""

    events: list[OpenEvent]
    folded: list[Folded]
    new_messages: int = 0
    new_events: int = 0
    duplicates: int = 0
    dead: int = 0
    #: Texts that go in place of files which were refused.
    parts: Sequence[Part] = ()
    #: Whether something was told of templates.
    templates: bool = False


def unique_key(event: MessageReceived | ChannelEvent) -> tuple[str, str]:
    """What makes *event* unique. A message is one message, also when the phone tells of it again; the
    place that the phone's history keeps for a file whose id follows later is not it yet."""
    if isinstance(event, MessageReceived):
        return "m", event.message_id
    if isinstance(event.content, Echo | HistoryMessage) and not isinstance(event.content.content, _ABOUT):
        return "m", event.content.message_id
    return "e", event.key
