"""Ports of this machine on which nobody listens."""

from __future__ import annotations

import socket


def free_port(first: int = 0) -> int:
    """*first*, or the next port of 127.0.0.1 on which nobody listens; any free one after twenty or for 0."""
    for port in range(first, first + 20) if first else ():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
