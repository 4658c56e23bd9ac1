"""The server's address: what cannot be bound is said in a sentence."""

from __future__ import annotations

import socket

import pytest

from gateway.errors import SettingsError
from gateway.listen import Listener
from gateway.settings import Server


async def test_a_port_that_is_taken_is_named() -> None:
    """Where, why and what to do, instead of a traceback."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        listener = Listener(Server(port=port))
        with pytest.raises(SettingsError, match=rf"port {port}: Address already in use — stop"):
            await listener.start()
        await listener.stop()
