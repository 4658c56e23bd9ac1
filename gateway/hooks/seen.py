"""`EventSeen`: a plugin's event, as another plugin's listener gets it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from gateway.message import moment
from gateway.model.inside import Emitted

E = TypeVar("E", bound=Struct)


class EventSeen(Struct, frozen=True):
    """Something that a plugin told: `name` ("order_placed"), who told it, and what it carries. Plugins do not
    import each other: read it as a Struct of your own that has the fields you need."""

    emitted: Emitted

    @property
    def name(self) -> str:
        """The event's name."""
        return self.emitted.name

    @property
    def plugin(self) -> str:
        """Who emitted it."""
        return self.emitted.plugin

    @property
    def key(self) -> str:
        """What it is about, "" when it was emitted without a key."""
        return self.emitted.key

    @property
    def at(self) -> datetime:
        """When, aware, UTC."""
        return moment(self.emitted.at)

    @property
    def payload(self) -> dict[str, Any]:
        """What it carries."""
        found: dict[str, Any] = msgspec.json.decode(self.emitted.payload)
        return found

    def read(self, shape: type[E]) -> E:
        """What it carries, as *shape*. Raises `msgspec.ValidationError` when it does not fit."""
        return msgspec.json.decode(self.emitted.payload, type=shape)
