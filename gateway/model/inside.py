"""What happens inside the gateway and is handled like what comes from outside: durable, in order, one turn
for each plugin. `Happening` is everything that the table `event` may hold.

Times are microseconds UTC.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from gateway.model.event import Event

_NULL = msgspec.Raw(b"null")


class Emitted(Struct, frozen=True, tag="emitted", omit_defaults=True):
    """A plugin's own event, for the plugins that listen to *name* ("order_placed"). *plugin* said it.
    *payload* is its Struct as JSON. With a *key* (an order's number) flows may wait for it by name and
    key. *depth* is how many events led to it, each emitted by a listener to the one before."""

    name: str
    plugin: str
    payload: msgspec.Raw
    at: int
    key: str = ""
    depth: int = 0


class Woke(Struct, frozen=True, tag="woke", omit_defaults=True):
    """What a flow of *plugin* waits for has come: its time, an event of a plugin, the end of a job; or
    somebody resumes it. *flow* is the instance's id. *op* is the key of what it waited for when this was
    written: a flow that has gone on since takes no notice. *error* says why a job failed for good, *signal*
    which event it was: one is taken once."""

    plugin: str
    flow: str
    why: Literal["timeout", "event", "job", "resume"]
    op: str
    at: int
    payload: msgspec.Raw = _NULL
    error: str = ""
    signal: str = ""


class Posted(Struct, frozen=True, tag="posted", omit_defaults=True):
    """A request to a webhook of *plugin*'s own: verified, kept as it came, answered 200. *route* is the name
    of the route, *path* its parameters."""

    plugin: str
    route: str
    body: bytes
    at: int
    path: dict[str, str] = {}
    query: str = ""
    headers: dict[str, str] = {}


Happening = Event | Emitted | Woke | Posted
