"""Who does something."""

from __future__ import annotations

from msgspec import Struct


class Actor(Struct, frozen=True):
    """*name* is "key:ID", "operator:ID", "cli:USER", "file" or "gateway". *address* is where the request
    came from, *request* its id, both "" for what is no request."""

    name: str
    address: str = ""
    request: str = ""


#: What the gateway does by itself.
GATEWAY = Actor("gateway")
