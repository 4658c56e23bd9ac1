"""Ports of this machine on which nobody listens."""

from __future__ import annotations

import random
import socket

#: Below what Linux and macOS give to outgoing connections: none of those may take a port that was found
#: here before its server listens on it, or while the server is started again.
_FIRST, _LAST = 10_000, 32_000
_TRIES = 200


def free_port(first: int = 0) -> int:
    """*first*, or the next port of 127.0.0.1 on which nobody listens; any free one after twenty or for 0."""
    wanted = list(range(first, first + 20)) if first else []
    for port in [*wanted, *random.SystemRandom().sample(range(_FIRST, _LAST), _TRIES)]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"none of {_TRIES} ports between {_FIRST} and {_LAST} is free on 127.0.0.1")
