"""What a plugin hands to a turn, as it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from gateway.errors import PluginError, SendRefused
from gateway.hooks.offering import event_name
from gateway.hooks.plugin import Plugin
from gateway.message import instant
from gateway.policy.timing import AHEAD

_encode = msgspec.json.Encoder().encode


def as_json(value: Any, who: str) -> str:
    """What *who* is called with, as JSON. Raises `PluginError`."""
    try:
        return _encode(value).decode()
    except (TypeError, ValueError) as error:
        raise PluginError(f"what {who} is called with cannot be kept as JSON: {error}") from error


def due(at: datetime, now: int) -> int:
    """A plugin's time in microseconds. Raises `SendRefused`."""
    if at.utcoffset() is None:
        raise SendRefused("at= needs a datetime with a time zone, such as chat.now + timedelta(hours=3)")
    if instant(at) > now + AHEAD:
        raise SendRefused("at= lies more than a year ahead")
    return instant(at)


def registered(plugin: Plugin, event: Struct) -> str:
    """The name of *event*, which has to be one of the plugin's. Raises `PluginError`."""
    name = event_name(type(event))
    if name not in plugin.offers.events:
        raise PluginError(
            f"plugin '{plugin.name}' emits '{name}', which it has not registered: return "
            f"{type(event).__name__} from register_events"
        )
    return name
