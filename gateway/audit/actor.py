"""Who does something."""

from __future__ import annotations

import os
import pwd

from msgspec import Struct


class Actor(Struct, frozen=True):
    """*name* is "key:ID", "operator:ID", "cli:USER", "file" or "gateway". *address* is where the request
    came from, *request* its id, both "" for what is no request."""

    name: str
    address: str = ""
    request: str = ""

    @property
    def trusted(self) -> bool:
        """Whether who acts may reach every tenant anyway."""
        return self.name.partition(":")[0] in ("operator", "cli")


#: What the gateway does by itself.
GATEWAY = Actor("gateway")


def system_user() -> str:
    """The system's name for whoever runs this process, its number when it has none."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def command(user: str = "") -> Actor:
    """A person at the command line: *user*, or whoever runs this process."""
    return Actor(f"cli:{user or system_user()}")
