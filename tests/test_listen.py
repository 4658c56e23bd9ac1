"""The server's address: what cannot be bound is said in a sentence."""

from __future__ import annotations

import asyncio
import contextlib
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


@pytest.mark.parametrize("turns", range(5))
async def test_who_connects_at_the_end_is_hung_up_on(turns: int) -> None:
    """However many turns of the loop before the end it was: no connection is left behind, for nobody."""
    listener = Listener(Server(port=0))
    await listener.start()
    address = ("127.0.0.1", int(listener.url.rpartition(":")[2]))
    clients = [socket.create_connection(address) for _ in range(3)]
    for _ in range(turns):
        await asyncio.sleep(0)
    await listener.stop()
    for client in clients:
        with client:
            client.settimeout(2.0)
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""
