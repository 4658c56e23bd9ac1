"""The sender follows the configuration: channels that changed, that a person paused, that are gone."""

from __future__ import annotations

from collections.abc import Container

from gateway.channels import Channels
from gateway.pipeline.number import Number
from gateway.pipeline.send import Sender


def follow(sender: Sender, channels: Channels, tenants: Container[str]) -> None:
    """The channels of *tenants* may have changed: take them as they are now. What waits for one that is gone,
    or paused, stays in the database."""
    for each in channels:
        key = (each.tenant, each.id)
        if each.tenant in tenants and each.shard in sender.held and key not in sender.numbers:
            fresh = sender.number(*key)
            assert fresh is not None
            sender.again(fresh)  # what waits is read, in its order
    for key, number in sender.numbers.items():
        if key[0] not in tenants:
            continue
        live = channels.get(*key)
        number.closed = live is None
        if live is None:
            _unload(sender, number)
            continue
        number.take_on(live)
        if number.open and number.unloaded:
            number.unloaded = False
            sender.again(number)
        number.pump()


def unload(sender: Sender) -> None:
    """Make room: what waits for a number that may not send is in the database too."""
    for number in sender.numbers.values():
        if not number.open and not number.unloaded:
            _unload(sender, number)


def _unload(sender: Sender, number: Number) -> None:
    for part in number.unload():
        sender.known.pop((part.tenant, part.id), None)
        number.queue(part.cls).size -= 1
