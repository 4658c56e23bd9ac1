"""The sender follows the configuration: channels that changed, that a person paused, that are gone."""

from __future__ import annotations

from collections.abc import Container

from gateway.channels import Channels
from gateway.pipeline.number import Number
from gateway.pipeline.send import Sender


def follow(sender: Sender, channels: Channels, tenants: Container[str]) -> None:
    """The channels of *tenants* may have changed: take them as they are now. What waits for one that is gone,
    or paused, stays in the database."""
    fresh = any(each.tenant in tenants and (each.tenant, each.id) not in sender.numbers for each in channels)
    for key, number in sender.numbers.items():
        if key[0] not in tenants:
            continue
        live = channels.get(*key)
        number.closed = live is None
        if live is None:
            _unload(sender, number)
            continue
        number.channel, number.held = live, live.held
        if number.open and number.unloaded:
            number.unloaded, fresh = False, True
        number.pump()
    if fresh:
        sender.behind = sender.skipped = True  # what waits is read again, in its order


def unload(sender: Sender) -> None:
    """Make room: what waits for a number that may not send is in the database too."""
    for number in sender.numbers.values():
        if not number.open and not number.unloaded:
            _unload(sender, number)


def _unload(sender: Sender, number: Number) -> None:
    for part in number.unload():
        sender.known.pop((part.tenant, part.id), None)
